"""Lists of any length read from workbooks and CSV files: rows with cell addresses, every mistake at once.

Workbooks (.xlsx, .xls) come through calamine, CSV files in UTF-8, UTF-16 or GBK row by row. Totals that the
list carries are reconciled with its rows, to the fen.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from pydantic import Field as Limit
from pydantic import model_validator
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from jiheng.foundation.files.compound import OLE
from jiheng.foundation.sheets.apart import read_apart
from jiheng.foundation.sheets.formulas import errors_in, fault_of, with_errors
from jiheng.foundation.sheets.found import Problem, ProblemKind
from jiheng.foundation.sheets.grid import label_of, unit_in
from jiheng.foundation.sheets.limits import (
    LARGEST_LIST,
    LARGEST_LIST_CELLS,
    LARGEST_LIST_UNPACKED,
    Unreadable,
    check_file,
    check_workbook,
)
from jiheng.foundation.sheets.meta import OURS
from jiheng.foundation.sheets.old import old_errors
from jiheng.foundation.sheets.text import escaped
from jiheng.rules.entry import Strict
from jiheng.rules.forms.fields import Field, Kind
from jiheng.rules.forms.values import Value, clean, empty, missing, shown
from jiheng.rules.money import format_wan
from jiheng.rules.reading.amounts import money_unit
from jiheng.rules.reading.characters import plain

MOST_ROWS = 500_000
MOST_PROBLEMS = 1000
MOST_MERGED, WIDEST, MOST_AREAS = 2000, 60, 20_000
"""Rows and columns of a merged area, and how many areas, that are looked at."""
MOST_KNOWN = 20_000
"""Contents of a column that are remembered while it is read; a longer list of all different ones needs no more."""
HEADER_WITHIN = 20
UNKNOWN_ERROR = re.compile(r"cell error value '([^']+)'")
"""How calamine says that a cell shows an error of a newer Excel: it reads no further then."""
TOTAL_WORDS = frozenset({"合计", "总计", "小计", "本页合计", "累计"})


class ListColumn(Field):
    """A column of a list. `unit` is the unit of its amounts where neither heading nor cell names one.

    `lines` keeps the line breaks of a cell, which are else spaces between its words. `headed` asks for the heading
    only: its cells may be blank.
    """

    headed: bool = False
    unique: bool = False
    unit: str = "万元"
    lines: bool = False

    @model_validator(mode="after")
    def _unit_is_money(self) -> "ListColumn":
        if money_unit(self.unit) is None:
            raise ValueError(f"“{self.label}”的单位“{self.unit}”不是金额单位")
        return self


class TableDefinition(Strict):
    """A kind of list: its name and columns. Order on the sheet does not matter; headings are matched by label."""

    key: str
    label: str
    columns: tuple[ListColumn, ...] = Limit(min_length=1)
    cite: str = ""

    @model_validator(mode="after")
    def _keys_differ(self) -> "TableDefinition":
        keys = [column.key for column in self.columns]
        if len(keys) != len(set(keys)):
            raise ValueError(f"{self.label}的列键重复")
        return self


class Cells(Mapping[str, str]):
    """Where each value of a row stands, by column key: the letters are those of the list, the number the row's."""

    __slots__ = ("letters", "number")

    def __init__(self, letters: Mapping[str, str], number: int) -> None:
        self.letters = letters
        self.number = number

    def __getitem__(self, key: str) -> str:
        return f"{self.letters[key]}{self.number}"

    def __iter__(self) -> Iterator[str]:
        return iter(self.letters)

    def __len__(self) -> int:
        return len(self.letters)


class ListRow(NamedTuple):
    """An accepted row: its number on the sheet, its values by column key, and where each of them stands."""

    number: int
    values: dict[str, Value]
    cells: Mapping[str, str]


@dataclass
class TableReading:
    """What a list yields. `rows_in` counts the rows that say something, totals aside.

    `wrong_rows` are those with a problem, as far as they could be read (the first thousand).
    `letters` name the sheet's column for each key that was found.
    `units` name the unit in which each column of amounts is written. `formulas` says whether the file may hold any.
    `sums` are the accepted amounts in fen by column, `stated` those of the list's own total row. `differences`
    (stated less summed, 0 for a list in order) are given only where a total is stated and every row was accepted.
    """

    sheet: str = ""
    rows: list[ListRow] = field(default_factory=list)
    wrong_rows: list[ListRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    rows_in: int = 0
    total_rows: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    stated: dict[str, int] = field(default_factory=dict)
    more_problems: int = 0
    unknown_columns: list[str] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    formulas: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing has to be put right."""
        return not self.problems

    @property
    def rows_accepted(self) -> int:
        """Rows without a problem."""
        return len(self.rows)

    @property
    def differences(self) -> dict[str, int]:
        """Stated total less the sum of the rows, in fen, for each column with a stated total."""
        return {key: stated - self.sums[key] for key, stated in self.stated.items()}

    def summary(self, definition: TableDefinition) -> list[tuple[str, str]]:
        """The reconciliation in words and figures, as the preview page shows it."""
        labels = {column.key: column.label for column in definition.columns}
        lines = [("读到行数", str(self.rows_in)), ("可导入行数", str(self.rows_accepted))]
        for key, fen in self.sums.items():
            lines.append((f"{labels[key]}合计", f"{format_wan(fen)} 万元"))
            if key in self.stated:
                lines.append((f"{labels[key]}与表中合计的差额", format_wan(self.differences[key])))
        return lines


@dataclass(frozen=True)
class _Place:
    """Where a column of the definition was found, and the unit that its heading states."""

    index: int
    unit: str


class _Told(NamedTuple):
    """What a cell's content says, the same wherever it stands in its column."""

    value: Value
    problem: str
    kind: ProblemKind
    notice: str


class _Reading:
    """A column as it is read: where it stands, and what its contents were found to say so far.

    Lists repeat themselves (a day, a document, a source of money), so each content is looked at once.
    """

    __slots__ = ("column", "index", "known", "letter", "unit", "year")

    def __init__(self, column: ListColumn, place: _Place, year: int) -> None:
        self.year = year
        self.column, self.index, self.unit = column, place.index, place.unit
        self.letter = get_column_letter(place.index + 1)
        self.known: dict[object, _Told] = {}

    def told(self, raw: object) -> _Told:
        # 1, 1.0 and True are equal but do not read the same, nor do 0.0 and -0.0: the latter are not kept.
        key = raw if raw.__class__ is str else (raw.__class__, raw)
        found = self.known.get(key)
        if found is None:
            found = self.looked_at(raw)
            if len(self.known) < MOST_KNOWN and (raw or raw.__class__ is str):
                self.known[key] = found
        return found

    def looked_at(self, raw: object) -> _Told:
        if fault := fault_of(raw):
            return _Told(None, fault, "wrong", "")
        told = raw if self.column.lines else _joined(raw)
        cleaned = clean(self.column, told, money_unit=self.unit, year=self.year)
        if cleaned.problem:
            return _Told(cleaned.value, cleaned.problem, "wrong", "")
        problem = missing(self.column, cleaned.value)
        return _Told(cleaned.value, problem, "missing", "" if problem else cleaned.notice)


def read_table(
    definition: TableDefinition, content: bytes, *, name: str = "", sheet: str | None = None, year: int = 0
) -> TableReading:
    """Read a list from .xlsx, .xls or CSV. Never raises for what people upload: see `problems`.

    `name` is the uploaded file's name, which tells CSV from workbooks. `sheet` picks a sheet; otherwise the
    first one with a heading that names all required columns. `year` completes targets that are days without one.
    """
    reading = TableReading()
    try:
        check_file(content, LARGEST_LIST)
        reading.formulas, sheets = _sheets(content, name)
        _Reader(definition, reading, year).read(sheets, sheet)
    except Unreadable as unreadable:
        reading.problems.append(Problem("", "", str(unreadable), "layout"))
    return reading


def sheets_of(content: bytes, name: str = "") -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    """Return the visible sheets of a list by name, each as rows from its first one on. Raises Unreadable."""
    check_file(content, LARGEST_LIST)
    return ((title, rows) for title, rows, _ in _sheets(content, name)[1])


def _is_csv(content: bytes, name: str) -> bool:
    packed = content.startswith((b"PK\x03\x04", OLE))
    return not packed and not name.lower().endswith((".xlsx", ".xls"))


def _sheets(content: bytes, name: str) -> tuple[bool, Iterator[tuple[str, "Rows", "Merged"]]]:
    """Return whether the file may hold formulas, and its visible sheets. Raises Unreadable, at once or while reading."""
    if _is_csv(content, name):
        return False, _csv_sheets(content)
    if content.startswith(OLE):
        return False, _old_sheets(content)
    formulas = check_workbook(content, LARGEST_LIST, LARGEST_LIST_UNPACKED, cells=LARGEST_LIST_CELLS)
    return formulas, _workbook_sheets(content, formulas=formulas)


Rows = Iterator[Sequence[Any]]
Merged = Mapping[tuple[int, int], tuple[int, int]]
"""From a cell (row from 1, column from 0) inside a merged area to the area's first cell, which holds the value."""


def _workbook_sheets(content: bytes, *, formulas: bool) -> Iterator[tuple[str, Rows, Merged]]:
    """Visible sheets by name, each as a stream of rows that begins at the sheet's first row."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        hidden = {meta.name for meta in book.sheets_metadata if meta.visible != SheetVisibleEnum.Visible}
        for name in book.sheet_names:
            if name not in hidden and name not in OURS:
                page = book.get_sheet_by_name(name)
                rows = _shifted(page.iter_rows(), page.start or (0, 0))
                faults = errors_in(content, name) if formulas else {}
                yield name, with_errors(rows, faults) if faults else rows, _merged(page.merged_cell_ranges or [])
    except (CalamineError, OSError, ValueError) as broken:
        raise _unreadable(str(broken)) from broken


def _old_sheets(content: bytes) -> Iterator[tuple[str, Rows, Merged]]:
    """The same of an .xls, which is read apart."""
    try:
        sheets = read_apart(content)
    except ValueError as broken:
        raise _unreadable(str(broken)) from broken
    for place, page in enumerate(sheets):
        if page.visible and page.name not in OURS:
            yield page.name, with_errors(_shifted(iter(page.rows), page.start), old_errors(content, place)), _merged(page.merged)


def _unreadable(said: str) -> Unreadable:
    if unknown := UNKNOWN_ERROR.search(said):
        return Unreadable(f"有单元格显示的是错误值“{unknown[1]}”，工作簿读不下去；请改正公式，或改填实际的内容后再传")
    return Unreadable("工作簿打不开：文件已损坏、加了密码或不是 Excel 格式；请用 Excel 或 WPS 另存为 .xlsx 后再传")


def _merged(areas: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> Merged:
    """The covered cells of areas that stretch downwards; a whole merged column is left out, and more than any list has."""
    return {
        (row + 1, column): (top + 1, left)
        for (top, left), (bottom, right) in areas[:MOST_AREAS]
        if top < bottom <= top + MOST_MERGED and right < left + WIDEST
        for row in range(top + 1, bottom + 1)
        for column in range(left, right + 1)
    }


def _shifted(rows: Iterator[list[Any]], start: tuple[int, int]) -> Rows:
    """Rows with the empty ones and columns before the used range put back, so that addresses are right."""
    for _ in range(start[0]):
        yield ()
    pad = [""] * start[1]
    for row in rows:
        yield pad + row if pad else row


def _csv_sheets(content: bytes) -> Iterator[tuple[str, Rows, Merged]]:
    text = decoded(content)
    sample = text[:4096]
    tabs, semicolons, commas = sample.count("\t"), sample.count(";"), sample.count(",")
    delimiter = "\t" if tabs > max(semicolons, commas) else ";" if semicolons > commas else ","
    yield "", _csv_rows(text, delimiter), {}


def _csv_rows(text: str, delimiter: str) -> Rows:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as broken:
        words = (
            f"CSV 文件第 {reader.line_num} 行的格式不对（多半是引号没有配对）；请改正或另存为 .xlsx 后再传"
        )
        raise Unreadable(words) from broken


def decoded(content: bytes) -> str:
    """The text of a CSV file in UTF-8 (with or without mark), UTF-16 with mark, or GBK (GB 18030).

    Raises Unreadable when it is none of them, naming the first byte that does not fit.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(content, "utf-16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _as(content, "gb18030")
    strange = sum(unicodedata.category(sign) in ("Co", "Cn", "Cc") for sign in text if sign not in "\r\n\t")
    if strange > max(2, len(text) // 500):
        raise Unreadable("CSV 文件的文字编码无法识别；请另存为“CSV UTF-8”或 .xlsx 后再传")
    return text


def _as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        words = f"CSV 文件第 {line} 行的文字编码既不是 UTF-8 也不是 GBK；请另存为“CSV UTF-8”或 .xlsx 后再传"
        raise Unreadable(words) from wrong


class _Reader:
    """Reads one list: heading first, then row after row into the reading."""

    def __init__(self, definition: TableDefinition, reading: TableReading, year: int = 0) -> None:
        self.definition = definition
        self.year = year
        self.reading = reading
        self.seen: dict[str, dict[Value, str]] = {c.key: {} for c in definition.columns if c.unique}
        self.merged: Merged = {}
        self.tops: dict[tuple[int, int], object] = {}
        self.top_cells: frozenset[tuple[int, int]] = frozenset()
        self.columns: list[_Reading] = []
        self.blank: dict[str, Value] = {c.key: empty(c) for c in definition.columns}

    def read(self, sheets: Iterator[tuple[str, Rows, Merged]], wanted: str | None) -> None:
        best: list[str] = []
        for name, rows, self.merged in sheets:
            if wanted is not None and name != wanted:
                continue
            places, number, labels = self.heading(rows)
            lacking = [c.label for c in self.definition.columns if (c.required or c.headed) and c.key not in places]
            if places and not lacking:
                self.reading.sheet = name
                self.top_cells = frozenset(self.merged.values())
                self.body(rows, number, places, labels)
                return
            if places and (not best or len(lacking) < len(best)):
                best = lacking
        if best:
            words = f"表头缺少这些栏：{'、'.join(best)}；请对照《{self.definition.label}》模板补上"
        else:
            words = f"前 {HEADER_WITHIN} 行里没有找到《{self.definition.label}》的表头；请核对文件是否选错"
        raise Unreadable(words)

    def heading(self, rows: Rows) -> tuple[dict[str, _Place], int, list[str]]:
        """The columns by label in the first rows; a heading of two or three rows is read as one."""
        above: list[list[str]] = []
        best: tuple[dict[str, _Place], int, list[str]] = ({}, 0, [])
        unit = ""
        held: list[Sequence[Any]] = []
        for number, row in enumerate(rows, start=1):
            labels = [str(value) if isinstance(value, str) else "" for value in row]
            unit = next((found for label in labels if (found := _stated_unit(label))), unit)
            places = self.places(labels, above[-2:], unit)
            if len(places) > len(best[0]):
                best = (places, number, labels)
                held = []
            else:
                held.append(row)
            above.append(labels)
            complete = len(best[0]) == len(self.definition.columns)
            settled = best[0] and number >= best[1] + 2 and len(best[0]) >= 2
            if complete or settled or number >= HEADER_WITHIN:
                break
        self.held = held if best[0] else []
        return best

    def places(self, labels: list[str], above: list[list[str]], unit: str) -> dict[str, _Place]:
        """Each column's place in a row of labels, alone or under the headings that stretch over it."""
        width = max([len(labels), *(len(row) for row in above)])
        spread = [_spread(row, width) for row in above]
        found: dict[str, _Place] = {}
        taken: set[int] = set()
        for column in self.definition.columns:
            names = {label_of(name) for name in (column.label, *column.aliases)}
            for index in range(width):
                label = labels[index] if index < len(labels) else ""
                if index in taken or not (label or any(row[index] for row in above if index < len(row))):
                    continue
                joined = "".join(row[index] for row in spread) + label
                alone = label or next(
                    (row[index] for row in reversed(above) if index < len(row) and row[index]), ""
                )
                if label_of(alone) in names or label_of(joined) in names:
                    found[column.key] = _Place(index, unit_in(alone) or unit or column.unit)
                    taken.add(index)
                    break
        return found

    def body(self, rows: Rows, number: int, places: Mapping[str, _Place], labels: list[str]) -> None:
        known = {place.index for place in places.values()}
        self.reading.unknown_columns = [
            label.strip() for index, label in enumerate(labels) if label.strip() and index not in known
        ]
        found = [column for column in self.definition.columns if column.key in places]
        self.columns = [_Reading(column, places[column.key], self.year) for column in found]
        self.reading.letters = {one.column.key: one.letter for one in self.columns}
        self.reading.units = {one.column.key: one.unit for one in self.columns}
        money = [column.key for column in found if column.kind is Kind.MONEY_WAN]
        self.reading.sums = dict.fromkeys(money, 0)
        for column in self.definition.columns:
            place = places.get(column.key)
            if place is not None and column.kind is Kind.MONEY_WAN and place.unit != column.unit:
                words = f"表头写明单位是{place.unit}，已按{place.unit}换算，请核对"
                at = f"{get_column_letter(place.index + 1)}{number}"
                self.reading.notices.append(Problem(at, column.label, words))
        for row in self.held:
            number += 1
            self.row(row, number, places)
        for row in rows:
            number += 1
            if self.reading.rows_in >= MOST_ROWS:
                raise Unreadable(f"超过 {MOST_ROWS:,} 行；请拆成几个文件再传")
            self.row(row, number, places)
        if self.reading.rows_in == 0:
            self.reading.problems.append(Problem("", "", "表里没有数据行", "layout"))
        self.reconcile(places)

    def row(self, row: Sequence[Any], number: int, places: Mapping[str, _Place]) -> None:
        for first in row:
            if _says(first):
                break
        else:
            return
        if isinstance(first, str) and "计" in first and label_of(first) in TOTAL_WORDS:
            self.total(row, number, places)
            return
        for one in self.columns:
            if _says(_at(row, one.index)):
                break
        else:
            return  # a remark beside or below the list
        reading = self.reading
        reading.rows_in += 1
        before = len(reading.problems) + reading.more_problems
        values = self.values(row, number)
        cells = Cells(reading.letters, number)
        if self.seen:
            self.twice(values, cells)
        if len(reading.problems) + reading.more_problems > before:
            if len(reading.wrong_rows) < MOST_PROBLEMS:
                reading.wrong_rows.append(ListRow(number, values, cells))
        else:
            reading.rows.append(ListRow(number, values, cells))
            for key in reading.sums:
                amount = values[key]
                reading.sums[key] += amount if isinstance(amount, int) else 0

    def values(self, row: Sequence[Any], number: int) -> dict[str, Value]:
        """What the cells of a row say, by column key; what is wrong or to be looked at is named."""
        values = self.blank.copy()
        width, merged = len(row), self.merged
        for one in self.columns:
            raw = row[one.index] if one.index < width else ""
            if merged:
                raw = self.raw(one, raw, number)
                if raw is None:
                    values[one.column.key] = None
                    continue
            told = one.known.get(raw) if raw.__class__ is str else None
            if told is None:
                told = one.told(raw)
            if told.problem:
                self.problem(Problem(f"{one.letter}{number}", one.column.label, told.problem, told.kind))
            elif told.notice:
                self.reading.notices.append(Problem(f"{one.letter}{number}", one.column.label, told.notice))
            values[one.column.key] = told.value
        return values

    def raw(self, one: _Reading, found: object, number: int) -> object:
        """What stands in a cell; words of a cell merged over several rows hold for each of them.

        An amount merged over several rows cannot be told apart: it is named, and None stands for it.
        """
        column, index = one.column, one.index
        if (number, index) in self.top_cells:
            self.tops[number, index] = found
            if column.kind is Kind.MONEY_WAN or column.unique:
                words = "是跨行合并的单元格；请取消合并后逐行填写"
                self.problem(Problem(f"{one.letter}{number}", column.label, words))
                return None
        top = self.merged.get((number, index))
        if top is None or _says(found) or column.unique or column.kind is Kind.MONEY_WAN:
            return found
        return self.tops.get(top, found)

    def twice(self, values: Mapping[str, Value], cells: Mapping[str, str]) -> None:
        """Name a value that must be unique and came before."""
        for column in self.definition.columns:
            value = values[column.key]
            if not column.unique or value is None or column.key not in cells:
                continue
            first = self.seen[column.key].setdefault(value, cells[column.key])
            if first != cells[column.key]:
                words = f"“{shown(column, value)}”与 {first} 重复"
                self.problem(Problem(cells[column.key], column.label, words))

    def total(self, row: Sequence[Any], number: int, places: Mapping[str, _Place]) -> None:
        """Keep what a total row states. 小计 and 本页合计 are sums of parts and are passed over."""
        self.reading.total_rows += 1
        if not any(label_of(value) in ("合计", "总计") for value in row if isinstance(value, str)):
            return
        for column in self.definition.columns:
            place = places.get(column.key)
            if place is None or column.kind is not Kind.MONEY_WAN:
                continue
            raw = _at(row, place.index)
            cleaned = clean(column, raw, money_unit=place.unit)
            if problem := fault_of(raw) or cleaned.problem:
                address = f"{get_column_letter(place.index + 1)}{number}"
                self.problem(Problem(address, f"合计“{column.label}”", problem, "total"))
            elif isinstance(cleaned.value, int):
                self.reading.stated[column.key] = cleaned.value

    def reconcile(self, places: Mapping[str, _Place]) -> None:
        """A stated total must equal its rows to the fen, once every row is accepted."""
        if self.reading.rows_accepted != self.reading.rows_in:
            return
        for column in self.definition.columns:
            difference = self.reading.differences.get(column.key, 0)
            if difference:
                stated, summed = self.reading.stated[column.key], self.reading.sums[column.key]
                words = (
                    f"表中合计 {format_wan(stated)} 万元，各行相加 {format_wan(summed)} 万元，"
                    f"相差 {format_wan(difference)} 万元"
                )
                where = get_column_letter(places[column.key].index + 1)
                self.problem(Problem("", f"{where} 列“{column.label}”", words, "total"))

    def problem(self, problem: Problem) -> None:
        """Keep a problem; beyond a thousand only their number is kept."""
        if len(self.reading.problems) < MOST_PROBLEMS:
            self.reading.problems.append(problem)
        else:
            self.reading.more_problems += 1


def _spread(row: Sequence[str], width: int) -> list[str]:
    """Upper headings of merged cells, which stand only in the first cell, given to all cells under them."""
    out: list[str] = []
    last = ""
    for index in range(width):
        label = row[index].strip() if index < len(row) else ""
        last = label or last
        out.append(last)
    return out


def _stated_unit(text: str) -> str:
    label = plain(text).replace(" ", "")
    if not label.startswith(("单位:", "(单位:", "金额单位:", "(金额单位:")):
        return ""
    return money_unit(label.rpartition(":")[2].rstrip(")")) or ""


def _says(value: object) -> bool:
    return value is not None and (not isinstance(value, str) or value.strip() != "")


def _at(row: Sequence[Any], index: int) -> Any:
    return row[index] if index < len(row) else ""


def _joined(raw: object) -> object:
    """A line break inside a cell is a space between its words."""
    return " ".join(raw.split("\n")) if isinstance(raw, str) else raw


def as_workbook(content: bytes, name: str = "") -> bytes:
    """The list as .xlsx with every value at its address, for marking: an .xlsx itself, else a copy of the values.

    Raises Unreadable.
    """
    if content.startswith(b"PK\x03\x04"):
        return content
    book = Workbook(write_only=True)
    for title, rows, _ in _sheets(content, name)[1]:
        page = book.create_sheet(title or "清单")
        for row in rows:
            page.append([escaped(value) if isinstance(value, str) else value for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
