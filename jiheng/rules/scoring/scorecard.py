"""Scorecards: review and evaluation tables as data; points add up at every level.

A card is a tree: groups (一级, 二级) hold items (三级), which are scored. An item is scored in one of four
ways: by a tier (优/良/中/差), by a registered method from a value or a measure, by deducting for facts,
or freely between zero and its points.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import Field, model_validator

from jiheng.rules.entry import Citation, Entry, Strict
from jiheng.rules.money import round_half_up
from jiheng.rules.refusal import Refusal, clause_to_come
from jiheng.rules.scoring.method import (
    Actual,
    Indicator,
    NotScored,
    Points,
    Unsuitable,
    as_operator,
    full_points,
    no_points,
    plain,
    worked_out,
)
from jiheng.rules.scoring.methods.qualitative_tiers import TierBand, tier_bands
from jiheng.rules.scoring.registry import method_named
from jiheng.rules.scoring.totals import Line, add_up


class Tier(Strict):
    """A judgement (优/良/中/差) and the share of an item's points it allows: `low` included, `high` excluded.

    `tick` is the share given when the reviewer only ticks the tier.
    """

    key: str
    label: str
    low: Decimal
    high: Decimal
    tick: Decimal

    @model_validator(mode="after")
    def _tick_inside(self) -> "Tier":
        if not (self.low <= self.tick < self.high or self.tick == self.high == 1):
            raise ValueError(f"“{self.label}”只打勾时的比例{self.tick}不在{self.low}至{self.high}之间")
        return self


class Deduction(Strict):
    """A fact that costs points: `points` each time, at most `limit` altogether."""

    key: str
    label: str
    points: Decimal = Field(gt=0)
    limit: Decimal | None = Field(default=None, gt=0)


class Item(Strict):
    """A scored item (三级指标).

    `guidance` lists the points to check, `standard` says how points are given. `measure` names the figure of
    the year's record that `method` scores against `operator` and `target`.
    """

    key: str
    label: str
    points: Decimal = Field(gt=0, decimal_places=2)
    explanation: str = ""
    guidance: tuple[str, ...] = ()
    standard: str = ""
    tiers: tuple[Tier, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    method: str | None = None
    measure: str | None = None
    operator: str = ">="
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    cite: Citation | None = None

    @model_validator(mode="after")
    def _one_way_of_scoring(self) -> "Item":
        ways = [bool(self.tiers), bool(self.deductions), self.method is not None]
        if sum(ways) > 1:
            raise ValueError(f"“{self.label}”只能用一种计分方式：档次、扣分事项或计分方法")
        if self.method is None:
            if self.measure is not None or self.target is not None or self.parameters:
                raise ValueError(f"“{self.label}”写了取数、目标或设置，却没有写计分方法（method）")
            return self
        try:
            method = method_named(self.method)
            method.settings(self.parameters)
            if as_operator(self.operator) not in method.operators:
                raise Unsuitable(f"“{method.label}”不能用于符号{self.operator}")
        except NotScored as error:
            raise ValueError(f"“{self.label}”：{error}") from error
        return self

    @property
    def indicator(self) -> Indicator:
        """The item as an indicator for its scoring method."""
        return Indicator(
            self.points, self.target, self.operator, self.low, self.high, self.unit, dict(self.parameters)
        )

    def score(self, actual: Actual | None) -> Points:
        """Score a value by the item's method. NotScored when the item has none or the value does not do."""
        if self.method is None:
            raise NotScored(f"“{self.label}”由人评分，没有计分方法")
        return method_named(self.method)(self.indicator, actual)

    def deduct(self, counts: Mapping[str, int]) -> Points:
        """Points after deductions: `counts` says how often each fact was found. NotScored for another fact."""
        known = {deduction.key: deduction for deduction in self.deductions}
        if unknown := sorted(set(counts) - set(known)):
            raise NotScored(f"“{self.label}”没有扣分事项“{'、'.join(unknown)}”")
        parts, lost = [], Decimal(0)
        for key, deduction in known.items():
            count = counts.get(key, 0)
            if count < 0:
                raise NotScored(f"“{deduction.label}”的次数不能为负")
            if count:
                amount = min(deduction.points * count, deduction.limit or self.points)
                lost += amount
                parts.append(f"{deduction.label}{count}处扣{plain(amount)}分")
        if not parts:
            return full_points(self.indicator, "没有扣分事项")
        if lost >= self.points:
            return no_points(f"{'，'.join(parts)}，已扣完")
        return worked_out(
            Fraction(self.points - lost), f"{'，'.join(parts)}，{plain(self.points)}－{plain(lost)}"
        )


class Group(Strict):
    """A level of the card (一级 or 二级) with its points, holding either groups or items."""

    key: str
    label: str
    points: Decimal = Field(gt=0, decimal_places=2)
    explanation: str = ""
    groups: tuple["Group", ...] = ()
    items: tuple[Item, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> "Group":
        if bool(self.groups) == bool(self.items):
            raise ValueError(f"“{self.label}”须含下级分组或评分项，且只含一种")
        parts = [part.points for part in self.groups] + [part.points for part in self.items]
        inside = sum(parts, Decimal(0))
        if inside != self.points:
            raise ValueError(
                f"“{self.label}”的分值为{plain(self.points)}，下级合计为{plain(inside)}，两者须相等"
            )
        return self


class Adjustment(Strict):
    """A plus or minus item outside the base points: at most `points`."""

    key: str
    label: str
    points: Decimal = Field(gt=0, decimal_places=2)
    guidance: tuple[str, ...] = ()
    measure: str | None = None
    cite: Citation | None = None


class Veto(Strict):
    """A fact that fixes the grade whatever the score (一票否决): `grade` is the key in the grade table."""

    key: str
    label: str
    grade: str
    guidance: tuple[str, ...] = ()
    measure: str | None = None
    cite: Citation | None = None


class Minimum(Strict):
    """Groups that together must carry at least `points` of the card's total."""

    label: str
    groups: tuple[str, ...] = Field(min_length=1)
    points: Decimal = Field(gt=0)
    cite: Citation


@dataclass(frozen=True)
class Row:
    """One item with the levels above it: a line of the printed table."""

    level1: Group
    level2: Group | None
    item: Item


@dataclass(frozen=True)
class CardTotal:
    """The total of a filled card. `grade` is set only when a veto fixes it."""

    points: Decimal
    base: Decimal
    plus: Decimal
    minus: Decimal
    explanation: str
    vetoes: tuple[Veto, ...] = ()
    grade: str | None = None


class Scorecard(Entry):
    """A review or evaluation table. `grades` names its grade table; as a `floor` its `minimums` bind all packs."""

    total: Decimal = Decimal(100)
    grades: str
    tiers: tuple[Tier, ...] = ()
    groups: tuple[Group, ...] = Field(min_length=1)
    plus: tuple[Adjustment, ...] = ()
    minus: tuple[Adjustment, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    minimums: tuple[Minimum, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _adds_up(self) -> "Scorecard":
        inside = sum((group.points for group in self.groups), Decimal(0))
        if inside != self.total:
            raise ValueError(f"评分表满分为{plain(self.total)}，各一级指标合计为{plain(inside)}，两者须相等")
        for group in self.groups:
            if any(below.groups for below in group.groups):
                raise ValueError(f"“{group.label}”超过三级，评分表最多三级")
        keys = [group.key for group in _all_groups(self.groups)] + [item.key for item in self.items]
        keys += [adjustment.key for adjustment in (*self.plus, *self.minus)] + [
            veto.key for veto in self.vetoes
        ]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"评分表中有重复的代号：{'、'.join(twice)}")
        for tiers in (self.tiers, *(item.tiers for item in self.items)):
            _check_tiers(tiers)
        for problem in _below_minimums(self, self.minimums):
            raise ValueError(problem)
        return self

    @property
    def rows(self) -> list[Row]:
        """Every item with its levels, in the order of the printed table."""
        found = []
        for level1 in self.groups:
            found += [Row(level1, None, item) for item in level1.items]
            found += [Row(level1, level2, item) for level2 in level1.groups for item in level2.items]
        return found

    @property
    def items(self) -> list[Item]:
        """Every scored item, flat, in order."""
        return [row.item for row in self.rows]

    def item(self, key: str) -> Item:
        """The item named `key`. LookupError when the card has none."""
        for item in self.items:
            if item.key == key:
                return item
        raise LookupError(f"{self.label}没有评分项“{key}”")

    def tiers_of(self, key: str) -> list[TierBand]:
        """The tiers of an item with the points each allows; empty when the item is not judged by tiers."""
        item = self.item(key)
        tiers = self._tiers(item)
        return tier_bands(item.points, tuple(tier.model_dump() for tier in tiers)) if tiers else []

    def ticked(self, key: str, tier: str) -> Decimal:
        """The points of an item when only its tier is ticked. LookupError for an unknown tier."""
        item = self.item(key)
        for known in self._tiers(item):
            if known.key == tier:
                return round_half_up(known.tick * item.points)
        raise LookupError(f"“{item.label}”没有档次“{tier}”")

    def problems(
        self, points: Mapping[str, Decimal], tiers: Mapping[str, str] | None = None
    ) -> list[Refusal]:
        """What is wrong with typed points: outside the item or the ticked tier, or over two decimals."""
        found = []
        for key, value in points.items():
            item = self.item(key)
            if not 0 <= value <= item.points:
                found.append(
                    clause_to_come(
                        f"“{item.label}”得{plain(value)}分，不在0至{plain(item.points)}分之间", where=key
                    )
                )
            elif value != round_half_up(value):
                found.append(clause_to_come(f"“{item.label}”得{plain(value)}分，最多两位小数", where=key))
            elif tier := (tiers or {}).get(key):
                found.extend(self._outside_tier(item, tier, value))
        return found

    def total_of(
        self,
        points: Mapping[str, Decimal],
        *,
        not_applicable: Collection[str] = (),
        plus: Mapping[str, Decimal] | None = None,
        minus: Mapping[str, Decimal] | None = None,
        vetoes: Collection[str] = (),
    ) -> CardTotal:
        """Add up a filled card: converted for items that do not apply, plus and minus items, vetoes.

        The total stays between 0 and the full mark. NotScored when an item has no points or points outside
        its range, or a key is not of this card.
        """
        given = plus or {}, minus or {}
        self._only_known(points, not_applicable, given, vetoes)
        lines = [
            Line(item.label, item.points, points.get(item.key), applies=item.key not in not_applicable)
            for item in self.items
        ]
        base = add_up(lines, full=self.total)
        added, taken = (
            self._adjusted(known, values)
            for known, values in zip((self.plus, self.minus), given, strict=True)
        )
        total = min(max(base.points + added - taken, Decimal(0)), self.total)
        explanation = base.explanation
        if added or taken:
            explanation += (
                f"；加分{plain(added)}，减分{plain(taken)}，总分{plain(total)}（0至{plain(self.total)}之间）"
            )
        hit = tuple(veto for veto in self.vetoes if veto.key in vetoes)
        if hit:
            explanation += f"；一票否决：{'、'.join(veto.label for veto in hit)}"
        return CardTotal(total, base.points, added, taken, explanation, hit, hit[0].grade if hit else None)

    def loosened_by(self, nearer: "Scorecard") -> list[str]:
        """Where a nearer pack's card falls below this card's minimums; empty unless this card is a floor."""
        return _below_minimums(nearer, self.minimums) if self.floor else []

    def _tiers(self, item: Item) -> tuple[Tier, ...]:
        return item.tiers or (() if item.method or item.deductions else self.tiers)

    def _outside_tier(self, item: Item, tier: str, value: Decimal) -> Iterator[Refusal]:
        band = next((band for band in self.tiers_of(item.key) if band.key == tier), None)
        if band is None:
            yield clause_to_come(f"“{item.label}”没有档次“{tier}”", where=item.key)
        elif not band.lowest <= value <= band.highest:
            allowed = f"“{band.label}”允许{band.lowest}至{band.highest}分"
            yield clause_to_come(
                f"“{item.label}”得{plain(value)}分，与所选档次不符，{allowed}",
                remedy="改分数或改档次",
                where=item.key,
            )

    def _only_known(
        self,
        points: Mapping[str, Decimal],
        not_applicable: Collection[str],
        adjustments: tuple[Mapping[str, Decimal], Mapping[str, Decimal]],
        vetoes: Collection[str],
    ) -> None:
        items = {item.key for item in self.items}
        known = (
            items,
            items,
            *({part.key for part in parts} for parts in (self.plus, self.minus, self.vetoes)),
        )
        for used, allowed in zip((points, not_applicable, *adjustments, vetoes), known, strict=True):
            if unknown := sorted(set(used) - allowed):
                raise NotScored(f"{self.label}没有“{'、'.join(unknown)}”这一项")

    @staticmethod
    def _adjusted(known: tuple[Adjustment, ...], values: Mapping[str, Decimal]) -> Decimal:
        for adjustment in known:
            value = values.get(adjustment.key, Decimal(0))
            if not 0 <= value <= adjustment.points:
                raise NotScored(
                    f"“{adjustment.label}”最多{plain(adjustment.points)}分，现在是{plain(value)}分"
                )
        return sum(values.values(), Decimal(0))


def _all_groups(groups: tuple[Group, ...]) -> list[Group]:
    return [part for group in groups for part in (group, *_all_groups(group.groups))]


def _check_tiers(tiers: tuple[Tier, ...]) -> None:
    if not tiers:
        return
    try:
        tier_bands(Decimal(100), tuple(tier.model_dump() for tier in tiers))
    except Unsuitable as error:
        raise ValueError(str(error)) from error


def _below_minimums(card: Scorecard, minimums: tuple[Minimum, ...]) -> list[str]:
    weights = {group.key: group.points for group in _all_groups(card.groups)}
    problems = []
    for minimum in minimums:
        if missing := [key for key in minimum.groups if key not in weights]:
            problems.append(f"{minimum.label}：评分表中没有“{'、'.join(missing)}”")
            continue
        together = sum((weights[key] for key in minimum.groups), Decimal(0))
        if together < minimum.points:
            problems.append(f"{minimum.label}：现在是{plain(together)}分，至少须{plain(minimum.points)}分")
    return problems
