"""A self-evaluation that a unit drew itself: other order, other words, merged where it liked, amounts in 元."""

import io
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from jiheng.foundation.sheets.read import read_form
from tests.foundation.sheets.national import FORMS, WAN


def drawn_by_a_unit() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    lines: list[list[Any]] = [
        ["附件3"],
        ["2025年度项目支出绩效自评表"],
        ["填报单位：（盖章）", None, None, None, None, None, None, None, "金额单位：元"],
        ["项目名称", None, "农村道路养护"],
        ["主管部门及代码", None, "县交通运输局 021", None, None, "项目单位", "县公路中心"],
        [
            "项目资金\n（元）",
            None,
            None,
            "年初预算数",
            "全年预算数(A)",
            "全年执行数(B)",
            "分值",
            "执行率(B/A)",
            "得分",
        ],
        [None, "年度资金总额：", None, "１，２００，０００", 1200000, 1140000, 10, 0.95, 9.5],
        [None, "  其中:财政拨款", None, "1200000.00", 1200000, 1140000, "－", "95%", "－"],
        [None, "其他资金", None, "/", None, "无", "－", None, "－"],
        ["年度总体目标", "预期目标", None, None, None, "目标实际完成情况"],
        [None, "养护农村道路300公里", None, None, None, "养护306公里"],
        [
            "绩效指标",
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            "全年实际完成值",
            "分值",
            "得分",
            "偏差原因分析及改进措施",
            "备注栏",
        ],
        [None, "产出指标", "数量指标", "养护里程", "≥300公里", "306公里", 50, 50, None, "随意写的"],
        [None, None, "质量指标", "合格率", "95%以上", 0.97, 30, 30],
        [None, "满意度指标", "服务对象满意度", "村民满意度", "≧90％", "92%", 10, 10],
        [None, None, None, None, None, None, None, None],
        ["总 分", None, None, None, None, None, 100, 99.5],
        ["填报人：张一民", None, None, "单位负责人：李二强", None, None, "填报日期：2026.3.9"],
    ]
    for line in lines:
        sheet.append(line)
    for area in (
        "A2:I2",
        "C4:I4",
        "A6:A9",
        "B7:C7",
        "A10:A11",
        "B10:E10",
        "F10:I10",
        "B11:E11",
        "F11:I11",
        "A12:A16",
        "B13:B14",
        "A17:F17",
    ):
        sheet.merge_cells(area)
    sheet["H7"].number_format = "0.00%"
    sheet["F14"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_read_form_reads_a_table_drawn_by_a_unit() -> None:
    reading = read_form(FORMS["F5"], drawn_by_a_unit())
    assert [str(problem) for problem in reading.problems] == []
    data = reading.data
    assert (data["year"], data["project_name"], data["department"], data["unit"]) == (
        2025,
        "农村道路养护",
        "县交通运输局 021",
        "县公路中心",
    )
    assert data["money"]["total"] == {
        "initial": 120 * WAN,
        "adjusted": 120 * WAN,
        "executed": 114 * WAN,
        "points": Decimal(10),
        "rate": Decimal(95),
        "score": Decimal("9.5"),
    }
    assert data["money"]["other"] == {"initial": None, "adjusted": None, "executed": None, "rate": None}
    assert (data["goal"], data["result"]) == ("养护农村道路300公里", "养护306公里")
    assert [
        (row["level1"], row["level2"], row["name"], row["target"], row["actual"])
        for row in data["indicators"]
    ] == [
        ("产出指标", "数量指标", "养护里程", "≥300公里", "306公里"),
        ("产出指标", "质量指标", "合格率", "95%以上", "97%"),
        ("满意度指标", "服务对象满意度", "村民满意度", "≧90％", "92%"),
    ]
    assert (data["filled_by"], data["headed_by"], str(data["filled_on"])) == (
        "张一民",
        "李二强",
        "2026-03-09",
    )
    notices = [str(notice) for notice in reading.notices]
    assert "I3 单位：表上写明单位是元，金额已按元换算为万元，请核对" in notices
    assert "上年结转资金“年初预算数”：表上没有这一栏，按空处理" in notices
