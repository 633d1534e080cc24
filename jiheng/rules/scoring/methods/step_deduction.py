"""Deduction by step: every step away from the target costs points, until none are left."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

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

SATISFIED = Indicator(Decimal(10), target=Decimal(90), unit="%", parameters={"step": 5, "deduct": 1})
STARTED = Indicator(
    Decimal(10), target=Decimal(90), unit="%", parameters={"step": 5, "deduct": 1, "step_mode": "ceil"}
)
LINEAR = Indicator(
    Decimal(10), target=Decimal(90), unit="%", parameters={"step": 5, "deduct": 1, "step_mode": "linear"}
)
WORKLOAD = Indicator(
    Decimal(15), target=Decimal(200), parameters={"step": 3, "deduct": 1, "gap": "percent_of_target"}
)
STAFFING = Indicator(
    Decimal(8), target=Decimal(100), operator="<=", unit="%", parameters={"step": 1, "deduct": Decimal("0.5")}
)


@scoring_method(
    "按步扣分",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.BETTER_NEVER_LOSES),
    operators=(">=", ">", "<=", "<"),
    parameters=(
        Parameter("step", "每差多少扣一次", Decimal, required=True),
        Parameter("deduct", "每次扣几分", Decimal, required=True),
        Parameter(
            "step_mode",
            "不足一步的算法：floor不计，ceil按一步计，linear按比例计",
            str,
            "floor",
            choices=("floor", "ceil", "linear"),
        ),
        Parameter(
            "gap",
            "差距的算法：points为与目标值之差，percent_of_target为差额占目标值的百分比",
            str,
            "points",
            choices=("points", "percent_of_target"),
        ),
    ),
    examples=(
        Example(SATISFIED, Decimal(83), "9.00"),
        Example(STARTED, Decimal(83), "8.00"),
        Example(LINEAR, Decimal(83), "8.60"),
        Example(WORKLOAD, Decimal(186), "13.00"),
        Example(STAFFING, Decimal("95.10"), "8.00"),
        Example(STAFFING, Decimal("103.2"), "6.50"),
    ),
)
def step_deduction(indicator: Indicator, actual: Decimal) -> Points:
    """达到目标得满分；每差一步扣一次分，扣完为止：得分＝分值－每次扣分×步数。

    不足一步的，可以不计、按一步计或按比例计；差距可以是与目标值之差，也可以是差额占目标值的百分比。
    """
    step, deduct = indicator.parameters["step"], indicator.parameters["deduct"]
    if step <= 0 or deduct <= 0:
        raise Unsuitable("每步的幅度和扣分都须大于0")
    target = indicator.number
    short = actual - target if indicator.operator in {"<=", "<"} else target - actual
    if short <= 0:
        return full_points(indicator, f"实际值{plain(actual)}达到目标值{plain(target)}")
    gap = Fraction(short)
    if indicator.parameters["gap"] == "percent_of_target":
        gap = gap / Fraction(indicator.positive) * 100
    steps = {
        "floor": Fraction(floor(gap / Fraction(step))),
        "ceil": Fraction(ceil(gap / Fraction(step))),
    }.get(indicator.parameters["step_mode"], gap / Fraction(step))
    left = Fraction(indicator.weight) - Fraction(deduct) * steps
    sign = "%" if indicator.parameters["gap"] == "percent_of_target" else indicator.unit
    how = f"差{plain(gap)}{sign}，每{plain(step)}{sign}一步，计{plain(steps)}步"
    if left <= 0:
        return no_points(f"{how}，已扣完")
    return worked_out(left, f"{how}，{plain(indicator.weight)}－{plain(deduct)}×{plain(steps)}")
