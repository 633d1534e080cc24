"""A unit's self-evaluation once it has left the draft; with the bureau's re-check where it was drawn."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from jiheng.channels.packages.source import Drawn, Source, tidy
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import entries_of
from jiheng.rules.decision_package.kinds.self_evaluation import (
    GRADES,
    PARAMETERS,
    Checked,
    Decided,
    Facts,
    Result,
    Row,
)
from jiheng.rules.policy import PolicyAt
from jiheng.rules.reading import Problem
from jiheng.rules.scoring.method import Actual, Tiered
from jiheng.stages.evaluation.access import may_see_self_evaluations, visible_self_evaluations
from jiheng.stages.evaluation.judging import LineData, read_actual
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.evaluation.services.sweep import SCORING
from jiheng.stages.goals.targets import scored_as

DECIDING = ("self_evaluation.recheck", "self_evaluation.submit")


def scored(person: Person) -> QuerySet[SelfEvaluation]:
    """Return the self-evaluations in sight that have left the draft with a score."""
    return visible_self_evaluations(person).exclude(state="draft").exclude(total=None)


def _entry(record: SelfEvaluation) -> Entry | None:
    return next((one for action in DECIDING for one in entries_of(record, [action])[:1]), None)


def _worked_at(record: SelfEvaluation) -> Entry | None:
    return entries_of(record, SCORING).first()


def _row(line: SelfLine, budget_year: int) -> Row:
    indicator, data = line.indicator, LineData(line.actual_text, line.tier, line.claimed, line.reason)
    wanted, reached = scored_as(indicator, budget_year), read_actual(indicator, data)
    actual: Actual | None = None if isinstance(reached, Problem) else reached
    tier = actual if isinstance(actual, Tiered) else None
    yes = actual if isinstance(actual, bool) else None
    return Row(
        name=indicator.name,
        target_text=indicator.target_text,
        weight=tidy(wanted.weight),
        method=indicator.method,
        operator=wanted.operator,
        target=tidy(wanted.target) if isinstance(wanted.target, Decimal) else None,
        target_day=wanted.target if isinstance(wanted.target, date) else None,
        low=tidy(wanted.low),
        high=tidy(wanted.high),
        unit=wanted.unit,
        parameters=dict(wanted.parameters),
        actual_text=line.actual_text,
        actual=tidy(actual) if isinstance(actual, Decimal) else None,
        actual_day=actual if isinstance(actual, date) else None,
        actual_yes=yes,
        tier=tier.tier if tier else "",
        claimed=tidy(tier.points) if tier else None,
    )


def draw(record: SelfEvaluation, rules: PolicyAt, _: Person) -> Drawn:
    """Gather facts, score and re-check as they stand in the record."""
    grades = rules.policy.grades["evaluation"]
    lines = list(record.lines.select_related("indicator"))
    facts = Facts(
        budget_fen=record.budget_fen,
        executed_fen=record.executed_fen,
        rows=tuple(_row(one, record.cycle.budget_year) for one in lines),
    )
    decided = None
    if record.recheck_total is not None:
        rows = tuple(
            Checked(name=one.indicator.name, points=one.recheck_points, reason=one.recheck_reason) for one in lines
        )
        decided = Decided(rows=rows, note=record.recheck_note)
    result = Result(
        execution_points=record.execution_points,
        points=tuple(one.points for one in lines),
        total=record.total,
        grade=record.grade,
        grade_label=grades.band(record.grade).label,
        recheck_total=record.recheck_total,
        recheck_grade=grades.band(record.recheck_grade).label if record.recheck_grade else "",
    )
    return Drawn(facts, result, decided, parameters=PARAMETERS, grades=GRADES)


SOURCE = Source(
    "self_evaluation",
    visible=scored,
    may=may_see_self_evaluations,
    year=lambda record: record.subject_year,
    office=lambda record: record.subject_year.unit.name,
    draw=draw,
    entry=_entry,
    worked_at=_worked_at,
    workflow="self_evaluation",
)
