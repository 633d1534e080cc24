"""Activities under the branch of effects."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import bare_name

ACTIVITY = re.compile(
    r"(?:检查|巡查)(?:次数|场次|数量)$|(?:培训|会议|宣传|发放|印刷|编制|建设|采购|购置|维修|维护|调研|督导|演练|举办|召开)(?:活动|工作|资料|班|项目)*"
    r"(?:次数|场次|期数|人次|数量|份数|台数|套数|里程|面积|个数)$"
    r"|(?:工程|项目|任务|工作|竣工|设备|采购)(?:验收)?(?:合格|完成|开工|完成及时|及时完成)率$"
)


@goal_check(
    "活动不当作效益",
    severity="warn",
    parameter="goal_requirements",
    good="培训的效益不写“培训期数”，写“参训人员取得证书的比例”“培训后上岗人数”。",
)
def activity_as_effect(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """效益指标写这件事带来的变化，举办了几次、完成了多少、是否合格是产出，不是效益。"""
    for one in facts.indicators:
        if "效益" in one.level1 and ACTIVITY.search(bare_name(one.level3)):
            yield Found(
                row(one.key, "level3"),
                f"“{one.level3}”是做的事情，不是带来的效益",
                "移到产出指标，效益指标改写服务对象或事业因此有什么变化",
            )
