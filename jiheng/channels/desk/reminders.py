"""Reminders: what is due soon or overdue, told once for each step of the countdown."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person, person_of, valid_on
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.notices.services import notify
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.web.stage import Stage, Todo

AHEAD = (0, 1, 3, 7)
"""Days before the deadline on which a reminder is due; a missed run is made up by the next one."""
WEEKS_LATE = 4
"""Overdue work is recalled once a week, for so many weeks."""


def remind() -> int:
    """Remind every role of every body of its to-dos that are due soon or overdue; return how many were told.

    The same step of the countdown is told once, however often this runs.
    """
    today = clock.today()
    before = Notice.objects.count()
    for appointment in _holders(today):
        person = person_of(appointment)
        with transaction.atomic():
            for stage in stages():
                if person.role in stage.roles:
                    _remind(appointment, person, stage, today)
    return Notice.objects.count() - before


def _holders(today: date) -> Iterator[Appointment]:
    """One holder of each role in each body stands for all of them, as notices do."""
    held = Appointment.objects.filter(valid_on(today), user__is_active=True)
    seen: set[tuple[int, str]] = set()
    for appointment in held.select_related("user", "organisation__place").order_by("pk"):
        key = (appointment.organisation_id, appointment.role)
        if key not in seen:
            seen.add(key)
            yield appointment


def _remind(appointment: Appointment, person: Person, stage: Stage, today: date) -> None:
    grouped: dict[tuple[date, str, str], list[Todo]] = defaultdict(list)
    for todo in stage.todos(person):
        step = step_of(todo.due, today) if todo.due else ""
        if todo.due and step:
            grouped[todo.due, step, todo.verb].append(todo)
    for (due, step, verb), todos in grouped.items():
        what = f"“{todos[0].title}”" if len(todos) == 1 else f"{len(todos)} 项"
        notify(
            organisation=appointment.organisation,
            role=appointment.role,
            text=f"{stage.label}：{what}待{verb}，{words_of(due, today)}",
            link=todos[0].url if len(todos) == 1 else reverse(stage.home),
            key=f"due:{stage.key}:{verb}:{due}:{step}"[:160],
        )


def step_of(due: date, today: date) -> str:
    """Return the step of the countdown on which a deadline stands: "7", "3", "1", "0", "late-1"…, or ""."""
    left = (due - today).days
    if left < 0:
        week = (-left - 1) // 7 + 1
        return f"late-{week}" if week <= WEEKS_LATE else ""
    return next((str(step) for step in AHEAD if left <= step), "")


def words_of(due: date, today: date) -> str:
    """Say how a deadline stands, as people say it, with the date."""
    left = (due - today).days
    if left < 0:
        return f"已逾期 {-left} 天（{due}）"
    return f"今天截止（{due}）" if left == 0 else f"还剩 {left} 天（{due}）"
