"""The hidden sheet of a form: which form, whose, which version, where each box lies, and what was handed out."""

import base64
import binascii
import hashlib
import io
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.utils import absolute_coordinate
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook

from jiheng.rules.forms.data import definition_digest
from jiheng.rules.forms.definition import FormDefinition

NAME = "_jiheng"
LISTED, LEFT = "需更正事项", "未能更新的内容"
OURS = frozenset({LISTED, LEFT})
"""Visible sheets that we put in front of a person's file: they are no part of what is read back."""
LONGEST_PART = 30_000
"""A cell holds 32,767 characters."""
LARGEST_BASE = 60 * 2**20
_REFERENCE = re.compile(r"='?(?P<sheet>(?:[^']|'')+?)'?!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]+)")


@dataclass(frozen=True)
class Origin:
    """Where a workbook came from; all empty when it is not one of ours."""

    form: str = ""
    digest: str = ""
    place: str = ""
    record: str = ""
    year: int | None = None
    period: str = ""
    base: str = ""

    @staticmethod
    def of(
        definition: FormDefinition, data: Mapping[str, Any], place: str, record: str, base: str = ""
    ) -> "Origin":
        """The origin of a workbook about to be written."""
        year = data.get("year")
        digest = definition_digest(definition)
        return Origin(definition.key, digest, place, record, year or None, definition.period, base)


@dataclass(frozen=True)
class Map:
    """The sheet that holds the form, and the address of each path as the spreadsheet kept it up to date."""

    sheet: str = ""
    cells: dict[str, str] = field(default_factory=dict)


def write_origin(book: Workbook, origin: Origin, sheet: str, addresses: Mapping[str, str]) -> None:
    """Add the hidden sheet. Addresses are references, so that they follow when rows are inserted."""
    hidden = book.create_sheet(NAME)
    hidden.sheet_state = "veryHidden"
    for name, value in (
        ("form", origin.form),
        ("digest", origin.digest),
        ("place", origin.place),
        ("record", origin.record),
        ("year", origin.year),
        ("period", origin.period),
    ):
        hidden.append([name, None if value is None else str(value)])
    for path, address in addresses.items():
        hidden.append(["cell", path, f"='{sheet}'!{absolute_coordinate(address)}"])
    for part in range(0, len(origin.base), LONGEST_PART):
        hidden.append(["base", origin.base[part : part + LONGEST_PART]])


def packed(handed_out: Any) -> str:
    """What is handed out (JSON values) as text for the hidden sheet, with a digest that shows damage."""
    text = json.dumps(handed_out, ensure_ascii=False, sort_keys=True).encode()
    # Without padding: a part that begins with = would be a formula.
    return hashlib.sha256(text).hexdigest()[:16] + base64.b64encode(zlib.compress(text, 9)).decode().rstrip("=")


def unpacked(base: str) -> Any:
    """What `packed` made of it; None when there is none, or it was damaged or changed."""
    try:
        opened = zlib.decompressobj()
        body = base[16:]
        text = opened.decompress(base64.b64decode(body + "=" * (-len(body) % 4), validate=True), LARGEST_BASE)
        if not base or not opened.eof or hashlib.sha256(text).hexdigest()[:16] != base[:16]:
            return None
        return json.loads(text)
    except (ValueError, zlib.error, binascii.Error):
        return None


def facts_of(content: bytes) -> dict[str, str]:
    """What the hidden sheet of a list says, by name, without opening the rest; nothing where there is none."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_name(NAME).iter_rows() if NAME in book.sheet_names else iter(())
        found: dict[str, str] = {}
        for row in rows:
            if len(row) > 1:
                name, value = str(row[0]), str(row[1])
                found[name] = found.get(name, "") + value if name == "base" else value
    except (CalamineError, OSError, ValueError):
        return {}
    return found


def read_origin(book: Workbook) -> tuple[Origin, Map]:
    """Origin and map of a workbook read with its formulas; empty ones when there is no hidden sheet."""
    if NAME not in book.sheetnames:
        return Origin(), Map()
    hidden = cast("Worksheet", book[NAME])
    facts: dict[str, str] = {}
    cells: dict[str, str] = {}
    sheet, base = "", ""
    for name, value, reference in hidden.iter_rows(max_col=3, values_only=True):
        if name == "cell":
            found = _REFERENCE.fullmatch(str(reference))
            if found:
                sheet = found["sheet"].replace("''", "'")
                cells[str(value)] = found["column"] + found["row"]
        elif name == "base":
            base += str(value)
        elif name is not None:
            facts[str(name)] = "" if value is None else str(value)
    year = facts.get("year", "")
    origin = Origin(
        facts.get("form", ""),
        facts.get("digest", ""),
        facts.get("place", ""),
        facts.get("record", ""),
        int(year) if year.isdigit() else None,
        facts.get("period", ""),
        base,
    )
    return origin, Map(sheet, cells)
