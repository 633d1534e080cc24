"""How long a form takes to fill: worked out from when its page was open and sent something, for forms and never for people.

A pause longer than `IDLE` is not work: the clerk went away. What lies between shorter ones is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import quantiles

from jiheng.rules.money import round_half_up

IDLE = timedelta(minutes=5)
FEWEST = 5
"""Forms of a kind from which on their time is told: of fewer one could say whose it is."""


@dataclass(frozen=True)
class Sitting:
    """What one sign of life adds: the time worked since the last one, and whether somebody sat down anew."""

    worked: timedelta
    anew: bool


def sitting(last: datetime | None, opened: datetime | None, now: datetime) -> Sitting:
    """Return what a form sent `now` adds; `last` is when it sent something before, `opened` when its page was opened.

    A moment of opening that lies ahead of the present one is taken for the present one.
    """
    marks = [now]
    if opened is not None and (last is None or opened > last):
        marks.insert(0, min(opened, now))
    anew = last is None or marks[0] - last > IDLE
    if last is not None:
        marks.insert(0, min(last, now))
    gaps = [later - earlier for earlier, later in pairwise(marks)]
    return Sitting(sum((one for one in gaps if one <= IDLE), timedelta()), anew)


@dataclass(frozen=True)
class Burden:
    """What forms of a kind cost: how many, minutes of the middle one and of the middle half, hours of all, sittings.

    The minutes are None where there are fewer than `FEWEST`. `allowed` is the minutes that one may take, None where
    nothing says so.
    """

    forms: int
    hours: Decimal
    sittings: Decimal
    middle: Decimal | None
    low: Decimal | None
    high: Decimal | None
    allowed: Decimal | None

    @property
    def over(self) -> bool | None:
        """Whether the middle one takes longer than allowed; None where that cannot be said."""
        return None if self.middle is None or self.allowed is None else self.middle > self.allowed

    @property
    def hours_allowed(self) -> Decimal | None:
        """What all of them may take together, in hours."""
        return None if self.allowed is None else round_half_up(Fraction(self.allowed) * self.forms / 60, 1)


def burden_of(seconds: Sequence[int], sittings: int, allowed: Decimal | None) -> Burden:
    """Return what forms cost that took so many seconds each and so many sittings together."""
    number = len(seconds)
    low = middle = high = None
    if number >= FEWEST:
        low, middle, high = (_minutes(one) for one in quantiles(seconds, n=4, method="inclusive"))
    hours = round_half_up(Fraction(sum(seconds), 3600), 1)
    mean = round_half_up(Fraction(sittings, number), 1) if number else Decimal(0)
    return Burden(number, hours, mean, middle, low, high, allowed)


def _minutes(seconds: float) -> Decimal:
    return round_half_up(Fraction(seconds) / 60, 1)
