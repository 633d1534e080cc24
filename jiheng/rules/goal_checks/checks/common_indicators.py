"""Common indicators, by which objects of one kind are compared."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.chosen import too_few
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings


@goal_check(
    "同类对象用共性指标",
    severity="block",
    parameter="goal_common_indicators",
    good="指标库的通用领域有会议类的“参会人员到会率”，会议项目的目标都选用它，各项目之间可以比较。",
)
def common_indicators(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """可比性：同类对象设共性指标，便于相互比较；指标库的通用领域有本类支出的指标的，至少选用规定的个数。"""
    yield from too_few(
        facts, asked=settings.common, offered=facts.common_offered, chosen=sum(one.common for one in facts.indicators),
        kind="共性", remedy=f"从指标库的通用领域选用“{facts.category}”类的指标",
    )  # fmt: skip
