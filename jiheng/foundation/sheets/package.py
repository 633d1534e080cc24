"""A workbook as the package of parts that it is: single parts are rewritten as they stream by, the rest is copied.

Nothing is turned into objects and written anew, so what a person's program put into the file stays in it, and a large
sheet costs little more than reading and writing its text. A part that is not as the format says raises ValueError or
KeyError; callers tell the person.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import IO, Protocol
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from openpyxl.utils.cell import column_index_from_string, get_column_letter

from jiheng.foundation.sheets.text import escaped

BLOCK = 2**20
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BROKEN = "工作簿的内容已损坏，改不了；请用 Excel 或 WPS 打开并另存为 .xlsx 后再传"
BREAKS = (zipfile.BadZipFile, ET.ParseError, KeyError, ValueError, NotImplementedError, EOFError)
"""What reading damaged parts raises."""
Content = str | int | float | Decimal | None
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "[Content_Types].xml"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ROW = re.compile(rb"<((?:\w+:)?)row\b([^>]*?)(?:/>|>(.*?)</\1row>)", re.DOTALL)
CELL = re.compile(rb"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
_AT = re.compile(rb"""(?<![\w:])r\s*=\s*["']([A-Z]*)(\d*)["']""")
_STYLE = re.compile(rb"""(?<![\w:])s\s*=\s*["'](\d+)["']""")
_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*>")
_RELATED = re.compile(rb"<((?:\w+:)?)Relationships\b([^>]*?)(?:/>|>(.*)</\1Relationships>)", re.DOTALL)
_SELECTED = re.compile(rb"""(?<![\w:])tabSelected\s*=\s*["'](?:1|true)["']""")
_COL = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_NO_LINKS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)
Finish = Callable[[], None]


@dataclass(frozen=True)
class Part:
    """A sheet of the workbook: its name, its part, whether people see it, whether it holds cells."""

    name: str
    part: str
    visible: bool
    cells: bool


@dataclass(frozen=True)
class Link:
    """What a part names: the end of the kind's address (`comments`), and the other part."""

    kind: str
    part: str


class Book:
    """A workbook that is given back changed. Parts in `parts` are new or replaced, those in `streams` rewritten."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        self.names = {one.filename for one in package.infolist()}
        self.parts: dict[str, bytes] = {}
        self.streams: dict[str, Callable[[IO[bytes], IO[bytes]], None]] = {}
        self.workbook = next((one.part for one in self.links("").values() if one.kind == "officeDocument"), "")
        self.sheets = self._sheets()

    def has(self, part: str) -> bool:
        """Whether there is such a part by now."""
        return part in self.parts or part in self.names

    def text(self, part: str) -> bytes:
        """Return a part as it is to be by now. KeyError where there is none."""
        return self.parts[part] if part in self.parts else self.package.read(part)

    def links(self, part: str) -> dict[str, Link]:
        """Return what a part names, by the mark under which it names it; "" asks for the package itself."""
        kept = _links_of(part)
        if not self.has(kept):
            return {}
        found = {}
        for one in ET.fromstring(self.text(kept)):  # noqa: S314  declarations were refused before
            if one.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), one.get("Target") or ""))
                kind = (one.get("Type") or "").rpartition("/")[2]
                found[one.get("Id") or ""] = Link(kind, target.lstrip("/"))
        return found

    def link(self, part: str, kind: str, target: str) -> str:
        """Let a part name another one; return the mark under which it does."""
        kept = _links_of(part)
        taken = self.links(part)
        mark = next(f"jh{number}" for number in range(1, len(taken) + 2) if f"jh{number}" not in taken)
        one = b'<%%bRelationship Id="%b" Type="%b" Target="%b"/>' % tuple(
            words.encode() for words in (mark, f"{OFFICE}/{kind}", f"/{target}")
        )
        if not self.has(kept):
            self.parts[kept] = _NO_LINKS
        text = self.text(kept)
        found = _RELATED.search(text)
        if found is None:
            raise ValueError("no relationships")
        whole = b"<%bRelationships%b>%b%b</%bRelationships>" % (
            found[1], found[2], found[3] or b"", one % found[1], found[1],
        )  # fmt: skip
        self.parts[kept] = text[: found.start()] + whole + text[found.end() :]
        return mark

    def unlink(self, part: str) -> None:
        """Let a part that is replaced whole name nothing."""
        kept = _links_of(part)
        if self.has(kept):
            self.parts[kept] = _NO_LINKS

    def add(self, stem: str, ending: str, kind: str, content: bytes = b"") -> str:
        """Put in a new part of a kind named to the package; return its name, numbered where the bare one is taken.

        Readers look for some parts under their bare name only, whatever the links say.
        """
        names = [f"{stem}.{ending}", *(f"{stem}{at}.{ending}" for at in range(1, len(self.names) + len(self.parts) + 2))]
        part = next(name for name in names if not self.has(name))
        self.parts[part] = content
        types = self.text(TYPES)
        end = re.search(rb"</((?:\w+:)?)Types>", types)
        if end is None:
            raise ValueError("no content types")
        told = b'<%bOverride PartName="/%b" ContentType="%b"/>' % (end[1], part.encode(), kind.encode())
        self.parts[TYPES] = types[: end.start()] + told + types[end.start() :]
        return part

    def save(self, finish: Finish | None = None) -> bytes:
        """Return the package, its parts in their order; `finish` may still set parts after all that streams has passed."""
        out, waiting = BytesIO(), {one.filename: one for one in self.package.infolist() if not one.is_dir()}
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            if finish:
                for name in [name for name in waiting if name in self.streams and name not in self.parts]:
                    self._put(made, waiting.pop(name))
                finish()
            for one in waiting.values():
                self._put(made, one)
            for name, content in self.parts.items():
                if name not in self.names:
                    made.writestr(name, content)
        return out.getvalue()

    def _put(self, made: zipfile.ZipFile, one: zipfile.ZipInfo) -> None:
        fresh = zipfile.ZipInfo(one.filename, one.date_time)
        fresh.compress_type = zipfile.ZIP_DEFLATED
        if one.filename in self.parts:
            made.writestr(fresh, self.parts[one.filename])
            return
        with self.package.open(one) as source, made.open(fresh, "w") as target:
            self.streams.get(one.filename, _copied)(source, target)

    def own(self, name: str, *, hidden: bool = False) -> str:
        """Name a sheet of ours in the workbook, in front unless hidden; return its part, empty and still to be set.

        One of that name is emptied and, unless hidden, shown again.
        """
        part = next((one.part for one in self._sheets() if one.name == name), "")
        text = self.text(self.workbook)
        if part:
            tag = re.compile(rb"<(?:\w+:)?sheet\b[^>]*\bname\s*=\s*[\"']%b[\"'][^>]*>" % name.encode())
            self.parts[self.workbook] = text if hidden else tag.sub(lambda one: _without(one[0], b"state"), text)
            self.unlink(part)
        else:
            part = self.add("xl/worksheets/sheet", "xml", f"{SPREADSHEET}.worksheet+xml")
            mark = self.link(self.workbook, "worksheet", part)
            self.parts[self.workbook] = _named(text, name, mark, hidden=hidden)
        self.parts[part] = b""
        return part

    def open_first(self, name: str) -> None:
        """Let the workbook open at a sheet."""
        at = [one.name for one in self._sheets()].index(name)

        def opened(view: re.Match[bytes]) -> bytes:
            bare = _without(_without(view[0], b"activeTab"), b"firstSheet")
            end = len(bare) - (2 if bare.endswith(b"/>") else 1)
            return bare[:end] + b' activeTab="%d"' % at + bare[end:]

        text = self.text(self.workbook)
        self.parts[self.workbook] = re.sub(rb"<(?:\w+:)?workbookView\b[^>]*>", opened, text)
        self._unselect()

    def _unselect(self) -> None:
        """Let no other sheet bear the mark that it is open: people would write into several at once."""
        for one in self.sheets:
            if one.part not in self.parts and one.part in self.names:
                before = self.streams.get(one.part, _copied)
                self.streams[one.part] = lambda source, target, before=before: before(_Unselected(source), target)  # type: ignore[misc]

    def _sheets(self) -> list[Part]:
        links, found = self.links(self.workbook), []
        for one in ET.fromstring(self.text(self.workbook)).iter():  # noqa: S314  as above
            if one.tag.rpartition("}")[2] == "sheet":
                mark = next((value for key, value in one.attrib.items() if key.endswith("}id")), "")
                link = links.get(mark, Link("", ""))
                visible = one.get("state", "visible") == "visible"
                found.append(Part(one.get("name") or "", link.part, visible, link.kind == "worksheet"))
        return found


class _Unselected:
    """A sheet read through, without the mark that it is the open one; the mark stands near the beginning."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        head = source.read(BLOCK)
        first = _DATA.search(head)
        end = first.start() if first else len(head)
        self.head = _SELECTED.sub(b"", head[:end]) + head[end:]

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes: the head as one block, whatever was asked."""
        if self.head:
            given, self.head = self.head, b""
            return given + (self.source.read() if size < 0 else b"")
        return self.source.read(size)


def _links_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _copied(source: "IO[bytes] | _Unselected", target: IO[bytes]) -> None:
    while block := source.read(BLOCK):
        target.write(block)


def _without(tag: bytes, attribute: bytes) -> bytes:
    return re.sub(rb"""\s+%b\s*=\s*(?:"[^"]*"|'[^']*')""" % attribute, b"", tag)


def _named(text: bytes, name: str, mark: str, *, hidden: bool) -> bytes:
    """The workbook part with one more sheet; what is kept by a sheet's place moves with it."""
    opening, closing = re.search(rb"<((?:\w+:)?)sheets\b[^>]*>", text), re.search(rb"</(?:\w+:)?sheets>", text)
    if opening is None or closing is None:
        raise ValueError("no sheets")
    number = max(int(one) for one in re.findall(rb"""\bsheetId\s*=\s*["'](\d+)["']""", text)) + 1
    space = re.search(rb"""xmlns:(\w+)\s*=\s*["'][^"']*/relationships["']""", text[: opening.end()])
    one = b'<%bsheet name="%b" sheetId="%d"%b%b %b:id="%b"/>' % (
        opening[1], name.encode(), number, b' state="veryHidden"' if hidden else b"",
        b"" if space else b' xmlns:r="%b"' % OFFICE.encode(), space[1] if space else b"r", mark.encode(),
    )  # fmt: skip
    at = closing.start() if hidden else opening.end()
    text = text[:at] + one + text[at:]
    if hidden:
        return text
    text = re.sub(rb"(<(?:\w+:)?workbookView\b(?![^>]*\bactiveTab)[^>/]*)", rb'\1 activeTab="0"', text)
    return re.sub(
        rb"""(\b(?:localSheetId|activeTab)\s*=\s*["'])(\d+)""", lambda found: found[1] + str(int(found[2]) + 1).encode(), text
    )


# --- the text of a sheet


class Rows:
    """A sheet's text as it is read: `head` before its rows, the rows one by one, and after the last one `tail`.

    `prefix` is what its tags begin with, mostly nothing.
    """

    def __init__(self, source: "IO[bytes] | _Unselected") -> None:
        self._source = source
        text = source.read(BLOCK)
        while (found := _DATA.search(text)) is None:
            block = source.read(BLOCK)
            if not block:
                raise ValueError("no sheetData")
            text += block
        self.head, self.prefix = text[: found.start()], found[1]
        self._left, self._empty = text[found.end() :], found[0].endswith(b"/>")
        self.tail = b""

    def __iter__(self) -> Iterator[re.Match[bytes]]:
        end = b"</" + self.prefix + b"sheetData>"
        left = self._left
        while not self._empty:
            last, at = 0, left.find(end)
            for row in _ROW.finditer(left, 0, at if at >= 0 else len(left)):
                last = row.end()
                yield row
            if at >= 0:
                left = left[at + len(end) :]
                break
            # A row longer than a block asks for ever more of it, so that no text is searched many times.
            block = self._source.read(max(BLOCK, len(left) - last))
            if not block:
                raise ValueError("sheetData does not end")
            left = left[last:] + block
        self.tail = left + self._source.read()


class Editor(Protocol):
    """What is done with the single cells that are named."""

    def cell(self, at: str, cell: re.Match[bytes]) -> bytes:
        """Return the text of a cell that stands there, changed."""

    def absent(self, at: str, style: bytes) -> bytes:
        """Return the text of a cell that is not there yet; `style` is what its row or column gives it."""


def number_of(row: re.Match[bytes], last: int) -> int:
    """The number of a row; one that does not say follows the last one."""
    at = _AT.search(row[2])
    return int(at[2]) if at and at[2] else last + 1


def style_of(attributes: bytes) -> bytes:
    """The style that a cell or row names, as its digits."""
    found = _STYLE.search(attributes)
    return found[1] if found else b""


def cells_of(row: bytes) -> Iterator[tuple[int, re.Match[bytes]]]:
    """The cells of a row's text, each with its column from 1; those that do not say follow each other."""
    column = 0
    for cell in CELL.finditer(row):
        at = _AT.search(cell[2])
        column = column_index_from_string(at[1].decode()) if at and at[1] else column + 1
        yield column, cell


def column_styles(head: bytes) -> list[tuple[int, int, bytes]]:
    """The styles that a sheet gives whole columns: first, last, style."""
    found = []
    for one in _COL.finditer(head):
        told: dict[bytes, bytes] = dict(re.findall(rb"""(?<![\w:])(min|max|style)\s*=\s*["'](\d+)["']""", one[1]))
        if b"style" in told and b"min" in told:
            found.append((int(told[b"min"]), int(told.get(b"max", told[b"min"])), told[b"style"]))
    return found


def rewritten(
    rows: Rows, wanted: Mapping[int, set[int]], editor: Editor, write: Callable[[bytes], object]
) -> None:
    """Write the rows with the named cells (columns by row number) as the editor has them."""
    waiting, place, last = sorted(wanted), 0, 0
    columns = column_styles(rows.head)

    def absent(number: int, column: int, row_style: bytes) -> bytes:
        style = row_style or next((look for first, end, look in columns if first <= column <= end), b"")
        return editor.absent(f"{get_column_letter(column)}{number}", style)

    def new_row(number: int) -> bytes:
        cells = b"".join(absent(number, column, b"") for column in sorted(wanted[number]))
        return b'<%brow r="%d">%b</%brow>' % (rows.prefix, number, cells, rows.prefix)

    for row in rows:
        number = number_of(row, last)
        while place < len(waiting) and waiting[place] < number:
            write(new_row(waiting[place]))
            place += 1
        last = number
        if place < len(waiting) and waiting[place] == number:
            place += 1
            write(_row(rows.prefix, row, number, wanted[number], editor, absent))
        else:
            write(row[0])
    for number in waiting[place:]:
        write(new_row(number))


def _row(
    prefix: bytes, row: re.Match[bytes], number: int, wanted: set[int], editor: Editor,
    absent: Callable[[int, int, bytes], bytes],
) -> bytes:  # fmt: skip
    left, cells, before = set(wanted), [], 0
    own = style_of(row[2])
    for column, cell in cells_of(row[3] or b""):
        for one in sorted(one for one in left if before < one < column):
            cells.append(absent(number, one, own))
            left.discard(one)
        before = column
        if column in left:
            left.discard(column)
            cells.append(editor.cell(f"{get_column_letter(column)}{number}", cell))
        else:
            cells.append(cell[0])
    cells += [absent(number, one, own) for one in sorted(left)]
    attributes = re.sub(rb"""\s*(?<![\w:])spans\s*=\s*["'][^"']*["']""", b"", row[2])
    return b"<" + prefix + b"row" + attributes + b">" + b"".join(cells) + b"</" + prefix + b"row>"


def text_cell(prefix: bytes, at: str, text: str, style: bytes = b"") -> bytes:
    """A cell that holds a text of its own."""
    look = b' s="%b"' % style if style else b""
    words = escape(escaped(text)).encode()
    return b'<%bc r="%b"%b t="inlineStr"><%bis><%bt xml:space="preserve">%b</%bt></%bis></%bc>' % (
        prefix, at.encode(), look, prefix, prefix, words, prefix, prefix, prefix,
    )  # fmt: skip


def value_cell(prefix: bytes, at: str, value: Content, style: bytes) -> bytes:
    """A cell that holds a value; an empty one keeps its style."""
    look = b' s="%b"' % style if style else b""
    if value is None or value == "":
        return b'<%bc r="%b"%b/>' % (prefix, at.encode(), look)
    if isinstance(value, str):
        return text_cell(prefix, at, value, style)
    return b'<%bc r="%b"%b><%bv>%b</%bv></%bc>' % (prefix, at.encode(), look, prefix, f"{value}".encode(), prefix, prefix)


def own_sheet(rows: Sequence[Sequence[str]], *, references: bool = True) -> bytes:
    """A sheet of our own, whole: texts, and references (which begin with =) that follow the cells they name."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [
            f'<c r="{get_column_letter(column)}{number}"><f>{escape(one[1:])}</f></c>'.encode()
            if references and one.startswith("=")
            else value_cell(b"", f"{get_column_letter(column)}{number}", one, b"")
            for column, one in enumerate(row, start=1)
        ]
        lines.append(b'<row r="%d">%b</row>' % (number, b"".join(cells)))
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%b"><sheetData>'
    return head % MAIN + b"".join(lines) + b"</sheetData></worksheet>"
