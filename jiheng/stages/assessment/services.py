"""Assessing the departments of a cycle by one card, and confirming the result."""

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.assessment import Assessed, assess, measures_of
from jiheng.rules.scoring.method import NotApplicable
from jiheng.stages.assessment.access import may_assess, may_confirm
from jiheng.stages.assessment.facts import year_records
from jiheng.stages.assessment.models import Assessment, AssessmentLine

CARD = "department_assessment"


def assess_departments(*, cycle: Cycle, person: Person) -> list[Assessment]:
    """Score every department of the cycle from the record; a confirmed result is not computed again.

    Nobody fills anything in: each item's fact and calculation stand beside its points. A department
    without anything to judge is left out.
    """
    verdict = may_assess(person)
    if not verdict:
        raise refuse(verdict.reason)
    card = policy_for(cycle).scorecards[CARD]
    grades = policy_for(cycle).grades[card.grades]
    fixed = set(
        Assessment.objects.filter(cycle=cycle, confirmed_on__isnull=False).values_list("department_id", flat=True)
    )
    made: list[Assessment] = []
    with act(person):
        for department, year in sorted(year_records(cycle).items()):
            if department in fixed:
                continue
            try:
                scored = assess(card, measures_of(year))
            except NotApplicable:
                continue
            grade = scored.total.grade or grades.grade(scored.total.points).key
            made.append(_keep(cycle, department, scored, grade))
        record(
            "assessment.compute",
            cycle,
            {"departments": len(made), "totals": {str(one.department_id): one.total for one in made}},
            str(policy_for(cycle).clause_of(card)),
        )
    return made


def _keep(cycle: Cycle, department: int, scored: Assessed, grade: str) -> Assessment:
    kept, _ = Assessment.objects.update_or_create(
        cycle=cycle,
        department=Organisation.objects.get(pk=department),
        defaults={
            "place_id": cycle.place_id,
            "scorecard": CARD,
            "total": scored.total.points,
            "grade": grade,
            "computed_at": clock.now(),
        },
    )
    kept.lines.all().delete()
    AssessmentLine.objects.bulk_create(
        [
            AssessmentLine(
                assessment=kept,
                item=item.key,
                value=item.value,
                fact=item.fact,
                points=item.points,
                calculation=item.calculation,
            )
            for item in scored.items
        ]
    )
    return kept


def confirm_assessment(*, assessment: Assessment, person: Person) -> None:
    """Fix the result of one department."""
    verdict = may_confirm(person, assessment)
    if not verdict:
        raise refuse(verdict.reason)
    with act(person):
        assessment.confirmed_on, assessment.confirmed_by = clock.today(), str(person)
        assessment.save(update_fields=["confirmed_on", "confirmed_by"])
        record("assessment.confirm", assessment, {"total": assessment.total, "grade": assessment.grade})
