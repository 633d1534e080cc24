"""By bands: each band of the value has its points."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, NamedTuple

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
    plain,
    scoring_method,
)

COST_CONTROL = Indicator(
    Decimal(5),
    operator="<=",
    unit="%",
    parameters={
        "absolute": True,
        "bands": [{"to": 10, "points": 5}, {"to": 15, "points": 3}, {"to": 20, "points": 1}, {"points": 0}],
    },
)
BUDGET_CONTROL = Indicator(
    Decimal(5),
    operator="<=",
    unit="%",
    parameters={
        "bands": [
            {"to": 0, "points": 5},
            {"to": 10, "points": 4},
            {"to": 20, "points": 3},
            {"to": 30, "points": 2},
            {"points": 0},
        ]
    },
)


class _Band(NamedTuple):
    to: Decimal | None
    points: Decimal


@scoring_method(
    "分档计分",
    takes=Takes.NUMBER,
    laws=(Law.BOUNDED, Law.LISTED),
    operators=tuple(OPERATORS),
    parameters=(
        Parameter(
            "bands", "各档：to为本档上限（含本数），points为得分，最后一档不写to", tuple, required=True
        ),
        Parameter("absolute", "按绝对值分档（正负偏差同样看待）", bool, False),
    ),
    examples=(
        Example(COST_CONTROL, Decimal(-10), "5.00"),
        Example(COST_CONTROL, Decimal("10.01"), "3.00"),
        Example(COST_CONTROL, Decimal(-20), "1.00"),
        Example(COST_CONTROL, Decimal("20.5"), "0.00"),
        Example(BUDGET_CONTROL, Decimal(0), "5.00"),
        Example(BUDGET_CONTROL, Decimal(10), "4.00"),
        Example(BUDGET_CONTROL, Decimal("39.94"), "0.00"),
    ),
)
def banded(indicator: Indicator, actual: Decimal) -> Points:
    """按实际值所在的档次得分：从低到高逐档比较，不超过本档上限（含本数）的，得本档分数，其余得最后一档分数。

    需要看偏差大小而不分正负的（如成本控制率±10%），按绝对值分档。
    """
    bands = _read(indicator)
    value = abs(actual) if indicator.parameters["absolute"] else actual
    floor = ""
    for band in bands:
        if band.to is None or value <= band.to:
            place = f"超过{floor}" if band.to is None else f"不超过{plain(band.to)}"
            sense = "绝对值" if indicator.parameters["absolute"] else ""
            return Points(
                round_half_up(band.points),
                f"实际值{plain(actual)}{indicator.unit}，{sense}{place}{indicator.unit}的档次，得{plain(band.points)}分",
            )
        floor = plain(band.to)
    raise AssertionError("the last band is open")


def _read(indicator: Indicator) -> list[_Band]:
    bands = [_band(entry) for entry in indicator.parameters["bands"]]
    if len(bands) < 2 or bands[-1].to is not None or any(band.to is None for band in bands[:-1]):
        raise Unsuitable("分档至少两档，只有最后一档不写上限（to）")
    ends = [band.to for band in bands[:-1] if band.to is not None]
    if any(lower >= upper for lower, upper in pairwise(ends)):
        raise Unsuitable("各档上限须从低到高排列")
    for band in bands:
        if not 0 <= band.points <= indicator.weight:
            raise Unsuitable(f"档次得分{plain(band.points)}不在0至分值{plain(indicator.weight)}之间")
    return bands


def _band(entry: Any) -> _Band:
    if not isinstance(entry, Mapping) or not {"points"} <= set(entry) <= {"to", "points"}:
        raise Unsuitable(f"分档读不懂：{entry}，每档只写to和points")
    try:
        to = None if entry.get("to") is None else Decimal(str(entry["to"]))
        return _Band(to, Decimal(str(entry["points"])))
    except InvalidOperation as error:
        raise Unsuitable(f"分档读不懂：{entry}，to和points须为数字") from error
