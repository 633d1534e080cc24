"""What the points of a goal's rows bring about, by the rules of its year."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in, rules_at
from jiheng.rules.weights import Missed, Weighed, missed
from jiheng.stages.goals.models import GoalIndicator


def points_demanded(cycle: Cycle) -> Decimal:
    """Return how many points the rows of a goal are to make together."""
    return Decimal(str(rules_at(cycle).value("goal_weight_total").value))


def weighed_rows(rows: Iterable[GoalIndicator]) -> list[Weighed]:
    """Return rows, saved or not, by place, branch, name and points."""
    return [Weighed(row.position, row.level1, row.name, row.weight) for row in rows]


def missed_of(cycle: Cycle, weighed: Sequence[Weighed]) -> list[Missed]:
    """Return what missing each row costs at the self-evaluation of the year."""
    demanded, weights = points_demanded(cycle), rule_in(cycle, "self_evaluation_weights")
    grades = policy_for(cycle).grades.get("evaluation")
    if weights is None or grades is None:
        return []
    # Where the rows make the whole total by themselves, the execution of the budget is not counted beside them.
    execution = min(Decimal(str(weights.value["execution"])), max(Decimal(0), grades.full - demanded))
    return missed(weighed, demanded, execution, grades)
