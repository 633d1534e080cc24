"""A user's own workbook brought up to date in place: the cells change, everything else stays."""

import warnings
import zipfile
from io import BytesIO
from typing import Any, cast

import pytest
import xlsxwriter
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.sheets.patch import patched, signed


def users_book() -> bytes:
    """A list with all that people add: colours, notes, widths, heights, filter, print settings, own columns, a chart."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("清单")
    red = book.add_format({"bg_color": "#FF0000", "num_format": "0.00"})
    for column, title in enumerate(("名称", "金额", "我的备注", "合计")):
        page.write(0, column, title)
    for row in range(1, 4):
        page.write(row, 0, f"项目{row}")
        page.write(row, 1, row, red)
        page.write(row, 2, f"记{row}")
        page.write_formula(row, 3, f"=B{row + 1}*2", None, row * 2)
    page.write_comment("A2", "记得核对")
    page.set_row(2, 45)
    page.set_column(2, 2, 33)
    page.autofilter("A1:D4")
    page.set_landscape()
    page.freeze_panes(1, 0)
    page.data_validation("A2:A9", {"validate": "list", "source": ["项目1", "项目2"]})
    page.conditional_format("B2:B9", {"type": "data_bar", "data_bar_2010": True})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=清单!$B$2:$B$4"})
    page.insert_chart("F2", chart)
    page.insert_textbox("F20", "说明")
    book.close()
    return out.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.feature("10.07")
def test_only_the_cells_named_change_and_all_that_people_added_stays() -> None:
    before = users_book()
    made = patched(before, "清单", {"A2": "改过 & <好>", "B3": 12.5, "C9": "新格", "D2": 7}, added=[{"A": "又一项", "B": 9}])
    assert made.formulas == ["D2"]
    old, new = parts(before), parts(made.content)
    assert set(new) - set(old) == {"xl/worksheets/sheet.xml"}  # what could not be placed: the formula
    changed = {name for name in old if old[name] != new[name]}
    around = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
    assert changed - around == {"xl/worksheets/sheet1.xml"}
    assert b'activeTab="1"' in new["xl/workbook.xml"]  # the sheet that was open still is
    quiet = patched(before, "清单", {"A2": "改过"})
    assert {name for name, text in parts(quiet.content).items() if text != old[name]} == {"xl/worksheets/sheet1.xml"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reader used here drops data bars; the file has them
        sheet = cast("Worksheet", load_workbook(BytesIO(made.content))["清单"])
    assert [sheet[at].value for at in ("A2", "B3", "C9", "D2", "C2", "A10", "B10")] == [
        "改过 & <好>", 12.5, "新格", "=B2*2", "记1", "又一项", 9,
    ]  # fmt: skip
    assert sheet["B3"].fill.start_color.rgb == "FFFF0000"
    assert sheet["B3"].number_format == "0.00"
    comment = sheet["A2"].comment
    assert comment is not None
    assert comment.text == "记得核对"
    assert sheet.row_dimensions[3].height == 45
    assert sheet.column_dimensions["C"].width == pytest.approx(33.7, abs=0.1)
    assert sheet.auto_filter.ref == "A1:D4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.freeze_panes == "A2"
    assert len(sheet.data_validations.dataValidation) == 1
    assert b'fullCalcOnLoad="1"' in new["xl/workbook.xml"]
    assert not signed(before)


def by_hand(sheet: str) -> bytes:
    """A workbook as hand-made generators write it: no styles, no shared strings, no dimension."""
    out = BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
            f'ContentType="{kind}.worksheet+xml"/></Types>',
        )
        made.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" Type="{links}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        made.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets><sheet name="表" sheetId="1" r:id="b"/></sheets></workbook>',
        )
        made.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="b" Type="{links}/worksheet" '
            'Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        )
        made.writestr("xl/worksheets/sheet1.xml", sheet.replace("MAIN", main))
    return out.getvalue()


def test_new_rows_stand_right_below_the_last_that_says_something_and_the_printed_area_follows() -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("清单")
    look = book.add_format({"border": 1, "num_format": "@"})
    for row in range(3):
        page.write(row, 0, f"项目{row}", look)
        page.write_blank(row, 2, None, look)
    for row in range(3, 40):  # empty rows that people prepared, with a formula of theirs in one
        page.write_blank(row, 0, None, look)
    page.write_formula("B4", "=1+1", None, 2)
    page.print_area("A1:C3")
    page.autofilter("A1:C3")
    book.close()
    made = patched(out.getvalue(), "清单", {}, added=[{"A": "又一项", "B": 5}, {"A": "再一项"}])
    sheet = cast("Worksheet", load_workbook(BytesIO(made.content))["清单"])
    assert [sheet[at].value for at in ("A3", "A4", "B4", "A5", "A6")] == ["项目2", "又一项", "=1+1", "再一项", None]
    assert (made.formulas, sheet["C4"].number_format, sheet.max_row) == (["B4"], "@", 40)
    assert (sheet.print_area, sheet.auto_filter.ref) == ("'清单'!$A$1:$C$5", "A1:C5")


@pytest.mark.parametrize(
    "sheet",
    [
        ('<worksheet xmlns="MAIN"><sheetData><row><c t="inlineStr"><is><t>甲</t></is></c><c><v>1</v></c></row>'
        '<row><c t="inlineStr"><is><t>乙</t></is></c><c><v>2</v></c></row></sheetData></worksheet>'),
        ('<x:worksheet xmlns:x="MAIN"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c>'
        '<x:c r="B1"><x:v>1</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="inlineStr"><x:is><x:t>乙</x:t></x:is></x:c>'
        '<x:c r="B2"><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>'),
        ('<worksheet xmlns="MAIN"><sheetData><row r="1" spans="1:2"><c r="A1" t="inlineStr"><is><t>甲</t></is></c>'
        '<c r="B1"><f t="shared" ref="B1:B2" si="0">1+1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>乙</t></is></c><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>'
        "</sheetData></worksheet>"),
    ],
    ids=["no addresses", "prefixed", "shared formulas"],
)
def test_workbooks_of_hand_made_generators_are_patched_too(sheet: str) -> None:
    made = patched(by_hand(sheet), "表", {"A1": "丙", "A2": "丁", "B2": 5, "C4": "末"})
    page = cast("Worksheet", load_workbook(BytesIO(made.content))["表"])
    assert [page[at].value for at in ("A1", "A2", "C4")] == ["丙", "丁", "末"]
    if made.formulas:
        assert made.formulas == ["B2"]
        assert str(page["B2"].value).startswith("=")
    else:
        assert page["B2"].value == 5


def test_an_empty_sheet_takes_cells_and_a_missing_one_is_refused() -> None:
    book = Workbook()
    page = cast("Worksheet", book.active)
    page.title = "空"
    page["A1"].fill = PatternFill("solid", start_color="00FF00")
    page["A1"].comment = Comment("说明", "某人")
    out = BytesIO()
    book.save(out)
    made = patched(out.getvalue(), "空", {"B2": "有了"})
    again: Any = load_workbook(BytesIO(made.content))["空"]
    assert again["B2"].value == "有了"
    assert again["A1"].comment.text == "说明"
    with pytest.raises(Unreadable, match="没有工作表"):
        patched(out.getvalue(), "别的", {})
    with pytest.raises(Unreadable):
        patched(b"PK\x03\x04 torn", "空", {})
