"""Forms with what people leave in them: hidden rows, moved columns, other kinds of file; understood or named."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.files.compound import OLE
from jiheng.foundation.sheets.limits import ENCRYPTED, Unreadable, check_workbook
from jiheng.foundation.sheets.meta import NAME
from jiheng.foundation.sheets.read import read_form
from jiheng.foundation.sheets.upload import other_record, other_year, same_words
from jiheng.foundation.sheets.write import write_form, write_template
from tests.foundation.sheets.national import FORMS, self_evaluation
from tests.foundation.sheets.test_read import F5, cell_of, edited, read_after, said

PLAIN = self_evaluation()


def notices(change: Callable[[Worksheet], Any], *, keep_map: bool = True) -> list[str]:
    reading = read_after(change, keep_map=keep_map)
    assert said(reading) == []
    return [str(notice) for notice in reading.notices]


def retyped(**typed: Any) -> Callable[[Worksheet], None]:
    """Put other values into cells, by address."""

    def change(sheet: Worksheet) -> None:
        for address, value in typed.items():
            sheet[address] = value

    return change


@pytest.mark.parametrize("keep_map", [True, False])
@pytest.mark.parametrize(
    ("one", "other"), [("分值", "得分"), ("年度指标值", "实际完成值"), ("二级指标", "一级指标")]
)
def test_columns_that_were_moved_are_found_by_their_headings(one: str, other: str, *, keep_map: bool) -> None:
    def swap(sheet: Worksheet) -> None:
        for area in [area for area in sheet.merged_cells.ranges if area.min_row > 12]:
            sheet.unmerge_cells(str(area))
        left, right = (
            cell_of(sheet, text, 2 if text in ("分值", "得分") else 1).column for text in (one, other)
        )
        for row in range(12, 17):
            a, b = sheet.cell(row, left), sheet.cell(row, right)
            a.value, b.value = b.value, a.value

    reading = read_after(swap, keep_map=keep_map)
    assert (said(reading), reading.data["indicators"]) == ([], PLAIN["indicators"])


def test_hidden_rows_and_columns_are_read_and_named() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[14].hidden = True
        sheet.row_dimensions[8].hidden = True  # nothing stands there
        sheet.column_dimensions["G"].hidden = True

    found = notices(hide)
    assert [notice.split("：")[0] for notice in found] == ["A14 第 14 行", "G1 G 列"]
    assert read_after(hide).data == PLAIN


def test_a_second_sheet_of_the_same_form_is_named_and_not_read() -> None:
    book = load_workbook(io.BytesIO(write_form(F5, PLAIN)))
    book.copy_worksheet(book.worksheets[0]).title = "另一个项目"
    out = io.BytesIO()
    book.save(out)
    reading = read_form(F5, out.getvalue())
    assert reading.data == PLAIN
    assert [str(notice) for notice in reading.notices if "另一个项目" in str(notice)]


def test_the_form_is_found_whatever_sheet_it_stands_on() -> None:
    book = load_workbook(io.BytesIO(write_form(F5, PLAIN)))
    del book[NAME]
    book.create_sheet("填表说明", 0)["A1"] = "请先阅读"
    book.create_sheet("旧表", 0).sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    reading = read_form(F5, out.getvalue())
    assert (said(reading), reading.data) == ([], PLAIN)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("1200余", "约数"), ("约1200", "约数"), ("1,200\n.00", "千位"), ("12 00", "空格"), ("1200/1300", "分数"), ("1200-1300", "区间"),
        ("1200以内", "界限"), ("１２Ｏ０", "计量单位"), ("1.2e3", "科学计数法"), (True, "不是金额"),
        (date(2025, 1, 1), "不止一个数"), ("见附表", "不是金额"),
        ("#DIV/0!", "公式出错"), ("-1200", "不得小于"), ("1200人", "不是金额单位"), ("半", "半"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_named_at_its_cell(typed: object, message: str) -> None:
    problems = read_after(retyped(E6=typed)).problems
    assert [problem.cell for problem in problems] == ["E6"]
    assert message in problems[0].message


@pytest.mark.parametrize(
    "typed",
    [
        "2026年3月9日",
        "2026/3/9",
        "2026.3.9",
        "2026-03-09",
        "20260309",
        "二〇二六年三月九日",
        "２０２６－３－９",
        date(2026, 3, 9),
        46090,
    ],
)
def test_a_day_is_read_in_every_spelling(typed: object) -> None:
    reading = read_after(retyped(J17=typed))
    assert (said(reading), reading.data["filled_on"]) == ([], date(2026, 3, 9))


@pytest.mark.parametrize("typed", ["3月9日", "26.3.9", "2026-3", "9/3/2026", "2026.13.1", "三月", "昨天"])
def test_what_is_no_whole_day_is_named_at_its_cell(typed: str) -> None:
    problems = read_after(retyped(J17=typed)).problems
    assert [problem.cell for problem in problems] == ["J17"]


def test_every_mistake_is_named_at_once() -> None:
    wrong = retyped(E6="约1200", F7="12 00", G13="三十多万亩", H14="三十", I13="3O", J17="3月9日")
    found = {problem.cell for problem in read_after(wrong).problems}
    assert {"E6", "F7", "I13", "J17"} <= found


@pytest.mark.parametrize("keep_map", [True, False])
def test_text_numbers_and_full_width_digits_are_read(*, keep_map: bool) -> None:
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")

    def retype(sheet: Worksheet) -> None:
        for row in sheet.iter_rows(min_row=6, max_row=16):
            for cell in row:
                if isinstance(cell.value, int | float) and "%" not in str(cell.number_format):
                    cell.value = str(cell.value).translate(wide)

    reading = read_after(retype, keep_map=keep_map)
    assert (said(reading), reading.data) == ([], PLAIN)


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "空的"),
        (OLE + b"\0" * 600, "旧版 .xls"),
        (OLE + b"\0" * 600 + ENCRYPTED, "密码"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n", "图片"),
        (b"Rar!\x1a\x07", "压缩包"),
        ("项目名称,指标\n甲,乙".encode("gbk"), "CSV"),
        ("项目名称\t指标".encode("utf-16"), "CSV"),
        (b"<html><table><tr><td>1</td></tr></table>", "网页"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "网页或 XML"),
        (packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_DOT_xml=b"<a/>"), ".ods"),
        (packed(xl__workbook_DOT_bin=b"1", a=b"1"), ".xlsb"),
        (packed(xl__vbaProject_DOT_bin=b"1", a=b"1"), "宏"),
        (packed(word__document_DOT_xml=b"<a/>"), "Word"),
        (packed(a_DOT_xlsx=b"1"), "解压"),
        (packed(readme_DOT_txt=b"1"), "不是 .xlsx"),
        (b"PK\x03\x04 torn", "损坏"),
        (b"\x01\x02\0\0rubbish", "损坏"),
    ],
)
def test_another_kind_of_file_is_called_what_it_is(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message) as refused:
        check_workbook(content)
    assert "；" in str(refused.value), "it says what to do"
    reading = read_form(F5, content)
    assert [problem.message for problem in reading.problems] == [str(refused.value)]


def test_a_file_larger_than_twenty_megabytes_is_refused_before_it_is_opened() -> None:
    with pytest.raises(Unreadable, match="最大允许 20 MB"):
        check_workbook(b"PK\x03\x04" + b"\0" * (20 * 2**20))


def test_a_form_of_another_year_or_record_is_named() -> None:
    reading = read_form(F5, write_template(F5, PLAIN, place="x", record="goals.goal:7"))
    assert [problem.message for problem in other_year(reading, 2026)] == [
        "表上是 2025 年度，这里是 2026 年度；请下载本年度的填报表重新填写"
    ]
    assert other_year(reading, 2025) == []
    assert other_record(reading, "goals.goal:7") == []
    assert len(other_record(reading, "goals.goal:8")) == 1
    foreign = read_form(F5, edited(write_form(F5, PLAIN), lambda _sheet: None, keep_map=False))
    assert other_record(foreign, "goals.goal:8") == []


def test_names_are_the_same_in_full_width_and_with_spaces() -> None:
    assert same_words("学校（北区） 改造", "学校(北区)改造")
    assert not same_words("学校北区改造", "学校南区改造")


def test_every_form_comes_back_without_a_notice() -> None:
    for key, definition in FORMS.items():
        reading = read_form(definition, write_template(definition))
        assert [str(one) for one in reading.notices] == [], key
