"""Vague words: a qualitative target must be described in steps that can be judged."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

VAGUE = "显著|明显|有效|较大|较高|较好|良好|大幅|进一步|逐步|不断|持续|稳步|提升|提高|改善|增强|促进|加强|优化|完善|推动|充分|长期|一定"
GRADED = re.compile(
    r"\d|分级|分档|[一二三四五两三]档|优.{0,20}良|达成.{0,30}(?:部分|未)达成|[一二三四五六七八九十百千万两]+(?:项|个|次|处|名|家)"
)


@goal_check(
    "定性指标分级描述",
    severity="block",
    parameter="goal_requirements",
    good="群众办事便利程度：达成（跑一次办结）、部分达成（跑两次办结）、未达成（跑三次以上）。",
)
def vague_target(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """难以量化的指标，要用分级分档的文字描述做到什么程度，不能只写“显著提升”“有效改善”一类的话。"""
    for one in facts.indicators:
        words = re.findall(VAGUE, one.target_text)
        if one.is_qualitative and words and not GRADED.search(one.target_text):
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的指标值“{one.target_text}”用词笼统（{'、'.join(dict.fromkeys(words))}），没有分级",
                "改为可以计数的指标，或写明达成、部分达成、未达成各是什么情况",
            )
