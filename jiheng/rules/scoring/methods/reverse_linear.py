"""Reverse and linear: loses by the share of the excess, nothing is left at twice the target."""

from decimal import Decimal
from fractions import Fraction

from jiheng.rules.scoring.method import (
    Example,
    Indicator,
    Law,
    Points,
    Takes,
    full_points,
    no_points,
    plain,
    scoring_method,
    worked_out,
)

FIVE = Indicator(Decimal(10), target=Decimal(5), operator="<=")
DAYS = Indicator(Decimal(10), target=Decimal(30), operator="<=")


@scoring_method(
    "反向线性",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.BETTER_NEVER_LOSES),
    operators=("<=", "<"),
    examples=(
        Example(FIVE, Decimal(5), "10.00"),
        Example(FIVE, Decimal(6), "8.00"),
        Example(FIVE, Decimal(8), "4.00"),
        Example(FIVE, Decimal(10), "0.00"),
        Example(FIVE, Decimal(12), "0.00"),
        Example(DAYS, Decimal(36), "8.00"),
    ),
)
def reverse_linear(indicator: Indicator, actual: Decimal) -> Points:
    """不高于目标值得满分；高于的，得分＝（1－超出部分÷目标值）×分值，达到目标值两倍及以上得0分。目标值须为正数。"""
    target, weight = indicator.positive, indicator.weight
    if actual <= target:
        return full_points(indicator, f"实际值{plain(actual)}未超过目标值{plain(target)}")
    if actual >= 2 * target:
        return no_points(f"实际值{plain(actual)}达到目标值{plain(target)}的两倍")
    left = 1 - (Fraction(actual) - Fraction(target)) / Fraction(target)
    shown = f"（1－（{plain(actual)}－{plain(target)}）÷{plain(target)}）×{plain(weight)}"
    return worked_out(left * Fraction(weight), shown)
