"""Targets that every outcome meets, or none: zero and negative values."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

MAY_BE_NEGATIVE = ("增长", "增幅", "增速", "变动", "同比", "环比", "比上年", "较上年", "下降", "降低")


@goal_check(
    "指标值不为零或负数",
    severity="block",
    parameter="goal_requirements",
    good="安全事故数 ＝0 起（零目标用＝或≤）；新增就业人数 ≥50 人。",
)
def empty_target(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """“≥0”什么结果都达标，“<0”什么结果都不达标，都不能作目标；负数只用于增长率、变动率等指标。"""
    for one in facts.indicators:
        if not one.counts or one.value is None:
            continue
        where = row(one.key, "target_text")
        if one.value == 0 and one.operator == ">=":
            yield Found(where, f"“{one.level3}”的指标值是“≥0”，什么结果都算达标", "填写要达到的数值")
        elif one.value == 0 and one.operator == "<":
            yield Found(where, f"“{one.level3}”的指标值是“<0”，不可能达到", "零目标请用“＝0”或“≤0”")
        elif one.value < 0 and not any(word in one.level3 for word in MAY_BE_NEGATIVE):
            yield Found(where, f"“{one.level3}”的指标值是负数{one.value}", "核对数值")
