"""Projects of several years without goals for the whole period."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings


@goal_check(
    "跨年度项目的中期目标",
    severity="warn",
    parameter="goal_medium_term",
    good="项目期2024—2026年的，写明三年建成什么、达到什么，主要指标写中期指标值并分到各年。",
)
def medium_missing(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """项目期超过规定年数的，除年度目标外须有中期目标，主要指标写中期指标值并分到各年。"""
    period = settings.medium_period(facts)
    if not settings.medium_demanded or period is None or facts.kind == "department":
        return
    if not facts.medium_objective.strip():
        yield Found("objective", f"项目跨年度，没有写{period}的中期目标", "请填写整个中期达到的总体目标")
    if not any(one.term is not None and one.term.years for one in facts.indicators):
        yield Found("indicators", f"项目跨年度，没有一项指标写明{period}的中期指标值和各年", "请在主要指标的“中期指标值”中填写，括号里写各年")
