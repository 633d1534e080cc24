"""Equal to the target: three readings of the sign =."""

from decimal import Decimal
from fractions import Fraction

from jiheng.rules.scoring.method import (
    Example,
    Indicator,
    Law,
    Parameter,
    Points,
    Takes,
    full_points,
    no_points,
    plain,
    scoring_method,
    worked_out,
)

AT_LEAST = Indicator(Decimal(10), target=Decimal(50), operator="=")
EQUAL = Indicator(Decimal(10), target=Decimal(50), operator="=", parameters={"reading": "equal"})
SYMMETRIC = Indicator(Decimal(10), target=Decimal(50), operator="=", parameters={"reading": "symmetric"})


@scoring_method(
    "等于目标",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.CLOSER_NEVER_LOSES),
    operators=("=",),
    parameters=(
        Parameter(
            "reading",
            "等号的理解：at_least达到即满分，equal相等才得分，symmetric按偏离比例扣分",
            str,
            "at_least",
            choices=("at_least", "equal", "symmetric"),
        ),
    ),
    examples=(
        Example(AT_LEAST, Decimal(50), "10.00"),
        Example(AT_LEAST, Decimal(60), "10.00"),
        Example(AT_LEAST, Decimal(45), "9.00"),
        Example(EQUAL, Decimal(60), "0.00"),
        Example(SYMMETRIC, Decimal(60), "8.00"),
        Example(SYMMETRIC, Decimal(45), "9.00"),
    ),
)
def exact(indicator: Indicator, actual: Decimal) -> Points:
    """目标为“等于”的指标有三种算法，由地方选定：达到或超过即满分，未达到按实际值÷目标值计分；
    或只有相等才得满分，否则0分；或按偏离比例扣分：得分＝（1－偏离÷目标值）×分值。目标值须为正数，为零的用“零目标”。
    """
    target, weight = indicator.positive, Fraction(indicator.weight)
    reading = indicator.parameters["reading"]
    if actual == target or (reading == "at_least" and actual > target):
        return full_points(indicator, f"实际值{plain(actual)}达到目标值{plain(target)}")
    if reading == "equal":
        return no_points(f"实际值{plain(actual)}不等于目标值{plain(target)}")
    if reading == "at_least":
        done = max(actual, Decimal(0))
        share = Fraction(done) / Fraction(target)
        return worked_out(share * weight, f"{plain(done)}÷{plain(target)}×{plain(indicator.weight)}")
    away = abs(Fraction(actual) - Fraction(target))
    if away >= target:
        return no_points(f"实际值{plain(actual)}偏离目标值{plain(target)}达100%")
    shown = f"（1－{plain(away)}÷{plain(target)}）×{plain(indicator.weight)}"
    return worked_out((1 - away / Fraction(target)) * weight, shown)
