"""How much easier a promise became from one version to the next: by value and direction, by weight, by what fell away."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from jiheng.rules.reading import factor_between

Verdict = Literal["easier", "harder", "same", "unclear", "added", "removed"]
VERDICTS: Mapping[Verdict, str] = {
    "easier": "变容易",
    "harder": "变难",
    "same": "未变",
    "unclear": "不能比较",
    "added": "新增",
    "removed": "删除",
}
RESULTS = ("效益", "满意度", "社会", "生态", "经济")
"""How the first-level names of results begin, as against outputs."""
YEAR = 365


@dataclass(frozen=True)
class Promise:
    """One indicator row of a version. `direction` is the library's where the sign alone does not tell it.

    `value` and `high` in `unit`; `due` for a target that is a day; `key` joins the rows of two versions.
    """

    key: str
    name: str
    level1: str
    text: str
    weight: Decimal
    operator: str = ""
    value: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    due: date | None = None
    direction: str = ""


@dataclass(frozen=True)
class Moved:
    """What became of one row. `change` is new minus old in the new row's unit, `ratio` its share of the old value.

    `ease` says by which share the row became easier, at most 1; negative when it became harder, None when nobody can tell.
    For a day `days` counts how much later it is.
    """

    old: Promise | None
    new: Promise | None
    verdict: Verdict
    ease: Fraction | None = None
    change: Decimal | None = None
    ratio: Fraction | None = None
    days: int | None = None

    @property
    def weight_change(self) -> Decimal:
        """Points that the row gained or lost."""
        return (self.new.weight if self.new else Decimal(0)) - (self.old.weight if self.old else Decimal(0))

    @property
    def row(self) -> Promise:
        """The row as it is now, or as it was when it fell away."""
        found = self.new or self.old
        if found is None:
            raise ValueError("a change without a row")
        return found


@dataclass(frozen=True)
class Softness:
    """How much easier a version is than another, in shares of the old one's points.

    `eased` weighs the rows that became easier (removed ones whole), `hardened` those that became harder;
    `moved` are the points that went from results to outputs; `unclear` the share that cannot be compared.
    """

    rows: tuple[Moved, ...] = field(repr=False)
    eased: Fraction
    hardened: Fraction
    moved: Decimal
    unclear: Fraction

    @property
    def net(self) -> Fraction:
        """Easier less harder: above zero the version is softer."""
        return self.eased - self.hardened

    @property
    def softer(self) -> list[Moved]:
        """The rows that became easier or fell away."""
        return [one for one in self.rows if one.verdict in {"easier", "removed"}]


def compared(old: Sequence[Promise], new: Sequence[Promise]) -> Softness:
    """Hold two versions against each other, row by row."""
    before, after = {one.key: one for one in old}, {one.key: one for one in new}
    rows = [moved(before.get(key), one) for key, one in after.items()]
    rows += [moved(one, None) for key, one in before.items() if key not in after]
    whole = sum((one.weight for one in old), Decimal(0))
    return Softness(
        tuple(rows),
        _weighed(rows, whole, lambda ease: max(ease, Fraction(0))),
        _weighed(rows, whole, lambda ease: max(-ease, Fraction(0))),
        _from_results(rows),
        _share(sum((one.old.weight for one in rows if one.old and one.ease is None), Decimal(0)), whole),
    )


def moved(old: Promise | None, new: Promise | None) -> Moved:
    """Say what became of one row: a value compared by its sign, a day by the calendar, words only as same or not."""
    if old is None:
        return Moved(None, new, "added", Fraction(0))
    if new is None:
        return Moved(old, None, "removed", Fraction(1))
    if old.due is not None and new.due is not None:
        return _by_day(old, new, (new.due - old.due).days)
    if old.value is not None and new.value is not None:
        return _by_value(old, new)
    if old.text == new.text:
        return Moved(old, new, "same", Fraction(0))
    if _is_figure(old) and not _is_figure(new):
        return Moved(old, new, "easier", Fraction(1))  # words instead of a figure: nothing is left to be measured
    if _is_figure(new) and not _is_figure(old):
        return Moved(old, new, "harder", Fraction(-1))
    return Moved(old, new, "unclear")


def _is_figure(one: Promise) -> bool:
    return one.value is not None or one.due is not None


def _by_day(old: Promise, new: Promise, days: int) -> Moved:
    ease = _clamped(Fraction(days, YEAR))
    return Moved(old, new, _verdict(ease), ease, days=days)


def _by_value(old: Promise, new: Promise) -> Moved:
    factor = factor_between(old.unit, new.unit)
    if factor is None or old.value is None or new.value is None:
        return Moved(old, new, "unclear")
    was = old.value * factor
    change = new.value - was
    ratio = Fraction(change) / abs(Fraction(was)) if was else None
    ease = _ease(old, new, was, factor)
    if ease is None:
        return Moved(old, new, "unclear", None, change, ratio)
    return Moved(old, new, _verdict(ease), ease, change, ratio)


def _ease(old: Promise, new: Promise, was: Decimal, factor: Decimal) -> Fraction | None:
    value = new.value if new.value is not None else was
    if old.operator == "range" and new.operator == "range" and old.high is not None and new.high is not None:
        return _range_ease(was, old.high * factor, value, new.high)
    way, now = _way(old), _way(new)
    if way != now or way == "":
        return Fraction(0) if old.operator == new.operator and value == was else None
    better = value - was if way == "higher" else was - value
    if was == 0:
        return Fraction(0) if better == 0 else Fraction(-1 if better > 0 else 1)
    return _clamped(-Fraction(better) / abs(Fraction(was)))


def _range_ease(low: Decimal, high: Decimal, new_low: Decimal, new_high: Decimal) -> Fraction | None:
    """A wider range that holds the old one is easier, a narrower one inside it harder; a shifted one cannot be told."""
    if (low, high) == (new_low, new_high):
        return Fraction(0)
    width, now = Fraction(high - low), Fraction(new_high - new_low)
    if new_low <= low and high <= new_high:
        return _clamped((now - width) / width) if width else Fraction(1)
    if low <= new_low and new_high <= high:
        return _clamped((now - width) / width)
    return None


def _way(one: Promise) -> str:
    return {">=": "higher", ">": "higher", "<=": "lower", "<": "lower"}.get(one.operator, one.direction)


def _verdict(ease: Fraction) -> Verdict:
    return "easier" if ease > 0 else "harder" if ease < 0 else "same"


def _clamped(share: Fraction) -> Fraction:
    return max(Fraction(-1), min(Fraction(1), share))


def _weighed(rows: Iterable[Moved], whole: Decimal, part: Callable[[Fraction], Fraction]) -> Fraction:
    total = sum(
        (part(one.ease) * Fraction(one.old.weight) for one in rows if one.old and one.ease is not None), Fraction(0)
    )
    return total / Fraction(whole) if whole else Fraction(0)


def _share(points: Decimal, whole: Decimal) -> Fraction:
    return Fraction(points) / Fraction(whole) if whole else Fraction(0)


def _from_results(rows: Iterable[Moved]) -> Decimal:
    """Points that results lost and other rows gained: the smaller of both sums."""
    lost = gained = Decimal(0)
    for one in rows:
        if one.row.level1.startswith(RESULTS):
            lost -= one.weight_change
        else:
            gained += one.weight_change
    return max(Decimal(0), min(lost, gained))
