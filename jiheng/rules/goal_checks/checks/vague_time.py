"""Times that name no day."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

VAGUE = re.compile("及时|按时|按期|按进度|按计划|按要求完成|尽快|尽早|适时|年内|年度内|限时")
PLAIN = re.compile(r"\d|达成|分级|分档|[一二三四五六七八九十]+(?:个?月|天|日|小时|工作日|季度)")


@goal_check(
    "完成时间具体",
    severity="warn",
    parameter="goal_requirements",
    good="时效指标写“2022年10月31日前”“受理后5个工作日内”“及时率 ≥95%”。",
)
def vague_time(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """完成时间要写到日、月或天数，不能只写“及时”“按时”“按计划”“尽快”“年内”。"""
    for one in facts.indicators:
        text = one.target_text.strip()
        if one.due is None and one.value is None and VAGUE.search(text) and not PLAIN.search(text):
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的指标值“{text}”没有写明什么时候完成",
                "写明日期、天数或及时率",
                suggested=f"{facts.year}年11月30日前",
            )
