"""Which cycle, under which rules, and what is due when."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle, Extension
from jiheng.registers.policies.queries import policy_of
from jiheng.rules.policy import DatedValue, Policy, PolicyAt


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
    found = Cycle.objects.filter(place_id=person.place_id).select_related("snapshot", "place")
    return found.defer("snapshot__content")


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
    policy = policy_for(cycle)
    item = policy.calendar.get(key)
    if item is None:
        return None
    due = item.due(cycle.budget_year)
    if organisation_id is not None:
        later = Extension.objects.filter(cycle=cycle, item=key, organisation_id=organisation_id)
        due = max([due, *later.values_list("due", flat=True)])
    return Window(key, item.label, item.opens(cycle.budget_year), due, str(policy.clause_of(item)))


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
    for one in Extension.objects.filter(cycle=cycle).select_related("organisation").order_by("due", "pk"):
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
