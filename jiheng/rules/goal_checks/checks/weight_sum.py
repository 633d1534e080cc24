"""Weights: each above zero, together what the place states."""

from collections.abc import Iterator
from decimal import Decimal

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings


@goal_check(
    "分值合计",
    severity="block",
    parameter="goal_weight_total",
    good="产出50、效益30、满意度10，合计90，预算执行率10分在自评时计入。",
)
def weight_sum(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """每个指标的分值都大于0；各指标分值合计等于规定的合计（不含预算执行率的为90，含的为100）。"""
    if not facts.indicators:
        return
    for one in facts.indicators:
        if one.weight <= 0:
            yield Found(row(one.key, "weight"), f"“{one.level3}”的分值是{one.weight}", "填写大于0的分值")
    total = sum((one.weight for one in facts.indicators), Decimal(0))
    if total not in settings.weight_totals:
        wanted = "或".join(f"{each}" for each in settings.weight_totals)
        yield Found(
            "indicators.weight", f"指标分值合计为{total}，应为{wanted}", f"调整分值，使合计为{wanted}"
        )
