"""Money that comes in, sold as what is achieved."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import bare_name

INPUT = re.compile(
    r"^(?:项目|财政|专项|年度|本年|本级|部门|单位|预算)*(?:资金|预算|经费)(?:到位|下达|拨付|支付|执行|支出|使用|投入|安排)*"
    r"(?:率|进度|及时率|完成率|金额|数|情况)$"
)


@goal_check(
    "投入不当作产出",
    severity="warn",
    parameter="goal_requirements",
    good="不写“资金到位率100%”，写“硬化道路18公里”“验收合格率100%”。",
)
def input_as_output(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """资金到位、拨付、使用是投入和过程，不是产出；预算执行率在自评时另计分，不在产出指标中重复设置。"""
    for one in facts.indicators:
        if "产出" in one.level1 and "成本" not in one.level2 and INPUT.search(bare_name(one.level3)):
            yield Found(
                row(one.key, "level3"),
                f"“{one.level3}”是投入或过程，不是产出",
                "改写用这笔资金做成的事：数量、质量、完成时间",
            )
