"""Indicators that are set twice."""

import re
from collections import defaultdict
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings, IndicatorFacts


@goal_check(
    "指标不重复",
    severity="block",
    parameter="goal_requirements",
    good="同一个三级指标只出现一次，分值集中在一行。",
)
def duplicate_rows(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """同一个指标不能重复设置。同一二级指标下重名的不予通过，不同类别下重名的提醒核对。"""
    by_name: dict[str, list[IndicatorFacts]] = defaultdict(list)
    for one in facts.indicators:
        if name := _bare(one.level3):
            by_name[name].append(one)
    for same in by_name.values():
        first = same[0]
        for one in same[1:]:
            together = (_bare(one.level1), _bare(one.level2)) == (_bare(first.level1), _bare(first.level2))
            yield Found(
                row(one.key, "level3"),
                f"“{one.level3}”与“{first.level2}”下的“{first.level3}”重复",
                "合并为一行，或改用不同的指标",
                severity="block" if together else "warn",
            )


def _bare(text: str) -> str:
    return re.sub(r"[\s，,。.、（）()“”\"]", "", text)
