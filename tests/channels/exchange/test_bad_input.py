"""Every kind of mess that lists arrive in: understood or named at its cell, never guessed silently."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.channels.exchange.files._common import slip
from jiheng.channels.exchange.kinds import Checked
from jiheng.channels.exchange.models import ImportLine
from jiheng.foundation.files.compound import OLE
from jiheng.foundation.sheets.limits import ENCRYPTED
from jiheng.foundation.sheets.tables import ListRow
from jiheng.foundation.workflow.advance import Refused
from jiheng.stages.goals.models import Goal
from tests.channels.exchange.sheets import PAYMENTS, book, budgeted, looks, send, wrong
from tests.make import County, make_county, make_promise, make_subject

pytestmark = pytest.mark.django_db
GOOD = ("A1", 10, "2023-05-01", "Z1")


@pytest.fixture
def county() -> County:
    made = make_county()
    budgeted(made, "A1")
    return made


def pay(*cells: Any) -> bytes:
    return book(PAYMENTS, cells)


@pytest.mark.feature("1.12")
@pytest.mark.parametrize(
    ("cells", "at", "said"),
    [
        (("X9", 10, "2023-05-01", "Z1"), "A2", "不在 2023 年度项目库中"),
        (("A1", "十二万", "2023-05-01", "Z1"), "B2", "不是金额"),
        (("A1", "约10", "2023-05-01", "Z1"), "B2", "是约数"),
        (("A1", "10台", "2023-05-01", "Z1"), "B2", "不是金额单位"),
        (("A1", "1.2345678", "2023-05-01", "Z1"), "B2", "精确到了分以下"),
        (("A1", None, "2023-05-01", "Z1"), "B2", "必须填写"),
        (("A1", 0, "2023-05-01", "Z1"), "B2", "金额为 0"),
        (("A1", 100000, "2023-05-01", "Z1"), "B2", "疑将元与万元填混"),
        (("A1", 101, "2023-05-01", "Z1"), "B2", "超过全年预算 100.00 万元"),
        (("A1", -1, "2023-05-01", "Z1"), "B2", "不能为负"),
        (("A1", "=3+4", "2023-05-01", "Z1"), "B2", "是公式，文件里没有保存它的结果"),
        (("A1", "#DIV/0!", "2023-05-01", "Z1"), "B2", "显示的是错误值“#DIV/0!”"),
        (("A1", 10, "2023-02-30", "Z1"), "C2", "不是日历上有的日子"),
        (("A1", 10, "上个月", "Z1"), "C2", "不是"),
        (("A1", 10, "2023-06-02", "Z1"), "C2", "晚于今天"),
        (("A1", 10, "2022-12-31", "Z1"), "C2", "早于 2023 年度"),
        (("A1", 10, "2023-05-01", None), "D2", "必须填写"),
        (("A1", 10, "2023-05-01", "号" * 81), "D2", "最多 80 字"),
    ],
)
def test_a_wrong_cell_is_named_at_its_address(county: County, cells: Any, at: str, said: str) -> None:
    batch = send(county, "payments", pay(*cells))
    found = wrong(batch)
    assert list(found) == [at]
    assert said in found[at]
    assert not batch.report["ok"]
    assert ImportLine.objects.get(batch=batch).state == "wrong"


def test_an_error_in_a_cell_that_may_be_empty_is_not_taken_for_an_empty_one(county: County) -> None:
    """What a look-up in the sheet did not find would be lost without a word."""
    heads = (*PAYMENTS, "摘要")
    assert wrong(send(county, "payments", book(heads, (*GOOD, "#N/A")))) == {"E2": "显示的是错误值“#N/A”；请改正公式，或改填实际的内容"}
    assert wrong(send(county, "payments", book(heads, (*GOOD, "说到 #N/A 的文字")))) == {}


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        (10, 10_000_000),
        ("10", 10_000_000),
        ("１０．５", 10_500_000),
        ("12.5万元", 12_500_000),
        (" 1,0.00 ".replace(",", ""), 10_000_000),
        ("¥10", 10_000_000),
        (Decimal("0.000001"), 1),
        ("0.1234", 123_400),
    ],
)
def test_an_amount_is_understood_however_it_is_written(county: County, amount: Any, fen: int) -> None:
    batch = send(county, "payments", pay("A1", amount, "2023-05-01", "Z1"))
    assert wrong(batch) == {}
    assert batch.report["fen"]["file"] == fen


@pytest.mark.parametrize(
    "day", ["2023-05-01", "2023年5月1日", "2023.5.1", "2023/05/01", "20230501", date(2023, 5, 1), 45047]
)
def test_a_day_is_understood_in_all_its_spellings(county: County, day: Any) -> None:
    batch = send(county, "payments", pay("A1", 10, day, "Z1"))
    assert wrong(batch) == {}
    assert ImportLine.objects.get(batch=batch).values["day"] == "2023-05-01"


def test_yuan_in_a_column_of_wan_is_converted_and_shown(county: County) -> None:
    batch = send(county, "payments", pay("A1", "125000元", "2023-05-01", "Z1"))
    assert batch.report["fen"]["file"] == 12_500_000
    assert "写的是元，本栏单位是万元" in looks(batch)["B2"]
    assert ImportLine.objects.get(batch=batch).state == "look"


def test_the_unit_of_the_heading_holds_for_the_column(county: County) -> None:
    batch = send(
        county,
        "payments",
        book(("项目代码", "支付金额（元）", "日期", "凭证号"), ("A1", 125000, "2023-05-01", "Z1")),
    )
    assert batch.report["fen"]["file"] == 12_500_000
    assert "表头写明单位是元" in looks(batch)["B1"]


def test_merged_words_hold_for_each_row_and_merged_amounts_are_named(county: County) -> None:
    rows: Any = (PAYMENTS, ("A1", 10, "2023-05-01", "Z1"), (None, 20, "2023-05-02", "Z2"))
    batch = send(county, "payments", book(*rows, merge=("A2:A3",)))
    assert wrong(batch) == {}
    assert batch.report["fen"]["new"] == 30_000_000
    rows = (PAYMENTS, ("A1", 10, "2023-05-01", "Z1"), ("A1", None, "2023-05-02", "Z2"))
    found = wrong(send(county, "payments", book(*rows, merge=("B2:B3",))))
    assert "跨行合并" in found["B2"]


def test_all_mistakes_of_a_row_are_told_at_once(county: County) -> None:
    found = wrong(send(county, "payments", pay("X9", "许多", "昨天", None)))
    assert set(found) == {"A2", "B2", "C2", "D2"}


def test_repeated_vouchers_are_named_with_the_first_one(county: County) -> None:
    rows = (PAYMENTS, GOOD, ("A1", 5, "2023-05-02", "Z1"))
    assert wrong(send(county, "payments", book(*rows))) == {"D3": "与第 2 行重复（同一凭证号、同一项目）；与登记的内容核对后填写"}


def test_payments_of_one_file_together_must_stay_within_the_budget(county: County) -> None:
    rows = (PAYMENTS, ("A1", 60, "2023-05-01", "Z1"), ("A1", 60, "2023-05-02", "Z2"))
    found = wrong(send(county, "payments", book(*rows)))
    assert list(found) == ["B3"]
    assert "累计支付 120.00 万元，超过全年预算 100.00 万元" in found["B3"]
    assert str(county.policy.value("payment_within_budget", budget_year=2023).clause) in found["B3"]


def test_a_project_without_budget_takes_no_payment(county: County) -> None:
    make_subject(county, code="B1")
    assert "没有预算，不得支出" in wrong(send(county, "payments", pay("B1", 1, "2023-05-01", "Z1")))["A2"]


@pytest.mark.feature("1.13")
def test_a_stated_total_must_equal_its_rows_to_the_fen(county: County) -> None:
    rows = (PAYMENTS, GOOD, ("A1", 5, "2023-05-02", "Z2"))
    right = send(county, "payments", book(*rows, ("合计", 15, None, None)))
    assert right.report["ok"]
    assert right.report["fen"]["stated"] == right.report["fen"]["file"] == 15_000_000
    off = send(county, "payments", book(*rows, ("合计", 15.01, None, None)))
    assert not off.report["ok"]
    assert "相差 0.01 万元" in off.report["problems"][0][2]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_in_the_encodings_of_offices(county: County, encoding: str) -> None:
    text = "项目代码,支付金额,支付日期,凭证号,摘要\nA1,10,2023-05-01,Z1,设备款\n"
    batch = send(county, "payments", text.encode(encoding), "list.csv")
    assert wrong(batch) == {}
    assert ImportLine.objects.get(batch=batch).values["note"] == "设备款"


def test_other_encodings_and_empty_lists_are_said(county: County) -> None:
    text = "项目代码,支付金额,支付日期,凭证号\nA1,10,2023-05-01,Z\xff\xfe\n"
    batch = send(county, "payments", b"\x81" + text.encode("latin-1", "replace") + b"\x80\x81", "list.csv")
    assert "CSV" in batch.report["problems"][0][2] or "表头" in batch.report["problems"][0][2]
    assert "没有数据行" in send(county, "payments", book(PAYMENTS)).report["problems"][0][2]
    assert "表头" in send(county, "payments", book(("甲", "乙"), (1, 2))).report["problems"][0][2]
    lacking = send(county, "payments", book(PAYMENTS[:3], GOOD[:3]))
    assert "表头缺少这些栏：凭证号" in lacking.report["problems"][0][2]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.xlsx", b"", "是空的"),
        ("list.xlsx", b"no workbook", "内容是文本（CSV），扩展名却是 .xlsx"),
        ("list.pdf", b"%PDF-1.4\n%%EOF\n", "这是 PDF 文件"),
        ("list.xlsx", OLE + b"old workbook", "内容是旧版 .xls 工作簿，扩展名却是 .xlsx"),
        ("list.xlsx", OLE + ENCRYPTED, "文件加了密码"),
        ("list.xls", b"<html><table><tr><td>A1</td></tr></table></html>", "这是网页或 XML 格式的文件"),
        ("list.csv", pay(*GOOD), "内容是 .xlsx 工作簿，扩展名却是 .csv"),
        ("list.csv", b"\x00\x01\x02", "不符或类型不允许"),
        ("list.csv", b"a" * (20 * 1024 * 1024 + 1), "超过 20MB"),
    ],
)
def test_files_that_are_no_lists_are_refused(county: County, name: str, content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        send(county, "payments", content, name)


def test_a_damaged_workbook_is_refused(county: County) -> None:
    with pytest.raises(Refused, match="文件已损坏"):
        send(county, "payments", pay(*GOOD)[:-200] + b"\0" * 100)


PROJECTS = ("项目代码", "项目名称", "实施单位", "申报金额", "起始年", "终止年")


@pytest.mark.parametrize(
    ("cells", "at", "said"),
    [
        (("P1", "路", "某某局", 10, None, None), "C2", "不在单位名册中"),
        (("P1", "路", None, 10, None, None), "C2", "至少填一项"),
        (("P1", "路", "测试县第一中学", 0, None, None), "D2", "须大于 0"),
        (("P1", "路", "测试县第一中学", -5, None, None), "D2", "不得小于"),
        (("P1", "路", "测试县第一中学", 10, 2024, 2025), "F2", "不包含 2023 年度"),
        (("P1", "路", "测试县第一中学", 10, "2023.5", None), "E2", "不是年份"),
        (("A1", "另一个项目", "测试县第一中学", 10, None, None), "A2", "已登记为“项目A1”"),
        ((None, "路", "测试县第一中学", 10, None, None), "A2", "必须填写"),
    ],
)
def test_a_wrong_project_is_named(county: County, cells: Any, at: str, said: str) -> None:
    found = wrong(send(county, "projects", book(PROJECTS, cells)))
    assert list(found) == [at]
    assert said in found[at]


def test_a_project_of_a_billion_is_to_be_looked_at(county: County) -> None:
    batch = send(county, "projects", book(PROJECTS, ("P1", "路", "测试县第一中学", 1_234_567, None, None)))
    assert batch.report["ok"]
    assert "123.46 亿元" in looks(batch)["D2"]


def test_a_unit_of_two_names_is_asked_for_its_code(county: County) -> None:
    code = county.units[1].code
    rows = (
        ("项目代码", "项目名称", "单位代码", "实施单位", "申报金额"),
        ("P1", "路", code, "测试县第一中学", 10),
    )
    assert "在名册中是“测试县第二中学”" in wrong(send(county, "projects", book(*rows)))["D2"]


BUDGETS = ("项目代码", "预算类型", "预算金额", "批复日期", "文号")


@pytest.mark.parametrize(
    ("cells", "at", "said"),
    [
        (("A1", None, 90, "2023-01-20", None), "C2", "年初预算已登记为 100.00 万元"),
        (("A1", "预算调整", -10, "2023-03-20", None), "E2", "须写明文号"),
        (("A1", "预算调整", 0, "2023-03-20", "文1"), "C2", "不能为 0"),
        (("A1", "追加", 10, "2023-03-20", "文1"), "B2", "不在可选项中"),
        (("A1", "预算调整", 1_000_000, "2023-03-20", "文1"), "C2", "疑将元与万元填混"),
        (("A1", "预算调整", -101, "2023-03-20", "文1"), "C2", "少于已支付"),
    ],
)
def test_a_wrong_budget_is_named(county: County, cells: Any, at: str, said: str) -> None:
    found = wrong(send(county, "budgets", book(BUDGETS, cells)))
    assert list(found) == [at]
    assert said in found[at]


@pytest.mark.feature("3.27")
def test_money_without_appraisal_or_goal_is_named_at_its_row_with_clause_and_remedy(county: County) -> None:
    make_subject(county, code="G1", name="没有目标")
    make_promise(make_subject(county, code="G2", name="没有评估", change="new"))
    rows = (
        BUDGETS,
        ("A1", "预算调整", 10, "2023-03-20", "文1"),
        ("G1", None, 90, "2023-01-20", None),
        ("G2", None, 90, "2023-01-20", None),
    )
    found = wrong(send(county, "budgets", book(*rows)))
    assert sorted(found) == ["A3", "A4", "C2"]
    assert "追加后预算 110.00 万元，已申报的绩效目标只有 100.00 万元" in found["C2"]
    assert "“没有目标”2023 年度绩效目标还没有批复，不得安排预算" in found["A3"]
    assert str(county.policy.value("goal_before_release", budget_year=2023).clause) in found["A3"]
    assert found["A3"].endswith("；请先申报绩效目标并取得批复")
    assert "不得安排预算：没有事前绩效评估结论" in found["A4"]
    assert str(county.policy.value("appraisal_entry_condition", budget_year=2023).clause) in found["A4"]


def test_payment_of_a_project_that_lost_its_goal_is_named(county: County) -> None:
    Goal.objects.update(state="draft")
    found = wrong(send(county, "payments", pay("A1", 1, "2023-05-01", "Z1")))
    assert list(found) == ["A2"]
    assert "不得下达和支付资金" in found["A2"]


UNITS = ("单位代码", "单位名称", "单位类型", "上级单位代码")


@pytest.mark.parametrize(
    ("rows", "at", "said"),
    [
        ([("9", "某站", None, None)], "D2", "须填写上级单位代码"),
        ([("9", "某站", None, "8")], "D2", "既不在名册中，也不在本表中"),
        ([("9", "某站", None, "8"), ("8", "某局", "主管部门", "9")], "D2", "成环"),
        ([("9", "某站", "公司", "8"), ("8", "某局", "主管部门", None)], "C2", "不在可选项中"),
        ([("8", "某局", "主管部门", None), ("8", "某局", "主管部门", None)], "A3", "重复"),
    ],
)
def test_a_wrong_unit_is_named(county: County, rows: list[Any], at: str, said: str) -> None:
    found = wrong(send(county, "units", book(UNITS, *rows), role="system_admin"))
    assert at in found
    assert said in found[at]


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_a_slip_of_units_is_named_exactly_when_amounts_are_a_thousand_times_apart_or_ten_thousand_either_way(
    fen: int, expected: int
) -> None:
    checked = Checked(ListRow(2, {}, {"amount": "B2"}))
    said = slip(checked, "amount", "金额", fen, expected, "预算")
    steps = {10**4, 10**8}
    exact = any(fen == expected * step or expected == fen * step for step in steps)
    assert said == (fen >= 1000 * expected or exact)
    assert bool(checked.problems) == said
