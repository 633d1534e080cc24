"""Targets written into names."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import bare_name

FIGURE = re.compile(
    r"(?:≥|≤|>|<|=|不少于|不低于|不超过|达到?|完成)\d+(?:\.\d+)?(?:%|万?人次?|个|次|户|套|台|公里|万元|平方米|亩|场|期|份|家|以上)+(?:以上)?"
)


@goal_check(
    "指标值写在指标值栏",
    severity="note",
    parameter="goal_requirements",
    good="名称写“培训人次”，指标值写“≥200人次”。",
)
def figure_in_name(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """名称里不写指标值，数值、符号和单位写在指标值一栏，否则无法计分和比较。"""
    for one in facts.indicators:
        if found := FIGURE.search(bare_name(one.level3)):
            yield Found(
                row(one.key, "level3"),
                f"“{one.level3}”的名称里写了指标值“{found[0]}”",
                "名称只写衡量什么，数值移到指标值栏",
                suggested=bare_name(one.level3).replace(found[0], ""),
            )
