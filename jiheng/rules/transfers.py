"""Handing money down together with what it is for: who gets how much, what can be added up, which sums do not hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiheng.rules.money import Fen, format_exact, format_wan, share_out
from jiheng.rules.reading.units import COUNTS, factor_between, unit_of
from jiheng.rules.refusal import Refusal

LEAST, MOST = frozenset({">=", ">"}), frozenset({"<=", "<"})
TIMES = frozenset({"小时", "天", "工作日", "月", "分钟", "分"})
RATES = re.compile(
    r"率$|率[（(]|比例|比重|占比|满意|程度$|指数$|增幅|增速|增长$|平均|人均|户均|亩均|单价|单位成本|标准$|得分$|等级$|名次|排名"
)
QUALITIES = ("质量", "时效", "满意")
SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "="}
MONEY = "money"
"""The key of the line of money among the sums."""


@dataclass(frozen=True)
class PromisedRow:
    """One indicator of a goal as it is handed down: what is measured, which way, how much; `text` as it was written."""

    key: str
    name: str
    level2: str
    operator: str
    value: Decimal | None
    high: Decimal | None
    unit: str
    text: str


@dataclass(frozen=True)
class HandedShare:
    """What one receiver gets: money in fen, and of the indicators that add up its part, by their keys."""

    receiver: str
    fen: Fen
    values: Mapping[str, Decimal]


@dataclass(frozen=True)
class Sum:
    """One thing that was split: what there is, what the parts make, and who has no part yet. Money is in fen."""

    key: str
    name: str
    unit: str
    operator: str
    total: Decimal
    found: Decimal
    missing: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal:
        """How much the parts are above what there is; below it when negative."""
        return self.found - self.total

    @property
    def broken(self) -> str:
        """“少” or “多” when the parts do not make the whole, else nothing.

        Money and exact figures must be met exactly; of an indicator with ≥ the parts may promise more, with ≤ less.
        """
        if self.difference < 0 and self.operator not in MOST:
            return "少"
        return "多" if self.difference > 0 and self.operator not in LEAST else ""

    @property
    def sign(self) -> str:
        """The sign before a figure; nothing before money."""
        return "" if self.key == MONEY else SIGNS[self.operator]

    @property
    def figures(self) -> tuple[str, str]:
        """What there is and what the parts make, as tables show them."""
        if self.key == MONEY:
            return format_wan(int(self.total)), format_wan(int(self.found))
        return f"{self.sign}{plain(self.total)}", plain(self.found)

    @property
    def words(self) -> str:
        """What does not hold, in words; nothing when it holds."""
        if not self.broken:
            return ""
        what = "资金" if self.key == MONEY else f"“{self.name}”"
        if self.key == MONEY:
            total, found, gap = (format_exact(int(one)) for one in (self.total, self.found, abs(self.difference)))
        else:
            total, found, gap = (f"{plain(one)}{self.unit}" for one in (self.total, self.found, abs(self.difference)))
        without = f"，{'、'.join(self.missing[:5])}没有分到" if self.missing and self.broken == "少" else ""
        return f"{what}应分{total}，各份合计{found}，{self.broken}{gap}{without}"


def as_given(row: PromisedRow) -> str:
    """Return why an indicator goes to everybody as it is; nothing for one whose parts add up to the whole.

    数量、总额可以相加；比率、均值、单位成本、时限、区间和定性要求各级一样，按原样落实。
    """
    if row.value is None or row.operator not in SIGNS or row.high is not None:
        return "定性、区间和时间要求按原样落实"
    unit, base = unit_of(row.unit), unit_of(row.unit).base
    if base in {"%", "倍"} or RATES.search(row.name):
        return "比率、均值和程度按原样落实"
    if row.unit.strip("()") not in COUNTS and re.search("[/每·]", base):
        return "单位成本和标准按原样落实"
    if base in TIMES:
        return "时限按原样落实"
    if row.level2.startswith(QUALITIES):
        return "质量、时效和满意度按原样落实"
    return "" if unit.known or row.level2.startswith("数量") else "认不出单位，按原样落实"


def split_value(total: Decimal, weights: Sequence[Decimal | int], unit: str = "") -> list[Decimal]:
    """Split a figure in proportion to weights, no finer than it is written: 120台 stay whole 台, and all add up to it.

    Money alone is split to the fen, as the transfer's own money is: a cost of 236万元 is not 148 and 88 beside
    147.5万元 and 88.5万元. ValueError when no weight is above nothing.
    """
    exponent = total.normalize().as_tuple().exponent
    written = max(0, -exponent) if isinstance(exponent, int) else 0
    places = max(written, _places_of_money(unit))
    return [Decimal(part).scaleb(-places) for part in share_out(int(total.scaleb(places)), weights)]


FINEST_FIGURE = 6
"""So many decimals a figure of a goal keeps."""


def _places_of_money(unit: str) -> int:
    """Return with how many decimals a fen is written in a unit: 2 in 元, 6 in 万元; 0 for what is no money."""
    told = unit_of(unit)
    return min(FINEST_FIGURE, told.scale.adjusted() + 2) if told.base == "元" else 0


def proposed(fen: Fen, rows: Sequence[PromisedRow], weights: Mapping[str, Decimal]) -> list[HandedShare]:
    """Return the shares by weights, money to the fen and figures no finer than they are written: every sum holds.

    `rows` are those that add up. ValueError when no weight is above nothing.
    """
    receivers, given = list(weights), list(weights.values())
    money = share_out(fen, given)
    columns = {row.key: split_value(row.value, given, row.unit) for row in rows if row.value is not None}
    return [
        HandedShare(name, money[at], {key: column[at] for key, column in columns.items()}) for at, name in enumerate(receivers)
    ]


def sums(fen: Fen, rows: Sequence[PromisedRow], shares: Sequence[HandedShare]) -> list[Sum]:
    """Hold the parts against the whole: money first, then each indicator that adds up, in the order of `rows`."""
    nothing = tuple(one.receiver for one in shares if one.fen == 0)
    found = [Sum(MONEY, "资金", "万元", "=", Decimal(fen), Decimal(sum(one.fen for one in shares)), nothing)]
    for row in rows:
        if row.value is None:
            continue
        parts = [one.values.get(row.key) for one in shares]
        without = tuple(one.receiver for one, part in zip(shares, parts, strict=True) if part is None)
        whole = sum((part for part in parts if part is not None), Decimal(0))
        found.append(Sum(row.key, row.name, row.unit, row.operator, row.value, whole, without))
    return found


def broken_sums(found: Sequence[Sum], clause: str) -> list[Refusal]:
    """Return a refusal for every sum that does not hold: money handed down and its indicators must add up."""
    return [Refusal(one.words, clause, "请调整各份的分解", one.key) for one in found if one.broken]


def unkept(share: HandedShare, rows: Sequence[PromisedRow], fen: Fen, own: Mapping[str, PromisedRow], clause: str) -> list[Refusal]:
    """承接的目标须与下达的份额相符：金额相等；下达的指标一项不少，分到的数不降低，按原样下达的要求不放宽。

    `rows` are all indicators of the upper goal, `own` those of the lower one by the same keys; `fen` is what the lower
    goal takes over of the money.
    """
    found = []
    if fen != share.fen:
        words = f"承接的资金为{format_exact(fen)}，下达的是{format_exact(share.fen)}"
        found.append(Refusal(words, clause, "请把目标的财政拨款改成下达的数；本级另外安排的列入其他资金", "fiscal_fen"))
    for row in rows:
        mine = own.get(row.key)
        if mine is None:
            found.append(Refusal(f"没有承接下达的指标“{row.name}”", clause, "请补上这项指标", "indicators"))
            continue
        asked = share.values.get(row.key, row.value)
        if not _keeps(row, asked, mine):
            told = row.text if row.key not in share.values else f"{SIGNS[row.operator]}{plain(share.values[row.key])}{row.unit}"
            words = f"“{row.name}”下达的是{told}，承接的是{mine.text or '（空）'}"
            found.append(Refusal(words, clause, "请按下达的要求填写，可以更高，不能降低", "indicators"))
    return found


def _keeps(row: PromisedRow, asked: Decimal | None, mine: PromisedRow) -> bool:
    if asked is None or row.operator not in {*SIGNS, "range"}:
        return mine.text.strip() == row.text.strip()
    factor = factor_between(mine.unit, row.unit) if mine.unit != row.unit else Decimal(1)
    if factor is None or mine.value is None:
        return False
    low, high = mine.value * factor, (mine.high if mine.high is not None else mine.value) * factor
    if row.operator == "range":
        return mine.operator in {"range", "="} and low >= asked and (row.high is None or high <= row.high)
    if row.operator in LEAST:
        return mine.operator in {*LEAST, "=", "range"} and low >= asked
    if row.operator in MOST:
        return mine.operator in {*MOST, "=", "range"} and high <= asked
    return mine.operator == "=" and low == asked


def plain(value: Decimal) -> str:
    """A figure without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
