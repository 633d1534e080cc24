"""The rows of a self-evaluation as its pages show them: what was typed, what it comes to, what must be explained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiheng.foundation.files.models import Evidence
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.methods.qualitative_tiers import TierBand
from jiheng.rules.scoring.registry import METHODS
from jiheng.stages.evaluation.forms import Typed
from jiheng.stages.evaluation.judging import (
    Demand,
    actual_words,
    bands_of,
    demand_of,
    execution_demand,
    grade_label,
    judged,
    whole_total,
)
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.goals.models import GoalIndicator
from jiheng.stages.goals.queries import value_words


@dataclass(frozen=True)
class ResultRow:
    """One indicator with its value, points, calculation and whatever is asked of the person who fills it."""

    line: SelfLine
    indicator: GoalIndicator
    target: str
    actual: str
    method: str
    rule: str
    bands: list[TierBand]
    typed: Typed
    points: Decimal | None
    calculation: str
    problem: Refusal | None
    demand: Demand | None
    files: list[Evidence]
    first1: bool

    @property
    def unexplained(self) -> bool:
        """Whether a reason is demanded and none is written."""
        return self.demand is not None and not self.typed.data.reason.strip()

    @property
    def difference(self) -> Decimal | None:
        """Re-checked points minus the unit's own."""
        if self.line.recheck_points is None or self.line.points is None:
            return None
        return self.line.recheck_points - self.line.points


def result_rows(
    evaluation: SelfEvaluation,
    lines: Sequence[SelfLine],
    typed: Mapping[int, Typed],
    files: Sequence[Evidence] = (),
) -> list[ResultRow]:
    """Return the rows judged as typed; nothing is saved."""
    rules, year = rules_at(evaluation.cycle), evaluation.cycle.budget_year
    found, level1 = [], ""
    for line in lines:
        indicator, told = line.indicator, typed[line.pk]
        result = judged(indicator, told.data, year, f"line-{line.pk}")
        points = result.points.points if result.points else None
        method = METHODS.get(indicator.method)
        found.append(
            ResultRow(
                line=line,
                indicator=indicator,
                target=value_words(indicator),
                actual=actual_words(line),
                method=method.label if method else "",
                rule=method.rule if method else "",
                bands=bands_of(indicator),
                typed=told,
                points=points,
                calculation=result.points.explanation if result.points else "",
                problem=told.problem or result.problem,
                demand=demand_of(indicator, points, result.number, rules, line.pk),
                files=[one for one in files if one.row == indicator.name[:80]],
                first1=indicator.level1 != level1,
            )
        )
        level1 = indicator.level1
    return found


@dataclass(frozen=True)
class Sum:
    """What all rows and the execution rate come to; `left` rows have no points yet."""

    total: Decimal | None
    grade: str
    left: int
    rows: Decimal
    unexplained: int
    problems: int


def summed(evaluation: SelfEvaluation, rows: Sequence[ResultRow]) -> Sum:
    """Add up the rows as typed: total and grade once every row has points."""
    points = [row.points for row in rows if row.points is not None]
    so_far = sum(points, Decimal(0))
    left = len(rows) - len(points)
    total, grade = None, ""
    if rows and not left:
        total = whole_total(evaluation, [row.line for row in rows], so_far)
        grade = policy_for(evaluation.cycle).grades["evaluation"].grade(total).key
    return Sum(
        total,
        grade_label(evaluation, grade),
        left,
        so_far,
        sum(row.unexplained for row in rows),
        sum(row.problem is not None for row in rows),
    )


def slow_spending(evaluation: SelfEvaluation) -> Demand | None:
    """Return why the execution rate must be explained, or None."""
    return execution_demand(evaluation, rules_at(evaluation.cycle))


def recheck_sum(
    evaluation: SelfEvaluation, lines: Sequence[SelfLine], points: Mapping[str, Decimal]
) -> tuple[Decimal | None, str]:
    """Return total and grade in words of re-checked rows (`points` by row key) once every row has points in range."""
    given = [points.get(str(line.pk)) for line in lines]
    fit = [
        value
        for line, value in zip(lines, given, strict=True)
        if value is not None and 0 <= value <= line.indicator.weight
    ]
    if not lines or len(fit) != len(lines):
        return None, ""
    total = whole_total(evaluation, list(lines), sum(fit, Decimal(0)))
    return total, grade_label(evaluation, policy_for(evaluation.cycle).grades["evaluation"].grade(total).key)
