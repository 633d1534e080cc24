"""Reading for the simulation of gates: whom other score lines or another limit would touch, by department."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.appraisal import AFTER_REVISION, SUPPORTED, Request
from jiheng.rules.gate_simulation import (
    Asked,
    Crossing,
    Lines,
    Part,
    Scored,
    Turned,
    by_department,
    crossing,
    turned,
)
from jiheng.stages.appraisal.access import visible_appraisals
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.appraisal.models import Appraisal

COLUMNS = ("pk", "kind", "change", "requested_fen", "is_major", "department_id")


def lines_of(cycle: Cycle) -> Lines:
    """Return the lines of the year's rules: from how many points the score proposes support."""
    bands = policy_for(cycle).grades[card_in(cycle).grades].bands
    low = {band.key: band.low for band in bands}
    supported = low.get(SUPPORTED, Decimal(0))
    return Lines(supported, low.get(AFTER_REVISION, supported))


def scored_rows(person: Person, cycle: Cycle) -> list[Scored]:
    """Return the concluded appraisals of a year that the person may see, as the rule looks at them; one query."""
    found = visible_appraisals(person).filter(cycle=cycle, concluded_on__isnull=False, bureau_total__isnull=False)
    rows = found.order_by("pk").values_list(
        "pk", "subject_year__department_id", "bureau_total", "vetoes", "conclusion", "asked_fen", "agreed_fen"
    )
    return [
        Scored(pk, department, points or Decimal(0), bool(vetoes), conclusion, asked, agreed or 0)
        for pk, department, points, vetoes, conclusion, asked, agreed in rows
    ]


def asked_rows(person: Person, cycle: Cycle) -> list[Asked]:
    """Return the projects of a year that the person may see, as the trigger looks at them; one query."""
    found = visible_subject_years(person).filter(cycle=cycle).order_by("pk").values_list(*COLUMNS)
    return [Asked(pk, department, Request(kind, change, fen, major)) for pk, kind, change, fen, major, department in found]


def lines_tried(person: Person, cycle: Cycle, then: Lines) -> tuple[list[Scored], list[Turned]]:
    """Return all that were scored, and those whose proposed conclusion other lines change."""
    rows = scored_rows(person, cycle)
    return rows, turned(rows, lines_of(cycle), then)


def limit_tried(person: Person, cycle: Cycle, yuan: Decimal | None) -> tuple[list[Asked], list[Crossing]]:
    """Return all projects of the year, and those that another limit (元; None: no limit) asks or lets off."""
    rows = asked_rows(person, cycle)
    return rows, crossing(rows, rules_at(cycle), yuan)


@dataclass(frozen=True)
class NamedPart:
    """The rows of one department with its name."""

    part: Part
    name: str


def parts_of_turned(found: Sequence[Turned], names: Mapping[int, str]) -> list[NamedPart]:
    """Return what changes by department, the money at stake first."""
    return _named(by_department(found, lambda one: one.row.department, lambda one: one.at_stake), names)


def parts_of_crossing(found: Sequence[Crossing], names: Mapping[int, str]) -> list[NamedPart]:
    """Return who crosses the limit by department, most money first."""
    return _named(by_department(found, lambda one: one.row.department, lambda one: one.row.request.amount_fen), names)


def _named(parts: Sequence[Part], names: Mapping[int, str]) -> list[NamedPart]:
    return [NamedPart(one, names.get(one.department, "")) for one in parts]


def department_names(person: Person, cycle: Cycle) -> dict[int, str]:
    """Return the names of the departments whose projects the person may see in a year."""
    found = visible_subject_years(person).filter(cycle=cycle).order_by()
    return dict(found.values_list("department_id", "department__name").distinct())


def appraisals_by_key(person: Person, keys: Sequence[int]) -> dict[int, Appraisal]:
    """Return the appraisals behind a number of the page."""
    return visible_appraisals(person).in_bulk(list(keys))


def years_by_key(person: Person, keys: Sequence[int]) -> dict[int, SubjectYear]:
    """Return the projects behind a number of the page."""
    return visible_subject_years(person).in_bulk(list(keys))
