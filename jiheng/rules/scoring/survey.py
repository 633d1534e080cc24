"""Satisfaction surveys: three figures that differ, so the method is named with the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from jiheng.rules.money import round_half_up
from jiheng.rules.scoring.method import NotScored

ANSWERS: Mapping[str, str] = MappingProxyType(
    {
        "very_satisfied": "很满意",
        "satisfied": "满意",
        "fairly_satisfied": "基本满意",
        "rather_dissatisfied": "不太满意",
        "dissatisfied": "不满意",
    }
)
VALUES: Mapping[str, Decimal] = MappingProxyType(
    dict(zip(ANSWERS, (Decimal(100), Decimal(80), Decimal(60), Decimal(30), Decimal(0)), strict=True))
)


@dataclass(frozen=True)
class Satisfaction:
    """A satisfaction figure in per cent, by which method, from how many valid answers."""

    rate: Decimal
    method: str
    valid: int


def weighted_satisfaction(counts: Mapping[str, int], values: Mapping[str, Decimal] = VALUES) -> Satisfaction:
    """加权满意度＝Σ（各档人数×该档分值）÷有效问卷数，默认很满意100、满意80、基本满意60、不太满意30、不满意0。"""
    valid = _valid(counts, values)
    total = sum((Fraction(values[answer]) * count for answer, count in counts.items()), Fraction(0))
    return Satisfaction(round_half_up(total / valid), "加权平均", valid)


def satisfaction_rate(
    counts: Mapping[str, int], satisfied: Sequence[str] = ("very_satisfied", "satisfied")
) -> Satisfaction:
    """满意率＝评价在所列档次的人数÷有效问卷数×100%，默认“满意”及以上。"""
    valid = _valid(counts, ANSWERS)
    met = sum(count for answer, count in counts.items() if answer in satisfied)
    named = "、".join(ANSWERS[answer] for answer in satisfied)
    return Satisfaction(round_half_up(Fraction(met, valid) * 100), f"{named}人数占比", valid)


def _valid(counts: Mapping[str, int], known: Mapping[str, object]) -> int:
    if unknown := sorted(set(counts) - set(known)):
        raise NotScored(f"问卷没有“{'、'.join(unknown)}”这一档")
    if any(count < 0 for count in counts.values()):
        raise NotScored("问卷份数不能为负")
    valid = sum(counts.values())
    if valid == 0:
        raise NotScored("没有有效问卷，无法计算满意度")
    return valid
