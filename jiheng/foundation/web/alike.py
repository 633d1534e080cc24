"""Many mistakes of one kind told once: what a column's rule is, how many cells break it, which they are."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from jiheng.rules.runs import runs

T = TypeVar("T")

ONE_BY_ONE = 3
"""So many of one kind are told one by one, more of them together."""
_ADDRESS = re.compile(r"^([A-Z]+)([0-9]+)$")


class Mistake(Protocol):
    """One mistake in a file: its cell, the label of its column, what is wrong, the rule, what should stand there."""

    @property
    def cell(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def said(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def expected(self) -> str: ...


@dataclass(frozen=True)
class Alike:
    """The mistakes against one rule of one column, told together when they are many."""

    problems: tuple[Mistake, ...]

    @property
    def first(self) -> Mistake:
        """The one that speaks for all."""
        return self.problems[0]

    @property
    def many(self) -> bool:
        """Whether there are too many to be told one by one."""
        return len(self.problems) > ONE_BY_ONE

    @property
    def same(self) -> bool:
        """Whether all say the same, so that the cells alone tell them apart."""
        return len({one.said for one in self.problems}) == 1

    @property
    def expected(self) -> str:
        """What should stand there, where it is the same for all of them."""
        told = {one.expected for one in self.problems}
        return self.first.expected if len(told) == 1 else ""

    @property
    def cells(self) -> str:
        """Where they stand: H3–H9、H12."""
        return spans(one.cell for one in self.problems)


def spans(cells: Iterable[str]) -> str:
    """Return addresses in words, those below each other joined: H3、H4、H5、K2 are H3–H5、K2."""
    numbers: dict[str, set[int]] = {}
    rest: list[str] = []
    for cell in cells:
        found = _ADDRESS.match(cell)
        if found:
            numbers.setdefault(found[1], set()).add(int(found[2]))
        elif cell:
            rest.append(cell)
    told: list[str] = []
    for letters in sorted(numbers, key=lambda one: (len(one), one)):
        joined = runs(numbers[letters])
        told += [f"{letters}{low}" if low == high else f"{letters}{low}–{letters}{high}" for low, high in joined]
    return "、".join([*told, *rest])


def gathered(problems: Sequence[Mistake]) -> list[Alike]:
    """Return mistakes in their order; what breaks one rule of one column more than `ONE_BY_ONE` times stands together, once."""
    return [Alike(tuple(some)) for some in together(problems, lambda one: (one.label, one.rule, one.kind))]


def together(items: Sequence[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    """Return items in their order, each by itself; where more than `ONE_BY_ONE` share a key, all of these in one place."""
    kinds: dict[Hashable, list[T]] = {}
    for one in items:
        kinds.setdefault(key(one), []).append(one)
    told: list[list[T]] = []
    for one in items:
        same = kinds.get(key(one), [])
        if len(same) > ONE_BY_ONE:
            told.append(kinds.pop(key(one)))
        elif same:
            told.append([one])
    return told
