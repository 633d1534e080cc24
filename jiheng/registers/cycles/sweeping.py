"""Holding a whole year's records against its rules again: which rules each stood under, and what comes out differently."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.versions import Versions

Facts = TypeVar("Facts")
Rules = TypeVar("Rules")


@dataclass(frozen=True)
class Difference:
    """One figure of a record, by its key, that the rules do not confirm; `stored` and `computed` in words."""

    record: int
    subject: str
    what: str
    stored: str
    computed: str

    def __str__(self) -> str:
        return f"{self.subject}：{self.what}记录为{self.stored}，复算为{self.computed}"


@dataclass(frozen=True)
class Sweep:
    """How much was held against the rules again, and what came out differently."""

    records: int
    rows: int
    differences: tuple[Difference, ...]


def sweep(
    cycle: Cycle,
    filled: Callable[[bool], Iterable[tuple[Facts, int, datetime | None]]],
    rules_of: Callable[[Cycle], Rules],
    compared: Callable[[Facts, Rules], Iterable[Difference]],
) -> Sweep:
    """Compare every record that `filled` yields with the rules that it was made under; nothing is written.

    `filled` is told whether moments are wanted, and yields what stands in a record, how many rows it has and when the
    rules were last applied to it. The rules of each version are read once.
    """
    versions, known = Versions(cycle), dict[int, Rules]()
    records = rows = 0
    differences: list[Difference] = []
    for facts, number, moment in filled(versions.changed):
        then = versions.as_of(moment)
        rules = known.get(then.snapshot_id) or known.setdefault(then.snapshot_id, rules_of(then))
        records += 1
        rows += number
        differences += compared(facts, rules)
    return Sweep(records, rows, tuple(differences))
