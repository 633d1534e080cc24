"""Percentages above 100."""

from collections.abc import Iterator
from decimal import Decimal

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

MAY_EXCEED = (
    "增长",
    "增幅",
    "增速",
    "变动",
    "提高",
    "上升",
    "同比",
    "环比",
    "比上年",
    "较上年",
    "收益",
    "产出比",
    "周转",
)


@goal_check(
    "百分数不超过100",
    severity="block",
    parameter="goal_requirements",
    good="验收合格率 ≥98%。",
)
def percent_above_100(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """合格率、完成率一类的百分数不会超过100%；增长率、变动率等除外。"""
    for one in facts.indicators:
        top = max((value for value in (one.value, one.high) if value is not None), default=Decimal(0))
        if (
            one.unit.strip() in {"%", "％"}
            and top > 100
            and not any(word in one.level3 for word in MAY_EXCEED)
        ):
            yield Found(
                row(one.key, "target_text"), f"“{one.level3}”的指标值{top}%超过100%", "核对数值或计量单位"
            )
