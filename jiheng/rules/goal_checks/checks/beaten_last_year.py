"""Promises that last year already beat by far."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import HUNDRED, plain, wanted


@goal_check(
    "参照上年实际",
    severity="warn",
    parameter="goal_beaten_share",
    good="上年指标值200人次、实际完成320人次，本年写 ≥320人次，或说明为何仍定200人次。",
)
def beaten_last_year(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """上年实际大大好于本年指标值的，指标值要相应提高，否则须说明理由；沿用的指标值同样如此。"""
    if settings.beaten is None:
        return
    more, less = 1 + settings.beaten / HUNDRED, 1 - settings.beaten / HUNDRED
    for one in facts.indicators:
        way, real = wanted(one), one.last_actual
        if real is None or one.value is None or one.value <= 0 or not way:
            continue
        if (way == "higher" and real >= one.value * more) or (way == "lower" and real <= one.value * less):
            sign = "≥" if way == "higher" else "≤"
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”上年实际{plain(real)}{one.unit}，本年只定{plain(one.value)}{one.unit}",
                "参照上年实际提高，或说明理由",
                suggested=f"{sign}{plain(real)}{one.unit}",
            )
