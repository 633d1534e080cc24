"""Whole departments: every main duty has an indicator that measures it."""

from collections.abc import Iterator

from jiheng.rules.duties import without_indicator
from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings


@goal_check(
    "主要职责没有指标",
    severity="warn",
    parameter="goal_requirements",
    good="主要职责“义务教育学校布局和建设”，对应指标“新增公办学位数≥1200个”。",
)
def duty_without_indicator(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """部门整体支出绩效目标要与部门三定职责相关，登记的每一项主要职责至少对应一个指标。"""
    if facts.kind != "department" or not facts.indicators:
        return
    for name in without_indicator(facts.main_duties):
        yield Found(
            "indicators",
            f"主要职责“{name}”没有对应的指标",
            "在“缺口图”中为它选择对应的指标；没有合适指标的，补充一个",
        )
