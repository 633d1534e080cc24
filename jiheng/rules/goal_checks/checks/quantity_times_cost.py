"""Quantity and unit cost of the project's half against the money of the finance half."""

from collections.abc import Iterator
from decimal import Decimal

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings, IndicatorFacts
from jiheng.rules.goal_checks.names import is_cost, plain
from jiheng.rules.money import format_wan
from jiheng.rules.reading import factor_between

ROOM = Decimal("1.05")
"""Figures are rounded and a unit cost is a ceiling: so much above the money is still the same money."""


@goal_check(
    "数量与单位成本相乘不超过资金",
    severity="warn",
    parameter="goal_requirements",
    good="资金96万元的项目：购置设备 ≥120台，单台平均成本 ≤8000元/台，相乘96万元。",
    halves=True,
)
def quantity_times_cost(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """数量指标乘以同一计量单位的单位成本，不能超过项目资金（年度和中期中较大的）5%以上，超过的，业务和资金两部分必有一处写错。"""
    most = max(facts.amount, facts.medium_amount or 0)
    if most <= 0:
        return
    for one in facts.indicators:
        money, _slash, each = one.unit.partition("/")
        if not each.strip() or not is_cost(one) or one.value is None or one.operator not in {"<=", "<", "="}:
            continue
        yuan, counted = factor_between(money.strip(), "元"), _quantity(facts, each.strip())
        if yuan is None or counted is None or counted.value is None:
            continue
        # How many of the quantity's own unit make one of what the cost is for: 1万台 are 10,000台.
        number = counted.value * (factor_between(counted.unit, each.strip()) or Decimal(1))
        fen = number * one.value * yuan * 100
        if fen > most * ROOM:
            yield Found(
                row(one.key, "target_text"),
                f"“{counted.level3}”{plain(counted.value)}{counted.unit}，按“{one.level3}”{plain(one.value)}{one.unit}需"
                f"{format_wan(round(fen))}万元，超过项目资金{format_wan(most)}万元",
                "核对数量、单位成本和资金，由项目经办和财务经办改成一致",
            )


def _quantity(facts: GoalFacts, unit: str) -> IndicatorFacts | None:
    """The one quantity in a unit; None when there is none, or more than one and nobody can say which is meant."""
    found = [
        one
        for one in facts.indicators
        if "数量" in one.level2
        and one.value is not None
        and one.operator in {">=", ">", "="}
        and one.unit.strip().endswith(unit)  # 万台 for 台; 间 and 台 both count, yet not the same things
        and factor_between(one.unit, unit) is not None
    ]
    return found[0] if len(found) == 1 else None
