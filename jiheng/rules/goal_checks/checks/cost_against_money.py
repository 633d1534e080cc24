"""Costs that do not go with the money."""

import re
from collections.abc import Iterator
from decimal import Decimal

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import bare_name, is_cost, plain
from jiheng.rules.money import format_wan
from jiheng.rules.reading import factor_between

TOTAL = re.compile("^(?:项目|工程|年度)?(?:总成本|总投资|总费用|总支出|成本控制数|预算控制数|成本控制在?|总造价)(?:控制|金额|额|数)?$|^项目成本$")
SLIP = (Decimal(9000), Decimal(11000))
NEAR = Decimal("0.005")


@goal_check(
    "成本与资金一致",
    severity="warn",
    parameter="goal_requirements",
    good="年度资金480万元的项目：项目总成本 ≤480万元。",
    halves=True,
)
def cost_against_money(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """成本指标不能超过项目资金；项目总成本应当等于年度资金；差一万倍左右的，多半是元和万元写错。"""
    if facts.amount <= 0:
        return
    most = max(facts.amount, facts.medium_amount or 0)
    for one in facts.indicators:
        yuan = factor_between(one.unit, "元") if one.unit.strip() else None
        value = one.high if one.operator == "range" else one.value
        if not (is_cost(one) or TOTAL.search(bare_name(one.level3))) or yuan is None or value is None or value <= 0:
            continue
        fen, total = value * yuan * 100, TOTAL.search(bare_name(one.level3)) is not None
        share = fen / facts.amount
        if SLIP[0] <= share <= SLIP[1] or (total and SLIP[0] <= 1 / share <= SLIP[1]):
            unit = "万元" if share < 1 else "元"
            fact = f"“{one.level3}”的{plain(value)}{one.unit}与年度资金{format_wan(facts.amount)}万元相差约一万倍"
            yield Found(row(one.key, "unit"), fact, f"单位多半应为“{unit}”，请核对", suggested=unit)
        elif fen > most:
            fact = f"“{one.level3}”的{plain(value)}{one.unit}超过项目资金{format_wan(most)}万元"
            yield Found(row(one.key, "target_text"), fact, "核对数值和单位，成本不能超过项目资金")
        elif total and one.operator != "range" and abs(fen - facts.amount) > facts.amount * NEAR and fen != facts.medium_amount:
            fact = f"“{one.level3}”的{plain(value)}{one.unit}不等于年度资金{format_wan(facts.amount)}万元"
            yield Found(
                row(one.key, "target_text"), fact, "改为年度资金，或在名称中写明是哪一部分的成本",
                suggested=f"≤{plain(Decimal(facts.amount) / 1000000)}万元",
            )
