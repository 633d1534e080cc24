"""How often a value was reached in past years: the share with its interval, the distribution, a range to choose from.

Only what came out is looked at, never what was wished. A chance is stated for one more case like the past ones: of n
cases, the value that k of them reached is reached by the next one with a chance of k/(n+1), whatever the distribution.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, sqrt

from jiheng.rules.reading import factor_between

SAFE = Fraction(9, 10)
BOLD = Fraction(7, 10)
"""The chances between which a value is suggested."""
Z95 = 1.959964
"""Of the normal distribution: 95 per cent lie within so many standard deviations."""
QUARTERS = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))


@dataclass(frozen=True)
class Outcome:
    """What came of an indicator in a year, `number` times alike; `kept` of them reached their own promise.

    `actual` is in `unit`; None where the figure depends on the size of the project and is not compared.
    """

    year: int
    unit: str
    actual: Decimal | None
    number: int = 1
    kept: int = 0


@dataclass(frozen=True)
class Wanted:
    """A value that somebody means to promise. `direction` higher or lower where the sign does not say it."""

    operator: str
    value: Decimal | None
    high: Decimal | None = None
    unit: str = ""
    direction: str = ""

    @property
    def better(self) -> str:
        """Which way is better: higher, lower, or "" where neither is."""
        return {">=": "higher", ">": "higher", "<=": "lower", "<": "lower"}.get(self.operator, self.direction)

    def met_by(self, actual: Decimal) -> bool | None:
        """Whether an actual value in the same unit reaches it; None when there is no figure to reach."""
        if self.value is None:
            return None
        if self.operator == "range":
            return None if self.high is None else self.value <= actual <= self.high
        signs = {
            ">=": actual >= self.value, ">": actual > self.value, "=": actual == self.value,
            "<=": actual <= self.value, "<": actual < self.value,
        }  # fmt: skip
        return signs.get(self.operator)


@dataclass(frozen=True)
class Suggested:
    """Two values in the unit asked for and the chance with which one more case reaches each, 0 to 1."""

    safe: Decimal
    safe_chance: Fraction
    bold: Decimal
    bold_chance: Fraction


@dataclass(frozen=True)
class Reach:
    """What past cases say of a value; figures in the unit asked for.

    `number` cases, `kept` of which reached their own promise, in the years `first` to `last`. `compared` of them have a
    figure in a unit that can be converted, `met` of which reach the value asked for (None without such a value).
    `quarters` are the least, the quartiles and the greatest. Below the fewest cases that are demanded, `interval` (of
    the share met, 95 per cent) and `suggested` are None.
    """

    number: int
    kept: int
    first: int
    last: int
    compared: int = 0
    met: int | None = None
    quarters: tuple[Decimal, ...] = ()
    interval: tuple[float, float] | None = None
    suggested: Suggested | None = None

    @property
    def share(self) -> Fraction | None:
        """The share of the compared cases that reach the value."""
        return None if self.met is None or not self.compared else Fraction(self.met, self.compared)


def reach(wanted: Wanted, outcomes: Sequence[Outcome], fewest: int) -> Reach | None:
    """Say how often such a value was reached; None without any case. `fewest` cases are needed to conclude from them."""
    number = sum(one.number for one in outcomes)
    if not number:
        return None
    years = [one.year for one in outcomes]
    told = Reach(number, sum(one.kept for one in outcomes), min(years), max(years))
    figures = _figures(wanted.unit, outcomes)
    if not figures:
        return told
    judged = [wanted.met_by(one) for one in figures]
    met = None if None in judged else sum(map(bool, judged))
    enough = len(figures) >= fewest
    return Reach(
        told.number,
        told.kept,
        told.first,
        told.last,
        len(figures),
        met,
        tuple(quantile(figures, one) for one in QUARTERS),
        wilson(met, len(figures)) if enough and met is not None else None,
        suggested(figures, wanted.better) if enough else None,
    )


def quantile(ordered: Sequence[Decimal], share: Fraction) -> Decimal:
    """Return the least value that at least this share of the values does not exceed: one that occurred."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def wilson(met: int, number: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, 95 per cent: it stays within 0 and 1 and is honest for few cases.

    ValueError without cases.
    """
    if number <= 0 or not 0 <= met <= number:
        raise ValueError("met of number cases, number above zero")
    share, square = met / number, Z95 * Z95
    middle = (share + square / (2 * number)) / (1 + square / number)
    half = Z95 * sqrt(share * (1 - share) / number + square / (4 * number * number)) / (1 + square / number)
    return (0.0 if met == 0 else max(0.0, middle - half)), (1.0 if met == number else min(1.0, middle + half))


def suggested(ordered: Sequence[Decimal], better: str) -> Suggested | None:
    """Return the values that one more case reaches with a chance of at least SAFE, and of at least BOLD.

    None where neither way is better, or the cases are too few for such a chance.
    """
    if better not in {"higher", "lower"}:
        return None
    safe, bold = (_rank(len(ordered), chance) for chance in (SAFE, BOLD))
    if safe is None or bold is None:
        return None
    best_first = sorted(ordered, reverse=better == "higher")
    whole = len(ordered) + 1
    return Suggested(best_first[safe - 1], Fraction(safe, whole), best_first[bold - 1], Fraction(bold, whole))


def _rank(number: int, chance: Fraction) -> int | None:
    found = ceil(chance * (number + 1))
    return found if found <= number else None


def _figures(unit: str, outcomes: Iterable[Outcome]) -> list[Decimal]:
    factors: dict[str, Decimal | None] = {}
    figures: list[Decimal] = []
    for one in outcomes:
        if one.actual is None:
            continue
        if one.unit not in factors:
            factors[one.unit] = Decimal(1) if one.unit == unit else factor_between(one.unit, unit)
        factor = factors[one.unit]
        if factor is not None:
            figures += [one.actual * factor] * one.number
    return sorted(figures)
