"""What is typed in an indicator row, read exactly, shown on the form, and read back the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.scoring.method import NotScored
from jiheng.rules.scoring.registry import score
from jiheng.stages.goals.models import GoalIndicator
from jiheng.stages.goals.queries import value_words
from jiheng.stages.goals.targets import method_fault, read_row, scored_as

SIGNS = {"≥": ">=", "≤": "<=", ">": ">", "<": "<", "=": "=", "": ">="}
UNITS = ["%", "个", "人次", "万元", "元/台", "元/人·天", "平方米", "小时", "万亩"]
figures = st.decimals(min_value=0, max_value=10**6, places=2).map(lambda one: one.normalize())


def row_of(text: str, unit: str = "", **more: object) -> GoalIndicator:
    row = GoalIndicator(
        level1="产出指标", level2="数量指标", name="某项", target_text=text, unit=unit, weight=Decimal(10)
    )
    for key, value in more.items():
        setattr(row, key, value)
    read_row(row, 2023)
    return row


@given(sign=st.sampled_from(sorted(SIGNS)), figure=figures, unit=st.sampled_from(UNITS), beside=st.booleans())
def test_value_on_the_form_reads_back_the_same(sign: str, figure: Decimal, unit: str, beside: bool) -> None:
    typed = row_of(f"{sign}{figure:f}" + ("" if beside else unit), unit if beside else "")
    again = row_of(value_words(typed))
    assert (typed.operator, typed.value, typed.unit) == (SIGNS[sign], figure, unit)
    assert (again.operator, again.value, again.unit) == (typed.operator, typed.value, typed.unit)


@given(low=figures, span=st.integers(min_value=1, max_value=1000), unit=st.sampled_from(["%", "个", "天"]))
def test_range_on_the_form_reads_back_the_same(low: Decimal, span: int, unit: str) -> None:
    typed = row_of(f"{low:f}-{low + span:f}", unit)
    again = row_of(value_words(typed))
    assert (typed.operator, typed.value, typed.high) == ("range", low, low + span)
    assert (again.operator, again.value, again.high, again.unit) == ("range", low, low + span, unit)


@given(sign=st.sampled_from(sorted(SIGNS)), figure=figures, unit=st.sampled_from(UNITS))
def test_usual_method_of_a_sign_gives_full_points_for_the_target(
    sign: str, figure: Decimal, unit: str
) -> None:
    row = row_of(f"{sign}{figure:f}", unit)
    assert method_fault(row, 2023) == ""
    if row.operator in {">=", "<=", "="} and figure > 0:
        assert score(row.method, scored_as(row, 2023), figure).points == 10


@pytest.mark.parametrize(
    ("text", "unit", "kind", "operator", "method"),
    [
        ("95%以上", "", "quantitative", ">=", "proportional"),
        ("不超过5次", "", "quantitative", "<=", "reverse_ratio"),
        ("=0", "起", "quantitative", "=", "zero_target"),
        ("10-20", "天", "quantitative", "range", "range_target"),
        ("2023年11月底前", "", "quantitative", "<=", "date_target"),
        ("制度健全并执行", "", "qualitative", "qualitative", "qualitative_tiers"),
        ("≥XX", "个", "quantitative", "", "proportional"),
    ],
)
def test_row_is_read_by_its_words(text: str, unit: str, kind: str, operator: str, method: str) -> None:
    row = row_of(text, unit)
    assert (row.kind, row.operator, row.method) == (kind, operator, method)


def test_value_that_cannot_be_read_is_not_scored() -> None:
    row = row_of("≥XX", "个")
    assert row.value is None
    with pytest.raises(NotScored, match="占位符"):
        scored_as(row, 2023)


def test_method_that_does_not_fit_is_named() -> None:
    row = row_of("≥10", "个")
    read_row(row, 2023, "date_target")
    assert "日期" in method_fault(row, 2023) or "不能用于" in method_fault(row, 2023)


@pytest.mark.parametrize("text", ["约50", "50左右", "三十多", "50余人"])
def test_a_value_that_is_only_about_a_figure_is_not_taken_for_the_figure(text: str) -> None:
    row = row_of(text, "人")
    assert (row.kind, row.operator, row.value) == ("quantitative", "", None)
