"""A hundred planted mistakes of every kind: a hundred reported at once, each with cell, rule and what should stand."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font, PatternFill

from jiheng.channels.exchange.services import marked, statement
from tests.channels.exchange.sheets import PAYMENTS, book, budgeted, send
from tests.make import County, make_county, make_subject

pytestmark = pytest.mark.django_db
HEAD = ("项目代码", "项目名称", "实施单位", "申报金额", "项目属性", "起始年", "终止年", "重大项目", "立项依据")
UNIT = "测试县第一中学"
KINDS: tuple[tuple[int, Any, str], ...] = (
    (0, None, "必须填写"),  # missing
    (0, "P" * 81, "字"),  # too long
    (1, None, "必须填写"),
    (0, "A1", "重复"),  # twice in the file
    (1, "长" * 301, "字"),
    (2, None, "至少填一项"),  # one of two columns
    (2, "没有这个单位", "不在单位名册中"),  # not registered
    (3, None, "必须填写"),
    (3, "十来万", "金额"),  # words for a number
    (3, "10-20", ""),  # a range
    (3, "1,23.4", ""),  # separators in the wrong place
    (3, "12.3456789万元", ""),  # below a fen
    (3, 0, "须大于 0"),  # out of bounds
    (3, -5, "不得小于"),
    (4, "半新", "不在可选项中"),  # not among the choices
    (5, "2023.5", "不是年份"),
    (5, "前年", ""),  # words for a year
    (6, 1789, ""),  # below the least
    (7, "大概", ""),  # neither yes nor no
    (3, "1E+3万", ""),
)
"""The column, what is planted there, a word of what must be said."""


@pytest.fixture
def county() -> County:
    county = make_county()
    make_subject(county, code="A1", name="已有项目")
    return county


def planted(number: int) -> tuple[bytes, dict[str, str]]:
    """A list with so many mistakes, one a row, between rows in order; with colours, notes and columns of its own."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "某局申报表"
    sheet.append([*HEAD, "经办备注"])
    expected: dict[str, str] = {}
    for at in range(number):
        line: list[Any] = [f"N{at}", f"项目{at}", UNIT, 10 + at, "新增", 2023, 2023, "否", "文件", "我的备注"]
        column, value, word = KINDS[at % len(KINDS)]
        line[column] = f"N{at - 1}" if value == "A1" else value
        sheet.append(line)
        expected[f"{'ABCDEFGHI'[column]}{sheet.max_row}"] = word
        if value == "A1":
            sheet.cell(sheet.max_row, 2).font = Font(color="FF0000")
    sheet["J1"].fill = PatternFill("solid", start_color="00FF00")
    sheet.column_dimensions["B"].width = 42
    made.create_sheet("别的表")["A1"] = "不动"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue(), expected


@pytest.mark.feature("10.06")
def test_a_hundred_planted_mistakes_are_reported_at_once(county: County) -> None:
    content, expected = planted(100)
    batch = send(county, "projects", content)
    found = {one[0]: one for one in batch.report["problems"]}
    assert sorted(set(expected) - set(found)) == [], "every planted mistake is named at its cell"
    assert sorted(set(found) - set(expected)) == [], "and nothing else"
    assert len(found) == 100
    for cell, word in expected.items():
        _, label, message, _, rule, should = found[cell]
        assert label, cell
        assert word in message, (cell, message)
        assert rule, cell
        assert should, cell
    book_ = load_workbook(io.BytesIO(marked(batch)))
    sheet, listed = book_["某局申报表"], book_["需更正事项"]
    for cell in expected:
        one = sheet[cell]
        assert isinstance(one, Cell)
        assert one.fill.start_color.rgb == "FFFFC7CE", cell
        assert one.comment is not None
        assert "规则：" in one.comment.text, cell
        assert "应填：" in one.comment.text, cell
    assert listed.max_row == 101
    assert [one.value for one in listed[1]] == ["序号", "单元格", "项目", "问题", "规则", "应填"]
    assert sheet["J1"].fill.start_color.rgb == "0000FF00", "their own colours stay"
    assert sheet["J2"].value == "我的备注", "their own columns stay"
    assert sheet.column_dimensions["B"].width == 42
    assert book_["别的表"]["A1"].value == "不动"


def test_marks_of_the_round_before_go_and_the_person_s_own_colours_come_back(county: County) -> None:
    content, _ = planted(3)
    first = load_workbook(io.BytesIO(content))
    first["某局申报表"]["A2"].fill = PatternFill("solid", start_color="00FF00")
    out = io.BytesIO()
    first.save(out)
    once = marked(send(county, "projects", out.getvalue()))
    mended = load_workbook(io.BytesIO(once))
    mended["某局申报表"]["A2"] = "N900"
    out = io.BytesIO()
    mended.save(out)
    twice = load_workbook(io.BytesIO(marked(send(county, "projects", out.getvalue()))))
    cell = twice["某局申报表"]["A2"]
    assert cell.comment is None
    assert cell.fill.start_color.rgb == "0000FF00"
    assert twice.sheetnames.count("需更正事项") == 1


def test_formulas_on_the_way_in_and_out_run_nowhere(county: County) -> None:
    evil = ("=1+1", '=HYPERLINK("http://x")', "@SUM(A1)", "+1", "-cmd|' /C calc'!A0")
    rows = [(f"N{at}", text, UNIT, 10, "新增", 2023, 2023, "否", text) for at, text in enumerate(evil)]
    batch = send(county, "projects", book(HEAD, *rows))
    assert "公式" in str(batch.report["problems"]), "a formula without a result is no value"
    for sheet in load_workbook(io.BytesIO(marked(batch))):
        for row in sheet.iter_rows():
            for cell in row:
                if sheet.title == "需更正事项":
                    assert cell.data_type != "f", cell.coordinate


def test_difference_is_against_the_list_s_own_total(county: County) -> None:
    year = budgeted(county, "B1")
    assert year.pk
    off = send(county, "payments", book(PAYMENTS, ("B1", 5, date(2023, 5, 1), "Z1"), ("合计", 6, None, None)))
    name, _, yuan = statement(off)[-1]
    assert (name, yuan) == ("差额（清单自带的合计与各行之和不符）", "10,000.00")
    right = send(county, "payments", book(PAYMENTS, ("B1", 5, date(2023, 5, 1), "Z2"), ("合计", 5, None, None)))
    assert statement(right)[-1] == ("差额", "0", "0.00")
