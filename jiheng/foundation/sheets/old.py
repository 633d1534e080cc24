"""Cells of an old workbook (.xls, BIFF5 and BIFF8) that show an error: readers of values leave them blank."""

import re
import struct
from collections.abc import Iterator

from jiheng.foundation.files.compound import STREAM, Compound
from jiheng.foundation.sheets.formulas import Faults

BEGIN, END, SHEET, FORMULA, BOOLEAN_OR_ERROR = 0x0809, 0x000A, 0x0085, 0x0006, 0x0205
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
LIKELY = re.compile(rb"\x05\x02\x08\x00.{7}\x01|\x06\x00.{8}\x02.{5}\xff\xff", re.DOTALL)
"""What a cell with an error looks like wherever it stands; most workbooks hold nothing like it and are not walked."""


def old_errors(content: bytes, place: int) -> Faults:
    """Return the errors of the sheet that stands at this place of an .xls, from 0.

    None for what cannot be read: those who read its values say so.
    """
    try:
        book = _book(content)
        return _faults(book, _beginnings(book)[place]) if LIKELY.search(book) else {}
    except (ValueError, IndexError, struct.error):
        return {}


def _book(content: bytes) -> bytes:
    package = Compound(content)
    streams = {one.name: one for one in reversed(package.held) if one.kind == STREAM}
    found = streams.get("Workbook") or streams.get("Book")
    return package.read(found) if found else b""


def _records(book: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """The records from a place on: kind, where its content begins, how long that is."""
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, at + 4, length
        at += 4 + length


def _beginnings(book: bytes) -> list[int]:
    """Where each sheet begins."""
    found = []
    for kind, at, _ in _records(book, 0):
        if kind == END:
            break
        if kind == SHEET:
            found.append(struct.unpack_from("<I", book, at)[0])
    return found


def _faults(book: bytes, begin: int) -> Faults:
    found: dict[tuple[int, int], str] = {}
    depth = 0
    for kind, at, length in _records(book, begin):
        if kind == BEGIN:
            depth += 1
        elif kind == END:
            depth -= 1
            if depth <= 0:
                break
        elif depth != 1:
            continue  # a chart within the sheet keeps values of its own
        elif kind == BOOLEAN_OR_ERROR and length >= 8:
            row, column, code, error = struct.unpack_from("<HH2xBB", book, at)
            if error == 1:
                found[row + 1, column] = ERRORS.get(code, "#N/A")
        elif kind == FORMULA and length >= 14:
            row, column, sort, code, told = struct.unpack_from("<HH2xBxB3xH", book, at)
            if sort == 2 and told == 0xFFFF:
                found[row + 1, column] = ERRORS.get(code, "#N/A")
    return found
