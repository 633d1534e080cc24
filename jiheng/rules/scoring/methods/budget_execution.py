"""Budget execution: paid divided by the adjusted budget, capped at the points."""

from decimal import Decimal
from fractions import Fraction

from jiheng.rules.money import round_half_up
from jiheng.rules.scoring.method import (
    Example,
    Indicator,
    Law,
    NotApplicable,
    Parameter,
    Points,
    Takes,
    Unsuitable,
    plain,
    scoring_method,
    worked_out,
)

HAIDIAN = Indicator(Decimal(10), target=Decimal("310.2"))


@scoring_method(
    "预算执行率",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.BETTER_NEVER_LOSES),
    operators=(">=", ">", "="),
    parameters=(Parameter("rate_places", "执行率先保留几位小数（百分数；不填为不先舍入）", int),),
    examples=(
        Example(HAIDIAN, Decimal("154.74"), "4.99"),
        Example(
            Indicator(Decimal(10), target=Decimal("310.2"), parameters={"rate_places": 0}),
            Decimal("154.74"),
            "5.00",
        ),
        Example(Indicator(Decimal(20), target=Decimal(10)), Decimal(10), "20.00"),
    ),
)
def budget_execution(indicator: Indicator, actual: Decimal) -> Points:
    """预算执行率得分＝执行数÷全年预算数（调整后）×分值，最高不超过分值。

    执行率是否先按百分数舍入（例如先取整为50%）由“rate_places”决定。全年预算数为零时没有执行率，
    该项不适用，退出总分折算；预算数为负时不能计分。
    """
    if indicator.number < 0:
        raise Unsuitable(f"全年预算数{plain(indicator.number)}为负，请核对预算调整")
    if indicator.number == 0:
        raise NotApplicable("全年预算数为0，没有执行率，本项不适用")
    paid = max(actual, Decimal(0))
    rate = Fraction(paid) / Fraction(indicator.number)
    places = indicator.parameters["rate_places"]
    if places is not None:
        rate = Fraction(round_half_up(rate * 100, places)) / 100
    shown = f"{plain(paid)}÷{plain(indicator.number)}"
    if rate >= 1:
        return worked_out(Fraction(indicator.weight), f"执行率{shown}≥100%，按100%×{plain(indicator.weight)}")
    if places is not None:
        return worked_out(
            rate * Fraction(indicator.weight), f"{shown}取{plain(rate * 100)}%×{plain(indicator.weight)}"
        )
    return worked_out(rate * Fraction(indicator.weight), f"{shown}×{plain(indicator.weight)}")
