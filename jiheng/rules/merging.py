"""Three states of a table made one: what both started from, what stands now, what comes in.

Rows are joined by their keys, cells by their columns. A cell that only one side changed is taken from that side;
where both changed it differently, the conflict names both values and nothing is decided for the person. Nothing is
lost silently: every cell of either side that differs from the base stands in the result or in a conflict, and every
row that goes is named. The same three states always give the same result.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
Cells = Mapping[str, Any]
ENOUGH = 0.5
"""Share of its words that a renamed row must keep to be known again."""


@dataclass(frozen=True)
class Row:
    """A row by its key. A column that `cells` does not name is not told: it stands as the base has it."""

    key: str
    cells: Cells


@dataclass(frozen=True)
class Conflict:
    """One cell (or, with `column` "", one whole row) that both sides changed differently.

    A whole row is in conflict when one side removed what the other changed: the side that removed it has None, the
    other one the row's cells.
    """

    key: str
    column: str
    base: Any
    mine: Any
    theirs: Any

    @property
    def name(self) -> str:
        """What a choice names it by."""
        return f"{self.key}|{self.column}"


@dataclass(frozen=True)
class Taken:
    """A cell that the incoming side alone changed: what stood there and what comes."""

    key: str
    column: str
    before: Any
    after: Any


@dataclass
class Merged:
    """The result, and everything about it that a person may want to see before it counts.

    `added` and `removed` are the rows that the incoming side brings and takes away, `kept` the cells that only the
    present side changed (key and column), `left` the rows that the present side alone added. `moved` says that the
    incoming order is taken, `disordered` that both sides moved rows and the present order stays.
    """

    rows: list[Row] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    moved: bool = False
    disordered: bool = False

    @property
    def changes(self) -> bool:
        """Whether the result differs from what stands now."""
        return bool(self.taken or self.added or self.removed or self.moved)


def merge(
    base: Sequence[Row], mine: Sequence[Row], theirs: Sequence[Row], take: Collection[str] = ()
) -> Merged:
    """Merge what comes (`theirs`) into what stands (`mine`); both were made from `base`.

    `take` names the conflicts in which the incoming side is chosen; in all others the present value stays. The
    conflicts are listed either way. ValueError when a side has a key twice.
    """
    old, here, there = _by_key(base), _by_key(mine), _by_key(theirs)
    made = Merged()
    present: dict[str, Row] = {}
    for key in dict.fromkeys((*here, *there, *old)):
        row = _row(made, key, old.get(key), here.get(key), there.get(key), take)
        if row is not None:
            present[key] = row
    made.rows = [present[key] for key in _ordered(made, old, here, there, present)]
    return made


def merge_cells(
    base: Cells, mine: Cells, theirs: Cells, take: Collection[str] = (), key: str = ""
) -> Merged:
    """Merge the cells of one record, as `merge` does for one row that stays on both sides."""
    return merge([Row(key, base)], [Row(key, mine)], [Row(key, theirs)], take)


def _by_key(rows: Iterable[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        if row.key in found:
            raise ValueError(f"the key {row.key!r} comes twice")
        found[row.key] = row
    return found


def _row(
    made: Merged, key: str, base: Row | None, mine: Row | None, theirs: Row | None, take: Collection[str]
) -> Row | None:
    """The row as it is to stand, or None when it goes."""
    if mine is None and theirs is None:
        return None
    if mine is None:
        return _only_there(made, key, base, theirs, take)
    if theirs is None:
        return _only_here(made, key, base, mine, take)
    old = base.cells if base else {}
    cells: dict[str, Any] = {}
    for column in dict.fromkeys((*mine.cells, *theirs.cells, *old)):
        was = old.get(column)
        here, there = mine.cells.get(column, was), theirs.cells.get(column, was)
        cells[column] = here
        if here == there:
            continue
        if here == was:
            cells[column] = there
            made.taken.append(Taken(key, column, here, there))
        elif there == was:
            made.kept.append((key, column))
        else:
            found = Conflict(key, column, was, here, there)
            made.conflicts.append(found)
            if found.name in take:
                cells[column] = there
                made.taken.append(Taken(key, column, here, there))
    return Row(key, cells)


def _only_there(
    made: Merged, key: str, base: Row | None, theirs: Row | None, take: Collection[str]
) -> Row | None:
    """A row that does not stand now: new, or removed here while it came back unchanged or changed."""
    if theirs is None:
        return None
    if base is None:
        made.added.append(theirs)
        return theirs
    if not _changed(base, theirs):
        return None
    row = Row(key, {**base.cells, **theirs.cells})
    found = Conflict(key, "", base.cells, None, row.cells)
    made.conflicts.append(found)
    if found.name not in take:
        return None
    made.added.append(row)
    return row


def _only_here(made: Merged, key: str, base: Row | None, mine: Row, take: Collection[str]) -> Row | None:
    """A row that does not come back: added here meanwhile, or removed there while it stayed or was changed here."""
    if base is None:
        made.left.append(mine)
        return mine
    if _changed(base, mine):
        found = Conflict(key, "", base.cells, {**base.cells, **mine.cells}, None)
        made.conflicts.append(found)
        if found.name not in take:
            return mine
    made.removed.append(mine)
    return None


def _changed(base: Row, row: Row) -> bool:
    return any(value != base.cells.get(column) for column, value in row.cells.items())


def _ordered(
    made: Merged, old: Collection[str], here: Collection[str], there: Collection[str], present: Collection[str]
) -> list[str]:
    """The keys in the order of the side that moved rows; what only the other one has follows its neighbour."""
    common = set(old) & set(here) & set(there)
    was, mine, theirs = ([key for key in side if key in common] for side in (old, here, there))
    made.moved = mine == was != theirs
    made.disordered = mine != was != theirs and mine != theirs
    lead, other = (there, here) if made.moved else (here, there)
    first: list[str] = []
    behind: dict[str, list[str]] = {}
    led = {key for key in lead if key in present}
    place = first
    for key in other:
        if key in led:
            place = behind.setdefault(key, [])
        elif key in present:
            place.append(key)
    for key in lead:
        if key in led:
            first.append(key)
            first += behind.get(key, ())
    return first


@dataclass(frozen=True)
class Known:
    """A row that may come back: its key, the words by which people know it (the first ones weigh most)."""

    key: str
    words: tuple[str, ...]


def recognised(known: Sequence[Known], told: Sequence[Known]) -> dict[int, str]:
    """Which known row each told row is, by its place: told rows that are none of them are left out.

    A told row's `key` is where it still stands as it went out ("" when that is not known). Rows are known by all
    their words first, then by the first one where it is unique, then by where they stand, then, when that is not
    known, by the words they share (at least half). One known row is at most one told row.
    """
    found: dict[int, str] = {}
    left = {one.key: one for one in known}
    for length in (max((len(one.words) for one in known), default=1), 1):
        names = _unique((one.key, one.words[:length]) for one in left.values())
        again = _unique(
            (place, one.words[:length]) for place, one in enumerate(told) if place not in found
        )
        for words, place in again.items():
            if words in names and any(words):
                found[place] = names[words]
                del left[names[words]]
    for place, one in enumerate(told):
        if place not in found and one.key in left:
            found[place] = one.key
            del left[one.key]
    for place, one in enumerate(told):
        if place not in found and not one.key and left:
            alike = [(_shared(row, one), -at, row.key) for at, row in enumerate(left.values())]
            share, _, key = max(alike)
            if share >= ENOUGH:
                found[place] = key
                del left[key]
    return found


def _unique(pairs: Iterable[tuple[T, tuple[str, ...]]]) -> dict[tuple[str, ...], T]:
    found: dict[tuple[str, ...], T] = {}
    twice: set[tuple[str, ...]] = set()
    for one, words in pairs:
        if words in found:
            twice.add(words)
        found[words] = one
    return {words: one for words, one in found.items() if words not in twice}


def _shared(known: Known, told: Known) -> float:
    pairs = [(one, two) for one, two in zip(known.words, told.words, strict=False) if one or two]
    return sum(one == two for one, two in pairs) / len(pairs) if pairs else 0
