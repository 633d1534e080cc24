"""Placeholders of the template that were left in."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

LEFT_IN = re.compile(r"\*\*|★|☆|[×Xx]{2,}|_{2,}|目标\s*[1-9]\s*[:：]?\s*$|…{1,2}$|^[≥≤=<>]\s*%?$")


@goal_check(
    "没有遗留占位符",
    severity="block",
    parameter="goal_requirements",
    good="完成12个村的道路硬化，惠及3200户。",
)
def placeholder(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """模板里的占位符（**、★、××、空的“目标1：”、只有符号没有数）要换成真实内容。"""
    if LEFT_IN.search(facts.objective):
        yield Found("objective", "总体目标里还留着模板的占位符", "换成真实内容")
    for one in facts.indicators:
        for column, text in (("level3", one.level3), ("target_text", one.target_text)):
            if LEFT_IN.search(text):
                yield Found(row(one.key, column), f"“{text}”是模板的占位符", "换成真实内容")
