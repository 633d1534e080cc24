"""Rates softer than the library's reference."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import is_percent, plain, wanted


@goal_check(
    "参照指标库的参考值",
    severity="note",
    parameter="goal_requirements",
    good="指标库中设备验收合格率的参考值是100%，本项目不写 ≥85%。",
)
def softer_than_reference(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """比率类指标的指标值一般不低于（越小越好的不高于）指标库的参考值，低于的须有依据。"""
    for one in facts.indicators:
        way, value, reference = wanted(one), one.value, one.reference
        if reference is None or value is None or not way or not is_percent(one) or one.operator == "range":
            continue
        if (value < reference) if way == "higher" else (value > reference):
            sign = "≥" if way == "higher" else "≤"
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的指标值{plain(value)}%，指标库的参考值是{plain(reference)}%",
                "参照参考值确定，低于参考值的写明依据",
                suggested=f"{sign}{plain(reference)}%",
            )
