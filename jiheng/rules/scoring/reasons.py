"""When a self-evaluation must give a reason, and when an actual value looks misread."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.method import Actual, Indicator, Points, plain, reaches


@dataclass(frozen=True)
class ReasonLines:
    """Where a reason becomes mandatory: execution rate below, over-fulfilment at or above (as shares).

    `clauses` gives the clause of each line for the refusal, by field name.
    """

    execution_rate: Decimal = Decimal("0.9")
    overfulfilment: Decimal = Decimal("1.3")
    clauses: Mapping[str, str] | None = None

    def clause(self, name: str) -> str:
        """The clause of a line, or an empty text."""
        return (self.clauses or {}).get(name, "")


def execution_reason(paid: int, budget: int, lines: ReasonLines) -> Refusal | None:
    """执行率低于规定线（默认90%）的，须说明原因。Amounts in fen; no rate and so no reason for a zero budget."""
    if budget <= 0:
        return None
    rate = Fraction(paid, budget)
    if rate >= Fraction(lines.execution_rate):
        return None
    shown = f"预算执行率{plain(rate * 100)}%低于{plain(lines.execution_rate * 100)}%"
    return Refusal(shown, lines.clause("execution_rate"), "填写未执行完的原因", "execution")


def indicator_reason(
    label: str, indicator: Indicator, actual: Actual, points: Points, lines: ReasonLines
) -> Refusal | None:
    """没有得满分的，须写偏差原因和改进措施；大幅超额（默认达到目标值的130%）的，须说明原因。"""
    if points.points < indicator.weight:
        fact = f"“{label}”得{plain(points.points)}分，未得满分{plain(indicator.weight)}分"
        return Refusal(fact, lines.clause("shortfall"), "填写偏差原因分析及改进措施", label)
    if not _compared_upwards(indicator, actual):
        return None
    times = Fraction(Decimal(str(actual))) / Fraction(indicator.number)
    if times < Fraction(lines.overfulfilment):
        return None
    fact = f"“{label}”实际值为目标值的{plain(times * 100)}%，达到{plain(lines.overfulfilment * 100)}%"
    remedy = "说明大幅超额的原因；属于目标值定得明显偏低的，写明改进措施"
    return Refusal(fact, lines.clause("overfulfilment"), remedy, label)


def doubts(label: str, indicator: Indicator, actual: Actual) -> list[str]:
    """Words on an actual value that is probably typed in another unit; a person decides.

    百分数填成小数（目标98%、实际0.98）或小数填成百分数。
    """
    if not isinstance(actual, Decimal) or not isinstance(indicator.target, Decimal) or indicator.target <= 0:
        return []
    target = indicator.target
    if indicator.unit in {"%", "％"} and target >= 10 and 0 < actual <= 1:
        return [
            f"“{label}”目标值{plain(target)}%，实际值{plain(actual)}%：是否把{plain(actual * 100)}%写成了小数？"
        ]
    if (
        indicator.unit not in {"%", "％"}
        and target <= 1
        and 10 <= actual <= 100
        and reaches(indicator, actual)
    ):
        return [f"“{label}”目标值{plain(target)}，实际值{plain(actual)}：是否把小数写成了百分数？"]
    return []


def _compared_upwards(indicator: Indicator, actual: Actual) -> bool:
    more_is_better = indicator.operator in {">=", ">", "="}
    return (
        more_is_better
        and isinstance(actual, Decimal)
        and isinstance(indicator.target, Decimal)
        and indicator.target > 0
    )
