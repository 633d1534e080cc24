"""The objective copied from last year."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

ALIKE = 0.95


@goal_check(
    "总体目标不照抄上年",
    severity="warn",
    parameter="goal_requirements",
    good="延续项目写明本年度新的任务量和要达到的水平。",
)
def copied_objective(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """总体目标要反映本年度的任务，不能照抄上年（只改年份也算照抄）。"""
    this, last = _bare(facts.objective), _bare(facts.last_objective)
    if not this or not last:
        return
    if this == last:
        yield Found("objective", "总体目标与上年逐字相同", "写明本年度的任务和要达到的水平")
    elif SequenceMatcher(None, this, last, autojunk=False).ratio() >= ALIKE:
        yield Found("objective", "总体目标与上年几乎相同", "核对是否反映了本年度的变化")


def _bare(text: str) -> str:
    """Words only: a changed year, spaces and punctuation make no new objective."""
    return re.sub(r"(?:19|20)\d\d年?|[\s，,。.、；;：:（）()“”\"]", "", text)
