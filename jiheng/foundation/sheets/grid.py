"""A sheet as people see it: merged cells answer as one, formulas give their results, each cell its address."""

import re
import warnings
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import cast

from openpyxl import Workbook, load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.limits import Unreadable, check_workbook
from jiheng.foundation.sheets.meta import OURS
from jiheng.foundation.sheets.text import unescaped
from jiheng.rules.reading.amounts import money_unit
from jiheng.rules.reading.characters import number_text, plain

MOST_ROWS, MOST_COLUMNS = 5000, 200
UNPACKED = 60 * 2**20
_UNIT = re.compile(r"[(\[]?(?:金额)?单位:?[(]?([^()\]]{1,4})[)\]]?")
_TAIL = re.compile(r"\((万元|元|千元|亿元|百万元)\)$")
NO_RESULT = "这里是公式，但文件里没有保存计算结果；请在 Excel 或 WPS 中打开保存一次，或改填数值"
BROKEN = "这里的公式出错（{error}）；请改正公式或改填数值"


@dataclass(frozen=True)
class Spot:
    """A cell or a merged range, rows and columns from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def address(self) -> str:
        """The address of its upper left corner, as C12."""
        return f"{get_column_letter(self.left)}{self.top}"


def label_of(text: object) -> str:
    """A heading reduced to what identifies it: one spelling, no spaces, no colon, no unit, no star."""
    bare = plain(unescaped(text) if isinstance(text, str) else text).replace(" ", "").strip("*★:、.")
    return _TAIL.sub("", bare)


def unit_in(text: str) -> str | None:
    """The unit of money that a heading names in brackets at its end, if it does."""
    found = _TAIL.search(plain(text).replace(" ", "").strip("*★:"))
    return found[1] if found else None


class Grid:
    """One sheet, read twice: results for values, formulas to tell which results are missing."""

    def __init__(self, results: Worksheet, formulas: Worksheet) -> None:
        self.rows = min(results.max_row or 1, MOST_ROWS)
        self.columns = min(results.max_column or 1, MOST_COLUMNS)
        self.name = results.title
        self.hidden_rows, self.hidden_columns = _hidden(results)
        self._merged: dict[tuple[int, int], Spot] = {}
        for merged in results.merged_cells.ranges:
            if merged.max_row > MOST_ROWS or merged.max_col > MOST_COLUMNS:
                continue
            spot = Spot(merged.min_row, merged.min_col, merged.max_row, merged.max_col)
            for row in range(spot.top, spot.bottom + 1):
                for column in range(spot.left, spot.right + 1):
                    self._merged[row, column] = spot
        self._values: dict[tuple[int, int], object] = {}
        self.faults: dict[tuple[int, int], str] = {}
        for line in results.iter_rows(1, self.rows, 1, self.columns):
            for cell in line:
                if cell.value is not None:
                    place = (cell.row, cell.column)
                    self._values[place] = _seen(cell.value, cell.number_format)
                    if cell.data_type == "e":
                        self.faults[place] = BROKEN.format(error=cell.value)
        for line in formulas.iter_rows(1, self.rows, 1, self.columns):
            for cell in line:
                place = (cast("int", cell.row), cast("int", cell.column))
                if cell.data_type == "f" and place not in self._values:
                    self.faults[place] = NO_RESULT

    def spot(self, row: int, column: int) -> Spot:
        """The merged range that covers the cell, or the cell itself."""
        return self._merged.get((row, column), Spot(row, column, row, column))

    def value(self, row: int, column: int) -> object:
        """What a person sees there: a merged range has its corner's value everywhere."""
        spot = self.spot(row, column)
        return self._values.get((spot.top, spot.left))

    def fault(self, spot: Spot) -> str:
        """What is wrong with the cell itself, if anything."""
        return self.faults.get((spot.top, spot.left), "")

    def filled(self, spot: Spot) -> bool:
        """Whether the cell says something, be it only a broken formula."""
        value = self._values.get((spot.top, spot.left))
        return bool(self.fault(spot)) or (value is not None and plain(value) != "")

    def label(self, row: int, column: int) -> str:
        """The text of a cell reduced for comparing with labels."""
        value = self.value(row, column)
        return label_of(value) if isinstance(value, str) else ""

    def line(self, row: int, first: int = 1) -> list[Spot]:
        """The distinct cells of a row from left to right, beginning at column `first`."""
        spots: list[Spot] = []
        column = first
        while column <= self.columns:
            spot = self.spot(row, column)
            spots.append(spot)
            column = spot.right + 1
        return spots

    def money_unit(self) -> tuple[str, str]:
        """The unit that the sheet states (单位：元) and where; 万元 when it states none."""
        for row in range(1, min(self.rows, 12) + 1):
            for spot in self.line(row):
                value = self.value(spot.top, spot.left)
                found = _UNIT.fullmatch(plain(value).replace(" ", "")) if isinstance(value, str) else None
                unit = money_unit(found[1]) if found else None
                if unit:
                    return unit, spot.address
        return "万元", ""


def _hidden(sheet: Worksheet) -> tuple[frozenset[int], frozenset[int]]:
    """The rows and columns that nobody sees, hidden by hand or by a filter; a file may hide columns by the group."""
    rows = frozenset(number for number, row in sheet.row_dimensions.items() if row.hidden)
    columns: set[int] = set()
    for letter, column in sheet.column_dimensions.items():
        if column.hidden:
            first = column.min or column_index_from_string(letter)
            columns |= set(range(first, min(column.max or first, MOST_COLUMNS) + 1))
    return rows, frozenset(columns)


def open_books(content: bytes) -> tuple[Workbook, Workbook]:
    """The workbook with results and with formulas. Raises Unreadable with what to do."""
    check_workbook(content, unpacked=UNPACKED)
    return _opened(content, results=True), _opened(content, results=False)


def _opened(content: bytes, *, results: bool) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(BytesIO(content), data_only=results)
    except Exception as broken:
        # openpyxl raises a dozen different errors for damaged parts; all mean the same to the person.
        raise Unreadable(
            "工作簿的内容已损坏，打不开；请用 Excel 或 WPS 打开并另存为 .xlsx 后再传"
        ) from broken


def grids_of(results: Workbook, formulas: Workbook) -> list[Grid]:
    """All visible sheets."""
    return [
        Grid(cast("Worksheet", results[name]), cast("Worksheet", formulas[name]))
        for name in results.sheetnames
        if isinstance(results[name], Worksheet) and results[name].sheet_state == "visible" and name not in OURS
    ]


def _seen(value: object, number_format: str) -> object:
    """A cell's value as its format shows it: shares under a per cent format become per cent, midnight a day."""
    if isinstance(value, str):
        return unescaped(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in number_format:
        return f"{(Decimal(number_text(float(value))) * 100).normalize():f}%"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, time | timedelta):
        return str(value)
    return value
