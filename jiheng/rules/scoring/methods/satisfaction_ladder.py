"""The satisfaction ladder: rungs of the satisfaction rate with their share of the points."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Any

from jiheng.rules.scoring.method import (
    Example,
    Indicator,
    Law,
    NotScored,
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

NATIONAL_RUNGS = (
    {"rate": Decimal(90), "share": Decimal(1)},
    {"rate": Decimal(80), "share": Decimal("0.8")},
    {"rate": Decimal(60), "share": Decimal("0.5")},
)
TEN = Indicator(Decimal(10), target=Decimal(90), unit="%")


@scoring_method(
    "满意度阶梯",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.BETTER_NEVER_LOSES, Law.LISTED),
    operators=(">=", ">"),
    parameters=(
        Parameter("rungs", "各级：rate为满意度（%，含本数），share为占分值的比例", tuple, NATIONAL_RUNGS),
    ),
    examples=(
        Example(TEN, Decimal(90), "10.00"),
        Example(TEN, Decimal("89.9"), "8.00"),
        Example(TEN, Decimal(85), "8.00"),
        Example(TEN, Decimal(60), "5.00"),
        Example(TEN, Decimal("59.99"), "0.00"),
    ),
)
def satisfaction_ladder(indicator: Indicator, actual: Decimal) -> Points:
    """满意度达到90%得满分，80%（含）至90%得分值的80%，60%（含）至80%得分值的50%，低于60%得0分。

    满意度以百分数填写（85表示85%）；各级可由地方另行规定。
    """
    if not 0 <= actual <= 100:
        raise NotScored(f"满意度须在0至100%之间，现在是{plain(actual)}")
    for rate, share in _read(indicator.parameters["rungs"]):
        if actual >= rate:
            if share == 1:
                return full_points(indicator, f"满意度{plain(actual)}%达到{plain(rate)}%")
            exact = Fraction(indicator.weight) * Fraction(share)
            return worked_out(
                exact, f"满意度{plain(actual)}%达到{plain(rate)}%，{plain(indicator.weight)}×{plain(share)}"
            )
    return no_points(f"满意度{plain(actual)}%低于最低一级")


def _read(rungs: tuple[Any, ...]) -> list[tuple[Decimal, Decimal]]:
    try:
        read = [
            (Decimal(str(rung["rate"])), Decimal(str(rung["share"])))
            for rung in rungs
            if isinstance(rung, Mapping)
        ]
    except (KeyError, InvalidOperation) as error:
        raise Unsuitable("满意度各级须写rate和share，并为数字") from error
    falling = all(upper[0] > lower[0] and upper[1] > lower[1] for upper, lower in pairwise(read))
    if not read or len(read) != len(rungs) or not falling or not all(0 <= share <= 1 for _, share in read):
        raise Unsuitable("满意度各级须从高到低排列，比例在0与1之间")
    return read
