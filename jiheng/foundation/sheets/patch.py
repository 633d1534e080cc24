"""A user's own workbook brought up to date in place: single cells are rewritten, everything else stays byte for byte.

Only the parts of the package that hold those cells are touched, so columns, colours, notes, heights, filters, print
settings, pictures and charts that people added stay as they are. What can't be placed is told, never dropped.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from jiheng.foundation.sheets.limits import LARGEST_LIST, LARGEST_LIST_UNPACKED, Unreadable, check_workbook
from jiheng.foundation.sheets.meta import LEFT, NAME
from jiheng.foundation.sheets.package import (
    BREAKS,
    BROKEN,
    Book,
    Content,
    Rows,
    cells_of,
    number_of,
    own_sheet,
    rewritten,
    style_of,
    value_cell,
)

_REACH = re.compile(rb'(<(?:\w+:)?(?:dimension|autoFilter)\b[^>]*?\bref="[A-Z]+\d+:[A-Z]+)(\d+)(")')
_AREA = re.compile(
    rb"(<(?:\w+:)?definedName\b(?=[^>]*_xlnm\.(?:_FilterDatabase|Print_Area)\")[^>]*>[^<,]*:\$[A-Z]+\$)(\d+)(</)"
)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_SAID = re.compile(rb"<(?:\w+:)?(?:v|is)[\s>]")
_CALC = re.compile(rb"<((?:\w+:)?)calcPr\b([^>]*?)(/?)>")


@dataclass(frozen=True)
class Left:
    """Something that the file has no place for: where it belongs, what it is, its value."""

    where: str
    what: str
    value: str


@dataclass
class Patched:
    """The workbook, and the cells that were left because a formula of the user's stands in them."""

    content: bytes
    formulas: list[str] = field(default_factory=list)


def patched(
    content: bytes,
    sheet: str,
    values: Mapping[str, Content],
    *,
    added: Sequence[Mapping[str, Content]] = (),
    hidden: Sequence[Sequence[str]] = (),
    left: Sequence[Left] = (),
) -> Patched:
    """Put `values` (by address) into a sheet, `added` rows (by column letter) below its last one.

    `hidden` is what our own hidden sheet is to hold from now on, where the workbook has it. A formula that a user
    typed stays; its address is told, with what should stand there and all that is `left`, on a sheet in front.
    Raises Unreadable for what is no workbook or lacks the sheet.
    """
    check_workbook(content, LARGEST_LIST, LARGEST_LIST_UNPACKED)
    told = Patched(b"")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            book = Book(package)
            parts = {one.name: one.part for one in book.sheets if one.cells}
            if sheet not in parts:
                raise Unreadable(f"工作簿里没有工作表“{sheet}”；请重新上传")
            writing = _Sheet(book, parts[sheet], values, added, told)
            book.streams[parts[sheet]] = writing.write
            if hidden and NAME in parts:
                book.parts[parts[NAME]] = own_sheet(hidden)
            place = [one.name for one in book.sheets].index(sheet)
            book.parts[book.workbook] = writing.names_stretched(_recalculated(book.text(book.workbook)), place)
            told.content = book.save(lambda: _finish(book, writing.values, left, told))
    except BREAKS as broken:
        raise Unreadable(BROKEN) from broken
    return told


def _finish(book: Book, values: Mapping[str, Content], left: Sequence[Left], told: Patched) -> None:
    """Tell in front what could not be placed."""
    kept = [Left(at, "这里是您写的公式，没有覆盖；系统中的值", f"{values[at]}") for at in told.formulas]
    if found := [*left, *kept]:
        rows = [["位置", "内容", "系统中的值"], *([one.where, one.what, one.value] for one in found)]
        book.parts[book.own(LEFT)] = own_sheet(rows, references=False)
    elif any(one.name == LEFT for one in book.sheets):
        book.parts[book.own(LEFT)] = own_sheet([["没有未能更新的内容"]], references=False)


class _Sheet:
    """Writes one sheet with its new values as its old text streams by."""

    def __init__(
        self, book: Book, part: str, values: Mapping[str, Content], added: Sequence[Mapping[str, Content]], told: Patched
    ) -> None:
        self.values, self.told = dict(values), told
        self.last, self.count, self.prefix = 0, len(added), b""
        self.looks: dict[int, bytes] = {}
        if added:
            # The head states how far the rows reach and is written before them.
            with book.package.open(part) as source:
                self.last = self.filled(Rows(source), {column_index_from_string(one) for row in added for one in row})
            self.last = max([self.last, *(coordinate_from_string(at)[1] for at, value in values.items() if value is not None)])
            for number, row in enumerate(added, start=self.last + 1):
                self.values |= {f"{letters}{number}": value for letters, value in row.items()}
        self.wanted: dict[int, set[int]] = {self.last + at: set(self.looks) for at in range(1, self.count + 1)}
        for address in self.values:
            letters, number = coordinate_from_string(address)
            self.wanted.setdefault(number, set()).add(column_index_from_string(letters))

    def filled(self, rows: Rows, columns: set[int]) -> int:
        """The last row that says something in one of these columns: people keep empty rows and formulas below a table.

        What its cells look like is what those of a new row are to look like.
        """
        last, number, pattern = 0, 0, b""
        for row in rows:
            number = number_of(row, number)
            cells = ((column, cell[3] or b"") for column, cell in cells_of(row[3] or b""))
            if any(column in columns and _SAID.search(told) and not _FORMULA.search(told) for column, told in cells):
                last, pattern = number, row[3]
        self.looks = {column: style for column, cell in cells_of(pattern) if (style := style_of(cell[2]))}
        return last

    def write(self, source: IO[bytes], target: IO[bytes]) -> None:
        rows = Rows(source)
        self.prefix = rows.prefix
        target.write(self.stretched(rows.head) + b"<%bsheetData>" % rows.prefix)
        rewritten(rows, self.wanted, self, target.write)
        target.write(b"</%bsheetData>" % rows.prefix + self.stretched(rows.tail))

    def stretched(self, text: bytes) -> bytes:
        """The reach of the sheet and of its filter, which covered the last row, covers the new ones too."""
        if not self.count:
            return text
        end = self.last + self.count
        return _REACH.sub(
            lambda one: one[1] + (b"%d" % max(end, int(one[2])) if int(one[2]) >= self.last else one[2]) + one[3], text
        )

    def names_stretched(self, text: bytes, place: int) -> bytes:
        """The same for the names that keep the filter's and the printed area once more, in the workbook part."""
        if not self.count:
            return text
        end = self.last + self.count

        def stretched(one: re.Match[bytes]) -> bytes:
            mine = b'localSheetId="%d"' % place in one[1] and int(one[2]) >= self.last
            return one[1] + (b"%d" % max(end, int(one[2])) if mine else one[2]) + one[3]

        return _AREA.sub(stretched, text)

    def new(self, at: str) -> bool:
        """Whether the cell is in one of the rows below the last one."""
        return self.last < coordinate_from_string(at)[1] <= self.last + self.count

    def cell(self, at: str, cell: re.Match[bytes]) -> bytes:
        if at not in self.values:
            return cell[0]
        if _FORMULA.search(cell[3] or b""):
            self.told.formulas.append(at)
            return cell[0]
        return value_cell(self.prefix, at, self.values[at], style_of(cell[2]))

    def absent(self, at: str, style: bytes) -> bytes:
        if self.new(at):
            style = self.looks.get(column_index_from_string(coordinate_from_string(at)[0]), style)
        return value_cell(self.prefix, at, self.values.get(at), style)


def _recalculated(text: bytes) -> bytes:
    """The workbook part asking for all formulas to be worked out anew when it is opened."""
    found = _CALC.search(text)
    if found:
        rest = re.sub(rb'\s*\bfullCalcOnLoad="[^"]*"', b"", found[2])
        made = b'<%bcalcPr%b fullCalcOnLoad="1"%b>' % (found[1], rest, found[3])
        return text[: found.start()] + made + text[found.end() :]
    ends = list(re.finditer(rb"</((?:\w+:)?)(?:sheets|externalReferences|definedNames)>", text))
    if not ends:
        return text
    end = ends[-1]
    return text[: end.end()] + b'<%bcalcPr fullCalcOnLoad="1"/>' % end[1] + text[end.end() :]


def signed(content: bytes) -> bool:
    """Whether the workbook carries a digital signature: no changed copy can keep it."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return any(name.startswith("_xmlsignatures/") for name in package.namelist())
    except (zipfile.BadZipFile, OSError):
        return False
