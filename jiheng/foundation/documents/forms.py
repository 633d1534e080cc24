"""An official form as PDF: the same cells as its workbook, set on A4 with page numbers and a check code."""

from collections.abc import Mapping
from typing import Any

from jiheng.foundation.documents.fonts import FAMILIES, named, printable, unprintable
from jiheng.foundation.documents.typesetting import Printed, count_pages, typeset
from jiheng.rules.forms.data import check_code
from jiheng.rules.forms.definition import FootBlock, FormDefinition, NoteBlock, TableBlock
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.layout import Cell, Layout, Part, Role, lay_out, title_of

TEMPLATE = "form.typ"
POINTS_A_LINE = 14
HEADINGS = (Role.SIDE, Role.LABEL, Role.HEAD, Role.TOTAL_LABEL)
BOLD = (Role.SIDE, Role.HEAD, Role.TOTAL_LABEL, Role.TOTAL)
FIGURES = (Kind.MONEY_WAN, Kind.NUMBER, Kind.POINTS, Kind.PERCENT, Kind.TICK, Kind.DATE)
LONGEST = 1200
"""A text of more characters may break over a page; other rows stay whole."""


def form_pdf(definition: FormDefinition, data: Mapping[str, Any], *, stamp: str = "") -> bytes:
    """The form as PDF bytes; `print_form` also tells pages, check code and characters without a glyph."""
    return print_form(definition, data, stamp=stamp).pdf


def print_form(definition: FormDefinition, data: Mapping[str, Any], *, stamp: str = "") -> Printed:
    """The filled-in form as PDF. `stamp` is printed small at the right of the foot (who printed it and when).

    A form that takes more than one page repeats the headings of its tables. LookupError for unknown keys.
    """
    layout = lay_out(definition, data)
    lacking = unprintable([cell.text for cell in layout.cells] + [stamp])
    warnings = tuple(named(lacking))
    content = {
        "title": printable(title_of(definition, data.get("year"))),
        "unit": printable(definition.unit),
        "paper": definition.paper,
        "code": check_code(definition, data),
        "stamp": printable(stamp),
        "fonts": list(FAMILIES),
        "widths": list(layout.widths),
        "remarks": [printable(f"字体中没有 U+{ord(sign):04X}，以〓代替") for sign in lacking],
        "parts": _parts(definition, layout, split=False),
    }
    pages = count_pages(TEMPLATE, "form", content)
    if pages > 1:
        content["parts"] = _parts(definition, layout, split=True)
        pages = count_pages(TEMPLATE, "form", content)
    return Printed(typeset(TEMPLATE, "form", content), pages, str(content["code"]), warnings)


def _parts(definition: FormDefinition, layout: Layout, *, split: bool) -> list[dict[str, Any]]:
    return [_part(definition, layout, part, split=split) for part in layout.parts]


def _part(definition: FormDefinition, layout: Layout, part: Part, *, split: bool) -> dict[str, Any]:
    """One block as a table of its own. `split` makes its heading repeat on the next page."""
    block = definition.blocks[part.block]
    cells = [cell for cell in layout.cells if part.first <= cell.row < part.end]
    repeats = split and isinstance(block, TableBlock)
    drawn: list[dict[str, Any]] = []
    for cell in cells:
        if repeats and cell.role is Role.SIDE and part.body > part.first:
            drawn += _cut_side(cell, part)
        else:
            drawn.append(_cell(cell, part, head=repeats and cell.row < part.body))
    return {
        "note": printable(cells[0].text) if isinstance(block, NoteBlock) else "",
        "loose": isinstance(block, FootBlock),
        "rows": [_height(layout, row) for row in range(part.first, part.end)],
        "cells": drawn,
    }


def _cut_side(cell: Cell, part: Part) -> list[dict[str, Any]]:
    """The tall heading at the left, cut where the table's heading ends, so that the heading can repeat."""
    head = _cell(cell, part, head=True) | {"rows": part.body - part.first, "open_bottom": True}
    if cell.row + cell.rows <= part.body:
        return [head]
    body = _cell(cell, part, head=False)
    rows = cell.row + cell.rows - part.body
    return [head, body | {"y": part.body - part.first, "rows": rows, "text": "", "open_top": True}]


def _height(layout: Layout, row: int) -> int:
    """A fixed height in points where the form asks for room and the text fits it; 0 lets the text decide."""
    least = layout.least[row]
    return least * POINTS_A_LINE if least > 1 and layout.lines[row] == least else 0


def _cell(cell: Cell, part: Part, *, head: bool) -> dict[str, Any]:
    return {
        "x": cell.column,
        "y": cell.row - part.first,
        "columns": cell.columns,
        "rows": cell.rows,
        "text": printable(cell.text),
        "align": align_of(cell),
        "bold": cell.role in BOLD,
        "heading": cell.role in HEADINGS,
        "framed": cell.role not in (Role.FOOT_LABEL, Role.FOOT_VALUE),
        "figure": cell.field is not None and cell.field.kind in FIGURES,
        "choices": cell.text.split("　")
        if cell.field is not None and cell.field.ticked and cell.text
        else [],
        "breakable": cell.rows > 1 or len(cell.text) > LONGEST,
        "open_top": False,
        "open_bottom": False,
        "head": head,
    }


def align_of(cell: Cell) -> str:
    """Return where the text of a cell stands: left, center or right."""
    if cell.role is Role.FOOT_LABEL:
        return "right"
    if cell.role is Role.FOOT_VALUE:
        return "left"
    if cell.field is not None and cell.field.kind is Kind.MONEY_WAN:
        return "right"
    return "left" if cell.prose else "center"
