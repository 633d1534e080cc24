"""Promises that never move."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings


@goal_check(
    "指标值不多年不变",
    severity="note",
    parameter="goal_same_value_years",
    good="连续三年“≥90%”的，按这三年的实际重新确定。",
)
def same_for_years(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """同一指标的指标值连续多年不变的，要按完成情况重新核对；法定为100%或0的除外。"""
    for one in facts.indicators:
        if settings.same_years is None or not one.target_text.strip() or one.value in {0, 100}:
            continue
        years = 1
        for text in one.past:
            if text.strip() != one.target_text.strip():
                break
            years += 1
        if years >= settings.same_years:
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的指标值“{one.target_text}”连续{years}年没有变化",
                "按近几年的实际完成情况重新确定",
            )
