"""Core indicators of the library."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.chosen import too_few
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings


@goal_check(
    "优先用核心指标",
    severity="block",
    parameter="goal_core_indicators",
    good="指标库中培训类有核心指标“培训合格率”，培训项目的目标选用了它。",
)
def core_indicators(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """重要性：优先使用最具代表性、最能反映评价要求的核心指标；指标库中本类支出有核心指标的，至少选用规定的个数。"""
    yield from too_few(
        facts, asked=settings.core, offered=facts.core_offered, chosen=sum(one.core for one in facts.indicators),
        kind="核心", remedy=f"从指标库选用“{facts.category}”类的核心指标",
    )  # fmt: skip
