"""Cells that show something and that readers of values leave blank: formulas without a stored result, and errors such as #N/A."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
EMPTY = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)

FAULTY = re.compile(
    rb'<c\b(?=[^>]*?\bt="e")[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*(?:<f\b(?:[^>]*/>|[^>]*>[^<]*</f>))?\s*<v>([^<]+)</v>'
)
NO_RESULT = "是公式，文件里没有保存它的结果；请复制后选择性粘贴为数值"
FAULT = "显示的是错误值“{}”；请改正公式，或改填实际的内容"
ERRORS = frozenset(
    {
        "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!",
        "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#EXTERNAL!",
    }
)  # fmt: skip
"""The errors of Excel and WPS, as they stand in a text that was saved from a sheet."""
Faults = Mapping[tuple[int, int], str]
"""The errors of a sheet, by row from 1 and column from 0."""


class Fault(str):
    """An error that a cell shows. Where it was written as text, it is known by its words alone."""

    __slots__ = ()


def fault_of(value: object) -> str:
    """Return what to say of a cell that shows an error; blank for any other."""
    if isinstance(value, Fault) or (isinstance(value, str) and value.strip() in ERRORS):
        return FAULT.format(value.strip())
    return ""


def read_as_empty(content: bytes, sheet: str) -> dict[str, str]:
    """Return what is wrong with formulas of one sheet of an .xlsx that have no result, by their addresses.

    None for other files. Called for workbooks that were read already: damaged ones and those with declarations
    were refused there.
    """
    text = _sheet(content, sheet)
    return {at.decode("ascii"): NO_RESULT for at in EMPTY.findall(text)} if b"<f" in text else {}


def errors_in(content: bytes, sheet: str) -> Faults:
    """Return the errors of one sheet of an .xlsx; none for other files."""
    text = _sheet(content, sheet)
    found = {}
    for at, said in FAULTY.findall(text) if b't="e"' in text else ():
        letters, row = coordinate_from_string(at.decode("ascii"))
        found[row, column_index_from_string(letters) - 1] = said.decode("utf-8", "replace")
    return found


def with_errors(rows: Iterator[Sequence[Any]], faults: Faults) -> Iterator[Sequence[Any]]:
    """The rows of a sheet from its first one on, with the errors where a reader of values left blanks."""
    waiting: dict[int, dict[int, str]] = {}
    for (line, column), said in faults.items():
        waiting.setdefault(line, {})[column] = said
    number = 0
    for number, row in enumerate(rows, start=1):
        yield _with(row, waiting.pop(number)) if number in waiting else row
    for later in range(number + 1, max(waiting, default=0) + 1):
        yield _with((), waiting.get(later, {}))


def _with(row: Sequence[Any], said: Mapping[int, str]) -> list[Any]:
    whole = [*row, *[""] * (max(said, default=-1) + 1 - len(row))]
    for column, error in said.items():
        whole[column] = Fault(error)
    return whole


def _sheet(content: bytes, sheet: str) -> bytes:
    """The text of a sheet; nothing where there is none of that name or the file is no .xlsx."""
    if not content.startswith(b"PK\x03\x04") or not sheet:
        return b""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            path = _path(package, sheet)
            return package.read(path) if path else b""
    except (zipfile.BadZipFile, ET.ParseError, KeyError, OSError):
        return b""


def _path(package: zipfile.ZipFile, sheet: str) -> str:
    book = ET.fromstring(package.read("xl/workbook.xml"))  # noqa: S314  declarations were refused before
    relation = next(
        (one.get(RELATION) for one in book.iter(f"{MAIN}sheet") if one.get("name") == sheet), None
    )
    links = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  as above
    target = next((one.get("Target") or "" for one in links.iter(LINK) if one.get("Id") == relation), "")
    return target.removeprefix("/") if target.startswith("/") or not target else f"xl/{target}"
