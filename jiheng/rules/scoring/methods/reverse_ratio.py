"""Reverse by ratio: target divided by actual, for indicators of which less is better."""

from decimal import Decimal
from fractions import Fraction

from jiheng.rules.scoring.method import (
    Example,
    Indicator,
    Law,
    Points,
    Takes,
    full_points,
    plain,
    scoring_method,
    worked_out,
)

FIVE = Indicator(Decimal(10), target=Decimal(5), operator="<=")


@scoring_method(
    "反向比值",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.BETTER_NEVER_LOSES),
    operators=("<=", "<"),
    examples=(
        Example(FIVE, Decimal(5), "10.00"),
        Example(FIVE, Decimal(6), "8.33"),
        Example(FIVE, Decimal(8), "6.25"),
        Example(FIVE, Decimal(10), "5.00"),
        Example(FIVE, Decimal(12), "4.17"),
    ),
)
def reverse_ratio(indicator: Indicator, actual: Decimal) -> Points:
    """不高于目标值得满分；高于的，得分＝目标值÷实际值×分值。目标值须为正数，目标为零的用“零目标”。"""
    target, weight = indicator.positive, indicator.weight
    if actual <= target:
        return full_points(indicator, f"实际值{plain(actual)}未超过目标值{plain(target)}")
    exact = Fraction(target) / Fraction(actual) * Fraction(weight)
    return worked_out(exact, f"{plain(target)}÷{plain(actual)}×{plain(weight)}")
