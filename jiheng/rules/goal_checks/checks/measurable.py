"""Measurability: a quantitative row has a sign, a figure and a unit."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import plain


@goal_check(
    "可以衡量",
    severity="block",
    parameter="goal_requirements",
    good="培训人次 ≥120 人次；合格率 ≥98 %。",
)
def measurable(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """定量指标要有数值、符号和计量单位；区间指标要有上限和下限，下限不高于上限。"""
    for one in facts.indicators:
        if not one.counts or not one.target_text.strip():
            continue
        if one.value is None:
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”是定量指标，指标值“{one.target_text}”读不出数值",
                "填写数值；无法量化的改为定性指标并分级描述",
            )
            continue
        if not one.operator:
            yield Found(row(one.key, "operator"), f"“{one.level3}”没有符号", "选择≥、>、=、≤、<或区间")
        if one.operator == "range" and (one.high is None or one.high < one.value):
            yield Found(
                row(one.key, "target_text"), f"“{one.level3}”的区间上下限不完整或颠倒", "写明下限和上限"
            )
        if not one.unit.strip():
            yield Found(
                row(one.key, "unit"), f"“{one.level3}”的指标值{plain(one.value)}没有计量单位", "填写计量单位"
            )
