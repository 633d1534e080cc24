"""The hidden sheet of a form: which form, whose, which version, and where each box lies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.utils import absolute_coordinate
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.rules.forms.data import definition_digest
from jiheng.rules.forms.definition import FormDefinition

NAME = "_jiheng"
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

    @staticmethod
    def of(definition: FormDefinition, data: Mapping[str, Any], place: str, record: str) -> "Origin":
        """The origin of a workbook about to be written."""
        year = data.get("year")
        return Origin(
            definition.key, definition_digest(definition), place, record, year or None, definition.period
        )


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


def read_origin(book: Workbook) -> tuple[Origin, Map]:
    """Origin and map of a workbook read with its formulas; empty ones when there is no hidden sheet."""
    if NAME not in book.sheetnames:
        return Origin(), Map()
    hidden = cast("Worksheet", book[NAME])
    facts: dict[str, str] = {}
    cells: dict[str, str] = {}
    sheet = ""
    for name, value, reference in hidden.iter_rows(max_col=3, values_only=True):
        if name == "cell":
            found = _REFERENCE.fullmatch(str(reference))
            if found:
                sheet = found["sheet"].replace("''", "'")
                cells[str(value)] = found["column"] + found["row"]
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
    )
    return origin, Map(sheet, cells)
