"""Two names for one indicator."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings, IndicatorFacts, bare_branch
from jiheng.rules.goal_checks.names import bare_name
from jiheng.rules.reading import unit_of

SHORT = 3


@goal_check(
    "指标不换个说法重复",
    severity="warn",
    parameter="goal_requirements",
    good="“培训人次”和“培训人数”只留一个。",
)
def near_duplicates(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """同一类别下不能把同一个指标换个说法写两行。"""
    seen: dict[tuple[str, str, str], IndicatorFacts] = {}
    for one in facts.indicators:
        words = _words(one.level3)
        if len(words) < SHORT:
            continue
        key = (bare_branch(one.level1), words, unit_of(one.unit).base)
        first = seen.setdefault(key, one)
        if first is not one and bare_name(first.level3) != bare_name(one.level3):
            yield Found(
                row(one.key, "level3"),
                f"“{one.level3}”与第{first.key}行“{first.level3}”是同一个指标的两种说法",
                "合并为一行，分值集中",
            )


def _words(name: str) -> str:
    """The characters of a name in order, without those that change nothing: 硬化道路里程 and 道路硬化里程 are one."""
    name = re.sub("人次|人员数|人数", "人", bare_name(name))
    name = re.sub("场次|期数|次数", "次", name)
    return "".join(sorted(re.sub("项目|实际|完成|开展|本年|年度|数量|情况|总|的|数$", "", name)))
