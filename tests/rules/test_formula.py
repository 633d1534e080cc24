"""Formulas of indicators: what they mean, what they refuse, and that they are exact."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.formula import (
    FormulaFault,
    NotComputable,
    figures_of,
    read_formula,
    read_sample,
    sample_faults,
)

SUMS = st.decimals(min_value=0, max_value=10**12, places=2)


@pytest.mark.feature("4.03")
@pytest.mark.parametrize(
    ("text", "unit", "figures", "result"),
    [
        ("合格人数÷参加考核人数×100%", "%", {"合格人数": Decimal(190), "参加考核人数": Decimal(200)}, "95"),
        ("（预算－成交）/预算*100％", "%", {"预算": Decimal(100), "成交": Decimal(97)}, "3"),
        ("死亡例数÷活产数×1000‰", "‰", {"死亡例数": Decimal(3), "活产数": Decimal(1000)}, "3"),
        ("Σ各次用时÷次数", "小时", {"各次用时": [Decimal(1), Decimal(2)], "次数": Decimal(3)}, "1"),
        ("平均（各月水质）", "毫克", {"各月水质": [Decimal(1), Decimal(2)]}, "1.5"),
        ("计数(各次)+最大(各次)－最小(各次)", "次", {"各次": [Decimal(1), Decimal(4)]}, "5"),
        ("天数（受理日，办结日）", "天", {"受理日": date(2026, 2, 27), "办结日": date(2026, 3, 2)}, "3"),
        ("－1+甲", "个", None, "“-”前后缺少数据名称"),
    ],
)
def test_formula_runs(text: str, unit: str, figures: dict[str, object] | None, result: str) -> None:
    if figures is None:
        with pytest.raises(FormulaFault, match=result):
            read_formula(text, unit)
    else:
        assert read_formula(text, unit).run(figures) == Decimal(result)  # type: ignore[arg-type]


@pytest.mark.feature("4.03")
@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("", "人", "空的"),
        ("甲÷", "人", "没有写完"),
        ("（甲+乙", "人", "括号没有成对"),
        ("甲 乙", "人", "缺少运算符号"),
        ("甲（乙）", "人", "不是可用的函数"),
        ("甲÷乙", "%", "以“×100%”结尾"),
        ("甲÷乙×100%", "人", "百分率"),
        ("甲×100%÷乙", "%", "百分号只能写在"),
        ("甲+100%", "%", "须写作"),
        ("12×3", "人", "没有数据名称"),
        ("甲**2", "人", "缺少数据名称"),
        ("__import__('os').system('id')", "人", "不能用在"),
        ("甲.乙", "人", "第 2 字"),
        ("(" * 60 + "甲" + ")" * 60, "人", "缺少数据名称"),
        ("甲" * 301, "人", "不能超过"),
        ("Σ各次+各次", "人", "既当作"),
    ],
)
def test_what_is_no_formula_is_refused_in_words(text: str, unit: str, words: str) -> None:
    with pytest.raises(FormulaFault, match=words):
        read_formula(text, unit)


@given(SUMS, SUMS.filter(bool))
def test_share_is_exact_to_six_places(part: Decimal, whole: Decimal) -> None:
    found = read_formula("甲÷乙×100%", "%").run({"甲": part, "乙": whole})
    assert abs(Fraction(found) - Fraction(part) / Fraction(whole) * 100) <= Fraction(1, 2 * 10**6)


def test_missing_and_zero_figures_are_told() -> None:
    formula = read_formula("甲÷乙", "个")
    with pytest.raises(NotComputable, match="缺少数据：乙"):
        formula.run({"甲": Decimal(1)})
    with pytest.raises(NotComputable, match="除数为零"):
        formula.run({"甲": Decimal(1), "乙": Decimal(0)})
    with pytest.raises(NotComputable, match="须为一个数值"):
        formula.run({"甲": [Decimal(1)], "乙": Decimal(1)})
    with pytest.raises(NotComputable, match="一组数值"):
        read_formula("Σ甲", "个").run({"甲": []})


@pytest.mark.feature("4.03")
def test_worked_example_is_checked_against_the_formula() -> None:
    formula = read_formula("Σ各期人数÷应到人数×100%", "%")
    assert sample_faults(formula, "各期人数=1、2；应到人数=9；结果=33.33") == []
    assert sample_faults(formula, "各期人数=3; 应到人数=9; 结果=33.333333") == []
    assert "应为 33.333333" in sample_faults(formula, "各期人数=3；应到人数=9；结果=34")[0]
    assert "缺少数据" in sample_faults(formula, "各期人数=3；结果=34")[0]
    assert "不在计算公式里" in sample_faults(formula, "各期人数=3；应到人数=9；别的=1；结果=34")[0]
    assert "以“结果=数值”结尾" in sample_faults(formula, "各期人数=3")[0]
    assert read_sample("起=2026-01-01；结果=1")[0] == {"起": date(2026, 1, 1)}
    with pytest.raises(FormulaFault, match="写了两次"):
        read_sample("甲=1；甲=2；结果=1")


@pytest.mark.parametrize(
    ("text", "typed", "result"),
    [
        ("合格人数÷参加考核人数×100%", {"合格人数": "1，900", "参加考核人数": " 2,000 "}, "95"),
        ("Σ各次用时÷次数", {"各次用时": "1、2", "次数": "3"}, "1"),
        ("Σ各次用时÷次数", {"各次用时": "6", "次数": "3"}, "2"),
        ("天数（受理日，办结日）", {"受理日": "2026-02-27", "办结日": "2026-03-02"}, "3"),
        ("合格人数÷参加考核人数×100%", {"合格人数": "190"}, "请填写“参加考核人数”"),
        ("合格人数÷参加考核人数×100%", {"合格人数": "约190", "参加考核人数": "200"}, "“合格人数”填的“约190”读不懂，须为数值"),
        ("合格人数÷参加考核人数×100%", {"合格人数": "1、2", "参加考核人数": "200"}, "“合格人数”须为数值"),
        ("天数（受理日，办结日）", {"受理日": "3", "办结日": "2026-03-02"}, "“受理日”须为日期，写成 2026-06-30"),
    ],
)
def test_figures_are_read_as_people_type_them(text: str, typed: dict[str, str], result: str) -> None:
    formula = read_formula(text, "%" if text.endswith("%") else "")
    try:
        told = f"{formula.run(figures_of(formula, typed)).normalize():f}"
    except FormulaFault as fault:
        told = str(fault)
    assert told == result
