"""Dates that lie outside the budget year."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings


@goal_check(
    "日期在年度之内",
    severity="warn",
    parameter="goal_requirements",
    good="2022年度目标：2022年10月31日前完成竣工验收。",
)
def date_outside_year(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """年度目标的完成日期要在预算年度之内，否则年终无法自评。"""
    for one in facts.indicators:
        if one.due is not None and one.due.year != facts.year:
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的日期{one.due.isoformat()}不在{facts.year}年度之内",
                "改为本年度内的日期，跨年的工作写本年度要完成的阶段",
            )
