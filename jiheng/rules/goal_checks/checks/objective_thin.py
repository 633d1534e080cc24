"""Objectives that say too little."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

SHORT = 15


@goal_check(
    "总体目标写具体",
    severity="note",
    parameter="goal_requirements",
    good="完成12个村的道路硬化18公里，10月底前全部验收，改善3200户群众出行条件。",
)
def objective_thin(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """总体目标要写明做什么、做多少、达到什么效果，不能只有一句话、没有一个数。"""
    words = "".join(facts.objective.split())
    if not words:
        return
    if len(words) < SHORT:
        yield Found("objective", f"总体目标只有{len(words)}个字", "写明做什么、做多少、达到什么效果", severity="warn")
    elif not re.search(r"\d|[一二三四五六七八九十百千万两]+(?:个|项|次|户|人|家|处|所|套|台|公里|亩|场|期|批)", words):
        yield Found("objective", "总体目标里没有一个数量", "写明主要任务的数量和完成时间")
