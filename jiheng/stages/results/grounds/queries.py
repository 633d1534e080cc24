"""Lists: what has run out and may be marked, and what was marked."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.result_grounds import choices, follows_from, grounds_of
from jiheng.stages.evaluation.models import Evaluation
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


def ground_rows(cycle: Cycle) -> Mapping[str, Mapping[str, Any]]:
    """Return the grounds of a year's rules by key."""
    rule = rule_in(cycle, RULE)
    return grounds_of(rule.value if rule is not None and rule.value else ())


def result_behind(year: SubjectYear, ground: str) -> Evaluation | None:
    """Return the newest confirmed result by which a ground is there; None where none stands or the ground needs none."""
    row = ground_rows(year.cycle).get(ground, {})
    found = Evaluation.objects.filter(subject_year=year, state="confirmed").order_by("-work_year", "-pk")
    return next((one for one in found if follows_from(row, year.kind, one.grade)), None)


def allowed_of(case: GroundCase) -> tuple[str, ...]:
    """Return what may be decided of a case."""
    row = ground_rows(case.cycle).get(case.ground)
    return choices(row, result_stands=bool((row or {}).get("results")) and result_behind(case.subject_year, case.ground) is not None)


def led_by_results(person: Person, cycle: Cycle | None) -> QuerySet[SubjectYear]:
    """Return the policies and projects of a year whose confirmed results ask for a decision; with `marked`."""
    rows = candidates_in_sight(person)
    if cycle is None:
        return rows.none()
    asked = Q(pk__in=[])
    for key, row in ground_rows(cycle).items():
        results = row.get("results")
        if results:
            bad = Evaluation.objects.filter(subject_year=OuterRef("pk"), state="confirmed", grade__in=list(results["grades"]))
            case = GroundCase.objects.filter(subject_year=OuterRef("pk"), ground=key)
            asked |= Q(Exists(bad) & ~Exists(case), kind__in=list(results["kinds"]))
    return rows.filter(asked, cycle=cycle)
