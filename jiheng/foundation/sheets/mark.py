"""The user's own workbook given back with its mistakes marked: coloured cells, comments, and a list.

The workbook is not written anew: the sheet's text streams by, the cells named get another look, notes and two sheets of
our own are put beside what is there. Pictures, charts, controls and whatever else people put in stay as they are.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import IO
from xml.sax.saxutils import quoteattr

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.utils.exceptions import CellCoordinatesException
from python_calamine import CalamineWorkbook

from jiheng.foundation.sheets.comments import Note, Notes
from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.limits import LARGEST_LIST, LARGEST_LIST_UNPACKED, Unreadable, check_workbook
from jiheng.foundation.sheets.meta import LISTED, OURS
from jiheng.foundation.sheets.package import (
    BREAKS,
    BROKEN,
    MAIN,
    SPREADSHEET,
    Book,
    Part,
    Rows,
    own_sheet,
    rewritten,
    style_of,
    text_cell,
)
from jiheng.foundation.sheets.styles import EMPTY, Styles, sound_fill
from jiheng.foundation.sheets.text import RUNNING

AUTHOR = "绩衡"
LIST = LISTED
BEFORE = "标注前"
RED = 'patternType="solid"><fgColor rgb="FFFFC7CE"'
WRONG = f"<fill><patternFill {RED}/></patternFill></fill>"
LONGEST_COMMENT = 2000
MOST_LINKS = 60_000
"""A sheet holds 65,530 links."""
_STYLED = re.compile(rb"""\s*(?<![\w:])s\s*=\s*["']\d+["']""")


def marked_copy(content: bytes, problems: Sequence[Problem], *, sheet: str = "") -> bytes:
    """The uploaded workbook with each problem's cell coloured and commented, and all problems on a sheet in front.

    `sheet` names the sheet that was read; without it, the first visible one. Marks of an earlier round are taken away
    first. Raises Unreadable for what is no workbook.
    """
    check_workbook(content, LARGEST_LIST, LARGEST_LIST_UNPACKED)
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            book = Book(package)
            seen = {one.name: one for one in book.sheets if one.visible and one.cells and one.name not in OURS}
            target = seen.get(sheet) or next(iter(seen.values()), None)
            before = _before(content) if any(one.name == BEFORE for one in book.sheets) else {}
            return _Marking(book, target, problems, before).done()
    except BREAKS as broken:
        raise Unreadable(BROKEN) from broken


def looked_at(notice: Problem) -> Problem:
    """Return a notice as it stands in a marked copy: something to look at, not to put right."""
    return replace(notice, message=f"请核对：{notice.message}")


def _words(problem: Problem) -> str:
    parts = [problem.said]
    parts += [f"规则：{problem.rule}"] if problem.rule else []
    parts += [f"应填：{problem.expected}"] if problem.expected else []
    return "\n".join(parts)


@dataclass(frozen=True)
class _Own:
    """What a cell had before an earlier round marked it: its filling, its note; and the words of our mark."""

    fill: str = ""
    note: Note | None = None
    words: str = ""


def _before(content: bytes) -> dict[str, _Own]:
    """What our hidden sheet of an earlier round tells, by address."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        rows = book.get_sheet_by_name(BEFORE).to_python()
    except Exception as broken:  # the reader raises errors of its own for damaged parts
        raise Unreadable(BROKEN) from broken
    found = {}
    for row in rows:
        at, fill, text, author, words = ([str(one) for one in row] + [""] * 5)[:5]
        if _is_address(at):
            found[at] = _Own(sound_fill(fill), Note(author, text) if text else None, words)
    return found


def _ours(found: Mapping[str, Note], before: Mapping[str, _Own]) -> dict[str, _Own]:
    """The cells that bear a mark of ours by now, with what they had before.

    Some programs drop the author of a note, and rows move: then a mark is known by its words.
    """
    worded: dict[str, list[_Own]] = {}
    for own in before.values():
        worded.setdefault(own.words, []).append(own)
    ours = {}
    for at, note in found.items():
        there = before.get(at)
        same = worded.get(note.text, [])
        if there and (note.author == AUTHOR or note.text == there.words):
            ours[at] = there
        elif note.author == AUTHOR or (same and not note.author.strip()):
            ours[at] = same[0] if len(same) == 1 else _Own()
    return ours


class _Marking:
    """One workbook being marked: an editor of its sheet's cells, then of the parts around it."""

    def __init__(
        self, book: Book, target: Part | None, problems: Sequence[Problem], before: dict[str, _Own]
    ) -> None:
        self.book, self.target, self.problems, self.before = book, target, problems, before
        self.messages: dict[str, list[str]] = {}
        for problem in problems:
            if target and _is_address(problem.cell):
                self.messages.setdefault(problem.cell, []).append(_words(problem))
        self.notes = Notes(book, target.part) if target else None
        found = self.notes.found if self.notes else {}
        self.ours = _ours(found, before)
        self.prefix = b""
        self.fills: dict[str, str] = {}
        self.styles_part, text = self._styles()
        self.styles = Styles(text)

    def _styles(self) -> tuple[str, bytes]:
        links = self.book.links(self.book.workbook)
        part = next((one.part for one in links.values() if one.kind == "styles" and self.book.has(one.part)), "")
        if not part:
            part = self.book.add("xl/styles", "xml", f"{SPREADSHEET}.styles+xml", EMPTY % MAIN)
            self.book.link(self.book.workbook, "styles", part)
        return part, self.book.text(part)

    def done(self) -> bytes:
        """Return the marked workbook."""
        listed = self.book.own(LIST)
        kept = self.book.own(BEFORE, hidden=True)
        if self.target:
            self.book.streams[self.target.part] = self.write
        self.book.open_first(LIST)

        def finish() -> None:
            self.book.parts[listed] = self.listed()
            self.book.parts[kept] = own_sheet(self.kept(), references=False)
            self.book.parts[self.styles_part] = self.styles.text

        return self.book.save(finish)

    def write(self, source: IO[bytes], target: IO[bytes]) -> None:
        """Write the sheet with its marks as its old text streams by."""
        rows = Rows(source)
        self.prefix = rows.prefix
        wanted: dict[int, set[int]] = {}
        for address in {*self.messages, *self.ours, *self.before}:
            letters, number = coordinate_from_string(address)
            wanted.setdefault(number, set()).add(column_index_from_string(letters))
        target.write(rows.head + b"<%bsheetData>" % rows.prefix)
        rewritten(rows, wanted, self, target.write)
        tail = self.notes.put(self.commented(), rows.tail) if self.notes else rows.tail
        target.write(b"</%bsheetData>" % rows.prefix + tail)

    def cell(self, at: str, cell: re.Match[bytes]) -> bytes:
        """A cell with its mark, or without one that is no longer due."""
        look = self.look(at, style_of(cell[2]))
        start, end = cell.start(2) - cell.start(), cell.end(2) - cell.start()
        attributes = _STYLED.sub(b"", cell[2]) + (b' s="%b"' % look if look else b"")
        return cell[0][:start] + attributes + cell[0][end:]

    def absent(self, at: str, style: bytes) -> bytes:
        """A new cell only to carry a mark."""
        if at not in self.messages:
            return b""
        return b'<%bc r="%b" s="%b"/>' % (self.prefix, at.encode(), self.look(at, style))

    def look(self, at: str, style: bytes) -> bytes:
        """The look of a cell: marked, or as it was before."""
        old = int(style or b"0")
        fill = self.styles.fill_of(old)
        marked = at in self.ours or (at in self.before and RED in fill)
        own = self.ours.get(at, self.before.get(at, _Own())).fill if marked else fill
        if at in self.messages:
            self.fills[at] = own
            return b"%d" % self.styles.with_fill(old, WRONG)
        return b"%d" % self.styles.with_fill(old, own) if marked else style

    def own_note(self, at: str) -> Note | None:
        """The note that the person has on a cell."""
        if at in self.ours:
            return self.ours[at].note
        return self.notes.found.get(at) if self.notes else None

    def commented(self) -> dict[str, Note | None]:
        """The note of each cell that is marked or was."""
        made: dict[str, Note | None] = {at: self.own_note(at) for at in self.ours}
        for at, messages in self.messages.items():
            own = self.own_note(at)
            words = "\n".join([*messages, *([f"原批注：{own.text}"] if own else [])])
            made[at] = Note(AUTHOR, words[:LONGEST_COMMENT])
        return made

    def kept(self) -> list[list[str]]:
        """The hidden sheet for the next round: what the marked cells had before."""
        rows, marks = [], self.commented()
        for at, fill in self.fills.items():
            own, mark = self.own_note(at), marks[at]
            rows.append([at, fill, own.text if own else "", own.author if own else "", mark.text if mark else ""])
        return rows

    def listed(self) -> bytes:
        """The sheet in front: every problem with a link to its cell."""
        styles = self.styles
        plain = styles.look(
            b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
            b'<alignment vertical="top" wrapText="1"/></xf>'
        )
        quoted = styles.look(
            b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyAlignment="1">'
            b'<alignment vertical="top" wrapText="1"/></xf>'
        )
        bold = styles.font(b'<font><b/><sz val="11"/><name val="\xe5\xae\x8b\xe4\xbd\x93"/></font>')
        blue = styles.font(b'<font><u/><sz val="11"/><color rgb="FF0563C1"/><name val="\xe5\xae\x8b\xe4\xbd\x93"/></font>')
        look = b'<xf numFmtId="0" fontId="%d" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        head = styles.look(look % bold)
        linked = styles.look(look.replace(b"/>", b' applyAlignment="1"><alignment vertical="top"/></xf>') % blue)
        titles = (("序号", 7), ("单元格", 10), ("项目", 28), ("问题", 56), ("规则", 44), ("应填", 44))
        widths = b"".join(
            b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (at, at, width)
            for at, (_, width) in enumerate(titles, start=1)
        )
        cells = b"".join(
            text_cell(b"", f"{'ABCDEF'[at]}1", title, b"%d" % head) for at, (title, _) in enumerate(titles)
        )
        rows, links = [b'<row r="1">%b</row>' % cells], list[bytes]()
        name = (self.target.name if self.target else "").replace("'", "''")
        for number, problem in enumerate(self.problems, start=2):
            cells = b'<c r="A%d" s="%d"><v>%d</v></c>' % (number, plain, number - 1)
            if problem.cell:
                cells += text_cell(b"", f"B{number}", problem.cell, b"%d" % linked)
                if len(links) < MOST_LINKS:
                    goal = quoteattr(f"'{name}'!{problem.cell}")
                    links.append(f'<hyperlink ref="B{number}" location={goal}/>'.encode())
            told = (problem.label, problem.said, problem.rule, problem.expected)
            for letter, words in zip("CDEF", told, strict=True):
                if words:
                    cells += text_cell(b"", f"{letter}{number}", words, b"%d" % (quoted if words.startswith(RUNNING) else plain))
            rows.append(b'<row r="%d">%b</row>' % (number, cells))
        return (
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%b"><sheetPr><pageSetUpPr '
            b'fitToPage="1"/></sheetPr><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><cols>%b</cols>'
            b'<sheetData>%b</sheetData>%b<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/></worksheet>'
        ) % (
            MAIN, widths, b"".join(rows),
            b"<hyperlinks>%b</hyperlinks>" % b"".join(links) if links else b"",
        )  # fmt: skip


def _is_address(text: str) -> bool:
    try:
        letters, number = coordinate_from_string(text)
    except (CellCoordinatesException, ValueError):
        return False
    return bool(column_index_from_string(letters)) and 1 <= number <= 2**20
