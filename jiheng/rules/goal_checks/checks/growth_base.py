"""Growth over an unknown base."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import bare_name

GROWTH = re.compile("(?:增长|提高|提升|下降|降低|减少|上升|压减|缩短)(?:率|幅度|比例|值)?$|增幅$|增速$|降幅$")
BASE = re.compile("同比|环比|比|较|年均|基数|基期|上年|去年|原有|相对")
USUAL = re.compile("(?:产值|总值|增加值|收入|销售额|税收|产量|投资|消费|人口|营业额)(?:年)?(?:增长率|增速|增幅)$")
"""What statistics always compare with the year before."""


@goal_check(
    "增减有基数",
    severity="note",
    parameter="goal_requirements",
    good="名称写“投诉件数比上年下降率”，或在指标解释中写明“上年120件”。",
)
def growth_base(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """增长率、下降率、提高率要写明与什么相比：比上年、同比、比某年基数，否则无法核对。"""
    for one in facts.indicators:
        name = bare_name(one.level3)
        if not one.counts or not GROWTH.search(name) or USUAL.search(name):
            continue
        if not BASE.search(f"{one.level3}{one.target_text}{one.explanation}"):
            yield Found(
                row(one.key, "level3"),
                f"“{one.level3}”没有写明与什么相比",
                "写明比上年、同比或基数是多少",
                suggested=f"{one.level3}（比上年）",
            )
