"""In proportion, with a line above which over-fulfilment costs points: the target was set too low."""

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
    plain,
    scoring_method,
    worked_out,
)

FIFTY = Indicator(
    Decimal(10), target=Decimal(50), parameters={"line": Decimal("1.5"), "least": Decimal("0.5")}
)


@scoring_method(
    "按完成比例并设超额线",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.CLOSER_NEVER_LOSES),
    operators=(">=", ">"),
    parameters=(
        Parameter("line", "超额线（实际值÷目标值超过它就扣分）", Decimal, required=True),
        Parameter("least", "扣分后至少保留的比例", Decimal, Decimal(0)),
    ),
    examples=(
        Example(FIFTY, Decimal(45), "9.00"),
        Example(FIFTY, Decimal(75), "10.00"),
        Example(FIFTY, Decimal(85), "8.00"),
        Example(FIFTY, Decimal(200), "5.00"),
    ),
)
def overfulfilment(indicator: Indicator, actual: Decimal) -> Points:
    """未达到目标的按完成比例计分，达到目标、未超过超额线的得满分；目标明显定得过低、实际值÷目标值超过超额线的，
    按超过的幅度扣分：得分＝（1－（实际值÷目标值－超额线））×分值，并可规定至少保留的比例。超额线由地方规定，国家文件没有数值。
    """
    line, least = indicator.parameters["line"], indicator.parameters["least"]
    if line < 1 or not 0 <= least <= 1:
        raise Unsuitable("超额线须不小于1，至少保留的比例须在0与1之间")
    target, weight = indicator.positive, Fraction(indicator.weight)
    done = Fraction(max(actual, Decimal(0))) / Fraction(target)
    if done < 1:
        shown = f"{plain(max(actual, Decimal(0)))}÷{plain(target)}×{plain(indicator.weight)}"
        return worked_out(done * weight, shown)
    over = done - Fraction(line)
    if over <= 0:
        return full_points(indicator, f"实际值{plain(actual)}达到目标值{plain(target)}")
    kept = max(Fraction(least), 1 - over)
    shown = (
        f"实际值为目标值的{plain(done)}倍，超过超额线{plain(line)}倍，{plain(indicator.weight)}×{plain(kept)}"
    )
    return worked_out(kept * weight, shown)
