"""Where the parts of a form lie on a sheet: by the labels that people see, not by fixed addresses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jiheng.foundation.sheets.grid import Grid, Spot, label_of, unit_in
from jiheng.rules.forms.definition import (
    Block,
    Box,
    FootBlock,
    FormDefinition,
    MoneyBlock,
    NoteBlock,
    PairsBlock,
    TableBlock,
    TextBlock,
)
from jiheng.rules.forms.fields import Column, Field

ENOUGH = 0.6
"""Share of a heading's columns that must be there for a row to be taken as that heading."""


@dataclass(frozen=True)
class Found:
    """A label on the sheet; `inline` is the value when both stand in one cell (填报人：张一民)."""

    spot: Spot
    inline: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Heading:
    """The heading of a table or money block: its last row, and each column that was found."""

    bottom: int
    columns: dict[str, Found]

    @property
    def top(self) -> int:
        """Its first row."""
        return min(found.spot.top for found in self.columns.values())


@dataclass(frozen=True)
class Area:
    """The rows of the sheet that belong to a block: `first` up to `end`."""

    first: int
    end: int
    heading: Heading | None = None


def names_of(field: Field) -> frozenset[str]:
    """Every reduced label under which the field may stand."""
    return frozenset(label_of(name) for name in (field.label, *field.aliases))


def areas_of(definition: FormDefinition, grid: Grid) -> list[Area | None]:
    """The rows of each block in order; None for a block of which nothing was found."""
    begins: list[tuple[int, Heading | None] | None] = []
    cursor = 1
    for block in definition.blocks:
        begin = _begin(block, grid, cursor)
        begins.append(begin)
        if begin is not None:
            cursor = max(begin[0], begin[1].bottom if begin[1] else 0) + 1
    areas: list[Area | None] = []
    end = grid.rows + 1
    for begin in reversed(begins):
        if begin is None:
            areas.append(None)
            continue
        areas.append(Area(begin[0], end, begin[1]))
        end = begin[0]
    return areas[::-1]


def hits(definition: FormDefinition, grid: Grid) -> float:
    """The share of the form's blocks (notes and feet aside) that the sheet shows."""
    pairs = zip(definition.blocks, areas_of(definition, grid), strict=True)
    counted = [area is not None for block, area in pairs if not isinstance(block, NoteBlock | FootBlock)]
    return sum(counted) / len(counted) if counted else 0


def _begin(block: Block, grid: Grid, cursor: int) -> tuple[int, Heading | None] | None:
    """The first row of the block at or below `cursor`, with its heading; None when it is not there."""
    row: int | None = None
    match block:
        case PairsBlock() | FootBlock():
            rows = (_row_with(line, grid, cursor) for line in block.rows)
            row = next((row for row in rows if row is not None), None)
        case TextBlock():
            row = _row_with(block.boxes, grid, cursor)
        case NoteBlock():
            row = _row_starting(label_of(block.text)[:6], grid, cursor)
        case MoneyBlock() | TableBlock():
            heading = _heading(block.columns, grid, cursor)
            return None if heading is None else (heading.top, heading)
    return None if row is None else (row, None)


def _row_with(boxes: Sequence[Box], grid: Grid, cursor: int) -> int | None:
    """The first row that shows the label of one of the boxes."""
    for row in range(cursor, grid.rows + 1):
        if any(True for box in boxes for _ in _in_line(grid, row, box)):
            return row
    return None


def _row_starting(start: str, grid: Grid, cursor: int) -> int | None:
    for row in range(cursor, grid.rows + 1):
        if any(grid.label(row, spot.left).startswith(start) for spot in grid.line(row)):
            return row
    return None


def _heading(columns: Sequence[Column], grid: Grid, cursor: int) -> Heading | None:
    """The first heading from `cursor` on that names enough of the columns, at its fullest row."""
    depth = 1 + max(len(column.head) for column in columns)
    least = max(min(2, len(columns)), ENOUGH * len(columns))
    for row in range(cursor, grid.rows + 1):
        found = _columns_in(columns, grid, row)
        if len(found) < least:
            continue
        best, at = found, row
        for further in range(row + 1, min(row + depth, grid.rows) + 1):
            more = _columns_in(columns, grid, further)
            if len(more) > len(best):
                best, at = more, further
        bottom = max(at, *(one.spot.bottom for one in best.values()))
        return Heading(bottom, best)
    return None


def _columns_in(columns: Sequence[Column], grid: Grid, row: int) -> dict[str, Found]:
    """The columns whose labels stand in the row: from left to right first, then those that were moved.

    Strange columns between are passed over.
    """
    spots = grid.line(row)
    labels = [grid.label(spot.top, spot.left) for spot in spots]
    places: dict[str, int] = {}
    at = 0
    for column in columns:
        names = names_of(column)
        place = next((place for place in range(at, len(spots)) if labels[place] in names), None)
        if place is not None:
            places[column.key] = place
            at = place + 1
    for column in columns:
        if column.key not in places:
            names, taken = names_of(column), set(places.values())
            free = [p for p in range(len(spots)) if labels[p] in names and p not in taken]
            places |= {column.key: free[0]} if free else {}
    return {
        column.key: Found(spot, unit=unit_in(str(grid.value(spot.top, spot.left))))
        for column in columns
        if column.key in places
        for spot in [spots[places[column.key]]]
    }


def _in_line(grid: Grid, row: int, box: Box) -> Iterator[Found]:
    """Each place in a row where the box's label stands, alone or with its value behind a colon."""
    names = names_of(box)
    for spot in grid.line(row):
        if spot.top != row:
            continue
        value = grid.value(row, spot.left)
        if not isinstance(value, str):
            continue
        label = label_of(value)
        if label in names:
            yield Found(spot, unit=unit_in(value))
            continue
        head, colon, rest = value.replace("：", ":").partition(":")
        if colon and rest.strip() and label_of(head) in names:
            yield Found(spot, inline=rest.strip())


def boxes_in(grid: Grid, area: Area, boxes: Sequence[Box]) -> dict[str, Found]:
    """The labels of single boxes inside an area, in reading order; a label that comes twice is two boxes."""
    found: dict[str, Found] = {}
    used: set[Spot] = set()
    last = (area.first, 0)
    for box in boxes:
        if not box.label_span:
            continue
        places = [
            one
            for row in range(area.first, area.end)
            for one in _in_line(grid, row, box)
            if one.spot not in used
        ]
        after = [one for one in places if (one.spot.top, one.spot.left) > last]
        chosen = next(iter(after or places), None)
        if chosen is not None:
            found[box.key] = chosen
            used.add(chosen.spot)
            last = (chosen.spot.top, chosen.spot.left)
    return found


def beside(grid: Grid, label: Spot, labels: frozenset[Spot]) -> Spot | None:
    """The value's cell at the right of its label: the first filled one before the next label, else the first."""
    line = grid.line(label.top, label.right + 1)
    reach: list[Spot] = []
    for spot in line[:3]:
        if spot in labels:
            break
        reach.append(spot)
        if spot.right > spot.left:
            break
    return next((spot for spot in reach if grid.filled(spot)), reach[0] if reach else None)


def below(grid: Grid, label: Spot, end: int, labels: frozenset[Spot]) -> Spot | None:
    """The value's cell under its label: the first filled one before `end` or the next label, else the first."""
    first: Spot | None = None
    row = label.bottom + 1
    while row < min(end, grid.rows + 1):
        for spot in grid.line(row, label.left):
            if spot.left > label.right or spot in labels:
                break
            first = first or spot
            if grid.filled(spot):
                return spot
        row = grid.spot(row, label.left).bottom + 1
    return first


def within(grid: Grid, row: int, column: Found) -> Spot:
    """The cell of a row under a heading: the first filled one in the heading's width, else the first."""
    spots = [spot for spot in grid.line(row, column.spot.left) if spot.left <= column.spot.right]
    return next((spot for spot in spots if grid.filled(spot)), spots[0])
