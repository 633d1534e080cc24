"""Money as whole fen, exact: reading, showing in 万元 and 元, rounding half up, sharing out."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import TypeAlias

Fen: TypeAlias = int

_FEN_PER_YUAN = 100
_FEN_PER_WAN = 1_000_000
_DIGITS = 18
_SMALL = 10**_DIGITS
_WIDE = Context(prec=40)  # what is smaller is computed exactly, whatever the context of the thread
_STEPS = {places: Decimal(1).scaleb(-places) for places in range(7)}
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)


def wan_to_fen(amount: str | Decimal | int) -> Fen:
    """Whole fen of an amount in 万元. ValueError when it is no number or finer than one fen."""
    return _to_fen(amount, _FEN_PER_WAN, "万元")


def yuan_to_fen(amount: str | Decimal | int) -> Fen:
    """Whole fen of an amount in 元. ValueError when it is no number or finer than one fen."""
    return _to_fen(amount, _FEN_PER_YUAN, "元")


def fen_to_wan(fen: Fen) -> Decimal:
    """The exact amount in 万元."""
    return _exact(fen, -6)


def fen_to_yuan(fen: Fen) -> Decimal:
    """The exact amount in 元."""
    return _exact(fen, -2)


def format_wan(fen: Fen) -> str:
    """万元 with two decimals, rounded half up, thousands grouped: what tables show."""
    return f"{round_half_up(fen_to_wan(fen)):,}"


def told_wan(fen: Fen) -> str:
    """The same with its unit, as sentences and comparisons say it: 1,234.50 万元."""
    return f"{format_wan(fen)} 万元"


def format_yuan(fen: Fen) -> str:
    """元 with two decimals, thousands grouped; exact."""
    return f"{fen_to_yuan(fen):,}"


def format_exact(fen: Fen) -> str:
    """An amount with its unit, never rounded: 30.00 万元, and 299,999.99 元 where 万元 would need more than two decimals."""
    return f"{format_yuan(fen)} 元" if fen % 10_000 else f"{format_wan(fen)} 万元"


def round_half_up(value: Decimal | Fraction, places: int = 2) -> Decimal:
    """`value` with `places` decimals; a half goes away from zero (四舍五入). Exact for fractions."""
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < _DIGITS and places in _STEPS:
        found = value.quantize(_STEPS[places], ROUND_HALF_UP, _WIDE)
        return found or found.copy_abs()  # never -0.00
    exact = Fraction(value) * 10**places
    whole = int(abs(exact) + Fraction(1, 2))
    return _exact(-whole if exact < 0 else whole, -places)


def share_out(total: Fen, weights: Sequence[int | Decimal | Fraction]) -> list[Fen]:
    """Split `total` fen in proportion to `weights`, to the fen, adding up exactly.

    Largest remainder: every share is rounded down, the fen left over go to the largest remainders,
    among equals to the earlier one. ValueError on a negative weight or when no weight is positive.
    """
    shares = [Fraction(weight) for weight in weights]
    if any(share < 0 for share in shares):
        raise ValueError("分配权数不得为负数")
    whole = sum(shares)
    if whole == 0:
        raise ValueError("分配权数合计须大于零")
    exact = [abs(total) * share / whole for share in shares]
    floors = [int(amount) for amount in exact]
    left = abs(total) - sum(floors)
    by_remainder = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    for place in by_remainder[:left]:
        floors[place] += 1
    return [-amount for amount in floors] if total < 0 else floors


def times(fen: Fen, ratio: Decimal | Fraction) -> Fen:
    """`fen` times a ratio, rounded half up to the fen."""
    return int(round_half_up(fen * Fraction(ratio), 0))


def _to_fen(amount: str | Decimal | int, fen_per_unit: int, unit: str) -> Fen:
    exact = (
        Fraction(_number(amount, unit) if isinstance(amount, str) else _finite(amount, unit)) * fen_per_unit
    )
    if exact.denominator != 1:
        raise ValueError(f"{amount}{unit}精确到了分以下，请核对金额")
    return exact.numerator


def _number(text: str, unit: str) -> Decimal:
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(f"“{text}”不是以{unit}为单位的金额")
    return Decimal(text.strip().replace(",", ""))


def _finite(amount: Decimal | int, unit: str) -> Decimal | int:
    if isinstance(amount, Decimal) and not amount.is_finite():
        raise ValueError(f"“{amount}”不是以{unit}为单位的金额")
    return amount


def _exact(whole: int, exponent: int) -> Decimal:
    if -_SMALL < whole < _SMALL:
        return Decimal(whole).scaleb(exponent, _WIDE) if exponent else Decimal(whole)
    # The tuple form keeps every digit, whatever the precision of the decimal context.
    sign, digits = int(whole < 0), tuple(int(digit) for digit in str(abs(whole)))
    return Decimal((sign, digits, exponent)) if exponent else Decimal(whole)
