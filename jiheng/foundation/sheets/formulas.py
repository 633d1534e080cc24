"""Formulas whose result a workbook does not hold: they would be read as empty cells."""

import io
import re
import zipfile
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
EMPTY = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)


def formulas_without_value(content: bytes, sheet: str) -> set[str]:
    """Return the addresses of formulas without a stored result on one sheet of an .xlsx; none for other files.

    Called for workbooks that were read already: damaged ones and those with declarations were refused there.
    """
    if not content.startswith(b"PK\x03\x04") or not sheet:
        return set()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            path = _path(package, sheet)
            text = package.read(path) if path else b""
    except (zipfile.BadZipFile, ET.ParseError, KeyError, OSError):
        return set()
    return {found.decode("ascii") for found in EMPTY.findall(text)} if b"<f" in text else set()


def _path(package: zipfile.ZipFile, sheet: str) -> str:
    book = ET.fromstring(package.read("xl/workbook.xml"))  # noqa: S314  declarations were refused before
    relation = next(
        (one.get(RELATION) for one in book.iter(f"{MAIN}sheet") if one.get("name") == sheet), None
    )
    links = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  as above
    target = next((one.get("Target") or "" for one in links.iter(LINK) if one.get("Id") == relation), "")
    return target.removeprefix("/") if target.startswith("/") or not target else f"xl/{target}"
