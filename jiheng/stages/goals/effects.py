"""What other rules would do to goals: who must have one, and what the automatic checks would then say."""

from collections.abc import Iterator
from dataclasses import replace

from django.urls import reverse

from jiheng.foundation.web.stage import Effect
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rules_at
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.goal_checks.facts import GoalSettings
from jiheng.rules.money import format_wan
from jiheng.stages.goals.facts import findings_of
from jiheng.stages.goals.models import Goal

LONGEST = 3
"""So many objections are told in words; the others are counted."""


def effects(cycle: Cycle, other: Cycle) -> list[Effect]:
    """Return the subjects that cross the line from which a goal is demanded, and goals that checks judge otherwise."""
    return [*_crossing(cycle, other), *_checked(cycle, other)]


def _crossing(cycle: Cycle, other: Cycle) -> Iterator[Effect]:
    now, then = (rules_at(one).value("goal_project_threshold").fen for one in (cycle, other))
    low, high = sorted((now, then))
    rows = SubjectYear.objects.filter(cycle_id=cycle.pk, requested_fen__gte=low, requested_fen__lt=high)
    for year in rows.select_related("unit", "subject").order_by("pk"):
        asked, url = year.requested_fen, reverse("subjects:detail", args=[year.pk])
        yield Effect("须不须编报绩效目标", year.name, _wanted(asked, now), _wanted(asked, then), url, str(year.unit), asked)


def _wanted(fen: int, limit: int) -> str:
    return f"{'须' if fen >= limit else '不须'}编报（{format_wan(limit)} 万元起）"


def _checked(cycle: Cycle, other: Cycle) -> Iterator[Effect]:
    """Goals that the checks would stop, or stop no longer; nothing is computed when no setting of theirs differs."""
    settings = [replace(GoalSettings.of(rules_at(one)), clauses={}) for one in (cycle, other)]
    if settings[0] == settings[1]:
        return
    rows = Goal.objects.filter(cycle_id=cycle.pk, current=True).select_related("subject_year__unit", "subject_year__subject")
    for goal in rows.order_by("pk"):
        said = []
        for one in (cycle, other):
            goal.cycle = one
            said.append([found.message for found in findings_of(goal) if found.blocking])
        if said[0] != said[1]:
            state = "（已批复，不重审）" if goal.state == "approved" else ""
            year = goal.subject_year
            url = reverse("goals:detail", args=[goal.pk])
            before, after = (_words(one) for one in said)
            yield Effect("绩效目标自动审核", f"{year.name}{state}", before, after, url, str(year.unit))


def _words(messages: list[str]) -> str:
    if not messages:
        return "没有须改正的"
    more = f"等 {len(messages)} 处" if len(messages) > LONGEST else ""
    return f"须改正：{'；'.join(messages[:LONGEST])}{more}"
