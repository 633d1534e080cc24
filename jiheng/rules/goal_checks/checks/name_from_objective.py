"""Names copied out of the objective."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings

LONG = 11


@goal_check(
    "指标不照搬目标文字",
    severity="note",
    parameter="goal_requirements",
    good="总体目标写“推进城区老旧管网更新，保障用水安全”，指标写“更新管网长度”“水压合格率”。",
)
def name_from_objective(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """三级指标要把总体目标分解成可以衡量的事项，不能把目标里的一句话原样作指标名称。"""
    objective = _bare(facts.objective)
    for one in facts.indicators:
        name = _bare(one.level3)
        if len(name) >= LONG and name in objective:
            yield Found(
                row(one.key, "level3"),
                f"“{one.level3}”是总体目标里的原话",
                "分解成可以衡量的事项，如数量、比率、完成时间",
            )


def _bare(text: str) -> str:
    return re.sub(r"[\s，,。.、；;：:（）()“”\"]", "", text)
