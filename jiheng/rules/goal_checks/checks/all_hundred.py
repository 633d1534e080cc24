"""A hundred percent everywhere."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import HUNDRED, is_percent

MANY = 4


@goal_check(
    "指标值有区分",
    severity="note",
    parameter="goal_requirements",
    good="按上年实际和可能的偏差定指标值：验收合格率 =100%，按期完工率 ≥95%，政策知晓率 ≥85%。",
)
def all_hundred(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """不能所有比率都定为100%：确实必须的才写100%，其余按历史数据和工作要求确定。"""
    rates = [one for one in facts.indicators if one.counts and one.value is not None and is_percent(one)]
    if len(rates) >= MANY and all(one.value == HUNDRED for one in rates):
        yield Found(
            "indicators",
            f"{len(rates)}个比率指标的指标值都是100%，看不出难易",
            "逐个核对：法定或安全类的保留100%，其余按上年实际确定",
        )
