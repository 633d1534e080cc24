"""One row that outweighs the others."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import plain


@goal_check(
    "分值分布适当",
    severity="note",
    parameter="goal_largest_weight",
    good="最重要的指标20分，其余5至15分。",
)
def largest_weight(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """一个三级指标的分值不宜过大，否则其余指标完成得如何都不影响结果。"""
    for one in facts.indicators:
        if settings.largest_weight is not None and one.weight > settings.largest_weight:
            yield Found(
                row(one.key, "weight"),
                f"“{one.level3}”的分值{plain(one.weight)}，超过{plain(settings.largest_weight)}",
                "拆成几个指标，或把分值匀给其他指标",
            )
