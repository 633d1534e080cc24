"""Targets of one word that nobody could miss."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

BARE = re.compile(
    r"(?:基本|全部|已|全面)?(?:是|完成|达标|合格|满意|有|好|优|优秀|正常|符合|健全|到位|落实|开展|实现|达到|保障|保证|确保|可持续|规范|齐全|严格执行)"
    r"|(?:符合|达到|满足)(?:相关|有关|规定|国家|行业)?(?:要求|规定|标准|条件|预期|目标)|.{0,4}(?:无|没有)变化"
)


@goal_check(
    "定性指标可以评判",
    severity="warn",
    parameter="goal_requirements",
    good="制度健全程度：达成（制度、人员、经费都有）；部分达成（缺一项）；未达成（缺两项以上）。",
)
def bare_answer(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """定性指标要写明做到什么程度算达成，不能只写“完成”“是”“达标”“符合要求”一类的词。"""
    for one in facts.indicators:
        text = one.target_text.strip(" 　。；;")
        if one.is_qualitative and BARE.fullmatch(text):
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的指标值只有“{text}”，无法评判做到什么程度",
                "改为可以计数的指标，或写明达成、部分达成、未达成各是什么情况",
            )
