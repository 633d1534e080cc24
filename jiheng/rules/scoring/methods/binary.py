"""Yes or no: meets the standard or does not."""

from decimal import Decimal

from jiheng.rules.money import round_half_up
from jiheng.rules.scoring.method import (
    OPERATORS,
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
)

ACCEPTED = Indicator(Decimal(10), operator="qualitative")
PARTLY = Indicator(Decimal(10), operator="qualitative", parameters={"deduct": 4})


@scoring_method(
    "直接赋分",
    takes=Takes.YES_NO,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.BETTER_NEVER_LOSES, Law.LISTED),
    operators=tuple(OPERATORS),
    parameters=(Parameter("deduct", "不符合时扣几分（不填为扣完）", Decimal),),
    examples=(
        Example(ACCEPTED, True, "10.00"),
        Example(ACCEPTED, False, "0.00"),
        Example(PARTLY, False, "6.00"),
    ),
)
def binary(indicator: Indicator, actual: bool) -> Points:  # noqa: FBT001 - every method takes (indicator, actual)
    """符合要求得满分；不符合的得0分，规则写明扣分数的按该数扣分。"""
    deduct = indicator.parameters["deduct"]
    if deduct is not None and not 0 < deduct <= indicator.weight:
        raise Unsuitable(f"扣分须大于0、不超过分值{plain(indicator.weight)}，现在是{plain(deduct)}")
    if actual:
        return full_points(indicator, "符合要求")
    if deduct is None:
        return no_points("不符合要求")
    left = indicator.weight - deduct
    return Points(
        round_half_up(left), f"不符合要求，{plain(indicator.weight)}－{plain(deduct)}＝{plain(left)}"
    )
