"""Units that do not measure what the name says."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import TIMES, measured_by
from jiheng.rules.reading import unit_of

FITTING = {
    "rate": {"%", "倍"},
    "count": {"", "米", "平方米", "亩", "立方米", "公斤", "天", "小时", "度"},
    "length": {"米"},
    "area": {"平方米", "亩"},
    "time": {"天", "工作日", "月", "小时"},
}
WORDS = {
    "rate": "“%”",
    "count": "人、次、个等计数单位",
    "length": "米、公里等长度单位",
    "area": "平方米、亩等面积单位",
    "time": "天、月等时间单位",
}


@goal_check(
    "单位与名称相称",
    severity="warn",
    parameter="goal_requirements",
    good="覆盖率 ≥95 %；受益户数 ≥300 户；道路里程 ≥18 公里。",
)
def unit_dimension(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """率、比例、满意度的单位是%；人数、次数、数量不用%；里程、面积、天数用相应的单位。"""
    for one in facts.indicators:
        unit = one.unit.strip()
        known = unit_of(unit)
        kind = measured_by(one.level3)
        if not unit or not one.counts or not known.known or not kind or any(sign in unit for sign in "/每·"):
            continue
        if known.base in FITTING[kind] or (kind == "time" and unit in TIMES):
            continue
        suggested = "%" if kind == "rate" else ""
        yield Found(
            row(one.key, "unit"),
            f"“{one.level3}”的单位是“{unit}”，与名称不符",
            f"改为{WORDS[kind]}，或按所量的内容改正名称",
            suggested=suggested,
        )
