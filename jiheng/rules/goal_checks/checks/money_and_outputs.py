"""Money that moves while the promises stand still."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import HUNDRED, is_percent, last_in_unit, plain
from jiheng.rules.money import format_wan


@goal_check(
    "资金与产出相应变化",
    severity="warn",
    parameter="goal_money_change",
    good="资金比上年减少30%的，培训期数由10期相应减为7期；资金不变而产出减少的，写明原因。",
    halves=True,
)
def money_and_outputs(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """资金比上年增减较多而数量指标都没有变化，或资金没有减少而数量指标都减少的，目标与资金不相匹配。"""
    if not facts.last_amount or settings.money_change is None or facts.amount <= 0:
        return
    pairs = [
        (one.value, last)
        for one in facts.indicators
        if "数量" in one.level2 and one.value is not None and not is_percent(one) and (last := last_in_unit(one))
    ]
    if not pairs:
        return
    change = (Decimal(facts.amount) - facts.last_amount) / facts.last_amount * HUNDRED
    before, now = format_wan(facts.last_amount), format_wan(facts.amount)
    if abs(change) >= settings.money_change and all(value == last for value, last in pairs):
        word = "增加" if change > 0 else "减少"
        share = plain(abs(change).quantize(Decimal(1), ROUND_HALF_UP))
        fact = f"年度资金由上年{before}万元变为{now}万元，{word}{share}%，{len(pairs)}个数量指标都没有变化"
        yield Found("indicators", fact, f"相应{word}数量指标，或在测算说明中写明单价、范围的变化")
    elif change >= 0 and all(value < last for value, last in pairs):
        fact = f"年度资金由上年{before}万元变为{now}万元，没有减少，{len(pairs)}个数量指标都比上年少"
        yield Found("indicators", fact, "补足数量指标或核减资金，确有原因的写在测算说明中")
