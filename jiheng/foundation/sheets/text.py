"""Text into cells and back: nothing that a spreadsheet would run, nothing that it would silently change."""

import re

from openpyxl.cell.cell import Cell

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_NOT_IN_NAMES = re.compile(r"[\\/*?:\[\]']")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
RUNNING = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet, or one that opens a CSV made from it, may take for a formula."""


def escaped(text: str) -> str:
    """Text as the file format wants it: `_x0041_` would else come back as A; control characters are dropped."""
    return _ESCAPE.sub(r"_x005F_x\1_", _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def unescaped(text: str) -> str:
    """What `escaped` hid, and what other programs escaped (`_x000D_` for a carriage return)."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")


def neutral(cell: Cell, text: str) -> None:
    """Put text into a cell so that it is text and stays text, also after editing."""
    safe = escaped(text)
    cell.value = safe
    if safe.startswith(RUNNING):
        cell.data_type = "s"
        cell.quotePrefix = True


def sheet_name(label: str) -> str:
    """A name that workbooks allow: 31 characters, no slashes, brackets or quotes."""
    return _NOT_IN_NAMES.sub("", label).strip()[:31] or "表"
