"""The user's own workbook given back with its mistakes marked: coloured cells, comments, and a list."""

from collections.abc import Sequence
from io import BytesIO
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.grid import open_books
from jiheng.foundation.sheets.meta import read_origin
from jiheng.foundation.sheets.text import neutral

AUTHOR = "绩衡"
LIST = "需更正事项"
WRONG = PatternFill("solid", start_color="FFC7CE")
LONGEST_COMMENT = 2000


def marked_copy(content: bytes, problems: Sequence[Problem], *, sheet: str = "") -> bytes:
    """The uploaded workbook with each problem's cell coloured and commented, and all problems on a sheet in front.

    `sheet` names the sheet that was read; without it, the one of our own template, else the first visible one.
    Marks of an earlier round are taken away first. Raises Unreadable for what is no workbook.
    """
    _, book = open_books(content)
    target = _target(book, sheet)
    if LIST in book.sheetnames:
        del book[LIST]
    _unmark(target)
    by_cell: dict[str, list[str]] = {}
    for problem in problems:
        if problem.cell:
            by_cell.setdefault(problem.cell, []).append(problem.message)
    for address, messages in by_cell.items():
        cell = target[address]
        if isinstance(cell, Cell):
            cell.fill = WRONG
            cell.comment = Comment("\n".join(messages)[:LONGEST_COMMENT], AUTHOR, height=120, width=320)
    _list(book, target.title, problems)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _target(book: Workbook, sheet: str) -> Worksheet:
    _, cells = read_origin(book)
    visible = [
        name
        for name in book.sheetnames
        if book[name].sheet_state == "visible" and isinstance(book[name], Worksheet) and name != LIST
    ]
    for name in (sheet, cells.sheet, *visible):
        if name in visible:
            return cast("Worksheet", book[name])
    return cast("Worksheet", book.create_sheet("表"))


def _unmark(sheet: Worksheet) -> None:
    """Take away our own comments and colour; other people's comments stay."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, Cell) and cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()


def _list(book: Workbook, sheet: str, problems: Sequence[Problem]) -> None:
    listed = book.create_sheet(LIST, 0)
    book.active = 0
    for number, (title, width) in enumerate(
        (("序号", 7), ("单元格", 10), ("项目", 34), ("问题", 80)), start=1
    ):
        head = cast("Cell", listed.cell(1, number, title))
        head.font = Font(name="宋体", bold=True)
        listed.column_dimensions[head.column_letter].width = width
    for row, problem in enumerate(problems, start=2):
        listed.cell(row, 1, row - 1)
        where = cast("Cell", listed.cell(row, 2, problem.cell))
        if problem.cell:
            name = sheet.replace("'", "''")
            where.hyperlink = f"#'{name}'!{problem.cell}"
            where.font = Font(name="宋体", color="0563C1", underline="single")
        for column, text in ((3, problem.label), (4, problem.message)):
            cell = cast("Cell", listed.cell(row, column))
            neutral(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
