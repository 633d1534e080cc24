"""A list as a workbook: the template to fill in, and the export in the same columns."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from jiheng.foundation.sheets.tables import ListColumn, TableDefinition
from jiheng.foundation.sheets.text import RUNNING
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value
from jiheng.rules.money import fen_to_wan

FORMATS = {Kind.MONEY_WAN: "#,##0.00####", Kind.DATE: "yyyy-mm-dd", Kind.NUMBER: "0", Kind.TICK: "@"}
WIDTHS = {
    Kind.MONEY_WAN: 16,
    Kind.DATE: 12,
    Kind.NUMBER: 10,
    Kind.TICK: 10,
    Kind.CHOICE: 18,
    Kind.LONG_TEXT: 40,
}
TEMPLATE_ROWS = 2000
HOLDS = {
    Kind.MONEY_WAN: "金额，万元；如填元，请在单元格中写明，如 125000元",
    Kind.DATE: "日期，如 2026-03-01、2026年3月1日、2026.3.1",
    Kind.NUMBER: "整数",
    Kind.TICK: "是填√或“是”，否留空",
}


def list_template(definition: TableDefinition) -> bytes:
    """The empty list for filling in offline, with choices to pick from and a sheet that explains each column."""
    return _book(definition, (), template=True)


def list_workbook(definition: TableDefinition, rows: Iterable[Sequence[Value]], *, label: str) -> bytes:
    """The list with its rows (values in the order of the columns, money in fen) and totals in 万元."""
    return _book(definition, rows, template=False, label=label)


def _book(
    definition: TableDefinition, rows: Iterable[Sequence[Value]], *, template: bool, label: str = ""
) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    head = book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "border_color": "#B9C3CE"})
    must = book.add_format({"bold": True, "bg_color": "#FFF1CC", "border": 1, "border_color": "#B9C3CE"})
    page = book.add_worksheet((label or definition.label)[:31])
    page.freeze_panes(1, 0)
    looks = [book.add_format({"num_format": FORMATS.get(one.kind, "@")}) for one in definition.columns]
    for at, one in enumerate(definition.columns):
        page.set_column(at, at, WIDTHS.get(one.kind, 22), looks[at])
        page.write_string(0, at, heading(one), must if one.required else head)
        if template and one.choices:
            page.data_validation(
                1,
                at,
                TEMPLATE_ROWS,
                at,
                {"validate": "list", "source": list(one.choices), "error_type": "stop"},
            )
    sums: dict[int, int] = {}
    number = 0
    for number, row in enumerate(rows, start=1):
        for at, (one, value) in enumerate(zip(definition.columns, row, strict=True)):
            _write(page, number, at, one, value, looks[at])
            if one.kind is Kind.MONEY_WAN and isinstance(value, int):
                sums[at] = sums.get(at, 0) + value
    if sums:
        page.write_string(number + 1, 0, "合计", head)
        for at, fen in sums.items():
            page.write_number(number + 1, at, float(fen_to_wan(fen)), looks[at])
    _explain(book, definition, head)
    book.close()
    return target.getvalue()


def heading(column: ListColumn) -> str:
    """The heading of a column; amounts say their unit."""
    return f"{column.label}（{column.unit}）" if column.kind is Kind.MONEY_WAN else column.label


def _write(page: Any, number: int, at: int, column: ListColumn, value: Value, look: Any) -> None:
    if value is None or value == "" or value is False:
        return
    if value is True:
        page.write_string(number, at, "√", look)
    elif column.kind is Kind.MONEY_WAN and isinstance(value, int):
        page.write_number(number, at, float(fen_to_wan(value)), look)
    elif isinstance(value, date):
        page.write_datetime(number, at, value, look)
    elif isinstance(value, Decimal):
        page.write_number(number, at, float(value), look)
    else:
        text = str(value)
        page.write_string(
            number, at, f"'{text}" if text.startswith(RUNNING) and len(text) > 1 else text, look
        )


def _explain(book: Any, definition: TableDefinition, head: Any) -> None:
    page = book.add_worksheet("填写说明")
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 8)
    page.set_column(2, 2, 70)
    for at, title in enumerate(("列", "必填", "怎样填")):
        page.write_string(0, at, title, head)
    for number, one in enumerate(definition.columns, start=1):
        page.write_string(number, 0, one.label)
        page.write_string(number, 1, "必填" if one.required else "")
        page.write_string(number, 2, explained(one))


def explained(column: ListColumn) -> str:
    """What may stand in a column, in words: also shown on the page."""
    holds = "选填：" + "、".join(column.choices) if column.choices else HOLDS.get(column.kind, "")
    also = f"表头也可写作{'、'.join(column.aliases)}" if column.aliases else ""
    return "；".join(part for part in (holds, column.help, also) if part)
