"""A list in somebody's own layout: its headings, by which the layout is known again, and which column each of them is."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jiheng.foundation.sheets.grid import label_of
from jiheng.foundation.sheets.tables import HEADER_WITHIN, TableDefinition, sheets_of

ALIKE = 0.6
"""Share of a known layout's headings that another one must have to be taken for its successor."""
LONGEST_HEADING = 40


@dataclass(frozen=True)
class Headings:
    """The heading row of a sheet: the words of each column ("" for none), and what stands under it first."""

    sheet: str
    row: int
    labels: tuple[str, ...]
    examples: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """What the layout is known by: its headings, whatever their order and spelling of signs."""
        words = sorted({label_of(one) for one in self.labels if label_of(one)})
        return hashlib.sha256("\n".join(words).encode()).hexdigest()


def headings_of(content: bytes, name: str = "") -> Headings | None:
    """Return the headings of the first visible sheet that has some: the row with the most short words at the top.

    None when no sheet has any. Raises Unreadable.
    """
    for sheet, rows in sheets_of(content, name):
        top = [[_short(value) for value in row] for row in islice(rows, HEADER_WITHIN + 1)]
        if not top:
            continue
        at = max(range(len(top)), key=lambda number: (_worded(top[number]), -number))
        if _worded(top[at]) < 2:
            continue
        width = max(len(row) for row in top)
        labels = _told_apart(top, at, width)
        below = next((row for row in top[at + 1 :] if any(row)), [])
        return Headings(sheet, at + 1, tuple(labels), tuple(_at(below, place) for place in range(width)))
    return None


def _short(value: Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def _worded(row: Sequence[str]) -> int:
    """How many different short words that are no numbers stand in a row."""
    return len({one for one in row if one and len(one) <= LONGEST_HEADING and not one[0].isdigit()})


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _told_apart(top: Sequence[Sequence[str]], at: int, width: int) -> list[str]:
    """The words of each column; those that come twice, and empty ones, with the words above them."""
    labels = [_at(top[at], place) for place in range(width)]
    above: list[str] = []
    for place in range(width):
        over = _at(top[at - 1], place) if at else ""
        above.append(over or (above[-1] if above and _at(top[at], place) else ""))
    return [
        above[place] + label if (label and labels.count(label) > 1) or not label else label
        for place, label in enumerate(labels)
    ]


def with_layout(definition: TableDefinition, columns: Mapping[str, str]) -> TableDefinition:
    """Return the definition with the columns that a layout names (key → heading) found under those headings first."""
    named = [
        one.model_copy(update={"aliases": (*one.aliases, columns[one.key])})
        for one in definition.columns
        if one.key in columns
    ]
    rest = [one for one in definition.columns if one.key not in columns]
    return definition.model_copy(update={"columns": (*named, *rest)})


def suggested(definition: TableDefinition, labels: Iterable[str]) -> dict[str, str]:
    """Return which heading is likely each column: the same words first, then one that holds the other's."""
    left = [one for one in labels if one]
    found: dict[str, str] = {}
    for exact in (True, False):
        for column in definition.columns:
            if column.key in found:
                continue
            names = {label_of(name) for name in (column.label, *column.aliases)}
            same = next((one for one in left if _is(label_of(one), names, exact=exact)), None)
            if same is not None:
                found[column.key] = same
                left.remove(same)
    return found


def _is(label: str, names: set[str], *, exact: bool) -> bool:
    if exact:
        return label in names
    return any(len(name) > 1 and (name in label or label in name) for name in names if label)


@dataclass(frozen=True)
class Drift:
    """How a layout differs from the one that was learned: headings that are gone, and those that are new."""

    gone: tuple[str, ...]
    new: tuple[str, ...]


def drift(known: Sequence[str], labels: Sequence[str]) -> Drift | None:
    """Return how a layout drifted from a known one; None when they have too little in common."""
    old = {label_of(one): one for one in known if label_of(one)}
    now = {label_of(one): one for one in labels if label_of(one)}
    if not old or len(set(old) & set(now)) < ALIKE * len(old):
        return None
    return Drift(
        tuple(words for key, words in old.items() if key not in now),
        tuple(words for key, words in now.items() if key not in old),
    )
