"""Names that are sentences."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import bare_name


@goal_check(
    "指标名称简明",
    severity="note",
    parameter="goal_longest_name",
    good="不写“通过开展技能培训提高农村劳动力就业能力，促进增收”，写“培训后就业率”。",
)
def long_name(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """三级指标的名称是所要衡量的事项，不是一段话：不超过规定的字数，不带逗号、句号。"""
    for one in facts.indicators:
        name = bare_name(one.level3)
        if settings.longest_name is not None and len(name) > settings.longest_name:
            fact = f"“{one.level3[:18]}……”有{len(name)}个字，超过{settings.longest_name}个"
        elif re.search("[，。；！？]", name):
            fact = f"“{one.level3}”是一句话，不是指标名称"
        else:
            continue
        yield Found(row(one.key, "level3"), fact, "只留所要衡量的事项，做法写在总体目标，说明写在指标解释")
