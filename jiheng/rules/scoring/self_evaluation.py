"""A unit's self-evaluation: the points of the execution rate, and the total of it with the rows of the goal."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from jiheng.rules.money import Fen, fen_to_wan, round_half_up
from jiheng.rules.scoring.grades import GradeTable
from jiheng.rules.scoring.method import Indicator, NotApplicable
from jiheng.rules.scoring.registry import score


def execution_points(
    budget: Fen, executed: Fen, weight: Decimal, rounding: int | None
) -> tuple[Decimal | None, str]:
    """Return the points of the execution rate and their calculation; without budget there is no rate."""
    settings = {} if rounding is None else {"rate_places": rounding}
    indicator = Indicator(weight, fen_to_wan(budget), ">=", parameters=settings)
    try:
        made = score("budget_execution", indicator, fen_to_wan(executed))
    except NotApplicable as reason:
        return None, f"{reason}，总分按其余指标折算"
    return made.points, made.explanation


def with_execution(execution: Decimal | None, weights: Iterable[Decimal], points: Decimal) -> Decimal:
    """Return rows plus execution; converted to 100 by the weights that apply when there is no execution rate."""
    if execution is not None:
        return points + execution
    return round_half_up(points / sum(weights, Decimal(0)) * 100)


def total_from(
    execution: Decimal | None, scored: Sequence[tuple[Decimal, Decimal | None]], grades: GradeTable
) -> tuple[Decimal | None, str]:
    """Return total and grade of rows given as (weight, points); (None, "") while one has no points."""
    given = [points for _, points in scored if points is not None]
    if not scored or len(given) < len(scored):
        return None, ""
    total = with_execution(execution, (weight for weight, _ in scored), sum(given, Decimal(0)))
    return total, grades.grade(total).key
