"""Values of the medium term whose years do not make it."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.medium_terms import faults


@goal_check(
    "中期指标值分到各年",
    severity="warn",
    parameter="goal_medium_term",
    good="三年建成1200个：≥1200个（2024年400、2025年400、2026年400）；覆盖率：≥95%（累计：2024年85、2025年90、2026年95）。",
)
def medium_years(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """中期指标值分到各年的，每一年都要有：分年的各年合计等于中期指标值，累计的逐年靠近、最后一年达到。"""
    period = settings.medium_period(facts)
    for one in facts.indicators:
        if one.term is None:
            continue
        for words in faults(one.term, period):
            yield Found(row(one.key, "term_text"), f"“{one.level3}”{words}", "请改写中期指标值括号里的各年，使之与中期指标值相符")
