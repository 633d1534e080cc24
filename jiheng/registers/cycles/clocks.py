"""The statutory clocks of a year: each started by a recorded event, held by a body, ended by another event."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.registers.cycles.models import Cycle, LegalEvent
from jiheng.registers.cycles.queries import granted_in, rule_in, rules_at
from jiheng.rules.days import WorkCalendar, statutory_day, work_calendar
from jiheng.rules.policy.parameters import DatedValue
from jiheng.rules.workflow.steps import Tone

BUREAU = "bureau"
SOON = 10


@dataclass(frozen=True)
class Clock:
    """One clock of one holder: since when, until when, done when; `due` is None until its event is recorded."""

    key: str
    label: str
    starts: str
    started: date | None
    holder: Organisation | None
    holder_name: str
    due: date | None
    done: date | None
    clause: str
    public: bool
    ends: str
    extended: bool = False
    plain: str = ""
    holder_kind: str = BUREAU

    @property
    def late_days(self) -> int:
        """Days past the due day: until it was done, else until today."""
        if self.due is None:
            return 0
        return max(0, ((self.done or clock.today()) - self.due) // timedelta(days=1))

    @property
    def overdue(self) -> bool:
        """Whether it runs and its day has passed."""
        return self.done is None and self.late_days > 0

    @property
    def told(self) -> tuple[str, Tone]:
        """How it stands, in words and as a tone."""
        if self.due is None:
            return "未起算", "grey"
        if self.done is not None:
            return (f"逾期 {self.late_days} 天办结", "amber") if self.late_days else ("按期办结", "green")
        left = (self.due - clock.today()) // timedelta(days=1)
        if left < 0:
            return f"已逾期 {-left} 天", "red"
        return ("今天截止" if left == 0 else f"还剩 {left} 天"), "amber" if left <= SOON else "blue"


def events_of(cycle: Cycle) -> dict[str, dict[str, Any]]:
    """Return the events that may be recorded in the year, by key, as its rules name them."""
    found = (rule_in(cycle, key) for key in ("statutory_events", "budget_steps"))
    return {key: told for rule in found if rule is not None for key, told in rule.value.items()}


def happened(cycle: Cycle, key: str) -> bool:
    """Return whether an event of the year stands recorded for today or earlier."""
    rows = LegalEvent.objects.filter(cycle=cycle, key=key, day__lte=clock.today(), withdrawn_at__isnull=True)
    return rows.exists()


def _departments(cycle: Cycle) -> QuerySet[Organisation]:
    """Return the departments of the place that stand in the budget year."""
    rows = Organisation.objects.filter(place_id=cycle.place_id, kind="department", valid_from__lte=date(cycle.budget_year, 12, 31))
    return rows.exclude(valid_to__lt=date(cycle.budget_year, 1, 1))


def _days(cycle: Cycle) -> dict[tuple[str, int | None], date]:
    """Return the first day of every event that stands, by event and body; one query."""
    rows = LegalEvent.objects.filter(cycle=cycle, withdrawn_at__isnull=True).order_by("day", "pk")
    days: dict[tuple[str, int | None], date] = {}
    for key, body, day in rows.values_list("key", "organisation_id", "day"):
        days.setdefault((key, body), day)
    return days


def clocks_of(cycle: Cycle) -> list[Clock]:
    """Return every clock of the year, what runs longest over its day first; a few queries, whatever its size."""
    table = rule_in(cycle, "statutory_clocks")
    if table is None:
        return []
    days, departments = _days(cycle), list(_departments(cycle).order_by("code"))
    given, names = granted_in(cycle.pk), events_of(cycle)
    bureau, rules = bureaus_of(cycle.place_id).first(), rules_at(cycle)
    found = []
    for key, told in table.value.items():
        rule = rules.value(told["days"])
        for body in departments if told.get("each") == "department" else [None]:
            holder = bureau if told["holder"] == BUREAU else body
            found.append(_clock(rule, key, told, body, holder, days, given, names))
    return sorted(found, key=_order)


@dataclass(frozen=True)
class Running:
    """One or more clocks that run to the same day for the same task: the label in words, and how many they are."""

    label: str
    starts: str
    due: date
    number: int = 1


def running_clocks(cycle: Cycle, bodies: Collection[int]) -> list[Running]:
    """Return the clocks that run for some bodies, those of one task and day together; the nearest day first.

    What the bureau owes each of thousands of departments is one line a day; a few queries, whatever the number.
    """
    table = rule_in(cycle, "statutory_clocks")
    if table is None:
        return []
    days, given, names = _days(cycle), granted_in(cycle.pk), events_of(cycle)
    departments = dict(_departments(cycle).values_list("pk", "name"))
    bureau, rules = bureaus_of(cycle.place_id).first(), rules_at(cycle)
    found = []
    for key, told in table.value.items():
        by_bureau, each = told["holder"] == BUREAU, told.get("each") == "department"
        if by_bureau and (bureau is None or bureau.pk not in bodies):
            continue
        waited: dict[tuple[date, date | None], list[int | None]] = {}
        for body in departments if each else [None]:
            if not by_bureau and body not in bodies:
                continue
            started = days.get((told["starts"], body)) or days.get((told["starts"], None))
            if started is not None and (told["ends"], body) not in days:
                holder = bureau.pk if by_bureau and bureau is not None else body
                more = given.get(holder, {}).get(key) if holder is not None else None
                waited.setdefault((started, more), []).append(body)
        rule = rules.value(told["days"])
        for (started, more), some in waited.items():
            due = statutory_day(started, int(rule.value), before=bool(told.get("before")))
            starts = str(names.get(told["starts"], {}).get("label", told["starts"]))
            whom = departments.get(some[0] or 0, "") if len(some) == 1 else f"{len(some):,} 个部门"
            label = f"{told['label']}（{whom}）" if by_bureau and each else str(told["label"])
            found.append(Running(label, starts, max(due, more) if more is not None else due, len(some)))
    return sorted(found, key=lambda one: (one.due, one.label))


def _clock(
    rule: DatedValue,
    key: str,
    told: Mapping[str, Any],
    body: Organisation | None,
    holder: Organisation | None,
    days: Mapping[tuple[str, int | None], date],
    given: Mapping[int, Mapping[str, date]],
    names: Mapping[str, Mapping[str, Any]],
) -> Clock:
    own = body.pk if body is not None else None
    started = days.get((told["starts"], own)) or days.get((told["starts"], None))
    due = statutory_day(started, int(rule.value), before=bool(told.get("before"))) if started else None
    more = given.get(holder.pk, {}).get(key) if holder is not None else None
    label = f"{told['label']}（{body}）" if body is not None and holder is not body else str(told["label"])
    return Clock(
        key=key,
        label=label,
        starts=str(names.get(told["starts"], {}).get("label", told["starts"])),
        started=started,
        holder=holder,
        holder_name=str(holder) if holder is not None else "",
        due=max(due, more) if due is not None and more is not None else due,
        done=days.get((told["ends"], own)),
        clause=str(rule.clause),
        public=bool(told.get("public")),
        ends=told["ends"],
        extended=more is not None,
        plain=str(told["label"]),
        holder_kind=str(told["holder"]),
    )


def _order(one: Clock) -> tuple[int, date, str, str]:
    standing = 0 if one.overdue else 1 if one.due is not None and one.done is None else 2 if one.done else 3
    return standing, one.due or date.max, one.key, one.holder_name


def work_days(cycle: Cycle) -> WorkCalendar:
    """Return the working days by the year's table of holidays; Monday to Friday where it has none."""
    found = rule_in(cycle, "holidays")
    return work_calendar(found.value) if found is not None else WorkCalendar()


def working_day_after(cycle: Cycle, start: date, days: int) -> date:
    """Return the last of some working days after a day, the day itself not counted."""
    return work_days(cycle).after(start, days)
