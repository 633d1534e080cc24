"""Targets within the year: what is due at each checkpoint runs toward the year's target."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.interim_targets import InterimRow, example_of, read_interim


@goal_check(
    "阶段性目标",
    severity="block",
    parameter="goal_interim_targets",
    good="全年培训1000人次，7月：400人次；10月：800人次。",
)
def interim_targets(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """年内的阶段性目标写明监控时点和值：单位、符号与全年指标值相同，随时间逐步趋向全年指标值，不超过全年指标值。"""
    for one in facts.indicators:
        if not settings.points or not one.interim_text.strip():
            continue
        told = read_interim(
            InterimRow(one.interim_text, one.operator, one.value, one.unit, facts.year), settings.points
        )
        example = example_of(settings.points)
        for problem in told.problems:
            yield Found(row(one.key, "interim_text"), f"“{one.level3}”的阶段性目标：{problem}", f"写成“{example}”并核对各个值")
