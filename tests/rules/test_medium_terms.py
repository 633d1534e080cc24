"""The value of a medium term and its years: read from one cell, held together, held against the year's own target."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.medium_terms import Period, asked_in, falls_short, faults, period_of, read_term, written

THREE = Period(2024, 2026)


def term(text: str, level2: str = "数量指标", name: str = "建成卫生室", unit: str = ""):
    found = read_term(text, name=name, level2=level2, unit=unit)
    assert found is not None
    return found


@pytest.mark.feature("3.01")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("≥1200个（2024年400、2025年400、2026年399）", ["各年合计1199个，中期指标值1200个，少1个"]),
        ("≥1200个（2024年400、2025年400、2026年400）", []),
        ("≥1200个（2024年400、2025年400、2026年401）", ["各年合计1201个，中期指标值1200个，多1个"]),
        ("≥1200个（2024年400、2025年800）", ["没有分到2026年"]),
        ("≥1200个（2024年400、2025年400、2026年400、2027年0）", ["2027年不在中期2024—2026年之内"]),
        ("≥1,200个(2024年度:400个; 2025年400个；2026年底1,000)", ["各年合计1800个，中期指标值1200个，多600个"]),
    ],
)
def test_amounts_of_the_years_add_up_to_the_value(text: str, expected: list[str]) -> None:
    read = term(text)
    assert read.spread == "each"
    assert faults(read, THREE) == expected


@pytest.mark.feature("3.01")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("≥95%（2024年85、2025年90、2026年95）", []),
        ("≥95%（2024年85、2025年85、2026年96）", []),
        ("≥95%（2024年85、2025年90、2026年94.9）", ["最后一年（2026年）94.9%，没有达到中期指标值95%"]),
        ("≥95%（2024年90、2025年85、2026年95）", ["2025年85%，比2024年90%离中期指标值更远"]),
        ("≤5%（2024年9、2025年7、2026年5）", []),
        ("≤5%（2024年9、2025年9.1、2026年5）", ["2025年9.1%，比2024年9%离中期指标值更远"]),
        ("≤5%（2024年9、2025年7、2026年5.1）", ["最后一年（2026年）5.1%，没有达到中期指标值5%"]),
        ("=100%（2024年98、2025年99、2026年100）", []),
        ("=100%（2024年98、2025年97、2026年100）", ["2025年97%，比2024年98%离中期指标值更远"]),
    ],
)
def test_levels_approach_the_value_in_its_direction_and_reach_it(text: str, expected: list[str]) -> None:
    read = term(text, level2="质量指标", name="覆盖率")
    assert read.spread == "reached"
    assert faults(read, THREE) == expected


def test_a_word_in_the_brackets_says_how_years_are_meant() -> None:
    assert term("≥60公里（累计：2024年20、2025年40、2026年60）").spread == "reached"
    assert faults(term("≥60公里（累计：2024年20、2025年40、2026年60）"), THREE) == []
    assert term("≥60%（分年 2024年20、2025年20、2026年20）", "质量指标").spread == "each"


@pytest.mark.parametrize("text", ["1200", "≥1200个", "≥1200个（含2023年结转）", "制度健全（2025年建立）", "≥100户（五保户）"])
def test_what_stands_in_brackets_without_figures_of_years_is_no_plan(text: str) -> None:
    read = term(text)
    assert (dict(read.years), read.problem, faults(read, THREE)) == ({}, "", [])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("≥1200个（2024年400、2025年四百多、2026年400）", "“2025年四百多”读不懂"),
        ("≥1200个（2024年400公里、2025年800）", "“2024年400公里”读不懂"),
        ("≥1200个（2024年400、2024年800）", "2024年写了两次"),
        ("制度健全（2024年50、2025年80）", "不是数"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, says: str) -> None:
    (fault,) = faults(term(text), THREE)
    assert says in fault


def test_an_empty_cell_says_nothing() -> None:
    assert read_term("") is None
    assert read_term(" ") is None


@pytest.mark.feature("3.01")
@pytest.mark.parametrize(("value", "short"), [("399", True), ("400", False), ("401", False)])
def test_a_year_is_held_below_at_and_above_what_the_term_asks(value: str, short: bool) -> None:
    read = term("≥1200个（2024年400、2025年400、2026年400）")
    assert falls_short(read, 2024, Decimal(value), "个") == (Decimal(400) if short else None)
    assert falls_short(read, 2027, Decimal(value), "个") is None
    assert falls_short(read, 2024, None, "个") is None


@pytest.mark.parametrize(("value", "short"), [("8.9", False), ("9", False), ("9.1", True)])
def test_what_should_be_low_may_not_be_above(value: str, short: bool) -> None:
    read = term("≤5%（2024年9、2025年7、2026年5）", "质量指标", "差错率")
    assert (falls_short(read, 2024, Decimal(value), "%") is not None) is short


def test_units_are_turned_into_each_other_and_others_are_not_compared() -> None:
    read = term("≥1.2万人（2024年4000人、2025年4000人、2026年4000人）", name="受益人数")
    assert faults(read, THREE) == []
    assert asked_in(read, 2024, "人") == 4000
    assert asked_in(read, 2024, "公里") is None


@pytest.mark.parametrize(
    ("first", "last", "year", "expected"),
    [
        (2024, 2024, 2024, None), (2024, 2025, 2024, Period(2024, 2025)), (2024, 2028, 2026, Period(2024, 2028)),
        (2024, 2029, 2028, Period(2024, 2028)), (2024, 2029, 2029, Period(2029, 2029)), (2020, 2031, 2026, Period(2025, 2029)),
        (2024, 2028, 2029, None), (0, 0, 2024, None),
    ],
)  # fmt: skip
def test_long_projects_have_one_medium_term_after_the_other(first: int, last: int, year: int, expected: Period | None) -> None:
    assert period_of(first, last, year, longer_than=1, most=5) == expected


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=5))
def test_what_is_written_is_read_again_and_sums_hold(parts: list[int]) -> None:
    years = {2024 + at: Decimal(value) for at, value in enumerate(parts)}
    text = written(f"≥{sum(parts)}个", "each", years)
    read = term(text)
    assert dict(read.years) == years
    assert faults(read, Period(2024, 2023 + len(parts))) == []
    less = written(f"≥{sum(parts) + 1}个", "each", years)
    assert len(faults(term(less), Period(2024, 2023 + len(parts)))) == 1
