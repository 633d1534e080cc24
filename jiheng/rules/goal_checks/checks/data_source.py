"""Where the figures come from."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings


@goal_check(
    "写明数据来源",
    severity="block",
    parameter="goal_data_source_required",
    good="培训人次的数据来源是签到表和培训台账。",
)
def data_source(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """经济性：指标简便易行，数据可以取得；规定要写数据来源的地方，每个指标都要写明数据从哪里来。"""
    for one in facts.indicators:
        if settings.sourced and one.data_source is not None and not one.data_source.strip():
            yield Found(row(one.key, "data_source"), f"“{one.level3}”没有写数据来源", "写明数据取自哪份台账、报表或系统")
