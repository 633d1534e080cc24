"""Sharing money out among bodies by weighted factors, one of them the results of evaluations; amounts are fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.rules.money import Fen, format_wan, share_out
from jiheng.rules.refusal import Refusal

WHOLE = Decimal(100)
WAYS = ("average", "zero")
"""What a body without a result counts with: the plain mean of those that have one, or nothing."""


@dataclass(frozen=True)
class Factor:
    """One factor with its weight in per cent; `result` marks the one whose values are results of evaluations."""

    label: str
    weight: Decimal
    result: bool = False


@dataclass(frozen=True)
class Floor:
    """What the rules demand of the weight of results, per cent, with the clause.

    `in_principle` allows less for a stated reason (原则上).
    """

    minimum: Decimal
    clause: str
    in_principle: bool = False


@dataclass(frozen=True)
class Recipient:
    """One body that shares, with its value for every factor; None is a result that does not exist."""

    label: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Share:
    """What one body gets, and how much of it by each factor; the parts add up to the amount."""

    amount: Fen
    parts: tuple[Fen, ...]


def result_weight(factors: Sequence[Factor]) -> Decimal:
    """The weight of results among the factors, per cent."""
    return sum((one.weight for one in factors if one.result), Decimal(0))


def floor_refusals(weight: Decimal, floor: Floor, exception: str) -> list[Refusal]:
    """评价结果的权重（百分数）不得低于规定；制度写作“原则上”的，写明理由可以例外。"""
    if weight >= floor.minimum or (floor.in_principle and exception.strip()):
        return []
    way = "，或写明例外的理由" if floor.in_principle else ""
    words = f"评价结果的权重为{_plain(weight)}%，低于规定的{_plain(floor.minimum)}%"
    return [Refusal(words, floor.clause, f"请提高评价结果的权重{way}", "weights")]


def scheme_refusals(
    total: Fen, factors: Sequence[Factor], recipients: Sequence[Recipient], clause: str
) -> list[Refusal]:
    """What makes a scheme impossible to compute: weights that do not make 100%, values missing or below nothing."""
    found = []
    if total <= 0:
        found.append(Refusal("分配的资金须大于零", clause, "请填写金额", "total"))
    weights = sum((one.weight for one in factors), Decimal(0))
    if any(one.weight <= 0 for one in factors) or weights != WHOLE:
        found.append(Refusal(f"各因素的权重须大于零、合计为100%，现为{_plain(weights)}%", clause, "请改正权重", "weights"))
    if len(recipients) < 2:
        found.append(Refusal("参加分配的单位至少两个", clause, "请补充参加分配的单位", "recipients"))
    for at, factor in enumerate(factors):
        values = [one.values[at] for one in recipients]
        missing = [one.label for one, value in zip(recipients, values, strict=True) if value is None and not factor.result]
        if missing:
            names = "、".join(missing[:5])
            found.append(Refusal(f"{names}没有填写“{factor.label}”", clause, "请补充", "recipients"))
        elif recipients and sum((value for value in values if value is not None), Decimal(0)) <= 0:
            words = f"“{factor.label}”合计为零，不能据以分配"
            remedy = "参加分配的单位都还没有评价结果" if factor.result else "请填写各单位的数值，或删去这个因素"
            found.append(Refusal(words, clause, remedy, "recipients"))
    return found


def completed(factors: Sequence[Factor], recipients: Sequence[Recipient], way: str) -> list[tuple[Fraction, ...]]:
    """The values of every body with what is missing put in as the rules say (`WAYS`)."""
    columns = []
    for at in range(len(factors)):
        values = [one.values[at] for one in recipients]
        told = [Fraction(value) for value in values if value is not None]
        filler = sum(told, Fraction(0)) / len(told) if told and way == "average" else Fraction(0)
        columns.append([filler if value is None else Fraction(value) for value in values])
    return [tuple(column[at] for column in columns) for at in range(len(recipients))]


def shares(total: Fen, factors: Sequence[Factor], recipients: Sequence[Recipient], way: str) -> list[Share]:
    """Share `total` out: first among the factors by weight, then each factor's part in proportion to its values.

    Every column adds up to the factor's part, every row to the body's amount, all to `total`, to the fen.
    ValueError for what `scheme_refusals` names.
    """
    rows = completed(factors, recipients, way)
    parts = share_out(total, [one.weight for one in factors])
    columns = [share_out(part, [row[at] for row in rows]) for at, part in enumerate(parts)]
    return [
        Share(sum(column[at] for column in columns), tuple(column[at] for column in columns)) for at in range(len(rows))
    ]


def parts_in_words(total: Fen, factors: Sequence[Factor]) -> list[str]:
    """How much each factor carries, in words: the head of the calculation."""
    found = share_out(total, [one.weight for one in factors])
    return [
        f"{one.label}：{format_wan(total)}×{_plain(one.weight)}%＝{format_wan(part)}万元"
        for one, part in zip(factors, found, strict=True)
    ]


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
