"""Reference values of an indicator: where each stands among what is promised, and when it is out of date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from jiheng.rules.reading import read_target


@dataclass(frozen=True)
class Limits:
    """What a place lays down: from how many promised values on one is placed among them, and how long each kind holds.

    `good_for` are the years for which a value of a kind may be compared with: a plan is of its year, standards of a
    trade last longer.
    """

    enough: int
    good_for: Mapping[str, int]


@dataclass(frozen=True)
class Spread:
    """The values that goals promise: how many, the least, the middle one, the most."""

    number: int
    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True)
class Place:
    """Where a value stands: `less` of `number` promised values ask for less, `same` for as much; 0 to 100."""

    less: int
    same: int
    number: int

    @property
    def percentile(self) -> int:
        """The per cent of promised values that ask for less, those that ask for as much counted by half."""
        return round(100 * (self.less + self.same / 2) / self.number)


def spread_of(promised: Sequence[Decimal]) -> Spread | None:
    """Return how the promised values spread; None without any."""
    return Spread(len(promised), min(promised), median(promised), max(promised)) if promised else None


def place_of(value: str, unit: str, promised: Sequence[Decimal], direction: str, limits: Limits) -> Place | None:
    """Return where a reference value stands among promised values of the same unit; None when it cannot be said.

    Under 反向 the smaller value asks for more; 适度 and 不分方向 have no more and no less.
    """
    target = read_target(value, unit=unit)
    figure = target.value
    if len(promised) < limits.enough or figure is None or direction not in {"positive", "reverse"}:
        return None
    if target.unit and unit and target.unit != unit:
        return None
    less = sum(one < figure if direction == "positive" else one > figure for one in promised)
    return Place(less, sum(one == figure for one in promised), len(promised))


def last_good_year(kind: str, year: int, limits: Limits) -> int:
    """Return the last budget year for which a value of a kind and year may be compared with."""
    return year + limits.good_for[kind]


def is_stale(kind: str, year: int, budget_year: int, limits: Limits) -> bool:
    """Whether a value is out of date in a budget year."""
    return budget_year > last_good_year(kind, year, limits)
