"""A report in its required outline as PDF: our template, our fonts, all words as data."""

from typing import Any, cast

from jiheng.foundation.documents.fonts import FAMILIES, named, printable, unprintable
from jiheng.foundation.documents.report import (
    Paragraph,
    Report,
    ReportTable,
    chapters,
    day_in_words,
    report_code,
    title_of,
    unwritten,
)
from jiheng.foundation.documents.typesetting import Printed, count_pages, typeset
from jiheng.rules.policy.outline import Outline

TEMPLATE = "report.typ"


def report_pdf(outline: Outline, report: Report, *, stamp: str = "") -> bytes:
    """The report as PDF bytes; `print_report` also tells pages, check code and warnings."""
    return print_report(outline, report, stamp=stamp).pdf


def print_report(outline: Outline, report: Report, *, stamp: str = "") -> Printed:
    """The report as PDF. Warnings name required parts without text and characters without a glyph.

    LookupError when the report has a part that the outline does not know.
    """
    plain = {
        "title": title_of(outline, report),
        "subject": report.subject,
        "facts": [list(fact) for fact in report.facts],
        "draft": report.draft,
        "issuer": report.issuer,
        "issued": day_in_words(report.issued_on) if report.issued_on else "",
        "stamp": stamp,
        "chapters": [
            {"title": one.title, "level": one.level, "content": [_part(part) for part in one.content]}
            for one in chapters(outline, report)
        ],
    }
    lacking = unprintable(_texts(plain))
    content: dict[str, Any] = cast("dict[str, Any]", _printable(plain)) | {
        "code": report_code(outline, report),
        "fonts": list(FAMILIES),
        "remarks": [printable(f"字体中没有 U+{ord(sign):04X}，以〓代替") for sign in lacking],
    }
    warnings = (*unwritten(outline, report), *named(lacking))
    pages = count_pages(TEMPLATE, "report", content)
    return Printed(typeset(TEMPLATE, "report", content), pages, content["code"], warnings)


def _part(part: Paragraph | ReportTable) -> dict[str, Any]:
    if isinstance(part, Paragraph):
        return {"kind": "paragraph", "text": part.text, "heading": part.heading}
    return {
        "kind": "table",
        "caption": part.caption,
        "head": list(part.head),
        "rows": [list(row) for row in part.rows],
        "widths": list(part.widths or [1] * len(part.head)),
        "figures": sorted(part.figures),
    }


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for child in value.values() for text in _texts(child)]
    if isinstance(value, list):
        return [text for child in value for text in _texts(child)]
    return []


def _printable(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_printable(child) for child in value]
    return value
