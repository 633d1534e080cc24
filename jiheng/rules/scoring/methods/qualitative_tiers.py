"""Qualitative tiers: the judge picks a tier and types points inside its band."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from jiheng.rules.money import round_half_up
from jiheng.rules.scoring.method import (
    OPERATORS,
    Example,
    Indicator,
    Law,
    NotScored,
    Parameter,
    Points,
    Takes,
    Tiered,
    Unsuitable,
    plain,
    scoring_method,
)

NATIONAL_TIERS = (
    {"key": "achieved", "label": "达成年度指标", "low": Decimal("0.8"), "high": Decimal(1)},
    {
        "key": "partly",
        "label": "部分达成年度指标并具有一定效果",
        "low": Decimal("0.6"),
        "high": Decimal("0.8"),
    },
    {"key": "missed", "label": "未达成年度指标且效果较差", "low": Decimal(0), "high": Decimal("0.6")},
)
TEN = Indicator(Decimal(10), operator="qualitative")
_CENT = Decimal("0.01")


class TierBand(NamedTuple):
    """The points allowed in a tier, both ends included, with two decimals."""

    key: str
    label: str
    lowest: Decimal
    highest: Decimal


@scoring_method(
    "定性分档",
    takes=Takes.TIER,
    laws=(Law.BOUNDED, Law.IN_TIER),
    operators=tuple(OPERATORS),
    parameters=(
        Parameter(
            "tiers", "各档：key、label、low（含）、high（不含，1为含）占分值的比例", tuple, NATIONAL_TIERS
        ),
    ),
    examples=(
        Example(TEN, Tiered("achieved", Decimal("8.5")), "8.50"),
        Example(TEN, Tiered("achieved", Decimal(10)), "10.00"),
        Example(TEN, Tiered("partly", Decimal(6)), "6.00"),
        Example(TEN, Tiered("partly", Decimal("7.99")), "7.99"),
        Example(TEN, Tiered("missed", Decimal(0)), "0.00"),
    ),
)
def qualitative_tiers(indicator: Indicator, actual: Tiered) -> Points:
    """先判断档次，再在该档区间内给分：达成年度指标为分值的80%（含）至100%，
    部分达成年度指标并具有一定效果为60%（含）至80%，未达成年度指标且效果较差为0至60%。分数超出该档区间的不收。
    """
    allowed = tier_bands(indicator.weight, indicator.parameters["tiers"])
    band = next((band for band in allowed if band.key == actual.tier), None)
    if band is None:
        raise NotScored(f"没有档次“{actual.tier}”，请从{'、'.join(band.label for band in allowed)}中选择")
    if not band.lowest <= actual.points <= band.highest:
        raise NotScored(
            f"“{band.label}”允许{band.lowest}至{band.highest}分，现在是{plain(actual.points)}分，请改分数或改档次"
        )
    if actual.points != round_half_up(actual.points):
        raise NotScored(f"得分最多两位小数，现在是{plain(actual.points)}")
    return Points(
        round_half_up(actual.points),
        f"{band.label}，在{band.lowest}至{band.highest}分内评{plain(actual.points)}分",
    )


def tier_bands(weight: Decimal, tiers: tuple[Any, ...] = NATIONAL_TIERS) -> list[TierBand]:
    """The points that each tier allows for `weight`: the upper end is excluded except at full points.

    Unsuitable when tiers are unreadable, leave a hole or overlap.
    """
    read = [_tier(entry) for entry in tiers]
    ends = sorted((low, high) for _, _, low, high in read)
    tops = [high for _, high in ends]
    if not ends or ends[0][0] != 0 or tops[-1] != 1 or [low for low, _ in ends[1:]] != tops[:-1]:
        raise Unsuitable("各档的比例须从0到1首尾相接，不留空档、不重叠")
    bands = []
    for key, label, low, high in read:
        lowest = _up(low * weight)
        highest = round_half_up(weight) if high == 1 else _up(high * weight) - _CENT
        bands.append(TierBand(key, label, lowest, highest))
    return bands


def _up(points: Decimal) -> Decimal:
    """The lowest amount of whole hundredths that is not below `points`."""
    rounded = round_half_up(points)
    return rounded if rounded >= points else rounded + _CENT


def _tier(entry: Any) -> tuple[str, str, Decimal, Decimal]:
    if not isinstance(entry, Mapping) or not {"key", "label", "low", "high"} <= set(entry):
        raise Unsuitable(f"档次读不懂：{entry}，每档写key、label、low、high")
    try:
        return str(entry["key"]), str(entry["label"]), Decimal(str(entry["low"])), Decimal(str(entry["high"]))
    except InvalidOperation as error:
        raise Unsuitable(f"档次读不懂：{entry}，low和high须为数字") from error
