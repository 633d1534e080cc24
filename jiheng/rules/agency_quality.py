"""The quality of third parties' work: the average of all ratings decides whether one is engaged again; a fee by grade.

Points are 0 to 100, shares per cent, money fen.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jiheng.rules.money import Fen, round_half_up, times


def average(totals: Sequence[Decimal]) -> Decimal | None:
    """Return the mean of the ratings over all years, each counted once, to two decimals; None without ratings."""
    return round_half_up(_mean(totals)) if totals else None


def kept_away(totals: Sequence[Decimal], floor: Decimal | None) -> str:
    """Return in words why a third party is not engaged; "" when it is.

    历次评分的平均数低于规定的分数，不再抽取、不再委托；恰好达到的可以。The mean itself is compared, not its rounding: 59.996 is
    below 60. Without ratings, or where no floor is laid down, nobody is kept away.
    """
    if not totals or floor is None or _mean(totals) >= Fraction(floor):
        return ""
    return f"工作质量历次评分 {len(totals)} 次，平均 {average(totals)} 分，低于 {floor:f} 分"


def payable(fee: Fen, grade: str, shares: Mapping[str, Any]) -> tuple[Decimal, Fen]:
    """Return the share (per cent) of a fee that a grade of the work earns, and that money, rounded half up.

    LookupError when the rule names no share for the grade; ValueError for a share outside 0 to 100.
    """
    if grade not in shares:
        raise LookupError(f"制度没有写明等级“{grade}”支付费用的比例")
    share = Decimal(str(shares[grade]))
    if not 0 <= share <= 100:
        raise ValueError(f"支付费用的比例 {share}% 不在 0 至 100% 之间")
    return share, times(fee, share / 100)


def _mean(totals: Sequence[Decimal]) -> Fraction:
    return sum(map(Fraction, totals), Fraction(0)) / len(totals)
