"""Forms as people really send them: moved, retyped, merged, cut, wrong; understood or named at the cell."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.found import FormReading
from jiheng.foundation.sheets.mark import LIST, marked_copy
from jiheng.foundation.sheets.meta import NAME
from jiheng.foundation.sheets.read import read_form
from jiheng.foundation.sheets.write import write_form, write_template
from tests.foundation.sheets.national import FORMS, WAN, self_evaluation

F5 = FORMS["F5"]


def edited(content: bytes, change: Callable[[Worksheet], Any], *, keep_map: bool = True) -> bytes:
    """The workbook after someone worked on its first sheet; without the map it is a foreign one."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    change(sheet)
    if not keep_map:
        del book[NAME]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(sheet: Worksheet, text: str | float, nth: int = 1) -> Any:
    """The nth cell that holds exactly the text."""
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
    return found[nth - 1]


def read_after(change: Callable[[Worksheet], Any], *, keep_map: bool = True) -> FormReading:
    return read_form(F5, edited(write_form(F5, self_evaluation()), change, keep_map=keep_map))


def said(reading: FormReading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def test_read_form_without_its_map_finds_everything_by_label() -> None:
    reading = read_after(lambda _sheet: None, keep_map=False)
    assert (said(reading), reading.data) == ([], self_evaluation())


def test_read_form_with_rows_and_columns_inserted_elsewhere_finds_everything() -> None:
    def move(sheet: Worksheet) -> None:
        merged = [str(area) for area in sheet.merged_cells.ranges]
        for area in merged:
            sheet.unmerge_cells(area)
        sheet.insert_rows(1, 3)
        sheet.insert_cols(1, 2)

    reading = read_after(move, keep_map=False)
    assert reading.data["money"] == self_evaluation()["money"]
    assert reading.data["project_name"] == "高标准农田建设项目"
    assert [row["name"] for row in reading.data["indicators"]] == ["建设面积", "受益农户数", "群众认可"]
    assert [row["level1"] for row in reading.data["indicators"]] == ["产出指标", "产出指标", "效益指标"]


def test_read_form_with_a_row_inserted_in_the_table_reads_it_with_its_group() -> None:
    def insert(sheet: Worksheet) -> None:
        row = cell_of(sheet, "受益农户数").row + 1
        for area in [area for area in sheet.merged_cells.ranges if area.max_row >= row]:
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(row)
        template = [cell.column for cell in sheet[row - 1] if cell.value is not None]
        assert template
        for text, like in (("新增道路", "受益农户数"), ("≥20公里", "≥3000户"), ("21公里", "2850户")):
            sheet.cell(row, cell_of(sheet, like).column, text)
        sheet.cell(row, cell_of(sheet, "分值", 2).column, 5)

    reading = read_after(insert)
    names = [(row["level1"], row["level2"], row["name"]) for row in reading.data["indicators"]]
    assert names[2] == ("产出指标", "数量指标", "新增道路")
    assert [row[2] for row in names] == ["建设面积", "受益农户数", "新增道路", "群众认可"]


def test_read_form_with_a_changed_label_uses_the_hidden_map() -> None:
    def rename(sheet: Worksheet) -> None:
        cell_of(sheet, "项目名称").value = "项目的全称"

    assert read_after(rename).data["project_name"] == "高标准农田建设项目"
    foreign = read_after(rename, keep_map=False)
    assert said(foreign) == ["项目名称：表上找不到这一栏；请用本系统下载的模板填写"]


@pytest.mark.feature("10.21")
@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("１２００", 1200 * WAN),
        ("1,200.00", 1200 * WAN),
        ("  1200 ", 1200 * WAN),
        ("1200万元", 1200 * WAN),
        (1200.1, 1200 * WAN + 100000),
        (0.1 + 0.2, 300000),
    ],
)
def test_read_form_understands_the_ways_to_type_an_amount(typed: object, fen: int) -> None:
    def retype(sheet: Worksheet) -> None:
        cell_of(sheet, 1200).value = typed

    reading = read_after(retype)
    assert (reading.data["money"]["total"]["initial"], said(reading)) == (fen, [])


def test_read_form_names_yuan_in_a_column_of_wan_yuan() -> None:
    reading = read_after(lambda sheet: setattr(cell_of(sheet, 1200), "value", "12000000元"))
    assert reading.data["money"]["total"]["initial"] == 1200 * WAN
    assert [str(notice) for notice in reading.notices] == [
        "E6 年度资金总额“年初预算数”：写的是元，本栏单位是万元，已按 1,200.00 万元（12,000,000.00 元）读取，请核对"
    ]


def test_read_form_of_a_sheet_in_yuan_converts_and_says_so() -> None:
    reading = read_after(lambda sheet: setattr(cell_of(sheet, "单位：万元"), "value", "单位：元"))
    assert reading.data["money"]["total"]["initial"] == 1200 * 100
    assert [notice.cell for notice in reading.notices] == ["A2"]


def test_read_form_names_each_mistake_at_its_cell() -> None:
    def spoil(sheet: Worksheet) -> None:
        cell_of(sheet, 1200).value = "十来万"
        cell_of(sheet, "≥12.5万亩").value = "≥**万亩"
        cell_of(sheet, "群众认可").value = None

    reading = read_after(spoil)
    assert said(reading) == [
        "E6 年度资金总额“年初预算数”：“十来万”是约数，没有确切的金额；请填写确切的金额",
        "F13 绩效指标第1行“年度指标值”：“≥**万亩”还留着模板的占位符；请换成真实的指标值",
        "D15 绩效指标第3行“三级指标”：必须填写",
    ]
    assert [(problem.cell, problem.kind) for problem in reading.problems] == [
        ("E6", "wrong"),
        ("F13", "wrong"),
        ("D15", "missing"),
    ]
    assert reading.data["money"]["total"]["initial"] is None


def test_read_form_takes_a_formula_s_saved_result_and_names_a_missing_one() -> None:
    reading = read_after(lambda sheet: setattr(cell_of(sheet, 1200), "value", "=1000+200"))
    assert said(reading) == [
        "E6 年度资金总额“年初预算数”：这里是公式，但文件里没有保存计算结果；请在 Excel 或 WPS 中打开保存一次，或改填数值"
    ]
    content = edited(
        write_form(F5, self_evaluation()), lambda sheet: setattr(cell_of(sheet, 1200), "value", "=1000+200")
    )
    with_result = _replaced(content, b"<f>1000+200</f><v></v>", b"<f>1000+200</f><v>1200</v>")
    assert read_form(F5, with_result).data == self_evaluation()


def _replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        changed = 0
        for part in source.infolist():
            text = source.read(part)
            for spelling in (old, old.replace(b"<v></v>", b"<v />"), old.replace(b"<v></v>", b"<v/>")):
                changed += text.count(spelling)
                text = text.replace(spelling, new)
            target.writestr(part, text)
    assert changed == 1
    return out.getvalue()


def test_read_form_names_a_total_that_is_not_the_sum() -> None:
    reading = read_after(lambda sheet: setattr(cell_of(sheet, 94.5), "value", 99))
    assert said(reading) == ["I16 绩效指标总分“得分”：写的是 99，各行相加是 94.5"]


def test_read_form_refuses_another_form_by_name() -> None:
    reading = read_form(F5, write_template(FORMS["F1"]))
    assert said(reading) == ["上传的是表F1，这里要的是《项目支出绩效自评表》（表F5）；请换正确的表"]


def test_read_form_refuses_a_workbook_that_is_no_form() -> None:
    book = Workbook()
    book.worksheets[0].append(["今天", "开会"])
    out = io.BytesIO()
    book.save(out)
    assert said(read_form(F5, out.getvalue())) == [
        "没有认出《项目支出绩效自评表》；请用本系统下载的模板，或核对是否选错了文件"
    ]


def test_read_form_of_damaged_files_says_what_to_do() -> None:
    whole = write_form(F5, self_evaluation())
    for broken in (
        b"",
        b"hello",
        whole[: len(whole) // 2],
        b"PK\x03\x04" + bytes(100),
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    ):
        (problem,) = read_form(F5, broken).problems
        assert problem.kind == "layout"
        assert "；请" in problem.message


def test_read_form_refuses_bombs_and_entities() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", b" " * 20_000_000)
    assert "解压后过大" in said(read_form(F5, bomb.getvalue()))[0]
    declared = io.BytesIO()
    with zipfile.ZipFile(declared, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>')
    assert "不允许的声明" in said(read_form(F5, declared.getvalue()))[0]


def test_template_filled_in_comes_back_with_what_was_typed() -> None:
    template = write_template(
        F5,
        {
            "year": 2025,
            "project_name": "高标准农田建设项目",
            "department": "县农业农村局",
            "unit": "服务中心",
        },
        record="8",
    )

    def fill(sheet: Worksheet) -> None:
        row = cell_of(sheet, "数量指标").row
        columns = {name: cell_of(sheet, name).column for name in ("三级指标", "年度指标值", "实际完成值")}
        sheet.cell(row, columns["三级指标"]).value = "建设面积"
        sheet.cell(row, columns["年度指标值"]).value = "12.5万亩以上"
        sheet.cell(row, columns["实际完成值"]).value = 12.6
        sheet.cell(row, cell_of(sheet, "分值", 2).column).value = "５０"
        below = cell_of(sheet, "实际完成情况")
        sheet.cell(below.row + 1, below.column).value = "已完成"

    reading = read_form(F5, edited(template, fill))
    assert said(reading) == []
    (row,) = reading.data["indicators"]
    assert (row["level1"], row["level2"], row["name"], row["target"], row["actual"], row["points"]) == (
        "产出指标",
        "数量指标",
        "建设面积",
        "12.5万亩以上",
        "12.6",
        Decimal(50),
    )
    assert (reading.data["result"], reading.origin.record, reading.data["year"]) == ("已完成", "8", 2025)


def test_template_locks_what_the_system_fills_and_opens_the_rest() -> None:
    sheet = load_workbook(io.BytesIO(write_template(F5, {"year": 2025}))).worksheets[0]
    assert sheet.protection.sheet
    name = sheet.cell(cell_of(sheet, "项目名称").row, 3)
    rate = sheet.cell(cell_of(sheet, "年度资金总额").row, cell_of(sheet, "执行率").column)
    assert (name.protection.locked, rate.protection.locked) == (False, True)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "portrait",
        9,
        0,
    )


def test_written_text_that_looks_like_a_formula_stays_text() -> None:
    data = self_evaluation() | {"project_name": "=cmd|' /C calc'!A0", "unit": "+86", "department": "@x"}
    content = write_form(F5, data)
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    for text in ("=cmd|' /C calc'!A0", "+86", "@x"):
        cell = cell_of(sheet, text)
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert read_form(F5, content).data == data


def test_form_of_other_months_reads_with_its_own_labels() -> None:
    other = FORMS["F4"].for_period("1-9月")
    data = {
        "year": 2025,
        "project_name": "甲",
        "department": "乙",
        "unit": "丙",
        "money": {"total": {"executed": 5 * WAN}},
    }
    reading = read_form(FORMS["F4"], write_form(other, data))
    assert (said(reading), reading.data["money"]["total"]["executed"], reading.origin.period) == (
        [],
        5 * WAN,
        "1-9月",
    )


def test_marked_copy_colours_comments_and_lists() -> None:
    content = edited(
        write_form(F5, self_evaluation()), lambda sheet: setattr(cell_of(sheet, 1200), "value", "十来万")
    )
    reading = read_form(F5, content)
    marked = marked_copy(marked_copy(content, reading.problems), reading.problems)
    book = load_workbook(io.BytesIO(marked))
    assert book.sheetnames[0] == LIST
    assert [row[1:4] for row in book[LIST].iter_rows(min_row=2, values_only=True)] == [
        (problem.cell, problem.label, problem.message) for problem in reading.problems
    ]
    (problem,) = reading.problems
    cell = book[F5.label][problem.cell]
    assert cell.comment is not None
    assert (cell.comment.text, cell.fill.start_color.rgb) == (problem.message, "FFFFC7CE")
    assert read_form(F5, marked).problems == reading.problems
