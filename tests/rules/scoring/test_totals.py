"""Totals: the full worked example, conversion for what does not apply, reasons that become mandatory."""

from decimal import Decimal

import pytest

from jiheng.rules.scoring.grades import GradeTable
from jiheng.rules.scoring.method import Actual, Indicator, NotApplicable, NotScored, Tiered
from jiheng.rules.scoring.reasons import ReasonLines, doubts, execution_reason, indicator_reason
from jiheng.rules.scoring.registry import default_method, score
from jiheng.rules.scoring.totals import Line, add_up, share_of_full

NATIONAL = GradeTable.model_validate(
    {
        "label": "绩效评价等级",
        "cite": {"source": "mof-2020-10", "clause": "第二十一条"},
        "bands": [
            {"key": "excellent", "label": "优", "low": 90},
            {"key": "good", "label": "良", "low": 80},
            {"key": "fair", "label": "中", "low": 60},
            {"key": "poor", "label": "差", "low": 0},
        ],
    }
)


def number(target, weight, operator="≥", unit=""):
    return Indicator(Decimal(weight), Decimal(target), operator, unit=unit)


def worked_example(reverse, *, ladder=False):
    """A project with a budget of 480万元 of which 432 are paid, scored with the default methods."""
    rows: list[tuple[str, str, Indicator, Actual]] = [
        ("预算执行率", "execution", number(480, 10), Decimal(432)),
        ("培训人次", "number", number(120, 15), Decimal(110)),
        ("合格率", "number", number(98, 15, unit="%"), Decimal(99)),
        ("完成天数", "number", number(30, 10, "≤"), Decimal(36)),
        ("总成本", "number", number(480, 10, "≤"), Decimal(470)),
        ("覆盖率", "number", number(80, 20, unit="%"), Decimal(72)),
        (
            "可持续影响",
            "qualitative",
            Indicator(Decimal(10), operator="定性"),
            Tiered("achieved", Decimal("8.5")),
        ),
        ("满意度", "satisfaction", number(90, 10, unit="%"), Decimal(85)),
    ]
    lines = []
    for label, kind, indicator, actual in rows:
        method = default_method(indicator.operator, kind, reverse=reverse, ladder=ladder)
        lines.append(Line(label, indicator.weight, score(method, indicator, actual).points))
    return lines


@pytest.mark.feature("6.02")
@pytest.mark.parametrize(
    ("reverse", "ladder", "points", "total", "grade"),
    [
        ("reverse_linear", False, "9.00 13.75 15.00 8.00 10.00 18.00 8.50 9.44", "91.69", "优"),
        ("reverse_ratio", False, "9.00 13.75 15.00 8.33 10.00 18.00 8.50 9.44", "92.02", "优"),
        ("reverse_linear", True, "9.00 13.75 15.00 8.00 10.00 18.00 8.50 8.00", "90.25", "优"),
    ],
)
def test_the_full_worked_example(reverse, ladder, points, total, grade):
    lines = worked_example(reverse, ladder=ladder)
    assert [str(line.points) for line in lines] == points.split()
    added = add_up(lines)
    assert (str(added.points), NATIONAL.grade(added.points).label) == (total, grade)


def test_rows_that_do_not_apply_are_left_out_and_the_rest_converted():
    lines = [
        Line("甲", Decimal(40), Decimal(36)),
        Line("乙", Decimal(50), Decimal(45)),
        Line("丙", Decimal(10), None, applies=False),
    ]
    added = add_up(lines)
    assert added.points == Decimal("90.00")
    assert added.left_out == ("丙",)
    assert added.explanation == "不适用1项，折算：81÷90×100＝90"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([Line("甲", Decimal(90), Decimal(80))], "分值合计为90，应为100"),
        ([Line("甲", Decimal(100), None)], "“甲”还没有得分"),
        ([Line("甲", Decimal(100), Decimal(101))], "不在0至分值100之间"),
    ],
)
def test_incomplete_or_wrong_rows_give_no_total(lines, message):
    with pytest.raises(NotScored, match=message):
        add_up(lines)


def test_no_total_when_nothing_applies():
    with pytest.raises(NotApplicable):
        add_up([Line("甲", Decimal(100), None, applies=False)])
    with pytest.raises(NotApplicable):
        share_of_full(Decimal(0), Decimal(0))


def test_share_of_full_is_in_per_cent():
    assert share_of_full(Decimal("9.44"), Decimal(10)) == Decimal("94.40")


def test_low_execution_needs_a_reason():
    lines = ReasonLines(clauses={"execution_rate": "《办法》第一条"})
    assert execution_reason(90, 100, lines) is None
    assert execution_reason(0, 0, lines) is None
    refusal = execution_reason(899, 1000, lines)
    assert (refusal.message, refusal.clause) == ("预算执行率89.9%低于90%", "《办法》第一条")


@pytest.mark.parametrize(
    ("operator", "actual", "fact"),
    [
        ("≥", 129, None),
        ("≥", 130, "实际值为目标值的130%"),
        ("≤", 130, "未得满分"),
        ("≥", 99, "未得满分"),
        ("≤", 1, None),
    ],
)
def test_shortfall_and_large_overfulfilment_need_a_reason(operator, actual, fact):
    indicator = Indicator(Decimal(10), Decimal(100), operator)
    points = score(default_method(operator), indicator, Decimal(actual))
    refusal = indicator_reason("人次", indicator, Decimal(actual), points, ReasonLines())
    assert refusal is None if fact is None else fact in refusal.message


def test_per_cent_typed_as_fraction_raises_a_doubt():
    assert doubts("合格率", Indicator(Decimal(10), Decimal(98), unit="%"), Decimal("0.98")) == [
        "“合格率”目标值98%，实际值0.98%：是否把98%写成了小数？"
    ]
    assert doubts("合格率", Indicator(Decimal(10), Decimal(98), unit="%"), Decimal(97)) == []
    assert doubts("比例", Indicator(Decimal(10), Decimal("0.9")), Decimal(95)) != []
    assert doubts("开工", Indicator(Decimal(10), operator="定性"), True) == []
