"""Several measures in one row."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

FIGURE = re.compile(r"\d[\d,.]*\s*(?:%|％|‰|[一-鿿]{1,3})")
SPLIT = re.compile(r"[，,、；;]|以及|并且|并|和|且")
DATES = re.compile(r"\d+\s*[年月日]|第?[一二三四\d]\s*季度|[上下]半年")


@goal_check(
    "一行一个指标",
    severity="warn",
    parameter="goal_requirements",
    good="“培训期数 ≥3 期”和“培训人次 ≥200 人次”分两行填写。",
)
def compound_indicator(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """一行只写一个可以单独计分的指标；一个指标值里写了几个数的，拆成几行。"""
    for one in facts.indicators:
        if one.operator == "range":
            continue
        parts = [part for part in SPLIT.split(DATES.sub("", one.target_text)) if FIGURE.search(part)]
        if len(parts) > 1:
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的指标值“{one.target_text}”含{len(parts)}个数",
                "拆成几行，每行一个指标，分别定分值",
            )
