"""Words that promise what nobody can judge."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings


@goal_check(
    "用词平实",
    severity="note",
    parameter="goal_forbidden_words",
    good="不写“圆满完成各项任务”，写“完成12个村的道路硬化18公里”。",
)
def forbidden_words(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """不用夸大、绝对、无法评判的说法。"""
    places = [("objective", "总体目标", facts.objective)]
    for one in facts.indicators:
        places.append((row(one.key, "level3"), f"“{one.level3}”的名称", one.level3))
        places.append((row(one.key, "target_text"), f"“{one.level3}”的指标值", one.target_text))
    for where, what, text in places:
        if found := [word for word in settings.forbidden if word in text]:
            yield Found(where, f"{what}写了“{'”“'.join(found)}”", "改写成可以核对的事实")
