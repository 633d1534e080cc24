"""Lists as bureaus export them: headings anywhere, merged, in GBK, with totals; every error at its address."""

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.tables import ListColumn, TableDefinition, TableReading, decoded, read_table
from jiheng.rules.forms.fields import Kind
from jiheng.rules.money import format_wan

PROJECTS = TableDefinition(
    key="projects",
    label="项目清单",
    columns=(
        ListColumn(key="code", label="项目编码", required=True, unique=True, aliases=("编码",)),
        ListColumn(key="name", label="项目名称", required=True),
        ListColumn(key="amount", label="预算金额", kind=Kind.MONEY_WAN, required=True, aliases=("金额",)),
        ListColumn(key="fiscal", label="财政拨款", kind=Kind.MONEY_WAN),
        ListColumn(key="since", label="开始日期", kind=Kind.DATE),
    ),
)
WAN = 10**6


def book(*rows: list[Any], merge: tuple[str, ...] = ()) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    for area in merge:
        sheet.merge_cells(area)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def said(reading: TableReading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def test_read_table_finds_the_heading_below_titles_and_keeps_addresses() -> None:
    content = book(
        ["2026年项目清单"],
        [None, None, None, "单位：元"],
        ["序号", "编 码", "项目名称", "金额", "开始日期"],
        [1, "A001", "道路\n养护", "1,234,567.89", "2026年3月1日"],
        [],
        [2, "A002", "水库", 100, date(2026, 1, 5)],
    )
    reading = read_table(PROJECTS, content)
    assert said(reading) == []
    first, second = reading.rows
    assert first.values == {
        "code": "A001",
        "name": "道路 养护",
        "amount": 123456789,
        "fiscal": None,
        "since": date(2026, 3, 1),
    }
    assert (first.cells["amount"], second.cells["amount"], second.number) == ("D4", "D6", 6)
    assert second.values["since"] == date(2026, 1, 5)
    assert [str(notice) for notice in reading.notices] == [
        "D3 预算金额：表头写明单位是元，已按元换算，请核对"
    ]
    assert (reading.sums["amount"], reading.rows_in, reading.unknown_columns) == (
        123456789 + 10000,
        2,
        ["序号"],
    )


def test_read_table_reads_a_heading_of_two_merged_rows() -> None:
    content = book(
        ["项目编码", "项目名称", "资金（万元）", None],
        [None, None, "预算金额", "财政拨款"],
        ["A1", "甲", 3, 2],
        merge=("A1:A2", "B1:B2", "C1:D1"),
    )
    (row,) = read_table(PROJECTS, content).rows
    assert (row.values["amount"], row.values["fiscal"], row.cells["name"]) == (3 * WAN, 2 * WAN, "B3")


@pytest.mark.feature("10.21")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_read_table_reads_csv_in_every_usual_encoding(encoding: str) -> None:
    text = "项目编码,项目名称,预算金额（万元）\r\nA1,“一河两岸”整治,１２．５万元\r\n"
    (row,) = read_table(PROJECTS, text.encode(encoding), name="清单.csv").rows
    assert (row.values["name"], row.values["amount"], row.cells["amount"]) == (
        "“一河两岸”整治",
        125 * WAN // 10,
        "C2",
    )


def test_read_table_names_an_encoding_it_cannot_read() -> None:
    content = "项目编码,项目名称,预算金额\n".encode() + b"A1,\xff\xff\xff,3\n"
    assert said(read_table(PROJECTS, content, name="a.csv")) == [
        "CSV 文件第 2 行的文字编码既不是 UTF-8 也不是 GBK；请另存为“CSV UTF-8”或 .xlsx 后再传"
    ]


def test_read_table_names_every_mistake_at_its_cell() -> None:
    content = book(
        ["项目编码", "项目名称", "预算金额（万元）", "开始日期"],
        ["A1", "甲", "十来万", "2026-01-01"],
        ["A1", None, 5, "2026年13月1日"],
        ["A2", "丙", 7, None],
    )
    reading = read_table(PROJECTS, content)
    assert said(reading) == [
        "C2 预算金额：“十来万”是约数，没有确切的金额；请填写确切的金额",
        "B3 项目名称：“项目名称”必须填写",
        "D3 开始日期：“2026年13月1日”不是日历上有的日子；请写成 2026-06-30 的样子",
        "A3 项目编码：“A1”与 A2 重复",
    ]
    assert (reading.rows_in, reading.rows_accepted, reading.sums["amount"]) == (3, 1, 7 * WAN)


def test_read_table_reconciles_the_stated_total_to_the_fen() -> None:
    rows = [["项目编码", "项目名称", "预算金额（元）"], ["A1", "甲", "0.10"], ["A2", "乙", "0.20"]]
    good = read_table(PROJECTS, book(*rows, ["合 计", None, 0.1 + 0.2]))
    assert (said(good), good.differences, good.rows_in, good.total_rows) == ([], {"amount": 0}, 2, 1)
    assert ("预算金额与表中合计的差额", "0.00") in good.summary(PROJECTS)
    bad = read_table(PROJECTS, book(*rows, ["小计", None, 9], ["合计", None, 10000]))
    assert said(bad) == ["C 列“预算金额”：表中合计 1.00 万元，各行相加 0.00 万元，相差 1.00 万元"]
    assert bad.differences == {"amount": 10000 * 100 - 30}


def test_read_table_says_which_headings_are_missing_and_what_is_no_list() -> None:
    assert said(read_table(PROJECTS, book(["项目编码", "项目名称"], ["A", "B"]))) == [
        "表头缺少这些栏：预算金额；请对照《项目清单》模板补上"
    ]
    assert said(read_table(PROJECTS, book(["会议", "纪要"]))) == [
        "前 20 行里没有找到《项目清单》的表头；请核对文件是否选错"
    ]
    assert said(read_table(PROJECTS, book(["项目编码", "项目名称", "预算金额"]))) == ["表里没有数据行"]
    (damaged,) = read_table(PROJECTS, b"PK\x03\x04rubbish", name="a.xlsx").problems
    assert "文件已损坏" in damaged.message


def test_read_table_takes_the_first_sheet_that_fits_and_skips_hidden_ones() -> None:
    workbook = Workbook()
    workbook.worksheets[0].append(["说明"])
    hidden = workbook.create_sheet("旧")
    hidden.sheet_state = "hidden"
    data = workbook.create_sheet("数据")
    for sheet, code in ((hidden, "H"), (data, "D")):
        sheet.append(["项目编码", "项目名称", "预算金额"])
        sheet.append([code, "甲", 1])
    out = io.BytesIO()
    workbook.save(out)
    reading = read_table(PROJECTS, out.getvalue())
    assert (reading.sheet, [row.values["code"] for row in reading.rows]) == ("数据", ["D"])


def test_decoded_refuses_what_is_no_text() -> None:
    with pytest.raises(Exception, match="文字编码无法识别"):
        decoded(bytes(range(1, 32)) * 20)


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=30))
def test_sums_of_a_list_equal_its_amounts_whatever_they_are(amounts: list[int]) -> None:
    lines = [
        f'{number},项目{number},"{fen // 100 if fen >= 0 else -(-fen // 100)}.{abs(fen) % 100:02}"'
        for number, fen in enumerate(amounts)
    ]
    lines = [
        line.replace('"0.', '"-0.') if fen < 0 and abs(fen) < 100 else line
        for line, fen in zip(lines, amounts, strict=True)
    ]
    text = "项目编码,项目名称,预算金额（元）\n" + "\n".join(lines)
    reading = read_table(PROJECTS, text.encode("gbk"), name="a.csv")
    assert (said(reading), reading.sums["amount"]) == ([], sum(amounts))
    assert reading.summary(PROJECTS)[2] == ("预算金额合计", f"{format_wan(sum(amounts))} 万元")


@given(st.binary(max_size=400))
def test_read_table_never_raises_for_any_bytes(content: bytes) -> None:
    assert read_table(PROJECTS, content).problems
