"""Money: the sources make the total, the year does not exceed the medium term."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.money import format_wan


@goal_check(
    "资金来源合计",
    severity="block",
    parameter="goal_requirements",
    good="年度资金总额120万元＝财政拨款100万元＋其他资金20万元。",
)
def source_sum(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """年度资金总额大于0，等于各项资金来源之和；每项来源不为负；年度资金不超过中期资金总额。"""
    if facts.amount <= 0:
        yield Found("money", f"年度资金总额为{format_wan(facts.amount)}万元", "填写大于0的年度资金")
    for source, amount in facts.sources.items():
        if amount < 0:
            yield Found("money", f"{source}为负数：{format_wan(amount)}万元", "核对金额")
    together = sum(facts.sources.values())
    if together != facts.amount:
        parts = "＋".join(format_wan(amount) for amount in facts.sources.values()) or "0.00"
        fact = f"资金来源合计{parts}＝{format_wan(together)}万元，与年度资金总额{format_wan(facts.amount)}万元不等"
        yield Found("money", fact, "核对各项来源和总额")
    if facts.medium_amount is not None and facts.amount > facts.medium_amount:
        fact = (
            f"年度资金{format_wan(facts.amount)}万元，超过中期资金总额{format_wan(facts.medium_amount)}万元"
        )
        yield Found("money", fact, "核对年度和中期资金")
