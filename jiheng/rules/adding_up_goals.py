"""What a whole department promises, worked out from what its projects promise: sums, means by money, counts, shares.

Everything is exact: values are Decimal, money is whole fen, a mean is rounded once, half up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from jiheng.rules.money import Fen, round_half_up
from jiheng.rules.reading.units import COUNTS, factor_between

METHODS: Mapping[str, str] = MappingProxyType(
    {"sum": "合计", "mean": "按资金加权平均", "count": "项目个数", "reached": "达到界限的项目占比"}
)
SIGNS: Mapping[str, str] = MappingProxyType({">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "="})
PLACES = 2


@dataclass(frozen=True)
class Part:
    """One project's row: whose, what it promises, in which unit, and the project's money in fen.

    `value` is None where the row is not a single figure, or where the project no longer has it (`gone`).
    """

    name: str
    operator: str
    value: Decimal | None
    unit: str
    fen: Fen = 0
    gone: bool = False


@dataclass(frozen=True)
class WorkedOut:
    """The value of a department's row, or why there is none. `text` is how it stands in the row: ≥120."""

    operator: str = ""
    value: Decimal | None = None
    faults: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The value with its sign; empty when there is none."""
        return "" if self.value is None else f"{SIGNS[self.operator]}{plain(self.value)}"


def plain(value: Decimal) -> str:
    """A figure without trailing zeros and without an exponent."""
    return f"{value.normalize():f}" if value else "0"


def work_out(method: str, parts: Sequence[Part], unit: str, line: Decimal | None = None) -> WorkedOut:
    """Work out a row in `unit` from the rows of projects. `line` is what a row has to promise to count as reached.

    Rows of different signs, kinds or measures do not add up: then the answer says which and why. ValueError for an
    unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"没有“{method}”这种汇总方式")
    if not parts:
        return WorkedOut(faults=("没有选择项目的指标",))
    faults = [f"“{one.name}”的绩效目标中已没有这个指标" for one in parts if one.gone]
    if method == "count":
        if unit and unit not in COUNTS:
            faults.append(f"项目个数不能以“{unit}”为单位")
        return _answer(">=", Decimal(len(parts)), faults)
    there = [one for one in parts if not one.gone]
    faults += [f"“{one.name}”的指标值不是一个数，不能汇总" for one in there if one.value is None or one.operator not in SIGNS]
    signs = {one.operator for one in there}
    if len(signs) > 1:
        faults.append(f"各项目的符号不同（{'、'.join(sorted(SIGNS.get(one, one) for one in signs))}），不能汇总")
    if method == "reached":
        return _reached(there, unit, line, faults)
    factors = {one.name: factor_between(one.unit, unit) for one in there}
    faults += [f"“{name}”的单位与“{unit or '（没有单位）'}”不能换算" for name, factor in factors.items() if factor is None]
    if method == "mean" and not sum(one.fen for one in there):
        faults.append("各项目都没有资金，不能按资金加权")
    if faults:
        return WorkedOut(faults=tuple(faults))
    values = [(one.value or Decimal(0)) * (factors[one.name] or Decimal(1)) for one in there]
    operator = there[0].operator
    if method == "sum":
        return WorkedOut(operator, sum(values, Decimal(0)))
    weighed = sum(Fraction(value) * one.fen for value, one in zip(values, there, strict=True))
    return WorkedOut(operator, round_half_up(Fraction(weighed) / sum(one.fen for one in there), PLACES))


def _answer(operator: str, value: Decimal, faults: Sequence[str]) -> WorkedOut:
    return WorkedOut(faults=tuple(faults)) if faults else WorkedOut(operator, value)


def _reached(parts: Sequence[Part], unit: str, line: Decimal | None, faults: list[str]) -> WorkedOut:
    """The share of projects whose promise is at least as good as the line, in per cent."""
    if unit != "%":
        faults.append("占比须以“%”为单位")
    if line is None:
        faults.append("没有填写界限")
    if len({one.unit for one in parts}) > 1:
        faults.append("各项目的单位不同，不能与同一界限相比")
    if faults or line is None:
        return WorkedOut(faults=tuple(faults))
    lower = parts[0].operator in {"<=", "<"}
    count = sum((one.value or Decimal(0)) <= line if lower else (one.value or Decimal(0)) >= line for one in parts)
    return WorkedOut(">=", round_half_up(Fraction(100 * count, len(parts)), PLACES))


def money_of(parts: Sequence[tuple[Fen, Fen]]) -> tuple[Fen, Fen]:
    """The money of projects together: of the treasury and other, each to the fen."""
    return sum(fiscal for fiscal, _ in parts), sum(other for _, other in parts)
