"""A user's own workbook given back marked: mistakes coloured and noted, and nothing of theirs lost."""

import warnings
import zipfile
from io import BytesIO
from typing import cast

import pytest
import xlsxwriter
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import GradientFill, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.layouts import headings_of
from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.sheets.mark import AUTHOR, BEFORE, LIST, LONGEST_COMMENT, marked_copy
from jiheng.foundation.sheets.patch import signed
from tests.foundation.sheets.test_patch import by_hand, parts, users_book

WRONG = "FFFFC7CE"
PROBLEMS = [
    Problem("A2", "名称", "名称不对；请改", rule="须与登记一致", expected="登记的名称"),
    Problem("A2", "名称", "=1+1 不是名称"),
    Problem("B9", "金额", "必须填写"),
    Problem("", "整张表", "年度不对"),
]


def opened(content: bytes) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reader used here drops data bars; the file has them
        return load_workbook(BytesIO(content))


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.feature("10.06")
def test_a_marked_copy_keeps_charts_shapes_formulas_and_print_settings() -> None:
    before = users_book()
    made = marked_copy(before, PROBLEMS, sheet="清单")
    old, new = parts(before), parts(made)
    drawn = {name for name in old if name.startswith(("xl/charts/", "xl/drawings/drawing"))}
    assert len(drawn) == 2
    assert {name for name in drawn if new[name] != old[name]} == set()
    assert set(old) <= set(new)
    assert b"dataBar" in new["xl/worksheets/sheet1.xml"]
    book = opened(made)
    assert book.sheetnames == [LIST, "清单", BEFORE]
    assert book[BEFORE].sheet_state == "veryHidden"
    assert [row[1:] for row in book[LIST].iter_rows(min_row=2, values_only=True)] == [
        ("A2", "名称", "名称不对", "须与登记一致", "登记的名称"),
        ("A2", "名称", "=1+1 不是名称", None, None),
        ("B9", "金额", "必须填写", None, None),
        (None, "整张表", "年度不对", None, None),
    ]
    assert book[LIST]["D3"].quotePrefix
    link = book[LIST]["B2"].hyperlink
    assert link is not None
    assert link.location == "'清单'!A2"
    sheet = cast("Worksheet", book["清单"])
    note = sheet["A2"].comment
    assert note is not None
    assert (note.author, note.text) == (
        AUTHOR, "名称不对\n规则：须与登记一致\n应填：登记的名称\n=1+1 不是名称\n原批注：记得核对",
    )  # fmt: skip
    assert [sheet[at].fill.start_color.rgb for at in ("A2", "B9")] == [WRONG, WRONG]
    assert sheet["A2"].value == "项目1"
    assert sheet["D3"].value == "=B3*2"
    assert sheet["B3"].number_format == "0.00"
    assert sheet.auto_filter.ref == "A1:D4"
    assert sheet.row_dimensions[3].height == 45
    assert len(sheet._charts) == 1  # type: ignore[attr-defined]
    # A filter is kept as a name of the sheet's place, and a sheet now stands before it.
    assert 'localSheetId="1"' in new["xl/workbook.xml"].decode()
    assert 'activeTab="0"' in new["xl/workbook.xml"].decode()
    assert b"tabSelected" not in new["xl/worksheets/sheet1.xml"]


@pytest.mark.feature("10.06")
def test_marks_of_an_earlier_round_go_and_what_stood_there_comes_back() -> None:
    book = Workbook()
    sheet = cast("Worksheet", book.active)
    sheet.title = "表"
    for at, value in (("A1", "甲"), ("A2", "乙"), ("A3", "丙"), ("B1", 1)):
        sheet[at] = value
    sheet["A1"].fill = PatternFill("solid", start_color="FF00B050")
    sheet["A2"].fill = GradientFill(stop=("FF000000", "FFFFFFFF"))
    sheet["A3"].comment = Comment("=先问会计", "老赵")
    sheet["B1"].number_format = "0.00"
    before = saved(book)
    found = [Problem(at, "名称", "不对") for at in ("A1", "A2", "A3", "B1", "C7")]
    once = marked_copy(before, found)
    twice = marked_copy(once, found)
    assert opened(twice).sheetnames == [LIST, "表", BEFORE]
    marked = opened(twice)["表"]
    assert {marked[one.cell].fill.start_color.rgb for one in found} == {WRONG}
    assert marked["A3"].comment.text == "不对\n原批注：=先问会计"
    assert marked["B1"].number_format == "0.00"
    # Saved again by another program in between, as people do.
    for between in (twice, saved(opened(twice))):
        back = opened(marked_copy(between, []))["表"]
        assert back["A1"].fill.start_color.rgb == "FF00B050"
        assert back["A2"].fill.fill_type == "linear"
        assert (back["A3"].comment.author, back["A3"].comment.text) == ("老赵", "=先问会计")
        assert back["A3"].fill.fill_type is None
        assert [back[at].comment for at in ("A1", "A2", "B1", "C7")] == [None] * 4
        assert (back["B1"].value, back["B1"].number_format, back["B1"].fill.fill_type) == (1, "0.00", None)


@pytest.mark.parametrize(
    "sheet",
    [
        '<worksheet xmlns="MAIN"><sheetData><row><c t="inlineStr"><is><t>甲</t></is></c><c><v>1</v></c></row></sheetData></worksheet>',
        ("<x:worksheet xmlns:x='MAIN'><x:sheetData><x:row r='1'><x:c r='A1' t='inlineStr'><x:is><x:t>甲</x:t></x:is></x:c>"
         "<x:c r='B1'><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"),
        '<worksheet xmlns="MAIN"><sheetData/><pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/></worksheet>',
    ],
    ids=["no addresses", "prefixed, single quotes", "empty"],
)  # fmt: skip
def test_workbooks_without_styles_links_or_notes_are_marked_too(sheet: str) -> None:
    made = marked_copy(by_hand(sheet), [Problem("B1", "数", "不对"), Problem("D5", "数", "必须填写")])
    book = opened(made)
    page = book["表"]
    assert [page[at].fill.start_color.rgb for at in ("B1", "D5")] == [WRONG, WRONG]
    assert [page[at].comment.text for at in ("B1", "D5")] == ["不对", "必须填写"]
    assert page["A1"].fill.fill_type is None
    assert page["B1"].value in (1, None)


def test_an_empty_cell_keeps_the_look_that_its_column_or_row_gives_it() -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("表")
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "0.000"})
    page.set_column(2, 4, 12, text)
    page.set_row(6, None, bold)
    page.write(0, 0, "项目代码")
    page.write(6, 0, "末行")
    book.close()
    made = opened(marked_copy(out.getvalue(), [Problem(at, "", "必须填写") for at in ("D3", "B7")]))["表"]
    assert (made["D3"].number_format, made["B7"].number_format) == ("@", "0.000")


def test_a_cell_with_a_discussion_keeps_it_and_is_only_coloured() -> None:
    out = BytesIO(users_book())
    links = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    with zipfile.ZipFile(out, "a") as package:
        text = package.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
        package.writestr("xl/threadedComments/threadedComment1.xml", '<ThreadedComments><threadedComment ref="A2"/></ThreadedComments>')
        one = f'<Relationship Id="t1" Type="{links}" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the second entry of that name counts
            package.writestr("xl/worksheets/_rels/sheet1.xml.rels", text.replace("</Relationships>", one))
    page = opened(marked_copy(out.getvalue(), PROBLEMS, sheet="清单"))["清单"]
    assert page["A2"].fill.start_color.rgb == WRONG
    assert page["A2"].comment.text == "记得核对"


def test_our_own_sheets_in_front_are_no_part_of_what_is_read_back() -> None:
    made = marked_copy(users_book(), PROBLEMS)
    found = headings_of(made)
    assert found is not None
    assert (found.sheet, found.labels[:2]) == ("清单", ("名称", "金额"))


def test_a_signature_is_told_since_no_changed_copy_keeps_it() -> None:
    out = BytesIO(users_book())
    assert not signed(out.getvalue())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    assert signed(out.getvalue())
    assert not signed(b"no workbook")


def test_what_is_told_at_no_cell_stands_on_the_list_only_and_long_words_are_cut() -> None:
    content = by_hand('<worksheet xmlns="MAIN"><sheetData/></worksheet>')
    book = opened(marked_copy(content, [Problem("第 3 行", "行", "不对"), Problem("A1", "格", "长" * 5000)]))
    assert book[LIST].max_row == 3
    assert len(book["表"]["A1"].comment.text) == LONGEST_COMMENT
    with pytest.raises(Unreadable):
        marked_copy(content[:-40], [])
