"""Several experts score one card, each alone: what their sheets give, how far apart they are, whether another round is held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jiheng.rules.money import round_half_up
from jiheng.rules.scoring.method import plain

FEWEST_FOR_DROPPING = 3
"""With fewer sheets nothing would be left when the highest and the lowest are dropped."""


@dataclass(frozen=True)
class BlindRule:
    """How experts score by themselves: how many at least, when the two extreme sheets are dropped, how far apart is too far.

    `required` says that nothing is concluded without them. `total_spread` is in points of the card, `item_spread` in
    per cent of an item's points; `rounds` is how many rounds are held at most.
    """

    required: bool
    least: int
    drop_from: int | None
    total_spread: Decimal
    item_spread: Decimal
    rounds: int

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "BlindRule":
        """Read what a pack says. ValueError for numbers that fit no scoring."""
        drop = value["drop_from"]
        made = cls(
            bool(value["required"]), int(value["least"]), None if drop is None else int(drop),
            Decimal(str(value["total_spread"])), Decimal(str(value["item_spread"])), int(value["rounds"]),
        )  # fmt: skip
        if made.least < 1 or made.rounds < 1 or min(made.total_spread, made.item_spread) < 0:
            raise ValueError("专家人数、轮数须为正数，分差不能为负数")
        return made


@dataclass(frozen=True)
class CardItem:
    """One item of the card: its key, its name, the points that it is worth."""

    key: str
    label: str
    points: Decimal


@dataclass(frozen=True)
class ItemResult:
    """What the sheets say to one item: everybody's points in the order of the sheets, the mean of those that count."""

    item: CardItem
    given: tuple[Decimal, ...]
    mean: Decimal
    wide: bool

    @property
    def spread(self) -> Decimal:
        """The highest less the lowest."""
        return max(self.given) - min(self.given)


@dataclass(frozen=True)
class RoundResult:
    """What one round gave: item by item, everybody's total, the card's total by the means, and what was dropped."""

    items: tuple[ItemResult, ...]
    totals: tuple[Decimal, ...]
    dropped: tuple[str, ...]
    total: Decimal
    wide: bool
    explanation: str

    @property
    def spread(self) -> Decimal:
        """The highest total less the lowest: of all sheets, the dropped ones too."""
        return max(self.totals) - min(self.totals)

    @property
    def points(self) -> dict[str, Decimal]:
        """The means by item: what enters the appraisal."""
        return {one.item.key: one.mean for one in self.items}


def result_of(
    items: Sequence[CardItem], sheets: Mapping[str, Mapping[str, Decimal]], rule: BlindRule
) -> RoundResult:
    """逐项平均：达到规定人数的，总分最高、最低的各一份不计入平均，分差仍按全部评分算。

    `sheets` are the complete sheets by expert. Among equal totals the first one is dropped. ValueError without sheets
    or for one that lacks an item.
    """
    if not sheets:
        raise ValueError("没有专家评分")
    if lacking := [name for name, sheet in sheets.items() if any(one.key not in sheet for one in items)]:
        raise ValueError(f"评分不完整：{'、'.join(lacking)}")
    totals = {name: sum((sheet[one.key] for one in items), Decimal(0)) for name, sheet in sheets.items()}
    dropped = _dropped(totals, rule)
    counted = [sheet for name, sheet in sheets.items() if name not in dropped]
    found = []
    for one in items:
        given = tuple(sheet[one.key] for sheet in sheets.values())
        mean = round_half_up(sum((Fraction(sheet[one.key]) for sheet in counted), Fraction(0)) / len(counted))
        apart = max(given) - min(given)
        found.append(ItemResult(one, given, mean, apart * 100 > rule.item_spread * one.points))
    total = sum((one.mean for one in found), Decimal(0))
    apart = max(totals.values()) - min(totals.values())
    words = f"{len(sheets)}名专家评分"
    if dropped:
        words += f"，去掉最高{plain(totals[dropped[0]])}分、最低{plain(totals[dropped[1]])}分各一份"
    words += f"，各项平均后合计{plain(total)}分；总分最高与最低相差{plain(apart)}分"
    return RoundResult(tuple(found), tuple(totals.values()), dropped, total, apart > rule.total_spread, words)


def _dropped(totals: Mapping[str, Decimal], rule: BlindRule) -> tuple[str, ...]:
    if rule.drop_from is None or len(totals) < max(rule.drop_from, FEWEST_FOR_DROPPING):
        return ()
    names = list(totals)
    highest = max(names, key=lambda name: totals[name])
    lowest = min((name for name in names if name != highest), key=lambda name: totals[name])
    return highest, lowest


def another_round(number: int, result: RoundResult, rule: BlindRule) -> bool:
    """Whether round `number` (from 1) is followed by another: 总分相差超过规定的分差，轮数还没有用完。"""
    return result.wide and number < rule.rounds


@dataclass(frozen=True)
class Ties:
    """What ties an expert to what is appraised: in words, empty for none."""

    bodies: frozenset[int]
    acted: bool


def conflict(ties: Ties, applicants: frozenset[int]) -> str:
    """申报单位、主管部门的人员和办理过本项评估的人回避：为什么须回避，不须回避的为空。

    `applicants` are the keys of the bodies that apply for the money.
    """
    if ties.bodies & applicants:
        return "是申报单位或其主管部门的人员"
    if ties.acted:
        return "办理过本项评估"
    return ""
