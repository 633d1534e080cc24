"""Many goals in one workbook: a row for each indicator, the project's own words on its first row, the base hidden."""

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from jiheng.foundation.sheets.meta import LONGEST_PART, NAME, packed
from jiheng.foundation.sheets.tables import ListColumn, TableDefinition
from jiheng.foundation.sheets.text import escaped
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.forms.fields import Kind
from jiheng.rules.interim_targets import Point, example_of
from jiheng.rules.merging import Row
from jiheng.rules.money import fen_to_wan
from jiheng.stages.goals.offline import COLUMNS, METHOD_KEYS, MONEY_BOXES, Cells

FORM = "goals"
PROJECT_BOXES = {
    "objective": "objective", "medium_objective": "medium_objective", "fiscal": "fiscal_fen", "other": "other_fen",
    "medium_fiscal": "medium_fiscal_fen", "medium_other": "medium_other_fen",
}  # fmt: skip
"""The project's own columns and the boxes of a goal that they hold."""
MOST = 30_000
"""Characters read of an indicator's texts: how many a goal keeps is told by `too_long`, with what is handed out in mind."""
FOREIGN = ("sign", "measure")
"""Columns of bureaus' own layouts that our list does not have: the sign and the unit beside the figure."""
WIDTHS = {
    "name": 30, "project": 28, "objective": 44, "medium_objective": 30, "explanation": 26, "basis": 22, "source": 24,
    "interim": 22,
    "task": 28, "task_content": 40,
}  # fmt: skip
LIST = TableDefinition(
    key=FORM,
    label="绩效目标清单",
    columns=(
        ListColumn(key="id", label="编号（勿改）"),
        ListColumn(key="code", label="项目代码", aliases=("项目编码", "项目编号")),
        ListColumn(key="project", label="项目名称", aliases=("项目", "项目（政策）名称")),
        ListColumn(
            key="objective", label="年度目标", kind=Kind.LONG_TEXT, lines=True, max_length=5000,
            aliases=("年度总体目标", "年度绩效目标", "总体目标", "绩效目标", "项目绩效目标"),
        ),
        ListColumn(
            key="medium_objective", label="中期目标", kind=Kind.LONG_TEXT, lines=True, max_length=5000,
            aliases=("中长期目标", "实施期目标"),
        ),
        ListColumn(key="fiscal", label="年度财政拨款", kind=Kind.MONEY_WAN, low=0, aliases=("财政拨款",)),
        ListColumn(key="other", label="年度其他资金", kind=Kind.MONEY_WAN, low=0, aliases=("其他资金",)),
        ListColumn(key="medium_fiscal", label="中期财政拨款", kind=Kind.MONEY_WAN, low=0),
        ListColumn(key="medium_other", label="中期其他资金", kind=Kind.MONEY_WAN, low=0),
        ListColumn(key="level1", label="一级指标", max_length=MOST, aliases=("一级指标名称",)),
        ListColumn(key="level2", label="二级指标", max_length=MOST, aliases=("二级指标名称",)),
        ListColumn(
            key="name", label="三级指标", headed=True, max_length=MOST,
            aliases=("三级指标名称", "指标名称", "绩效指标"),
        ),
        ListColumn(key="sign", label="指标性质", aliases=("指标方向", "符号", "计算符号", "比较符")),
        ListColumn(
            key="target", label="指标值", kind=Kind.TARGET, aliases=("年度指标值", "目标值", "年初目标值", "年初指标值"),
        ),
        ListColumn(key="measure", label="度量单位", aliases=("计量单位", "单位", "指标单位")),
        ListColumn(key="term_target", label="中期指标值", kind=Kind.TARGET),
        ListColumn(
            key="interim", label="阶段性目标", kind=Kind.LONG_TEXT, lines=True, max_length=MOST,
            aliases=("阶段目标", "阶段目标值"),
        ),
        ListColumn(key="weight", label="分值", kind=Kind.POINTS, low=0, high=100, aliases=("权重", "分值权重", "指标权重")),
        ListColumn(
            key="explanation", label="指标解释", lines=True, max_length=MOST,
            aliases=("指标说明", "指标内容"),
        ),
        ListColumn(key="basis", label="设定依据", max_length=MOST),
        ListColumn(
            key="source", label="数据来源", max_length=MOST, aliases=("数据来源及佐证资料",),
        ),
        ListColumn(key="scoring", label="赋分规则", aliases=("赋分方法", "评分标准")),
    ),
)  # fmt: skip
TASK_CELLS = {"name": "task", "content": "task_content", "appropriation": "task_fiscal", "other": "task_other"}
"""The columns of our own list that hold the yearly tasks of a whole department, by their names there."""
OWN = TableDefinition(
    key=FORM,
    label=LIST.label,
    columns=(
        *LIST.columns,
        ListColumn(key="task", label="年度主要任务", max_length=200, help="部门整体目标才有，一项任务一行"),
        ListColumn(key="task_content", label="任务主要内容", kind=Kind.LONG_TEXT, lines=True, max_length=5000),
        ListColumn(key="task_fiscal", label="任务财政拨款", kind=Kind.MONEY_WAN, low=0),
        ListColumn(key="task_other", label="任务其他资金", kind=Kind.MONEY_WAN, low=0),
    ),
)
"""The list as it is handed out: with the tasks of whole departments, which no bureau's own layout has."""
MONEY = frozenset(one.key for one in OWN.columns if one.kind is Kind.MONEY_WAN)


def with_points(definition: TableDefinition, points: Collection[Point]) -> TableDefinition:
    """Return the list as a place has it: a column of interim targets only where its rules have checkpoints for them.

    Elsewhere such a column of a file is one that is not read, and what is stored stays.
    """
    if points:
        return definition
    return definition.model_copy(update={"columns": tuple(one for one in definition.columns if one.key != "interim")})


def ours(points: Collection[Point]) -> tuple[ListColumn, ...]:
    """Return the columns of the list as it is handed out."""
    return tuple(one for one in with_points(OWN, points).columns if one.key not in FOREIGN)


def record_of(cycle: Cycle) -> str:
    """Return by what a list of this year is known again."""
    return f"cycles.cycle:{cycle.pk}"


def hidden_rows(cycle: Cycle, base: Mapping[str, Any]) -> list[list[str]]:
    """Return what the hidden sheet says: whose list this is and what was handed out."""
    text = packed(base)
    facts = [["form", FORM], ["record", record_of(cycle)], ["year", str(cycle.budget_year)]]
    return facts + [["base", text[at : at + LONGEST_PART]] for at in range(0, len(text), LONGEST_PART)]


def row_values(code: str, project: str, row: Row | None, boxes: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return one line of the list by column: `boxes` stand on the first line of a project only."""
    line: dict[str, Any] = {"code": code, "project": project}
    if boxes is not None:
        line |= {key: _money(boxes.get(box)) if key in MONEY else boxes.get(box) for key, box in PROJECT_BOXES.items()}
    if row is not None:
        line |= {"id": row.key, **{column: row.cells.get(column) for column in COLUMNS}}
    return line


def _money(fen: int | None) -> float | None:
    return None if fen is None else float(fen_to_wan(fen))


def goal_lines(code: str, project: str, cells: Cells, *, whole: bool = False) -> list[dict[str, Any]]:
    """Return the lines of one goal; one without indicators for a goal that has none yet.

    The goal of a `whole` department has a line for each task below its indicators, and no money but theirs.
    """
    rows: Sequence[Row | None] = cells.rows or [None]
    boxes = {key: None if whole and key in MONEY_BOXES else value for key, value in cells.boxes.items()}
    lines = [row_values(code, project, row, None if at else boxes) for at, row in enumerate(rows)]
    return lines + [task_values(code, project, row) for row in cells.tasks if whole]


def task_values(code: str, project: str, row: Row) -> dict[str, Any]:
    """Return the line of one task by column."""
    told = {at: row.cells.get(column) for column, at in TASK_CELLS.items()}
    line = {at: _money(value) if at in MONEY else value for at, value in told.items()}
    return {"id": row.key, "code": code, "project": project, **line}


def many_book(
    cycle: Cycle, lines: Iterable[Mapping[str, Any]], base: Mapping[str, Any], branches: Mapping[str, Sequence[str]],
    points: Sequence[Point] = (),
) -> bytes:
    """Return the workbook: the list with choices to pick from, and the hidden sheet for the way back.

    `points` are the checkpoints at which indicators may have interim targets; without any the list has no column
    for them.
    """
    columns = ours(points)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    head = book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "text_wrap": True, "valign": "vcenter"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    money = book.add_format({"num_format": "#,##0.00", "valign": "top"})
    marks = book.add_format({"num_format": "0.##", "valign": "top"})
    page = book.add_worksheet("绩效目标")
    page.freeze_panes(1, 3)
    for at, one in enumerate(columns):
        look = money if one.key in MONEY else marks if one.kind is Kind.POINTS else text
        page.set_column(at, at, WIDTHS.get(one.key, 14), look, {"hidden": one.key == "id"})
        page.write_string(0, at, f"{one.label}（{one.unit}）" if one.key in MONEY else one.label, head)
    number = 0
    for number, line in enumerate(lines, start=1):
        for at, one in enumerate(columns):
            value = line.get(one.key)
            if isinstance(value, Decimal | float | int):
                page.write_number(number, at, float(value))
            elif value is not None and value != "":
                page.write_string(number, at, escaped(str(value)))
    page.autofilter(0, 0, max(1, number), len(columns) - 1)
    _choices(page, number, branches, {one.key: place for place, one in enumerate(columns)}, points)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    hidden = book.add_worksheet(NAME)
    hidden.very_hidden()
    for at, row in enumerate(hidden_rows(cycle, base)):
        for column, words in enumerate(row):
            hidden.write_string(at, column, words)
    book.close()
    return target.getvalue()


def _choices(
    page: Any, number: int, branches: Mapping[str, Sequence[str]], at: Mapping[str, int], points: Sequence[Point]
) -> None:
    """Let the branches and ways of scoring be picked; other words are named when the list comes back.

    Beside a cell of interim targets stands how they are written.
    """
    if points:
        told = {"validate": "any", "input_title": "阶段性目标", "input_message": example_of(points)}
        page.data_validation(1, at["interim"], number + 500, at["interim"], told)
    below = [one for names in branches.values() for one in names]
    for key, listed in (("level1", list(branches)), ("level2", below), ("scoring", list(METHOD_KEYS))):
        if listed and len(",".join(listed)) <= 250:
            page.data_validation(
                1, at[key], number + 500, at[key], {"validate": "list", "source": listed, "error_type": "information"}
            )
