"""Which cycle, under which rules, and what is due when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, OuterRef, QuerySet, Subquery

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle, Extension
from jiheng.registers.policies.queries import policy_of
from jiheng.rules.policy import DatedValue, Policy, PolicyAt

NOTED = "granted_"


@dataclass(frozen=True)
class Window:
    """A task of the calendar in one cycle: from when, until when, by which clause."""

    key: str
    label: str
    opens: date | None
    due: date
    clause: str

    @property
    def days_left(self) -> int:
        """Days until it is due; negative when it is overdue."""
        return clock.days_left(self.due)


def visible_cycles(person: Person) -> list[Cycle]:
    """Return the cycles of the person's place, newest first."""
    return list(cycles_in_sight(person))


def cycles_in_sight(person: Person) -> QuerySet[Cycle]:
    """Return the cycles of the person's place, newest first, without the text of their rules."""
    return cycles_of(person.place_id)


def cycles_of(place_id: int) -> QuerySet[Cycle]:
    """Return the cycles of a place, newest first, with their rules' digest and without their text: it is read once a process."""
    return Cycle.objects.filter(place_id=place_id).select_related("snapshot", "place").defer("snapshot__content")


def cycle_of(place_code: str, budget_year: int) -> Cycle:
    """Return the cycle of a place and budget year."""
    found = Cycle.objects.select_related("snapshot", "place").defer("snapshot__content")
    return found.get(place__code=place_code, budget_year=budget_year)


def policy_for(cycle: Cycle) -> Policy:
    """Return the rules that were frozen for the cycle."""
    return policy_of(cycle.snapshot)


def rules_at(cycle: Cycle, day: date | None = None) -> PolicyAt:
    """Return the cycle's rules with its budget year and the day (today unless given) already chosen."""
    return policy_for(cycle).at(cycle.budget_year, day or clock.today())


def value_in(cycle: Cycle, key: str) -> DatedValue:
    """Return a parameter for the cycle: of its budget year, or of today where the pack says by event."""
    return rules_at(cycle).value(key)


def rule_in(cycle: Cycle, key: str) -> DatedValue | None:
    """Return a parameter for the cycle, or None: not prescribed, or unknown to rules frozen before it was made."""
    return rules_at(cycle).get(key) if key in policy_for(cycle).parameters else None


def window(cycle: Cycle, key: str, organisation_id: int | None = None) -> Window | None:
    """Return when a task of the calendar is due in the cycle, with the body's own extension."""
    given = granted_to(cycle.pk, organisation_id) if organisation_id is not None else {}
    return window_with(cycle, key, given)


def window_with(cycle: Cycle, key: str, given: Mapping[str, date], *, after: str = "") -> Window | None:
    """Return when a task is due for a body that was given more time: `given` holds its extensions by task.

    `after` names the task before it: more time for that moves this one on by as many days, since nobody can
    review what need not be there yet.
    """
    policy = policy_for(cycle)
    item, before = policy.calendar.get(key), policy.calendar.get(after)
    if item is None:
        return None
    usual = item.due(cycle.budget_year)
    due = max(usual, given.get(key, usual))
    if before is not None and after in given:
        due = max(due, usual + (given[after] - before.due(cycle.budget_year)))
    return Window(key, item.label, item.opens(cycle.budget_year), due, str(policy.clause_of(item)))


def granted_to(cycle_id: int, organisation_id: int) -> dict[str, date]:
    """Return until when a body was given more time, by task of the calendar; one query."""
    return granted_in(cycle_id, organisation_id).get(organisation_id, {})


def granted_in(cycle_id: int, organisation_id: int | None = None) -> dict[int, dict[str, date]]:
    """Return until when bodies were given more time, by body and task of the calendar; one query."""
    rows = Extension.objects.filter(cycle=cycle_id, state="granted")
    if organisation_id is not None:
        rows = rows.filter(organisation=organisation_id)
    found: dict[int, dict[str, date]] = {}
    for body, item, due in rows.values_list("organisation_id", "item", "due"):
        own = found.setdefault(body, {})
        own[item] = max(due, own.get(item, due))
    return found


Row = TypeVar("Row", bound=Model)


def in_cycle(rows: QuerySet[Row], own: Any, *related: str) -> QuerySet[Row]:
    """Narrow the rows of a list to those of one year, `own` being the year's own (as `cycle.goals`).

    The year, its place and its rules are the same for every row: they are the given ones, not read with each. `related`
    is what a row of the list shows besides.
    """
    shared: QuerySet[Row] = own.select_related(*related) & rows
    return shared


def with_granted(rows: QuerySet[Any], *items: str) -> QuerySet[Any]:
    """Note on each record of a stage the extensions that its unit has, so that a list asks for none singly."""
    own = Extension.objects.filter(
        cycle=OuterRef("cycle_id"), organisation=OuterRef("subject_year__unit_id"), state="granted"
    ).order_by("-due")
    noted = {f"{NOTED}{item}": Subquery(own.filter(item=item).values("due")[:1]) for item in items}
    annotated: QuerySet[Any] = rows.annotate(**noted)
    return annotated


def granted_for(record: Any) -> dict[str, date]:
    """Return the extensions of the unit of a stage's record: as noted by `with_granted`, else by one query."""
    noted = {key: due for key, due in vars(record).items() if key.startswith(NOTED)}
    if noted:
        return {key.removeprefix(NOTED): due for key, due in noted.items() if due is not None}
    return granted_to(record.cycle_id, record.subject_year.unit_id)


@dataclass(frozen=True)
class CalendarLine:
    """One task of a year's calendar as a page shows it: who owes it, and which bodies got more time."""

    window: Window
    stage: str
    roles: tuple[str, ...]
    note: str
    extensions: tuple[Extension, ...]


def calendar_of(cycle: Cycle) -> list[CalendarLine]:
    """Return every task of the cycle's calendar, nearest due date first."""
    policy = policy_for(cycle)
    granted: dict[str, list[Extension]] = {}
    for one in Extension.objects.filter(cycle=cycle, state="granted").select_related("organisation").order_by("due", "pk"):
        granted.setdefault(one.item, []).append(one)
    lines = [
        CalendarLine(
            Window(
                key,
                item.label,
                item.opens(cycle.budget_year),
                item.due(cycle.budget_year),
                str(policy.clause_of(item)),
            ),
            item.stage,
            tuple(policy.role_labels.get(role, role) for role in item.roles),
            item.note,
            tuple(granted.get(key, ())),
        )
        for key, item in policy.calendar.items()
    ]
    return sorted(lines, key=lambda line: (line.window.due, line.window.key))
