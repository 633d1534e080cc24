"""Lists: what has run out and may be marked, and what was marked."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.result_grounds import grounds_of
from jiheng.stages.results.grounds.access import RULE, candidates_in_sight, visible_ground_cases
from jiheng.stages.results.models import GroundCase


def ground_choices(cycle: Cycle) -> list[tuple[str, str]]:
    """Return the grounds of a year's rules, key and words."""
    rule = rule_in(cycle, RULE)
    return [(key, str(row["label"])) for key, row in grounds_of(rule.value if rule and rule.value else ()).items()]


def cases_in(person: Person, cycle: Cycle | None) -> QuerySet[GroundCase]:
    """Return what was marked in a year and is in sight."""
    rows = visible_ground_cases(person)
    return rows.filter(cycle=cycle) if cycle is not None else rows.none()


def run_out(person: Person, cycle: Cycle | None) -> QuerySet[SubjectYear]:
    """Return the policies and projects of a year that have reached their end, as `has_run_out` says; with `marked`."""
    rows = candidates_in_sight(person)
    if cycle is None:
        return rows.none()
    ended = Q(kind="policy") | Q(first_year__lt=F("last_year")) | Q(last_year__lt=cycle.budget_year)
    rows = rows.filter(ended, cycle=cycle, last_year__lte=cycle.budget_year)
    return rows.annotate(marked=Exists(GroundCase.objects.filter(subject_year=OuterRef("pk"))))
