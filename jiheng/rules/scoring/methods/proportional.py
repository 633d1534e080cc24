"""In proportion to the target: the rule for indicators of which more is better."""

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

TRAINED = Indicator(Decimal(15), target=Decimal(120))
FIFTY = Indicator(Decimal(10), target=Decimal(50))


@scoring_method(
    "按完成比例",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.BETTER_NEVER_LOSES),
    operators=(">=", ">"),
    examples=(
        Example(TRAINED, Decimal(110), "13.75"),
        Example(FIFTY, Decimal(80), "10.00"),
        Example(FIFTY, Decimal(45), "9.00"),
        Example(FIFTY, Decimal(29), "5.80"),
        Example(FIFTY, Decimal(-3), "0.00"),
    ),
)
def proportional(indicator: Indicator, actual: Decimal) -> Points:
    """达到目标值得满分；未达到的，得分＝实际值÷目标值×分值。超额不加分，负值按零计，目标值须为正数。"""
    target, weight = indicator.positive, indicator.weight
    if actual >= target:
        return full_points(indicator, f"实际值{plain(actual)}达到目标值{plain(target)}")
    done = max(actual, Decimal(0))
    return worked_out(
        Fraction(done) / Fraction(target) * Fraction(weight), f"{plain(done)}÷{plain(target)}×{plain(weight)}"
    )
