"""Units other than the library's."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.reading import factor_between, plain


@goal_check(
    "单位与指标库一致",
    severity="warn",
    parameter="goal_requirements",
    good="指标库中“培训人次”的单位是人次，填报时也用人次。",
)
def library_unit(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """从指标库选用的指标，单位要与指标库的相当，否则各项目之间无法比较和汇总。"""
    for one in facts.indicators:
        if not one.library_unit.strip() or not one.unit.strip() or not one.counts:
            continue
        if factor_between(plain(one.unit), plain(one.library_unit)) is None:
            yield Found(
                row(one.key, "unit"),
                f"“{one.level3}”的单位“{one.unit}”与指标库的“{one.library_unit}”不同",
                "改用指标库的单位，或改为自拟指标并说明理由",
                suggested=one.library_unit,
            )
