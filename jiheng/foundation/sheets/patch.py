"""A user's own workbook brought up to date in place: single cells are rewritten, everything else stays byte for byte.

Only the parts of the package that hold those cells are touched, so columns, colours, notes, heights, filters, print
settings, pictures and charts that people added stay as they are. What can't be placed is told, never dropped.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, get_column_letter

from jiheng.foundation.sheets.limits import Unreadable, check_workbook
from jiheng.foundation.sheets.meta import NAME
from jiheng.foundation.sheets.text import escaped

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
Content = str | int | float | Decimal | None
_ROW = re.compile(rb"<((?:\w+:)?)row\b([^>]*?)(?:/>|>(.*?)</\1row>)", re.DOTALL)
_CELL = re.compile(rb"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
_AT = re.compile(rb'\br="([A-Z]*)(\d*)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*?(?:/>|>(.*?)</\1sheetData>)", re.DOTALL)
_REACH = re.compile(rb'(<(?:\w+:)?(?:dimension|autoFilter)\b[^>]*?\bref="[A-Z]+\d+:[A-Z]+)(\d+)(")')
_CALC = re.compile(rb"<((?:\w+:)?)calcPr\b([^>]*?)(/?)>")


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
) -> Patched:
    """Put `values` (by address) into a sheet, `added` rows (by column letter) below its last one.

    `hidden` is what our own hidden sheet is to hold from now on, where the workbook has it. A formula that a user
    typed stays; its address is told. Raises Unreadable for what is no workbook or lacks the sheet.
    """
    check_workbook(content)
    told = Patched(b"")
    out = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            parts = _sheets(package)
            if sheet not in parts:
                raise Unreadable(f"工作簿里没有工作表“{sheet}”；请重新上传")
            for one in package.infolist():
                text = package.read(one)
                if one.filename == parts[sheet]:
                    text = _sheet(text, values, added, told)
                elif hidden and one.filename == parts.get(NAME):
                    text = _own(hidden)
                elif one.filename == "xl/workbook.xml":
                    text = _recalculated(text)
                made.writestr(one, text)
    except (zipfile.BadZipFile, ET.ParseError, KeyError, ValueError) as broken:
        raise Unreadable("工作簿的内容已损坏，改不了；请用 Excel 或 WPS 打开并另存为 .xlsx 后再传") from broken
    told.content = out.getvalue()
    return told


def _sheets(package: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet by its name."""
    book = ET.fromstring(package.read("xl/workbook.xml"))  # noqa: S314  declarations were refused before
    links = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  as above
    targets = {one.get("Id"): one.get("Target") or "" for one in links.iter(LINK)}
    found = {}
    for one in book.iter(f"{MAIN}sheet"):
        target = targets.get(one.get(LINKED), "")
        found[str(one.get("name"))] = target[1:] if target.startswith("/") else f"xl/{target}"
    return found


def _sheet(
    text: bytes, values: Mapping[str, Content], added: Sequence[Mapping[str, Content]], told: Patched
) -> bytes:
    data = _DATA.search(text)
    if data is None:
        raise ValueError("no sheetData")
    prefix = data[1]
    wanted: dict[int, dict[int, Content]] = {}
    for address, value in values.items():
        letters, number = coordinate_from_string(address)
        wanted.setdefault(number, {})[column_index_from_string(letters)] = value
    rows: list[bytes] = []
    last = 0
    pattern: dict[int, bytes] = {}
    for row in _ROW.finditer(data[2] or b""):
        at = _AT.search(row[2])
        number = int(at[2]) if at and at[2] else last + 1
        between = sorted(one for one in wanted if last < one < number)
        rows += [_new_row(prefix, one, wanted.pop(one), {}) for one in between]
        last = number
        if number in wanted:
            rows.append(_row(row, prefix, number, wanted.pop(number), told))
        else:
            rows.append(row[0])
        if added and row[3]:
            pattern = _styles(row[3])
    for number in sorted(wanted):
        rows.append(_new_row(prefix, number, wanted[number], {}))
        last = number
    before = last
    for cells in added:
        last += 1
        found = {column_index_from_string(letters): value for letters, value in cells.items()}
        rows.append(_new_row(prefix, last, found, pattern))
    body = b"<" + prefix + b"sheetData>" + b"".join(rows) + b"</" + prefix + b"sheetData>"
    head, tail = text[: data.start()], text[data.end() :]
    if last > before:
        head, tail = (
            _REACH.sub(lambda one: one[1] + (str(last).encode() if int(one[2]) >= before else one[2]) + one[3], part)
            for part in (head, tail)
        )
    return head + body + tail


def _styles(cells: bytes) -> dict[int, bytes]:
    """The style of each cell of a row: new rows below look like it."""
    found = {}
    column = 0
    for cell in _CELL.finditer(cells):
        column = _column(cell[2], column)
        style = _STYLE.search(cell[2])
        if style:
            found[column] = style[1]
    return found


def _column(attributes: bytes, before: int) -> int:
    at = _AT.search(attributes)
    return column_index_from_string(at[1].decode()) if at and at[1] else before + 1


def _row(row: re.Match[bytes], prefix: bytes, number: int, values: dict[int, Content], told: Patched) -> bytes:
    left, cells, column = dict(values), [], 0
    for cell in _CELL.finditer(row[3] or b""):
        before, column = column, _column(cell[2], column)
        cells += [_cell(prefix, number, one, left.pop(one), b"") for one in sorted(left) if before < one < column]
        if column not in left:
            cells.append(cell[0])
            continue
        value = left.pop(column)
        if re.search(rb"<(?:\w+:)?f\b", cell[3] or b""):
            told.formulas.append(f"{get_column_letter(column)}{number}")
            cells.append(cell[0])
            continue
        style = _STYLE.search(cell[2])
        cells.append(_cell(prefix, number, column, value, style[1] if style else b""))
    cells += [_cell(prefix, number, one, left[one], b"") for one in sorted(left)]
    attributes = re.sub(rb'\s*\bspans="[^"]*"', b"", row[2])
    return b"<" + prefix + b"row" + attributes + b">" + b"".join(cells) + b"</" + prefix + b"row>"


def _new_row(prefix: bytes, number: int, values: Mapping[int, Content], styles: Mapping[int, bytes]) -> bytes:
    cells = [
        _cell(prefix, number, column, values.get(column), styles.get(column, b""))
        for column in sorted({*values, *styles})
    ]
    return b'<%brow r="%d">%b</%brow>' % (prefix, number, b"".join(cells), prefix)


def _cell(prefix: bytes, number: int, column: int, value: Content, style: bytes) -> bytes:
    at = f"{get_column_letter(column)}{number}".encode()
    look = b' s="%b"' % style if style else b""
    if value is None or value == "":
        return b'<%bc r="%b"%b/>' % (prefix, at, look)
    if isinstance(value, str):
        text = escape(escaped(value)).encode()
        return b'<%bc r="%b"%b t="inlineStr"><%bis><%bt xml:space="preserve">%b</%bt></%bis></%bc>' % (
            prefix, at, look, prefix, prefix, text, prefix, prefix, prefix,
        )  # fmt: skip
    return b'<%bc r="%b"%b><%bv>%b</%bv></%bc>' % (prefix, at, look, prefix, f"{value}".encode(), prefix, prefix)


def _own(rows: Sequence[Sequence[str]]) -> bytes:
    """Our hidden sheet, whole: texts, and references (which begin with =) that follow the cells they name."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [
            f'<c r="{get_column_letter(column)}{number}"><f>{escape(one[1:])}</f></c>'.encode()
            if one.startswith("=")
            else _cell(b"", number, column, one, b"")
            for column, one in enumerate(row, start=1)
        ]
        lines.append(b'<row r="%d">%b</row>' % (number, b"".join(cells)))
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%b"><sheetData>'
    return head % MAIN[1:-1].encode() + b"".join(lines) + b"</sheetData></worksheet>"


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


LOST_IN_COPIES = (
    (re.compile(r"xl/charts/"), "图表的部分格式"),
    (re.compile(r"xl/drawings/drawing"), "形状、文本框、艺术字等图形"),
    (re.compile(r"xl/ctrlProps/|xl/activeX/"), "按钮、复选框等控件"),
    (re.compile(r"xl/threadedComments/"), "新式批注的讨论串（留下文字）"),
    (re.compile(r"xl/slicers/|xl/timelines/"), "切片器、日程表"),
    (re.compile(r"xl/cellimages\.xml"), "WPS 嵌入单元格的图片"),
    (re.compile(r"xl/pivotTables/"), "数据透视表的部分格式"),
    (re.compile(r"_xmlsignatures/"), "数字签名"),
)
"""Parts that a marked copy, which is written anew, does not carry or carries only in part."""


def lost_in_a_copy(content: bytes) -> list[str]:
    """Name what the user's workbook holds that its marked copy will not; nothing for what is no workbook."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = package.namelist()
            found = [words for pattern, words in LOST_IN_COPIES if any(map(pattern.search, names))]
            sheets = [name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
            if any(b"<extLst" in package.read(name) for name in sheets):
                found.append("迷你图和新式条件格式")
            return found
    except (zipfile.BadZipFile, KeyError, OSError):
        return []
