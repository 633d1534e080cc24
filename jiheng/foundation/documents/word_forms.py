"""An official form as Word: the same cells as its workbook and its PDF, in one table with merged cells."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm

from jiheng.foundation.documents.forms import BOLD, POINTS_A_LINE, align_of
from jiheng.foundation.sheets.text import escaped
from jiheng.rules.forms.data import check_code
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.forms.layout import Cell, Layout, Role, lay_out, title_of

SHORT, LONG, MARGIN = 210, 297, 15
"""A4 and its margins in mm."""
BARE = (Role.TITLE, Role.UNIT, Role.FOOT_LABEL, Role.FOOT_VALUE, Role.NOTE)
"""What stands without a frame."""
TITLE, TEXT = ("方正小标宋简体", 32), ("宋体", 18)
"""Face and size in half points."""
TWIPS_A_MM = 1440 / 25.4
TWIPS_A_POINT = 20


def form_docx(definition: FormDefinition, data: Mapping[str, Any], *, stamp: str = "") -> bytes:
    """The filled-in form as .docx; `stamp` stands in the foot, as on the PDF, beside the check code.

    LookupError for unknown keys.
    """
    layout = lay_out(definition, data)
    document = Document()
    width = _page(document, landscape=definition.paper == "landscape")
    document.element.body.insert(0, _table(layout, width))
    document.add_paragraph()  # Word asks for one behind a table
    _footer(document, f"{definition.key}　校验码 {check_code(definition, data)}　{stamp}".strip())
    facts = document.core_properties
    facts.title = escaped(title_of(definition, data.get("year")))[:255]
    facts.author = facts.comments = ""
    facts.created = facts.modified = datetime(2000, 1, 1, tzinfo=UTC)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _page(document: DocumentType, *, landscape: bool) -> int:
    """Set the paper; return the width of what is written on it in twips."""
    section = document.sections[0]
    across, down = (LONG, SHORT) if landscape else (SHORT, LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(across), Mm(down)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    return int((across - 2 * MARGIN) * TWIPS_A_MM)


def _table(layout: Layout, width: int) -> BaseOxmlElement:
    """One table of the whole layout; a cell over several rows is begun in its first and goes on in the others."""
    widths = [width * one // sum(layout.widths) for one in layout.widths]
    table = OxmlElement("w:tbl")
    table.append(_element("w:tblPr", _element("w:tblW", w=sum(widths), type="dxa"), _element("w:tblLayout", type="fixed")))
    table.append(_element("w:tblGrid", *(_element("w:gridCol", w=one) for one in widths)))
    at = {(row, cell.column): cell for cell in layout.cells for row in range(cell.row, cell.row + cell.rows)}
    for row, lines in enumerate(layout.lines):
        height = _element("w:trHeight", val=lines * POINTS_A_LINE * TWIPS_A_POINT, hRule="atLeast")
        line = _element("w:tr", _element("w:trPr", _element("w:cantSplit"), height))
        column = 0
        while column < len(widths):
            cell = at.get((row, column))
            span = cell.columns if cell else 1
            line.append(_cell(cell, row, sum(widths[column : column + span]), span))
            column += span
        table.append(line)
    return table


def _cell(cell: Cell | None, row: int, width: int, span: int) -> BaseOxmlElement:
    properties = [_element("w:tcW", w=width, type="dxa"), _element("w:gridSpan", val=span)]
    begins = cell is not None and cell.row == row
    if cell is not None and cell.rows > 1:
        properties.append(_element("w:vMerge", val="restart" if begins else "continue"))
    if cell is not None and cell.role not in BARE:
        sides = ("top", "left", "bottom", "right")
        properties.append(_element("w:tcBorders", *(_element(f"w:{one}", val="single", sz=4, color="000000") for one in sides)))
    properties.append(_element("w:vAlign", val="center"))
    made = _element("w:tc", _element("w:tcPr", *properties))
    for text in cell.text.split("\n") if cell is not None and begins else [""]:
        made.append(_paragraph(text, cell))
    return made


def _paragraph(text: str, cell: Cell | None) -> BaseOxmlElement:
    role = cell.role if cell is not None else Role.VALUE
    align = {Role.TITLE: "center", Role.UNIT: "right", Role.NOTE: "left"}.get(role) or (align_of(cell) if cell is not None else "left")
    made = _element("w:p", _element("w:pPr", _element("w:spacing", before=0, after=0), _element("w:jc", val=align)))
    if text:
        made.append(_run(text, *(TITLE if role is Role.TITLE else TEXT), bold=role in BOLD))
    return made


def _run(text: str, face: str, size: int, *, bold: bool = False) -> BaseOxmlElement:
    fonts = _element("w:rFonts", ascii="Times New Roman", hAnsi="Times New Roman", eastAsia=face)
    looks = [fonts, *([_element("w:b")] if bold else []), _element("w:sz", val=size)]
    words = OxmlElement("w:t")
    words.text = escaped(text).replace("\t", "　")
    words.set(qn("xml:space"), "preserve")
    return _element("w:r", _element("w:rPr", *looks), words)


def _footer(document: DocumentType, text: str) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph._element.append(_run(text, "宋体", 16))  # noqa: SLF001 - python-docx has no other door to the face


def _element(tag: str, *children: BaseOxmlElement, **values: object) -> BaseOxmlElement:
    made = OxmlElement(tag)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), str(value))
    for child in children:
        made.append(child)
    return made
