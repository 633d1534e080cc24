"""Targets of the year that are weaker than what the medium term asks of it."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import plain
from jiheng.rules.medium_terms import WORDS, falls_short


@goal_check(
    "年度指标值与中期目标相符",
    severity="warn",
    parameter="goal_medium_term",
    good="中期目标写明2025年400个的，2025年度指标值写≥400个；少于400个的，先调整中期目标的各年。",
)
def medium_year_value(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """中期指标值分到本年的，年度指标值不比分到本年的宽松；写明等于的须相等。"""
    for one in facts.indicators:
        asked = falls_short(one.term, facts.year, one.value, one.unit)
        if asked is None or one.value is None or one.term is None:
            continue
        sign = {"higher": "≥", "lower": "≤"}.get(one.term.way, "=")
        yield Found(
            row(one.key, "target_text"),
            f"“{one.level3}”本年{plain(one.value)}{one.unit}，中期目标{facts.year}年{WORDS[one.term.spread]}为{plain(asked)}{one.unit}",
            "请按中期目标填写，或先调整中期目标的各年",
            suggested=f"{sign}{plain(asked)}{one.unit}",
        )
