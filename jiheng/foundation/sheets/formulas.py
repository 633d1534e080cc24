"""Cells that show something and would be read as empty: formulas without a stored result, and errors such as #N/A."""

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

FAULTY = re.compile(
    rb'<c\b(?=[^>]*?\bt="e")[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*(?:<f\b(?:[^>]*/>|[^>]*>[^<]*</f>))?\s*<v>([^<]+)</v>'
)
NO_RESULT = "是公式，文件里没有保存它的结果；请复制后选择性粘贴为数值"
FAULT = "显示的是错误值“{}”；请改正公式，或改填实际的内容"


def read_as_empty(content: bytes, sheet: str) -> dict[str, str]:
    """Return what is wrong with cells of one sheet of an .xlsx that would be read as empty, by their addresses.

    None for other files. Called for workbooks that were read already: damaged ones and those with declarations
    were refused there.
    """
    if not content.startswith(b"PK\x03\x04") or not sheet:
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            path = _path(package, sheet)
            text = package.read(path) if path else b""
    except (zipfile.BadZipFile, ET.ParseError, KeyError, OSError):
        return {}
    found = {at.decode("ascii"): NO_RESULT for at in EMPTY.findall(text)} if b"<f" in text else {}
    if b't="e"' in text:
        found |= {at.decode("ascii"): FAULT.format(said.decode("utf-8", "replace")) for at, said in FAULTY.findall(text)}
    return found


def _path(package: zipfile.ZipFile, sheet: str) -> str:
    book = ET.fromstring(package.read("xl/workbook.xml"))  # noqa: S314  declarations were refused before
    relation = next(
        (one.get(RELATION) for one in book.iter(f"{MAIN}sheet") if one.get("name") == sheet), None
    )
    links = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  as above
    target = next((one.get("Target") or "" for one in links.iter(LINK) if one.get("Id") == relation), "")
    return target.removeprefix("/") if target.startswith("/") or not target else f"xl/{target}"
