"""Totals: adding up points to a stated full mark, converting when indicators do not apply."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.rules.money import round_half_up
from jiheng.rules.scoring.method import NotApplicable, NotScored, plain


@dataclass(frozen=True)
class Line:
    """One scored row: `points` is None while not scored; a row that does not apply leaves the total."""

    label: str
    weight: Decimal
    points: Decimal | None
    applies: bool = True


@dataclass(frozen=True)
class Total:
    """A total with two decimals, its calculation in one line, and the rows left out."""

    points: Decimal
    explanation: str
    left_out: tuple[str, ...] = ()


def add_up(lines: Sequence[Line], *, full: Decimal = Decimal(100)) -> Total:
    """Add up rows whose weights make `full`; without the rows that do not apply, converted to `full`.

    得分合计＝Σ得分；有不适用指标的，得分合计＝Σ适用指标得分÷Σ适用指标分值×满分。
    NotScored when weights do not add up, a row has no points or points outside its weight;
    NotApplicable when no row applies.
    """
    weights = sum((line.weight for line in lines), Decimal(0))
    if weights != full:
        raise NotScored(f"分值合计为{plain(weights)}，应为{plain(full)}，请先调整分值")
    for line in lines:
        if line.applies and line.points is None:
            raise NotScored(f"“{line.label}”还没有得分")
        if line.points is not None and not 0 <= line.points <= line.weight:
            raise NotScored(f"“{line.label}”得{plain(line.points)}分，不在0至分值{plain(line.weight)}之间")
    counted = [line for line in lines if line.applies]
    left_out = tuple(line.label for line in lines if not line.applies)
    base = sum((line.weight for line in counted), Decimal(0))
    if base == 0:
        raise NotApplicable("没有一项指标适用，无法得出总分")
    points = sum((line.points for line in counted if line.points is not None), Decimal(0))
    total = round_half_up(Fraction(points) / Fraction(base) * Fraction(full))
    if not left_out:
        return Total(total, f"各项得分合计{plain(total)}")
    shown = f"{plain(points)}÷{plain(base)}×{plain(full)}＝{plain(total)}"
    return Total(total, f"不适用{len(left_out)}项，折算：{shown}", left_out)


def share_of_full(points: Decimal, weight: Decimal) -> Decimal:
    """Points in per cent of their weight, two decimals (得分率). NotApplicable when the weight is zero."""
    if weight == 0:
        raise NotApplicable("分值为0，没有得分率")
    return round_half_up(Fraction(points) / Fraction(weight) * 100)
