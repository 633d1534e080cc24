"""Cells that show an error, in lists of every kind of file: named at their address, never read as blank."""

import io
import struct
import zipfile
from collections.abc import Sequence
from random import Random
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from jiheng.foundation.sheets.formulas import FAULT
from jiheng.foundation.sheets.limits import Unreadable, check_workbook
from jiheng.foundation.sheets.old import old_errors
from jiheng.foundation.sheets.tables import ListColumn, TableDefinition, TableReading, as_workbook, read_table
from jiheng.rules.forms.fields import Kind
from tests.foundation.files.containers import CODES, Error, Failed, old_book

LIST = TableDefinition(
    key="test", label="测试清单",
    columns=(
        ListColumn(key="code", label="代码", kind=Kind.TEXT, required=True),
        ListColumn(key="amount", label="金额", kind=Kind.MONEY_WAN),
        ListColumn(key="note", label="摘要", kind=Kind.TEXT),
    ),
)  # fmt: skip
HEAD = ("代码", "金额", "摘要")


def new_book(rows: Sequence[Sequence[Any]]) -> bytes:
    """The same rows as .xlsx; openpyxl knows the words of errors and writes them as such."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "清单"
    for row in rows:
        sheet.append([f"{one}" if isinstance(one, Error | Failed) else one for one in row])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_text(rows: Sequence[Sequence[Any]]) -> bytes:
    return "\r\n".join(",".join("" if one is None else f"{one}" for one in row) for row in rows).encode()


def kinds_of(rows: Sequence[Sequence[Any]]) -> dict[str, bytes]:
    """The rows in every kind of file that a list may be."""
    return {
        "a.xls": old_book({"说明": [["请看"]], "清单": rows}),
        "b.xls": old_book({"清单": rows}, apart=True),
        "a.xlsx": new_book(rows),
        "a.csv": as_text(rows),
    }


def wrong(reading: TableReading) -> dict[str, str]:
    return {one.cell: one.message for one in reading.problems}


@pytest.mark.parametrize("name", ["a.xls", "b.xls", "a.xlsx", "a.csv"])
def test_an_error_is_named_at_its_cell_in_every_kind_of_file(name: str) -> None:
    rows = [
        HEAD,
        ("A1", 1.5, "好"),
        ("A2", Error("#DIV/0!"), "金额"),
        ("A3", 2.0, Failed("#N/A")),
        (Failed("#REF!"), Error("#VALUE!"), Failed("#NAME?")),
        ("合计", Failed("#NUM!"), None),
        ("A4", None, None),
    ]
    reading = read_table(LIST, kinds_of(rows)[name], name=name)
    assert wrong(reading) == {
        "B3": FAULT.format("#DIV/0!"), "C4": FAULT.format("#N/A"), "A5": FAULT.format("#REF!"),
        "B5": FAULT.format("#VALUE!"), "C5": FAULT.format("#NAME?"), "B6": FAULT.format("#NUM!"),
    }  # fmt: skip
    assert [row.number for row in reading.rows] == [2, 7]


def test_every_error_of_an_old_workbook_has_its_word_and_nothing_else_is_one() -> None:
    rows: list[list[Any]] = [[Error(word), Failed(word), 1.5, "文字", None] for word in CODES]
    told = {(row, at): word for row, word in enumerate(CODES, start=1) for at in (0, 1)}
    assert old_errors(old_book({"清单": rows}), 0) == told
    assert old_errors(old_book({"Sheet1": rows[:1], "清单": rows}, apart=True), 1) == told
    assert old_errors(old_book({"清单": [["A1", 42.0, "#"]]}), 0) == {}


def test_workbooks_of_excel_95_too() -> None:
    rows: list[list[Any]] = [["code", 1.0], [Error("#N/A"), Failed("#REF!")]]
    assert old_errors(old_book({"a": [["x"]], "b": rows}, biff5=True), 1) == {(2, 0): "#N/A", (2, 1): "#REF!"}


def test_errors_sown_at_random_are_all_found_and_the_others_stand() -> None:
    chance = Random(5)
    for _ in range(4):
        rows: list[list[Any]] = [list(HEAD)]
        sown = {}
        for number in range(2, chance.randrange(3, 400)):
            row: list[Any] = [f"A{number}", float(number), "摘要"]
            for at in range(3):
                if chance.random() < 0.05:
                    word = chance.choice(list(CODES))
                    row[at] = chance.choice((Error, Failed))(word)
                    sown[f"{'ABC'[at]}{number}"] = FAULT.format(word)
            rows.append(row)
        content = old_book({"清单": rows}, apart=chance.random() < 0.5)
        reading = read_table(LIST, content, name="清单.xls")
        assert wrong(reading) == sown
        assert reading.rows_in == len(rows) - 1
        assert len(reading.rows) == reading.rows_in - len({at[1:] for at in sown})


def test_the_copy_that_is_marked_keeps_the_errors() -> None:
    """One that showed them as blanks would be taken without a word when it is sent back."""
    content = old_book({"清单": [HEAD, ("A1", 1.0, Error("#N/A"))]})
    copy = as_workbook(content, "清单.xls")
    assert wrong(read_table(LIST, copy, name="清单.xlsx")) == {"C2": FAULT.format("#N/A")}


def test_a_broken_old_workbook_says_so_and_ends() -> None:
    whole = old_book({"清单": [HEAD, *([("A1", 1.0, Error("#N/A"))] * 300)]})
    chance = Random(3)
    for _ in range(4):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 9)):
            broken[chance.randrange(8, len(broken))] = chance.randrange(256)
        old_errors(bytes(broken), 0)
        old_errors(bytes(broken[: chance.randrange(len(broken))]), chance.randrange(3))
        read_table(LIST, bytes(broken), name="清单.xls")


def test_an_error_that_the_reader_does_not_know_is_named_and_no_damage_is_claimed() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append(("A1", 1, "#SPILL!"))
    sheet["C2"].data_type = "e"
    out = io.BytesIO()
    made.save(out)
    told = wrong(read_table(LIST, out.getvalue(), name="清单.xlsx"))
    assert list(told) == [""]
    assert "#SPILL!" in told[""]
    assert "损坏" not in told[""]


# --- files that ask for more room than there is


def far(at: str, merged: str = "", *, only_styled: bool = False) -> bytes:
    """A small workbook with one cell far away from the others, or one area merged."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append(("A1", 1, "好"))
    if only_styled:
        sheet[at].font = Font(bold=True)
    else:
        sheet[at] = "远处"
    out = io.BytesIO()
    made.save(out)
    if not merged:
        return out.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as read, zipfile.ZipFile(changed, "w") as written:
        for name in read.namelist():
            part = read.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="%b"/></mergeCells>' % merged.encode())
            written.writestr(name, part)
    return changed.getvalue()


def test_a_cell_at_the_end_of_the_world_is_told_and_asks_for_no_memory() -> None:
    for at in ("XFD1048576", "AAA99999", "CZ999999"):
        reading = read_table(LIST, far(at), name="清单.xlsx")
        assert [one.message.partition("；")[0] for one in reading.problems] == [f"工作表的内容一直伸到 {at}，中间大多是空的"]
    for content in (far("XFD3"), far("A90000"), far("XFD1048576", only_styled=True), far("D3", "A1:XFD1048576")):
        assert next(row.number for row in read_table(LIST, content, name="清单.xlsx").rows) == 2


def test_a_sheet_that_is_merged_as_a_whole_is_told_at_once() -> None:
    with pytest.raises(Unreadable, match="合并单元格的范围过大"):
        check_workbook(far("B3", "A1:XFD1048576"))
    check_workbook(far("B3", "A5:F900"))


def test_an_old_workbook_that_would_end_its_reader_ends_nothing_else() -> None:
    """Two cells of a broken file lie so far apart that their area has four thousand million cells."""
    rows: list[list[Any]] = [list(HEAD), ["A1", 1.0, "好"]]
    whole = old_book({"清单": rows})
    number = whole.index(struct.pack("<HHHH", 0x0203, 14, 1, 1))
    broken = whole[: number + 4] + b"\xff\xff\xff\xff" + whole[number + 8 :]
    for content in (broken, whole[:1000]):
        reading = read_table(LIST, content, name="清单.xls")
        assert not reading.rows
        assert "工作簿打不开" in reading.problems[0].message
