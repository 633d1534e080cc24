"""Everything finished on the last day of the year."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

SOME = 2
LAST = (12, 31)


@goal_check(
    "时间节点有区分",
    severity="note",
    parameter="goal_requirements",
    good="设计4月底前，开工6月底前，完工10月31日前，验收11月30日前。",
)
def year_end_dates(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """各项工作的完成时间不能都写12月31日：按工作顺序写明节点，年终前留出验收和自评的时间。"""
    dated = [one for one in facts.indicators if one.due is not None]
    if len(dated) >= SOME and all((one.due.month, one.due.day) == LAST for one in dated if one.due is not None):
        yield Found("indicators", f"{len(dated)}个时间指标都是12月31日", "按工作顺序写明各自的节点")
