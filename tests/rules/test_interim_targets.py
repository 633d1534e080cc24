"""Interim targets: one text for all checkpoints, read strictly, running toward the year's target."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.interim_targets import InterimRow, Point, points_of, read_interim
from jiheng.rules.policy.loading import load_policy

POINTS = (Point("july", "1—7月", 7), Point("october", "1—10月", 10))


def read(text, operator=">=", value="100", unit="人次", points=POINTS):
    row = InterimRow(text, operator, None if value is None else Decimal(value), unit, 2023)
    return read_interim(row, points)


@pytest.mark.parametrize("text", [
    "7月：30；10月：80", "1-7月:≥30人次;10月底：80人", "1—7月：30\n1—10月：80", "1—7月：30 人次 1—10月：80",
    "10月末：80；截至7月：30", "７月：３０；１０月：８０",
])  # fmt: skip
def test_months_are_told_in_several_ways(text):
    told = read(text)
    assert [(one.point.key, one.value) for one in told.targets] == [("july", Decimal(30)), ("october", Decimal(80))]
    assert told.problems == ()
    assert told.at("october") is told.targets[1]
    assert told.at("january") is None


def test_with_a_single_checkpoint_the_value_alone_will_do():
    assert [one.value for one in read("≥30", points=POINTS[:1]).targets] == [Decimal(30)]
    assert "没有写明是哪个监控时点" in read("30").problems[0]
    assert len(read("30；40", points=POINTS[:1]).problems) == 2


@pytest.mark.parametrize(("text", "says"), [
    ("8月：30", "“8月”不是监控时点，本年度的监控时点是1—7月、1—10月"),
    ("7月：30；7月：40", "1—7月写了两次"),
    ("7月：约30", "“约30”不是确定的数"),
    ("7月：过半", "不是确定的数"),
    ("7月：≤30", "符号与全年指标值不同"),
    ("7月：30元", "单位与全年指标值的单位“人次”不同"),
])  # fmt: skip
def test_what_cannot_be_held_against_the_year_is_named(text, says):
    assert any(says in one for one in read(text).problems)


@pytest.mark.parametrize(("text", "operator", "value", "unit", "good"), [
    ("7月：99.99", ">=", "100", "人次", True),
    ("7月：100", ">=", "100", "人次", True),
    ("7月：100.01", ">=", "100", "人次", False),
    ("7月：80；10月：79.99", ">=", "100", "人次", False),
    ("7月：80；10月：80", ">=", "100", "人次", True),
    # a limit on money is used up step by step
    ("7月：50；10月：80", "<=", "100", "万元", True),
    ("7月：100.01", "<=", "100", "万元", False),
    ("7月：80万元", "<=", "1000000", "元", True),
    ("7月：101万元", "<=", "1000000", "元", False),
    # a rate that is to fall may fall to the year's limit, or stay below it, but not do both
    ("7月：8%；10月：6%", "<=", "5", "%", True),
    ("7月：3%；10月：4%", "<=", "5", "%", True),
    ("7月：8%；10月：4%", "<=", "5", "%", False),
])  # fmt: skip
def test_values_run_toward_the_target_of_the_year(text, operator, value, unit, good):
    assert (read(text, operator, value, unit).problems == ()) is good


def test_words_and_days_are_kept_as_words():
    told = read("7月：完成招标；10月：主体完工", "<=", None, "")
    assert [(one.text, one.value) for one in told.targets] == [("完成招标", None), ("主体完工", None)]
    assert told.problems == ()


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=2), st.integers(0, 1000))
def test_amounts_are_right_exactly_when_they_only_grow(values, year):
    told = read(f"7月：{values[0]}；10月：{values[1]}", value=str(year))
    assert (told.problems == ()) is (values[0] <= values[1] <= year)


def test_only_places_that_offer_them_have_checkpoints_for_them():
    offered = load_policy("hunan-tianyuan").at(2023, date(2023, 1, 1))
    assert [one.label for one in points_of(offered)] == ["1—7月"]
    assert points_of(load_policy("ningxia-yanchi").at(2023, date(2023, 1, 1))) == ()
