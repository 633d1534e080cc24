"""In proportion above a pass line: below 60% of the target nothing, then linear to full."""

from decimal import Decimal
from fractions import Fraction

from jiheng.rules.scoring.method import (
    Example,
    Indicator,
    Law,
    Parameter,
    Points,
    Takes,
    Unsuitable,
    full_points,
    no_points,
    plain,
    scoring_method,
    worked_out,
)

FIFTY = Indicator(Decimal(10), target=Decimal(50))


@scoring_method(
    "完成比例设及格门槛",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.BETTER_NEVER_LOSES),
    operators=(">=", ">"),
    parameters=(Parameter("line", "及格门槛（完成比例）", Decimal, Decimal("0.6")),),
    examples=(
        Example(FIFTY, Decimal(80), "10.00"),
        Example(FIFTY, Decimal(50), "10.00"),
        Example(FIFTY, Decimal(45), "7.50"),
        Example(FIFTY, Decimal(40), "5.00"),
        Example(FIFTY, Decimal(30), "0.00"),
        Example(FIFTY, Decimal(29), "0.00"),
        Example(FIFTY, Decimal(0), "0.00"),
    ),
)
def threshold60(indicator: Indicator, actual: Decimal) -> Points:
    """达到目标值得满分；完成比例低于及格门槛（默认60%）得0分；
    介于两者之间的，得分＝（完成比例－门槛）÷（1－门槛）×分值。目标值须为正数。
    """
    line = indicator.parameters["line"]
    if not 0 <= line < 1:
        raise Unsuitable(f"及格门槛须在0与1之间，现在是{plain(line)}")
    target, weight = indicator.positive, indicator.weight
    if actual >= target:
        return full_points(indicator, f"实际值{plain(actual)}达到目标值{plain(target)}")
    done = Fraction(max(actual, Decimal(0))) / Fraction(target)
    if done < Fraction(line):
        return no_points(f"完成{plain(done * 100)}%，低于门槛{plain(line * 100)}%")
    exact = (done - Fraction(line)) / (1 - Fraction(line)) * Fraction(weight)
    return worked_out(exact, f"（{plain(done)}－{plain(line)}）÷（1－{plain(line)}）×{plain(weight)}")
