"""What the goal of a policy promises, held against what the goals of its projects carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiheng.rules.medium_terms import reaches
from jiheng.rules.reading import factor_between
from jiheng.rules.transfers import MOST, SIGNS, PromisedRow, Sum, as_given, plain

WAYS = {">=": "higher", ">": "higher", "<=": "lower", "<": "lower"}


@dataclass(frozen=True)
class Part:
    """One row of a project's goal that carries a row of the policy's."""

    project: str
    row: PromisedRow


@dataclass(frozen=True)
class Carried:
    """One row of a policy's goal with the rows of projects that carry it; `total` where they add up, in the row's unit."""

    row: PromisedRow
    parts: tuple[Part, ...]
    total: Decimal | None
    gaps: tuple[str, ...]


def carried(row: PromisedRow, parts: Sequence[Part]) -> Carried:
    """Hold a row of a policy's goal against its projects' rows.

    数量、总额由各项目相加，不得少于政策目标（“≤”的不得多于）；比率、均值和程度，每个项目都不得低于政策目标。
    """
    told = tuple(parts)
    if not told:
        return Carried(row, told, None, ("没有项目承担",))
    if row.value is None or row.high is not None:
        return Carried(row, told, None, ())
    values, gaps = [], []
    for one in told:
        factor = factor_between(one.row.unit, row.unit)
        if one.row.value is None or factor is None:
            gaps.append(f"“{one.project}”的“{one.row.name}”{one.row.text}与政策目标的单位不同，不能比较")
            continue
        values.append((one, one.row.value * factor))
    if not as_given(row):
        total = sum((value for _, value in values), Decimal(0))
        found = Sum(row.key, row.name, row.unit, row.operator, row.value, total)
        if found.broken:
            size = f"{plain(abs(found.difference))}{row.unit}"
            gaps.append(f"各项目合计{plain(total)}{row.unit}，政策目标{found.sign}{plain(row.value)}{row.unit}，{found.broken}{size}")
        return Carried(row, told, total, tuple(gaps))
    way, sign = WAYS.get(row.operator, ""), SIGNS.get(row.operator, "")
    for one, value in values:
        if not reaches(value, row.value, way):
            side = "高于" if row.operator in MOST else "低于" if way else "不同于"
            gaps.append(f"“{one.project}”的“{one.row.name}”{one.row.text}，{side}政策目标{sign}{plain(row.value)}{row.unit}")
    return Carried(row, told, None, tuple(gaps))
