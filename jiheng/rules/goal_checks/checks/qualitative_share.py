"""How many indicators are judged by words only."""

from collections.abc import Iterator
from fractions import Fraction

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.money import round_half_up


@goal_check(
    "以定量为主",
    severity="warn",
    parameter="goal_max_qualitative_share",
    good="能用数量、比率、日期表示的都量化，定性指标只用于确实无法量化的效果。",
)
def qualitative_share(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """绩效指标以定量为主，定性指标的个数不超过规定的比例。"""
    if settings.qualitative_share is None or not facts.indicators:
        return
    words = sum(one.is_qualitative for one in facts.indicators)
    share = Fraction(words, len(facts.indicators)) * 100
    if share > settings.qualitative_share:
        shown = f"{len(facts.indicators)}个指标中有{words}个定性指标，占{round_half_up(share)}%"
        yield Found(
            "indicators", f"{shown}，超过{settings.qualitative_share}%", "把能够量化的指标改为定量指标"
        )
