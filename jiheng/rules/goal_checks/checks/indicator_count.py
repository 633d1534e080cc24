"""How many indicators a goal has."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings


@goal_check(
    "指标个数适当",
    severity="warn",
    parameter="goal_max_indicators",
    good="选取最能体现目标的关键指标，一般几个到十几个。",
)
def indicator_count(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """指标要突出重点：过少不能反映产出和效益，过多冲淡重点。"""
    count = len(facts.indicators)
    if settings.fewest is not None and 0 < count < settings.fewest:
        yield Found(
            "indicators", f"只设了{count}个指标，少于{settings.fewest}个", "补充反映产出和效益的关键指标",
            parameter="goal_min_indicators",
        )
    if settings.most is not None and count > settings.most:
        yield Found("indicators", f"设了{count}个指标，多于{settings.most}个", "合并或删去次要指标")
