"""Ranges so wide that everything lies inside."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import plain


@goal_check(
    "区间不过宽",
    severity="note",
    parameter="goal_requirements",
    good="室温 18—22℃；不写“培训人次 100—1000人次”。",
)
def wide_range(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """区间指标的上限不超过下限的两倍；过宽的区间什么结果都算达到。"""
    for one in facts.indicators:
        if one.operator == "range" and one.value is not None and one.high is not None and 0 < one.value * 2 < one.high:
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的区间{plain(one.value)}至{plain(one.high)}过宽",
                "收窄区间，或只写下限",
                suggested=f"≥{plain(one.value)}{one.unit}",
            )
