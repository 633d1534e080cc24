"""What an indicator's name and unit say about it: what it measures, which way it should go."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from jiheng.rules.goal_checks.facts import IndicatorFacts
from jiheng.rules.reading import factor_between, unit_of

Measured = Literal["rate", "count", "length", "area", "time", ""]
_RATE = re.compile(r"(?:率|比例|占比|比重|满意度|知晓度)$")
_NO_RATE = re.compile(r"(?:频率|功率|效率|速率|分辨率|码率|倍率|汇率|利率|税率|费率|容积率)$")
_COUNT = re.compile(r"(?:人数|人次|户数|次数|件数|个数|台数|套数|期数|场次|份数|家数|辆数|数量)$")
_LENGTH = re.compile(r"(?:里程|长度)$")
_AREA = re.compile(r"面积$")
_TIME = re.compile(r"(?:天数|时长|工期|时限|用时)$")
TIMES = frozenset({"天", "工作日", "月", "小时", "分钟", "分", "时", "h", "秒"})
HUNDRED = Decimal(100)


@lru_cache(maxsize=16_384)
def bare_name(text: str) -> str:
    """Return a name without what stands in brackets and without spaces."""
    return re.sub(r"[（(【\[].*?[）)】\]]|\s", "", text)


@lru_cache(maxsize=16_384)
def measured_by(name: str) -> Measured:
    """Return what a name says it measures; empty when its end does not tell."""
    name = bare_name(name)
    if _RATE.search(name) and not _NO_RATE.search(name):
        return "rate"
    kinds: tuple[tuple[re.Pattern[str], Measured], ...] = (
        (_COUNT, "count"), (_LENGTH, "length"), (_AREA, "area"), (_TIME, "time"),
    )  # fmt: skip
    return next((kind for pattern, kind in kinds if pattern.search(name)), "")


def is_satisfaction(one: IndicatorFacts) -> bool:
    """Whether a row asks how content people are."""
    return "满意" in one.level3 or ("满意" in one.level1 + one.level2 and not one.level3.strip())


def is_percent(one: IndicatorFacts) -> bool:
    """Whether a row is measured in percent."""
    return unit_of(one.unit).base == "%" and one.unit.strip() != ""


def is_cost(one: IndicatorFacts) -> bool:
    """Whether a row stands among the costs."""
    return "成本" in one.level1 or "成本" in one.level2


def wanted(one: IndicatorFacts) -> str:
    """Return higher or lower: as the library or else the sign says; empty for = and ranges."""
    return one.direction or {">=": "higher", ">": "higher", "<=": "lower", "<": "lower"}.get(one.operator, "")


def last_in_unit(one: IndicatorFacts) -> Decimal | None:
    """Return the promise of the year before in the row's unit; None when there is none to compare with."""
    if one.last_value is None or one.value is None or one.operator == "range":
        return None
    factor = factor_between(one.last_unit or one.unit, one.unit)
    return None if factor is None else one.last_value * factor


def plain(value: Decimal) -> str:
    """Return a figure as it is written: 90, not 9E+1."""
    return f"{value.normalize():f}"
