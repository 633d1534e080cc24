"""Names that fit every project and so say nothing."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import bare_name

WORK = "(?:项目|工作|任务|年度工作|各项工作|重点工作|工作任务|目标任务|年度任务|业务工作|项目实施|项目建设|整体工作)"
GENERIC = re.compile(
    rf"(?:{WORK}(?:目标)?(?:完成|实施|开展)?(?:率|情况|度|数量|质量|效果|成效|进度|及时率|及时性|合格率|达标率|完成率|及时完成率|按时完成率))"
    r"|(?:社会|经济|生态|可持续)(?:效益|影响)(?:指标)?|(?:数量|质量|时效|成本|效益|满意度?|影响力?|产出)(?:指标)?"
)


@goal_check(
    "指标有针对性",
    severity="note",
    parameter="goal_requirements",
    good="不写“工作完成率”，写“高标准农田建成面积”；不写“社会效益”，写“减少通勤时间的居民户数”。",
)
def generic_name(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """三级指标要说出这个项目做什么；“项目完成率”“工作质量”“社会效益”一类放在哪个项目都可以的名称，反映不出本项目。"""
    for one in facts.indicators:
        if GENERIC.fullmatch(bare_name(one.level3)):
            yield Found(
                row(one.key, "level3"),
                f"“{one.level3}”放在哪个项目都可以，看不出本项目做什么",
                "写明对象和内容，如把“完成率”写成“某某工程完成的里程”",
            )
