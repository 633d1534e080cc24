"""Published goal tables in bureaus' own layouts: every row comes in, every cell is read or named at its place."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.layouts import headings_of, suggested, with_layout
from jiheng.foundation.sheets.tables import read_table
from jiheng.stages.goals.many_book import LIST

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "projects.jsonl"
LAYOUTS = (
    ("项目名称", "年度总体目标", "一级指标", "二级指标", "三级指标", "指标值", "计量单位", "分值"),
    ("项目", "总体目标", "一级指标名称", "二级指标名称", "指标名称", "目标值", "单位", "权重"),
    ("用款项目名称", "项目年度目标（概述）", "一级指标类", "二级指标类", "三级指标（细）", "本年度指标值", "指标计量单位", "指标分值"),
)
MADE = [
    {
        "project_name": f"示例项目{number}", "annual_objective": "完成年度任务。",
        "indicators": [
            {"level1": "产出指标", "level2": "数量指标", "level3": "培训人次", "target": "≥ 100", "unit": "人次", "weight": 20.0},
            {"level1": "产出指标", "level2": "时效指标", "level3": "完成时间", "target": "**月底前", "unit": None, "weight": None},
            {"level1": "满意度指标", "level2": "满意度", "level3": "群众满意度", "target": "95以上", "unit": "%", "weight": 10.0},
        ],
    }
    for number in range(3)
]  # fmt: skip


def tables(which: str) -> list[dict[str, Any]]:
    if which == "made":
        return MADE
    if not PUBLISHED.exists():
        pytest.skip("没有 ../shared/data，只用仿造的表")
    found = [json.loads(line) for line in PUBLISHED.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [one for one in found if one["indicators"] and all(row["level3"] for row in one["indicators"])]


def sheet_of(projects: list[dict[str, Any]], layout: tuple[str, ...]) -> bytes:
    book = Workbook()
    page = cast("Worksheet", book.active)
    page.append(["某局绩效目标汇总表"])
    page.append(list(layout))
    for project in projects:
        first = page.max_row + 1
        for number, row in enumerate(project["indicators"]):
            own = [project["project_name"], project["annual_objective"]] if number == 0 else [None, None]
            page.append([*own, *(row[key] for key in ("level1", "level2", "level3", "target", "unit", "weight"))])
            cell = page.cell(page.max_row, 6)
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type  # “= 100” is no formula
        if page.max_row > first:
            page.merge_cells(start_row=first, end_row=page.max_row, start_column=1, end_column=1)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("layout", LAYOUTS, ids=["usual", "short", "own"])
@pytest.mark.parametrize("which", ["made", "published"])
def test_every_row_comes_in_and_every_cell_is_read_or_named(which: str, layout: tuple[str, ...]) -> None:
    projects = tables(which)
    content = sheet_of(projects, layout)
    headings = headings_of(content)
    assert headings is not None
    assert headings.row == 2
    columns = suggested(LIST, headings.labels)
    assert {"project", "objective", "level1", "level2", "name", "target", "measure", "weight"} <= set(columns)
    reading = read_table(with_layout(LIST, columns), content, year=2023)
    told = sorted([*reading.rows, *reading.wrong_rows], key=lambda row: row.number)
    wanted = [row for project in projects for row in project["indicators"]]
    assert reading.rows_in == len(told) == len(wanted)
    named = {one.cell for one in reading.problems}
    for row, known in zip(told, wanted, strict=True):
        assert str(row.values["name"]).replace(" ", "") == " ".join(known["level3"].split()).replace(" ", "")
        for key in ("target", "weight"):
            blank = known[key] in (None, "")
            assert blank or row.values[key] is not None or row.cells[key] in named or not str(known[key]).strip("-—/ 无")
