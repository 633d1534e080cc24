"""Promises that are softer than last year's."""

from collections.abc import Iterator
from decimal import Decimal

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import is_cost, is_percent, last_in_unit, plain, wanted


@goal_check(
    "不低于上年指标值",
    severity="warn",
    parameter="goal_requirements",
    good="上年验收合格率 ≥98%，本年不写 ≥90%；确因任务减少的，同时核减资金。",
)
def softer_than_last(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """同一指标的指标值一般不比上年宽松；因资金或任务减少而相应减少的除外，其他放宽的须说明理由。"""
    for one in facts.indicators:
        last, way = last_in_unit(one), wanted(one)
        if last is None or one.value is None or not way or is_satisfied(one.value, last, way):
            continue
        if way == "lower" and is_cost(one):
            continue  # dearer is for the checks of money
        if not is_percent(one) and way == "higher" and _less_money(facts, one.value, last):
            continue
        yield Found(
            row(one.key, "target_text"),
            f"“{one.level3}”本年{plain(one.value)}{one.unit}，比上年{plain(last)}{one.unit}宽松",
            "不低于上年，或说明放宽的理由",
            suggested=f"{'≥' if way == 'higher' else '≤'}{plain(last)}{one.unit}",
        )


def is_satisfied(value: Decimal, last: Decimal, way: str) -> bool:
    """Whether a promise is at least as strict as the one before."""
    return value >= last if way == "higher" else value <= last


def _less_money(facts: GoalFacts, value: Decimal, last: Decimal) -> bool:
    """Whether the money went down at least as much as the promise did."""
    return bool(facts.last_amount) and last > 0 and value * (facts.last_amount or 0) >= last * facts.amount
