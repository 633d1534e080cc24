"""What another gate would do: other score lines of the appraisal, another limit from which one is asked for.

Nothing here writes. 试算不改变任何结论，也不假定单位因此改变申报。Amounts are fen, scores points.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from jiheng.rules.appraisal import (
    AFTER_REVISION,
    NOT_SUPPORTED,
    SUPPORTED,
    Prescribed,
    Request,
    Rules,
    Trigger,
    appraisal_trigger,
)
from jiheng.rules.money import Fen

LIMIT = "appraisal_major_threshold"


@dataclass(frozen=True)
class Lines:
    """From how many points on a project is supported, and from how many after being put right."""

    supported: Decimal
    revised: Decimal

    def conclusion(self, points: Decimal, *, vetoed: bool = False) -> str:
        """Return what a score proposes; a veto stands above every score."""
        if vetoed or points < min(self.revised, self.supported):
            return NOT_SUPPORTED
        return SUPPORTED if points >= self.supported else AFTER_REVISION


@dataclass(frozen=True)
class Scored:
    """One concluded appraisal: its score, whether a veto stood, what was concluded, asked and agreed."""

    key: int
    department: int
    points: Decimal
    vetoed: bool
    conclusion: str
    asked: Fen
    agreed: Fen


@dataclass(frozen=True)
class Turned:
    """One whose proposed conclusion other lines would change; `at_stake` is the agreed money that would fall away or come up.

    What falls out loses what was agreed. What comes in was agreed nothing: it is counted with what it asked for.
    """

    row: Scored
    before: str
    after: str

    @property
    def falls_out(self) -> bool:
        """Whether it would no longer enter the library."""
        return self.after == NOT_SUPPORTED

    @property
    def comes_in(self) -> bool:
        """Whether it would enter where the score now keeps it out."""
        return self.before == NOT_SUPPORTED

    @property
    def at_stake(self) -> Fen:
        """退出的按同意金额，进入的按申报金额；只换支持方式的为 0。"""
        if self.falls_out:
            return self.row.agreed
        return self.row.asked if self.comes_in else 0


def turned(rows: Iterable[Scored], now: Lines, then: Lines) -> list[Turned]:
    """Return the appraisals whose proposed conclusion changes; none when the lines are the same.

    得分提出的结论相互比较：人作出的结论与得分不同的，不因试算而算作改变。
    """
    found = []
    for one in rows:
        before, after = (lines.conclusion(one.points, vetoed=one.vetoed) for lines in (now, then))
        if before != after:
            found.append(Turned(one, before, after))
    return found


@dataclass(frozen=True)
class Asked:
    """One project that may need an appraisal: what decides on it, and whose it is."""

    key: int
    department: int
    request: Request


@dataclass(frozen=True)
class Crossing:
    """One that another limit would newly ask for an appraisal (`then` says yes), or let off (it says no)."""

    row: Asked
    now: Trigger
    then: Trigger


class WithLimit:
    """The rules of a year with another limit, in 元 (None: no limit); everything else as prescribed."""

    def __init__(self, rules: Rules, yuan: Decimal | None) -> None:
        self._rules, self._yuan = rules, yuan

    def value(self, key: str) -> Prescribed:
        """The value in force. LookupError when nothing is prescribed."""
        found = self.get(key)
        if found is None:
            raise LookupError(key)
        return found

    def get(self, key: str) -> Prescribed | None:
        """The value in force; the limit as tried, under the clause of the present one."""
        if key != LIMIT:
            return self._rules.get(key)
        if self._yuan is None:
            return None
        now = self._rules.get(key)
        return _Tried("试算的限额", self._yuan, now.clause if now is not None else "试算")


@dataclass(frozen=True)
class _Tried:
    label: str
    value: Any
    clause: object


def crossing(rows: Iterable[Asked], rules: Rules, yuan: Decimal | None) -> list[Crossing]:
    """Return whom another limit would newly ask, or let off; none when it is the present one."""
    other = WithLimit(rules, yuan)
    found = []
    for one in rows:
        now, then = appraisal_trigger(rules, one.request), appraisal_trigger(other, one.request)
        if bool(now) != bool(then):
            found.append(Crossing(one, now, then))
    return found


@dataclass(frozen=True)
class Part:
    """The rows of one department with their money; the parts add up to the whole."""

    department: int
    count: int
    fen: Fen


R = TypeVar("R")


def by_department(rows: Sequence[R], department: Callable[[R], int], money: Callable[[R], Fen]) -> list[Part]:
    """Return the rows counted and summed by department, most money first."""
    held: dict[int, list[R]] = {}
    for one in rows:
        held.setdefault(department(one), []).append(one)
    parts = [Part(key, len(some), sum(map(money, some))) for key, some in held.items()]
    return sorted(parts, key=lambda one: (-one.fen, -one.count, one.department))
