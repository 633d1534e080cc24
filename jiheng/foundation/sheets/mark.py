"""The user's own workbook given back with its mistakes marked: coloured cells, comments, and a list."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.grid import open_book
from jiheng.foundation.sheets.meta import read_origin
from jiheng.foundation.sheets.text import neutral

AUTHOR = "绩衡"
LIST = "需更正事项"
BEFORE = "标注前"
WRONG = PatternFill("solid", start_color="FFC7CE")
LONGEST_COMMENT = 2000


def marked_copy(content: bytes, problems: Sequence[Problem], *, sheet: str = "") -> bytes:
    """The uploaded workbook with each problem's cell coloured and commented, and all problems on a sheet in front.

    `sheet` names the sheet that was read; without it, the one of our own template, else the first visible one.
    Marks of an earlier round are taken away first. Raises Unreadable for what is no workbook.
    """
    book = open_book(content)
    target = _target(book, sheet)
    if LIST in book.sheetnames:
        del book[LIST]
    _unmark(book, target)
    kept = book.create_sheet(BEFORE)
    kept.sheet_state = "veryHidden"
    by_cell: dict[str, list[str]] = {}
    for problem in problems:
        if problem.cell:
            by_cell.setdefault(problem.cell, []).append(_words(problem))
    for address, messages in by_cell.items():
        cell = target[address]
        if isinstance(cell, Cell):
            own = cell.comment.text if cell.comment else ""
            colour = cell.fill.start_color
            look = [cell.fill.fill_type or "", colour.type, str(colour.value), colour.tint]
            kept.append([address, *look, own, cell.comment.author if cell.comment else ""])
            for one in kept[kept.max_row]:
                one.data_type = "n" if isinstance(one.value, float) else "s"  # a comment may look like a formula
            words = "\n".join([*messages, *([f"原批注：{own}"] if own else [])])
            cell.fill = WRONG
            cell.comment = Comment(words[:LONGEST_COMMENT], AUTHOR, height=120, width=320)
    _list(book, target.title, problems)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def looked_at(notice: Problem) -> Problem:
    """Return a notice as it stands in a marked copy: something to look at, not to put right."""
    return replace(notice, message=f"请核对：{notice.message}")


def _words(problem: Problem) -> str:
    parts = [problem.said]
    parts += [f"规则：{problem.rule}"] if problem.rule else []
    parts += [f"应填：{problem.expected}"] if problem.expected else []
    return "\n".join(parts)


def _target(book: Workbook, sheet: str) -> Worksheet:
    _, cells = read_origin(book)
    visible = [
        name
        for name in book.sheetnames
        if book[name].sheet_state == "visible" and isinstance(book[name], Worksheet) and name not in {LIST, BEFORE}
    ]
    for name in (sheet, cells.sheet, *visible):
        if name in visible:
            return cast("Worksheet", book[name])
    return cast("Worksheet", book.create_sheet("表"))


def _unmark(book: Workbook, sheet: Worksheet) -> None:
    """Take away our own comments and colour and put back what the person had there."""
    before: dict[str, tuple[Any, ...]] = {}
    if BEFORE in book.sheetnames:
        before = {str(row[0]): row for row in book[BEFORE].iter_rows(max_col=7, values_only=True)}
        del book[BEFORE]
    for line in sheet.iter_rows():
        for cell in line:
            if isinstance(cell, Cell) and cell.comment is not None and cell.comment.author == AUTHOR:
                _, fill, kind, value, tint, text, author = before.get(cell.coordinate, ("",) * 7)
                cell.comment = Comment(str(text), str(author or "")) if text else None
                cell.fill = _fill(fill, kind, value, tint)


def _fill(fill: Any, kind: Any, value: Any, tint: Any) -> PatternFill:
    """The fill that a cell had before it was marked; none for what the hidden sheet does not tell soundly."""
    try:
        colour = Color(type=kind, tint=tint or 0.0, **{str(kind): value if kind == "rgb" else int(str(value))})
        return PatternFill(fill, start_color=colour) if fill else PatternFill()
    except (TypeError, ValueError):
        return PatternFill()


def _list(book: Workbook, sheet: str, problems: Sequence[Problem]) -> None:
    listed = book.create_sheet(LIST, 0)
    book.active = 0
    for number, (title, width) in enumerate(
        (("序号", 7), ("单元格", 10), ("项目", 28), ("问题", 56), ("规则", 44), ("应填", 44)), start=1
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
        for column, text in (
            (3, problem.label), (4, problem.said), (5, problem.rule), (6, problem.expected),
        ):  # fmt: skip
            cell = cast("Cell", listed.cell(row, column))
            neutral(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
