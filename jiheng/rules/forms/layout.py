"""A form and its data laid out on a grid: merged cells with text and path. Workbook and print draw the same cells."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from jiheng.rules.forms.data import complete, get
from jiheng.rules.forms.definition import (
    FootBlock,
    FormDefinition,
    MoneyBlock,
    NoteBlock,
    PairsBlock,
    Side,
    TableBlock,
    TextBlock,
    Total,
)
from jiheng.rules.forms.fields import Box, Column, Field, Kind
from jiheng.rules.forms.values import Value, shown

DASH = "—"


class Role(StrEnum):
    """What a cell is on the paper; it decides border, face and alignment."""

    TITLE = "title"
    UNIT = "unit"
    SIDE = "side"
    LABEL = "label"
    HEAD = "head"
    VALUE = "value"
    DASH = "dash"
    TOTAL_LABEL = "total_label"
    TOTAL = "total"
    FOOT_LABEL = "foot_label"
    FOOT_VALUE = "foot_value"
    NOTE = "note"


@dataclass(frozen=True)
class Cell:
    """A cell at `row`, `column` (from 0), spanning `rows` by `columns`; values carry path and field.

    `paths` are further paths whose equal values were merged into the cell. `prose` stands at the left.
    """

    row: int
    column: int
    rows: int
    columns: int
    role: Role
    text: str
    path: str = ""
    field: Field | None = None
    value: Value = None
    paths: tuple[str, ...] = ()
    prose: bool = False


@dataclass(frozen=True)
class Part:
    """The rows that one block takes: `first` up to `end`; a table's heading ends at `body`."""

    block: int
    first: int
    body: int
    end: int


@dataclass
class Layout:
    """The laid-out form: cells, the height of each row in lines, and where each block lies.

    `least` is the height that the form itself asks for, `lines` the one that the texts need as well.
    """

    widths: tuple[int, ...]
    cells: list[Cell] = field(default_factory=list)
    least: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


def lay_out(definition: FormDefinition, data: Mapping[str, Any]) -> Layout:
    """The form with `data` (made complete first) as cells on the grid, from the title down to the notes."""
    return _Drawer(definition, complete(definition, data)).draw()


def title_of(definition: FormDefinition, year: int | None) -> str:
    """The heading with its year; an open year stays blank."""
    return definition.title.replace("{year}", str(year) if year else "　　")


def text_width(text: str) -> int:
    """Width in halves of a Chinese character: what spreadsheet column widths count."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def lines_needed(text: str, width: int) -> int:
    """Lines that a text takes in a column of `width`, wrapping anywhere."""
    usable = max(2, width - 1)
    return sum(max(1, -(-text_width(line) // usable)) for line in text.split("\n")) if text else 1


class _Drawer:
    """Draws block after block; `row` is the next free row."""

    def __init__(self, definition: FormDefinition, data: Mapping[str, Any]) -> None:
        self.definition = definition
        self.data = data
        self.layout = Layout(definition.widths)
        self.whole = len(definition.widths)

    @property
    def row(self) -> int:
        """The next free row."""
        return len(self.layout.lines)

    def draw(self) -> Layout:
        self.cell(0, 0, 1, self.whole, Role.TITLE, title_of(self.definition, self.data["year"]))
        self.rows_of([2])
        if self.definition.unit:
            self.cell(1, 0, 1, self.whole, Role.UNIT, self.definition.unit)
            self.rows_of([1])
        for number, block in enumerate(self.definition.blocks):
            first = self.row
            body = first
            match block:
                case PairsBlock():
                    self.pairs(block)
                case TextBlock():
                    self.text(block)
                case MoneyBlock():
                    body = self.money(block)
                case TableBlock():
                    if block.optional and not self.data[block.key]:
                        continue
                    body = self.table(block)
                case FootBlock():
                    self.foot(block)
                case NoteBlock():
                    self.cell(first, 0, 1, self.whole, Role.NOTE, block.text)
                    self.rows_of([1])
            self.layout.parts.append(Part(number, first, body, self.row))
        self.stretch()
        return self.layout

    def rows_of(self, lines: Sequence[int]) -> None:
        """Take the next rows, each with its least height."""
        self.layout.lines.extend(lines)

    def cell(self, row: int, column: int, rows: int, columns: int, role: Role, text: str) -> None:
        self.layout.cells.append(Cell(row, column, rows, columns, role, text))

    def value(
        self,
        row: int,
        column: int,
        columns: int,
        path: str,
        box: Field,
        role: Role = Role.VALUE,
        *,
        prose: bool | None = None,
    ) -> None:
        value = get(self.data, path)
        text = shown(box, value)
        if prose is None:
            prose = _is_prose(box, [text], 20)
        self.layout.cells.append(Cell(row, column, 1, columns, role, text, path, box, value, prose=prose))

    def side(self, side: Side | None, rows: int) -> int:
        """Draw the tall heading beside the next `rows` rows; the first free column."""
        if side is None:
            return 0
        narrow = sum(self.layout.widths[: side.span]) < 8
        self.cell(self.row, 0, rows, side.span, Role.SIDE, _in_twos(side.text) if narrow else side.text)
        return side.span

    def pairs(self, block: PairsBlock) -> None:
        left = self.side(block.side, len(block.rows))
        for row in block.rows:
            self.box_row(row, left, Role.LABEL, Role.VALUE)

    def foot(self, block: FootBlock) -> None:
        for row in block.rows:
            self.box_row(row, 0, Role.FOOT_LABEL, Role.FOOT_VALUE)

    def box_row(self, row: Sequence[Box], column: int, label: Role, value: Role) -> None:
        for box in row:
            if box.label_span:
                mark = "：" if label is Role.FOOT_LABEL else ""
                self.cell(self.row, column, 1, box.label_span, label, box.label + mark)
            column += box.label_span
            self.value(self.row, column, box.span, box.key, box, value)
            column += box.span
        self.rows_of([max(box.lines for box in row)])

    def text(self, block: TextBlock) -> None:
        column = self.side(block.side, 2)
        for box in block.boxes:
            self.cell(self.row, column, 1, box.span, Role.HEAD, box.label)
            self.value(self.row + 1, column, box.span, box.key, box)
            column += box.span
        self.rows_of([1, max(box.lines for box in block.boxes)])

    def money(self, block: MoneyBlock) -> int:
        depth = _depth(block.columns)
        left = self.side(block.side, depth + len(block.rows))
        self.cell(self.row, left, depth, block.label_span, Role.HEAD, "")
        self.heads(block.columns, left + block.label_span, depth)
        body = self.row
        for row in block.rows:
            self.cell(self.row, left, 1, block.label_span, Role.LABEL, row.label)
            column = left + block.label_span
            for head in block.columns:
                if head.key in row.dash:
                    self.cell(self.row, column, 1, head.span, Role.DASH, DASH)
                else:
                    self.value(self.row, column, head.span, f"{block.key}.{row.key}.{head.key}", head)
                column += head.span
            self.rows_of([1])
        return body

    def heads(self, columns: Sequence[Column], left: int, depth: int) -> None:
        """Headings of several levels: equal upper headings side by side become one cell."""
        paths = [(*column.head, column.label) for column in columns]
        for level in range(depth):
            at = left
            place = 0
            while place < len(columns):
                path, span, end = paths[place], columns[place].span, place + 1
                if level < len(path) - 1:
                    while end < len(columns) and paths[end][: level + 1] == path[: level + 1]:
                        if len(paths[end]) == level + 1:
                            break
                        span += columns[end].span
                        end += 1
                    self.cell(self.row + level, at, 1, span, Role.HEAD, path[level])
                elif level == len(path) - 1:
                    self.cell(self.row + level, at, depth - level, span, Role.HEAD, path[level])
                at += span
                place = end
        self.rows_of([1] * depth)

    def table(self, block: TableBlock) -> int:
        rows: list[Mapping[str, Value]] = self.data[block.key]
        depth = _depth(block.columns)
        left = self.side(block.side, depth + len(rows))
        self.heads(block.columns, left, depth)
        body = self.row
        column, runs = left, [0]
        for head in block.columns:
            if head.group:
                runs = _runs([row[head.key] for row in rows], runs)
                self.grouped(block, head, body, column, [*runs, len(rows)])
            else:
                prose = _is_prose(head, [shown(head, row[head.key]) for row in rows], 10)
                for number in range(len(rows)):
                    path = f"{block.key}.{number}.{head.key}"
                    self.value(body + number, column, head.span, path, head, prose=prose)
            column += head.span
        self.rows_of([1] * len(rows))
        if block.total:
            self.total(block, block.total, rows)
        return body

    def grouped(self, block: TableBlock, head: Column, body: int, column: int, runs: Sequence[int]) -> None:
        """One tall cell for each run of equal values."""
        for first, end in pairwise(runs):
            paths = tuple(f"{block.key}.{number}.{head.key}" for number in range(first, end))
            value = get(self.data, paths[0])
            self.layout.cells.append(
                Cell(
                    body + first,
                    column,
                    end - first,
                    head.span,
                    Role.VALUE,
                    shown(head, value),
                    paths[0],
                    head,
                    value,
                    paths[1:],
                )
            )

    def total(self, block: TableBlock, total: Total, rows: Sequence[Mapping[str, Value]]) -> None:
        side = block.side.span if block.side else 0
        before = 0
        while block.columns[before].key not in total.sums:
            before += 1
        span = side + sum(column.span for column in block.columns[:before])
        self.cell(self.row, 0, 1, span, Role.TOTAL_LABEL, total.label)
        at = span
        for column in block.columns[before:]:
            found = total_of(block, column.key, self.data) if column.key in total.sums else None
            text = shown(column, found) if column.key in total.sums else ""
            self.layout.cells.append(
                Cell(self.row, at, 1, column.span, Role.TOTAL, text, field=column, value=found)
            )
            at += column.span
        self.rows_of([1])

    def stretch(self) -> None:
        """Make rows high enough for their texts; what a tall cell lacks goes to its last row."""
        lines = self.layout.lines
        self.layout.least = list(lines)
        for cell in sorted(self.layout.cells, key=lambda cell: cell.rows):
            width = sum(self.layout.widths[cell.column : cell.column + cell.columns])
            if cell.role is Role.TITLE:
                continue
            lack = lines_needed(cell.text, width) - sum(lines[cell.row : cell.row + cell.rows])
            if lack > 0:
                lines[cell.row + cell.rows - 1] += lack


def total_of(block: TableBlock, key: str, data: Mapping[str, Any]) -> Value:
    """The sum of a column with what the form adds to it; None when nothing is filled in."""
    total = block.total
    if total is None:
        return None
    found = [row[key] for row in data[block.key]]
    found += [get(data, path) for path in total.sums[key]]
    filled = [value for value in found if value is not None]
    return sum(filled) if filled else None


def _in_twos(text: str) -> str:
    """Two characters a line, as tall narrow headings are written."""
    return "\n".join(text[place : place + 2] for place in range(0, len(text), 2))


def _depth(columns: Sequence[Column]) -> int:
    return 1 + max(len(column.head) for column in columns)


def _runs(values: Sequence[Value], within: Sequence[int]) -> list[int]:
    """Where runs of equal values begin, never reaching over the beginnings in `within`."""
    return [
        place
        for place, value in enumerate(values)
        if place == 0 or place in within or value != values[place - 1] or value is None
    ]


def _is_prose(box: Field, texts: Sequence[str], longest: int) -> bool:
    """Whether a box or a column holds prose, which stands at the left; short words stand in the middle."""
    if box.kind is Kind.TEXT:
        return any(len(text) > longest for text in texts)
    return box.kind is Kind.LONG_TEXT
