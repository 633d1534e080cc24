"""Rates that nobody could miss."""

import re
from collections.abc import Iterator
from decimal import Decimal

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import bare_name, is_percent, plain

SURE = re.compile("(?<!不)(?:合格|完成|及时|办结|准确|到位|完好|正常|发放)率$")
LOW = Decimal(60)


@goal_check(
    "指标值不过低",
    severity="warn",
    parameter="goal_requirements",
    good="项目验收合格率 ≥98%。",
)
def low_rate(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """合格率、完成率、及时率、达标率等应当接近100%的比率，指标值不能定得过低。"""
    for one in facts.indicators:
        if one.value is None or not is_percent(one) or one.operator not in {">=", ">", "="}:
            continue
        if SURE.search(bare_name(one.level3)) and 0 < one.value < LOW:
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的指标值只有{plain(one.value)}%，轻易就能达到",
                "按上年实际和工作要求提高",
            )
