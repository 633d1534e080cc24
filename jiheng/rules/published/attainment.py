"""Whether a row's printed actual value meets its printed target; silent wherever the two cannot be compared."""

import re
from decimal import Decimal
from typing import Literal

from jiheng.rules.published.direction import Direction, direction_of
from jiheng.rules.published.figures import NOTE
from jiheng.rules.published.form import Row
from jiheng.rules.reading import Target, factor_between, money_unit, plain, unit_of

Verdict = Literal["reached", "missed", "unclear"]
VAGUE_PERCENT = frozenset({"比例", "比率", "百分数"})
PERCENT_NAME = re.compile(r"[率度]|比例|比重|%")
ALIKE = ({"人", "名", "位", "人数"}, {"次", "场", "场次", "期", "批", "批次"}, {"户", "家"}, {"台", "套", "件", "只"}, {"项", "件", "宗"},
         {"篇", "条", "件"}, {"辆", "台"}, {"册", "本", "份"}, {"座", "处"}, {"株", "棵"}, {"栋", "幢"})  # fmt: skip
"""Count words that are used for the same things."""
HUNDRED = Decimal(100)
WHOLE_NAME = re.compile(
    r"满意|合格|达标|覆盖|知晓|及时|认[可知]|到位|准确|成活|安全率|完好|参与|通过|规范|比例|比重"
)
"""Shares of a whole, which cannot be more than 100%."""
GROWTH_NAME = re.compile(r"增[长加幅收]|提[高升]|完成率|完成比例|超")
FAR = 1000
"""A miss by this factor is more likely another unit than another result."""
UNIT_IN_NAME = re.compile(r"\((?:[≥≤=<>]*\*+)?([^()*]{1,8})\)$")


def attainment(row: Row) -> Verdict:
    """`reached` or `missed` only where every sensible reading of the printed texts says so."""
    if row.target.kind not in ("quantitative", "range") or row.actual.kind != "quantitative":
        return "unclear"
    if row.actual.op == "≈" or row.target.op == "≈" or _misread_percent(row):
        return "unclear"
    verdicts = {_compare(row, *factors) for factors in _readings(row)}
    return verdicts.pop() if len(verdicts) == 1 else "unclear"


def _misread_percent(row: Row) -> bool:
    """Whether one of both is a share of more than all (满意度 290%): `≥` that a scanner took for a figure."""
    if not WHOLE_NAME.search(row.level3) or GROWTH_NAME.search(row.level3):
        return False
    units = {_target_unit(row), row.actual.unit}
    if "%" not in {unit_of(unit).base for unit in units}:
        return False
    return any(value is not None and value > HUNDRED for value in (row.target.value, row.actual.value))


def _target_unit(row: Row) -> str:
    """The target's unit: in its cell, in the unit column, or in brackets behind the indicator's name."""
    if row.target.unit:
        return row.target.unit
    named = UNIT_IN_NAME.search(plain(row.level3))
    return named[1] if named and unit_of(named[1]).known else ""


def _readings(row: Row) -> list[tuple[Decimal, Decimal]]:
    """Pairs of factors for target and actual, one for each way in which their units may be understood.

    Empty when the two texts do not measure the same thing.
    """
    unit, own = _bare(_target_unit(row)), _bare(row.actual.unit)
    vague = unit in VAGUE_PERCENT or own in VAGUE_PERCENT
    unit, own = ("" if unit in VAGUE_PERCENT else unit), ("" if own in VAGUE_PERCENT else own)
    percent = vague or "%" in (unit_of(unit).base, unit_of(own).base) or bool(PERCENT_NAME.search(row.level3))
    if not unit and unit_of(own).base == "%" and not percent_like(row):
        return []
    factor = Decimal(1) if not unit or not own else _factor(own, unit)
    if factor is None:
        return []
    pairs = [(Decimal(1), factor)]
    if percent and not own and _is_share(row.actual):
        pairs.append((Decimal(1), Decimal(100)))
    if percent and not unit and _is_share(row.target):
        pairs.append((Decimal(100), factor))
        if not own and _is_share(row.actual):
            pairs.append((Decimal(100), Decimal(100)))
    return pairs


def _bare(unit: str) -> str:
    """A unit without the note behind it: 人(含线上) is 人, (场次) is 场次, (据实) is none."""
    core, inside = NOTE.sub("", unit), unit.strip("()")
    return core or (inside if unit_of(inside).known else "")


def _factor(own: str, unit: str) -> Decimal | None:
    """How much one of the actual value's unit is of the target's; 4 场 do not compare with 200 人次."""
    factor = factor_between(own, unit)
    if factor is None or unit_of(own).base or own == unit or "个" in (own, unit):
        return factor
    return (
        factor
        if any(own.lstrip("万亿") in alike and unit.lstrip("万亿") in alike for alike in ALIKE)
        else None
    )


def percent_like(row: Row) -> bool:
    """Whether a target without a unit may be a percentage, so that an actual value with % compares with it."""
    return (
        bool(PERCENT_NAME.search(row.level3)) or row.target.value == 100 or row.target.unit in VAGUE_PERCENT
    )


def _is_share(reading: Target) -> bool:
    """Whether a bare figure lies where a share and percentage points cannot be told apart."""
    return reading.value is not None and 0 < reading.value <= 1


def _compare(row: Row, target_factor: Decimal, actual_factor: Decimal) -> Verdict:
    value = row.actual.value
    if value is None:
        return "unclear"
    actual = value * actual_factor
    verdict = _against(row, actual, target_factor)
    if verdict == "missed" and _percent_of_what(row):
        return "unclear"
    if verdict == "missed" and _another_unit(row, actual, target_factor):
        return "unclear"
    bound = row.actual.op
    if bound in (">=", ">"):  # “≥95%” as a result is a lower bound: it can show a floor as kept, nothing else
        return verdict if verdict == "reached" and row.target.op in (">=", ">", "") else "unclear"
    if bound in ("<=", "<"):
        return verdict if verdict == "reached" and row.target.op in ("<=", "<") else "unclear"
    return verdict


def _percent_of_what(row: Row) -> bool:
    """Whether a percentage stands as target of a thing counted (学生数 100%) and the actual value is a bare count."""
    return row.target.unit == "%" and not _bare(row.actual.unit) and not PERCENT_NAME.search(row.level3)


def _another_unit(row: Row, actual: Decimal, target_factor: Decimal) -> bool:
    """A bare actual value a thousand times off was printed in another unit than the target, most likely."""
    target = (row.target.value or row.target.high or Decimal(0)) * target_factor
    if _bare(row.actual.unit) or not target or not actual:
        return False
    far = 100 if money_unit(_target_unit(row)) else FAR
    return abs(actual) >= far * abs(target) or abs(actual) * far <= abs(target)


def _against(row: Row, actual: Decimal, factor: Decimal) -> Verdict:
    target = row.target
    if target.kind == "range" and target.low is not None and target.high is not None:
        return _within(actual, target.low * factor, target.high * factor, direction_of(row))
    if target.value is None:
        return "unclear"
    goal = target.value * factor
    if target.op in (">=", "<=", ">", "<"):
        kept = {">=": actual >= goal, "<=": actual <= goal, ">": actual > goal, "<": actual < goal}[target.op]
        return "reached" if kept else "missed"
    return _equal(row, actual, goal, direction_of(row))


def _within(actual: Decimal, low: Decimal, high: Decimal, direction: Direction) -> Verdict:
    """A stretch: inside is reached; more of what should be much, or less of what should be little, is no miss."""
    if low <= actual <= high:
        return "reached"
    better = "up" if actual > high else "down"
    return "unclear" if better == direction else "missed"


def _equal(row: Row, actual: Decimal, goal: Decimal, direction: Direction) -> Verdict:
    """A target with `=` or without a sign: equal is reached; beyond it, only the direction can tell."""
    if actual == goal:
        return "reached"
    if goal == 0:  # none may happen, or nothing was planned
        return "unclear" if direction == "up" else "missed"
    if direction == "unknown":
        return "unclear"
    if (actual > goal) == (direction == "up"):
        # Less cost than a target without a sign may be a saving or work not done.
        return "reached" if row.target.op == "" and direction == "up" else "unclear"
    return "missed"
