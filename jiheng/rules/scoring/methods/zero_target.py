"""Zero as target: none may happen."""

from decimal import Decimal

from jiheng.rules.scoring.method import (
    Example,
    Indicator,
    Law,
    Points,
    Takes,
    Unsuitable,
    full_points,
    no_points,
    plain,
    scoring_method,
)

ACCIDENTS = Indicator(Decimal(5), target=Decimal(0), operator="=")


@scoring_method(
    "零目标",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.BETTER_NEVER_LOSES, Law.LISTED),
    operators=("=", "<=", "<"),
    examples=(Example(ACCIDENTS, Decimal(0), "5.00"), Example(ACCIDENTS, Decimal(1), "0.00")),
)
def zero_target(indicator: Indicator, actual: Decimal) -> Points:
    """目标值为零的指标（如安全事故数＝0）：没有发生得满分，只要发生就得0分。"""
    if indicator.number != 0:
        raise Unsuitable(f"“零目标”只用于目标值为0的指标，本指标目标值为{plain(indicator.number)}")
    if actual <= 0:
        return full_points(indicator, "没有发生")
    return no_points(f"目标值为0，实际值为{plain(actual)}")
