"""A range as target: full inside, falling with the distance outside."""

from decimal import Decimal
from fractions import Fraction

from jiheng.rules.scoring.method import (
    Example,
    Indicator,
    Law,
    NotScored,
    Points,
    Takes,
    Unsuitable,
    full_points,
    no_points,
    plain,
    scoring_method,
    worked_out,
)

ACIDITY = Indicator(Decimal(10), operator="range", low=Decimal(6), high=Decimal(9))


@scoring_method(
    "区间目标",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.CLOSER_NEVER_LOSES),
    operators=("range",),
    examples=(
        Example(ACIDITY, Decimal(6), "10.00"),
        Example(ACIDITY, Decimal("7.2"), "10.00"),
        Example(ACIDITY, Decimal("4.5"), "7.50"),
        Example(ACIDITY, Decimal("10.8"), "8.00"),
        Example(ACIDITY, Decimal(20), "0.00"),
    ),
)
def range_target(indicator: Indicator, actual: Decimal) -> Points:
    """落在目标区间内（含两端）得满分；落在区间外的，得分＝（1－与较近一端的距离÷该端数值）×分值，扣完为止。

    较近一端为零时，距离无从相比，区间外得0分。
    """
    low, high, weight = indicator.low, indicator.high, indicator.weight
    if low is None or high is None:
        raise NotScored("区间目标须同时填写下限和上限")
    if not 0 <= low <= high:
        raise Unsuitable(f"区间{plain(low)}至{plain(high)}的下限须不小于0、不大于上限")
    if low <= actual <= high:
        return full_points(indicator, f"实际值{plain(actual)}在{plain(low)}至{plain(high)}之间")
    near = low if actual < low else high
    distance = abs(Fraction(actual) - Fraction(near))
    if near == 0 or distance >= Fraction(near):
        return no_points(f"实际值{plain(actual)}偏离目标区间{plain(low)}至{plain(high)}，已扣完")
    shown = f"（1－{plain(distance)}÷{plain(near)}）×{plain(weight)}"
    return worked_out((1 - distance / Fraction(near)) * Fraction(weight), shown)
