"""Notes on the cells of a sheet, as text: read, put beside those that are there, taken away; each with its drawn box."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from jiheng.foundation.sheets.package import OFFICE, SPREADSHEET, Book
from jiheng.foundation.sheets.text import escaped, unescaped

VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NOTE = re.compile(rb"<((?:\w+:)?)comment\b([^>]*?)(?:/>|>(.*?)</\1comment>)", re.DOTALL)
_REF = re.compile(rb"""\bref\s*=\s*["']([A-Z]+\d+)["']""")
_BY = re.compile(rb"""\bauthorId\s*=\s*["'](\d+)["']""")
_AUTHORS = re.compile(rb"<((?:\w+:)?)authors\b[^>]*?(?:/>|>(.*?)</\1authors>)", re.DOTALL)
_AUTHOR = re.compile(rb"<((?:\w+:)?)author\b[^>]*?(?:/>|>(.*?)</\1author>)", re.DOTALL)
_TEXT = re.compile(rb"<((?:\w+:)?)t\b[^>]*?(?:/>|>(.*?)</\1t>)", re.DOTALL)
_SOUND = re.compile(rb"<((?:\w+:)?)rPh\b.*?</\1rPh>", re.DOTALL)
_SHAPE = re.compile(rb"<v:shape\b(?:(?!</v:shape>).)*</v:shape>", re.DOTALL)
_DRAWN = re.compile(rb"<((?:\w+:)?)legacyDrawing\b[^>]*?\bid\s*=\s*[\"']([^\"']+)[\"']")
AFTER = frozenset({
    "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
    "extLst", "AlternateContent",
})  # fmt: skip
"""What may stand in a sheet only behind the name of its notes' drawing."""


@dataclass(frozen=True)
class Note:
    """Who wrote a note, and what."""

    author: str
    text: str


class Notes:
    """The notes of one sheet. `threads` are the cells with a discussion: their note is only its shadow."""

    def __init__(self, book: Book, sheet: str) -> None:
        self.book, self.sheet = book, sheet
        links = book.links(sheet)
        self.part = next((one.part for one in links.values() if one.kind == "comments" and book.has(one.part)), "")
        threads = [one.part for one in links.values() if one.kind == "threadedComment" and book.has(one.part)]
        self.threads = {one.decode() for part in threads for one in _REF.findall(book.text(part))}
        text = book.text(self.part) if self.part else b""
        authors = _authors(text)
        self.found: dict[str, Note] = {}
        for one in _NOTE.finditer(text):
            at, by = _REF.search(one[2]), _BY.search(one[2])
            if at:
                number = int(by[1]) if by else -1
                words = "".join(_plain(found[2]) for found in _TEXT.finditer(_SOUND.sub(b"", one[3] or b"")))
                self.found[at[1].decode()] = Note(authors[number] if 0 <= number < len(authors) else "", unescaped(words))

    def put(self, wanted: Mapping[str, Note | None], tail: bytes) -> bytes:
        """Set notes by address, None for no note; return the sheet's tail, which names the drawing of their boxes."""
        wanted = {at: note for at, note in wanted.items() if at not in self.threads}
        if not any(wanted.values()) and not wanted.keys() & self.found.keys():
            return tail
        self._notes(wanted)
        drawn = _DRAWN.search(tail)
        links = self.book.links(self.sheet)
        drawing = links[drawn[2].decode()].part if drawn and drawn[2].decode() in links else ""
        if not drawing or not self.book.has(drawing):
            drawing = self.book.add("xl/drawings/vmlDrawing", "vml", VML, _DRAWING)
            mark = self.book.link(self.sheet, "vmlDrawing", drawing)
            tail = _named(_DRAWN_WHOLE.sub(b"", tail), mark)
        self.book.parts[drawing] = self._boxes(self.book.text(drawing), wanted)
        return tail

    def _notes(self, wanted: Mapping[str, Note | None]) -> None:
        if not self.part:
            self.part = self.book.add("xl/comments", "xml", f"{SPREADSHEET}.comments+xml", _NOTES)
            self.book.link(self.sheet, "comments", self.part)
        text = self.book.text(self.part)
        authors = _authors(text)
        numbers = {name: number for number, name in reversed(list(enumerate(authors)))}
        for note in wanted.values():
            if note and note.author not in numbers:
                numbers[note.author] = len(authors)
                authors.append(note.author)
        found = _AUTHORS.search(text)
        prefix = found[1] if found else b""
        listed = b"".join(b"<%bauthor>%b</%bauthor>" % (prefix, escape(one).encode(), prefix) for one in authors)
        whole = b"<%bauthors>%b</%bauthors>" % (prefix, listed, prefix)
        if found is None:
            raise ValueError("no authors")
        text = text[: found.start()] + whole + text[found.end() :]
        text = _NOTE.sub(lambda one: b"" if (at := _REF.search(one[2])) and at[1].decode() in wanted else one[0], text)
        made = b"".join(_note(prefix, at, numbers[note.author], note.text) for at, note in wanted.items() if note)
        text = re.sub(rb"<%bcommentList\b([^>]*)/>" % prefix, rb"<%bcommentList\1></%bcommentList>" % (prefix, prefix), text)
        end = text.rindex(b"</%bcommentList>" % prefix)
        self.book.parts[self.part] = text[:end] + made + text[end:]

    def _boxes(self, text: bytes, wanted: Mapping[str, Note | None]) -> bytes:
        places = {at: _place(at) for at in wanted}
        drawn: dict[tuple[int, int], re.Match[bytes]] = {}
        for shape in _SHAPE.finditer(text):
            row, column = (re.search(rb"<x:%b>\s*(\d+)\s*</x:%b>" % (name, name), shape[0]) for name in (b"Row", b"Column"))
            if row and column and b'"Note"' in shape[0]:
                drawn[int(row[1]), int(column[1])] = shape
        gone = [drawn[place] for at, place in places.items() if wanted[at] is None and place in drawn]
        taken = [int(one) for one in re.findall(rb"_x0000_s(\d+)", text)]
        number, made = max(1024, *taken) if taken else 1024, []
        for at, place in places.items():
            if wanted[at] is not None and place not in drawn:
                number += 1
                made.append(_BOX % (number, place[1] + 1, place[0], place[1] + 5, place[0] + 6, place[0], place[1]))
        for shape in sorted(gone, key=lambda one: -one.start()):
            text = text[: shape.start()] + text[shape.end() :]
        end = text.rindex(b"</xml>")
        kind = b"" if b"_x0000_t202" in text else _KIND
        return text[:end] + kind + b"".join(made) + text[end:]


def _place(at: str) -> tuple[int, int]:
    letters, number = coordinate_from_string(at)
    return number - 1, column_index_from_string(letters) - 1


def _plain(text: bytes | None) -> str:
    return unescape((text or b"").decode())


def _authors(text: bytes) -> list[str]:
    found = _AUTHORS.search(text)
    return [_plain(one[2]) for one in _AUTHOR.finditer(found[2] or b"")] if found else []


def _note(prefix: bytes, at: str, author: int, text: str) -> bytes:
    words = escape(escaped(text)).encode()
    inside = b'<%br><%bt xml:space="preserve">%b</%bt></%br>' % (prefix, prefix, words, prefix, prefix)
    return b'<%bcomment ref="%b" authorId="%d"><%btext>%b</%btext></%bcomment>' % (
        prefix, at.encode(), author, prefix, inside, prefix, prefix,
    )  # fmt: skip


def _named(tail: bytes, mark: str) -> bytes:
    """The tail of a sheet with the name of its notes' drawing where the format wants it."""
    end = re.search(rb"</((?:\w+:)?)worksheet\s*>\s*$", tail)
    if end is None:
        raise ValueError("no end of worksheet")
    before = b"<%bworksheet>" % end[1]
    places: list[int] = []
    reader, depth = expat.ParserCreate(), 0

    def opened(name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth == 2 and name.rpartition(":")[2] in AFTER:
            places.append(reader.CurrentByteIndex - len(before))

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    reader.StartElementHandler, reader.EndElementHandler = opened, closed
    try:
        reader.Parse(before + tail, True)
    except expat.ExpatError as broken:
        raise ValueError("the sheet's tail is broken") from broken
    at = min([*places, end.start()])
    told = b"<%blegacyDrawing xmlns:r=%b r:id=%b/>" % (end[1], quoteattr(OFFICE).encode(), quoteattr(mark).encode())
    return tail[:at] + told + tail[at:]


_DRAWN_WHOLE = re.compile(rb"<((?:\w+:)?)legacyDrawing\b[^>]*?(?:/>|></\1legacyDrawing>)")
_NOTES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="http://schemas.openxmlformats.org/'
    b'spreadsheetml/2006/main"><authors></authors><commentList></commentList></comments>'
)
_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b"</o:shapelayout></xml>"
)
_KIND = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX = (
    b'<v:shape id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;width:240pt;height:90pt;z-index:1;'
    b'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    b'<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    b'<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
    b'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    b"<x:Anchor>%d, 15, %d, 2, %d, 15, %d, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    b"<x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"
)
