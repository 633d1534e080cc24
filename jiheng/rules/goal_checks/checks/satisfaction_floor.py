"""Satisfaction that is asked too low."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import is_percent, is_satisfaction, plain


@goal_check(
    "满意度不低于规定",
    severity="warn",
    parameter="goal_satisfaction_floor",
    good="受益群众满意度 ≥90%。",
)
def satisfaction_floor(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """满意度指标的指标值不低于规定的下限，定低了等于没有要求。"""
    floor = settings.satisfaction_floor
    for one in facts.indicators:
        if floor is None or one.value is None or not is_satisfaction(one) or not is_percent(one):
            continue
        if one.operator in {">=", ">", "="} and one.value < floor:
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的指标值{plain(one.value)}%低于{plain(floor)}%",
                f"提高到{plain(floor)}%以上，或说明服务对象不满意的原因和改进办法",
                suggested=f"≥{plain(floor)}%",
            )
