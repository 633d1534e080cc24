"""Figures of the objective that no row takes up."""

import re
from collections.abc import Iterator
from decimal import Decimal

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

FIGURE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,6})?|[0-9]{1,15}(?:\.[0-9]{1,6})?")
DATE = re.compile(r"(?:19|20)[0-9]{2}(?:年|-|/|\.)?(?:度)?|[0-9]{1,2}[月日](?:底|末|初)?")
SOME = 2


@goal_check(
    "目标与指标相互对应",
    severity="note",
    parameter="goal_requirements",
    good="总体目标写“硬化道路18公里”，数量指标中就有“道路硬化里程 ≥18公里”。",
)
def objective_apart(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """总体目标里的任务量要在指标中找得到；一个都找不到的，目标与指标脱节。"""
    promised = {_figure(one) for one in FIGURE.findall(DATE.sub("", facts.objective))}
    rows = {each for one in facts.indicators for each in (one.value, one.high) if each is not None}
    texts = " ".join(one.target_text + one.level3 for one in facts.indicators)
    said = {_figure(one) for one in FIGURE.findall(texts)}
    if len(promised) >= SOME and len(rows) >= SOME and not promised & (rows | said):
        yield Found(
            "objective",
            f"总体目标里的{len(promised)}个数在指标中一个也没有",
            "把目标中的任务量写成指标，或使目标与指标的数一致",
        )


def _figure(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))
