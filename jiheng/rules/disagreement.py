"""How far two sides that score the same thing agree: by item, by grade, by person."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from statistics import fmean, stdev

ENOUGH = 5
"""From so many joint cases on a person's leaning is told; fewer say nothing about a person."""


@dataclass(frozen=True)
class Scored:
    """What one side gave: by whom, the total, the grade, the points of each item."""

    reviewer: str
    total: Decimal
    grade: str
    items: Mapping[str, Decimal]


@dataclass(frozen=True)
class Pair:
    """The same thing as the first and as the second side scored it; `key` names it."""

    key: int
    first: Scored
    second: Scored

    @property
    def difference(self) -> Decimal:
        """Second less first: above zero the second side was milder."""
        return self.second.total - self.first.total


@dataclass(frozen=True)
class Gap:
    """Differences of one item, or of the totals: second less first, in points."""

    key: str
    number: int
    mean: float
    absolute: float
    equal: int

    @property
    def equal_share(self) -> float:
        """Share of the cases in which both gave the same points."""
        return self.equal / self.number


@dataclass(frozen=True)
class Leaning:
    """How much milder a person scores than the other side on the same things; negative when stricter.

    `low` and `high` bound the mean at about 95 %; None below `ENOUGH` cases.
    """

    reviewer: str
    number: int
    mean: float
    low: float | None
    high: float | None

    @property
    def clear(self) -> bool:
        """Whether the leaning cannot well be chance."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Disagreement:
    """All that two sides differ in. `kappa` is their agreement in grades beyond chance; None where it is not defined."""

    total: Gap
    items: tuple[Gap, ...]
    same_grade: int
    kappa: float | None
    first: tuple[Leaning, ...]
    second: tuple[Leaning, ...]

    @property
    def grade_share(self) -> float:
        """Share of the cases with the same grade."""
        return self.same_grade / self.total.number


def measured(pairs: Sequence[Pair]) -> Disagreement | None:
    """Measure how far two sides agree; None without any pair. Items are told by size of their disagreement."""
    if not pairs:
        return None
    keys = dict.fromkeys(key for pair in pairs for key in pair.first.items if key in pair.second.items)
    items = [
        _gap(
            key,
            [
                (one.first.items[key], one.second.items[key])
                for one in pairs
                if key in one.first.items and key in one.second.items
            ],
        )
        for key in keys
    ]
    return Disagreement(
        total=_gap("", [(one.first.total, one.second.total) for one in pairs]),
        items=tuple(sorted(items, key=lambda one: -one.absolute)),
        same_grade=sum(one.first.grade == one.second.grade for one in pairs),
        kappa=kappa([(one.first.grade, one.second.grade) for one in pairs]),
        first=_leanings((one.first.reviewer, -one.difference) for one in pairs),
        second=_leanings((one.second.reviewer, one.difference) for one in pairs),
    )


def _gap(key: str, points: Sequence[tuple[Decimal, Decimal]]) -> Gap:
    differences = [float(two - one) for one, two in points]
    return Gap(
        key,
        len(points),
        fmean(differences),
        fmean(map(abs, differences)),
        sum(one == two for one, two in points),
    )


def kappa(grades: Sequence[tuple[str, str]]) -> float | None:
    """Agreement beyond chance: 1 when all agree, 0 when it is no more than chance would give.

    None when both sides gave one and the same grade to everything: then chance alone agrees.
    """
    number = len(grades)
    first, second = Counter(one for one, _ in grades), Counter(two for _, two in grades)
    chance = sum(first[grade] * second[grade] for grade in first) / number**2
    if chance == 1:
        return None
    return (sum(one == two for one, two in grades) / number - chance) / (1 - chance)


def _leanings(differences: Iterable[tuple[str, Decimal]]) -> tuple[Leaning, ...]:
    by: dict[str, list[float]] = {}
    for reviewer, difference in differences:
        by.setdefault(reviewer, []).append(float(difference))
    found = [_leaning(reviewer, given) for reviewer, given in by.items()]
    return tuple(sorted(found, key=lambda one: (one.low is None, -abs(one.mean), one.reviewer)))


def _leaning(reviewer: str, given: Sequence[float]) -> Leaning:
    mean = fmean(given)
    if len(given) < ENOUGH:
        return Leaning(reviewer, len(given), mean, None, None)
    room = 2 * stdev(given) / sqrt(len(given))
    return Leaning(reviewer, len(given), mean, mean - room, mean + room)
