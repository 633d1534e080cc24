"""A list as a workbook: typed cells, totals, a sheet that says what it is; rows streamed to disk."""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

import xlsxwriter
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jiheng.foundation import clock
from jiheng.foundation.web.sending import sent
from jiheng.rules.money import fen_to_wan, fen_to_yuan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a text begins that a spreadsheet may take for a formula; it takes the wide signs for the narrow ones."""
NUMBER_FORMATS = {
    "wan": "#,##0.00",
    "yuan": "#,##0.00",
    "points": "0.00",
    "percent": "0.0%",
    "number": "#,##0",
    "day": "yyyy-mm-dd",
    "due": "yyyy-mm-dd",
}
UNITS = {"wan": "（万元）", "yuan": "（元）"}
WIDTHS = {"text": 28, "state": 14, "wan": 16, "yuan": 18}


@dataclass(frozen=True)
class Sheet:
    """What a list workbook holds: title, (label, kind) of each column, which are totalled, notes."""

    title: str
    columns: Sequence[tuple[str, str]]
    totals: Sequence[bool]
    notes: Sequence[tuple[str, str]] = ()


def neutral(text: str) -> str:
    """Make a text harmless that a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(RISKY) and len(text) > 1 else text


@dataclass(frozen=True)
class Page:
    """A further table of a workbook, on a sheet of its own: its name, its columns as in `Sheet`, its rows."""

    name: str
    columns: Sequence[tuple[str, str]]
    totals: Sequence[bool]
    rows: Iterable[Sequence[Any]]


def sheet_response(sheet: Sheet, rows: Iterable[Sequence[Any]], also: Sequence[Page] = ()) -> HttpResponse:
    """Stream the rows into a workbook on disk and answer with it as a download."""
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by FileResponse when it has been sent
    write_sheet(target, sheet, rows, also)
    target.seek(0)
    name = f"{sheet.title}-{clock.today():%Y%m%d}.xlsx"
    return cast(HttpResponse, FileResponse(target, as_attachment=True, filename=name, content_type=XLSX))


def csv_response(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Answer with a list as comma-separated text that a spreadsheet opens with its Chinese words whole."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([neutral(one) if isinstance(one, str) else one for one in row])
    content = ("\ufeff" + out.getvalue()).encode()
    return sent(content, f"{title}-{clock.today():%Y%m%d}.csv", "text/csv; charset=utf-8")


def write_sheet(target: Any, sheet: Sheet, rows: Iterable[Sequence[Any]], also: Sequence[Page] = ()) -> int:
    """Write the workbook in constant memory, first the rows, then what goes along; return the number of rows."""
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "border_color": "#B9C3CE"})
    number = _table(book, Page("明细", sheet.columns, sheet.totals, rows), bold)
    for one in also:
        _table(book, one, bold)
    _about(book, sheet, number, bold)
    book.close()
    return number


def _table(book: Any, sheet: Page, bold: Format) -> int:
    """Write one table on a sheet of its own; return the number of rows."""
    formats = [book.add_format({"num_format": NUMBER_FORMATS.get(kind, "@")}) for _, kind in sheet.columns]
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    for at, (label, kind) in enumerate(sheet.columns):
        page.set_column(at, at, WIDTHS.get(kind, 14))
        page.write_string(0, at, label + UNITS.get(kind, ""), bold)
    sums = [0] * len(sheet.columns)
    number = 0
    for number, row in enumerate(sheet.rows, start=1):
        for at, (value, (_, kind)) in enumerate(zip(row, sheet.columns, strict=True)):
            if sheet.totals[at] and value is not None:
                sums[at] += value
            _write(page, number, at, value, kind, formats[at])
    if any(sheet.totals):
        page.write_string(number + 1, 0, "合计", bold)
        for at, (_, kind) in enumerate(sheet.columns):
            if sheet.totals[at]:
                _write(page, number + 1, at, sums[at], kind, formats[at])
    return number


def _write(page: Worksheet, at: int, column: int, value: Any, kind: str, look: Format) -> None:
    if value is None or value == "":
        return
    if kind in {"wan", "yuan"}:
        page.write_number(at, column, float(fen_to_wan(value) if kind == "wan" else fen_to_yuan(value)), look)
    elif isinstance(value, datetime):
        page.write_datetime(at, column, timezone.localtime(value).replace(tzinfo=None), look)
    elif isinstance(value, date):
        page.write_datetime(at, column, value, look)
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool) and kind in NUMBER_FORMATS:
        page.write_number(at, column, float(value), look)
    else:
        page.write_string(at, column, neutral(str(value)), look)


def _about(book: Any, sheet: Sheet, number: int, bold: Format) -> None:
    page = book.add_worksheet("说明")
    page.set_column(0, 0, 14)
    page.set_column(1, 1, 80)
    lines = [
        *sheet.notes,
        ("行数", f"{number:,}"),
        ("导出时间", f"{timezone.localtime(clock.now()):%Y-%m-%d %H:%M}"),
    ]
    for at, (label, text) in enumerate(lines):
        page.write_string(at, 0, label, bold)
        page.write_string(at, 1, neutral(text))
