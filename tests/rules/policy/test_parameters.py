"""Dated values: never a guess before the first, ends by null, exact money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jiheng.rules.entry import Clause
from jiheng.rules.policy.parameters import DatedValue, Parameter, loosened, show_value, value_lines

CITE = {"source": "law", "clause": "第一条"}


def yearly(*pairs, unit="天", **more):
    values = [{"from_budget_year": year, "value": value, "cite": CITE} for year, value in pairs]
    return Parameter.model_validate({"label": "期限", "unit": unit, "values": values, **more})


def by_event(*pairs):
    values = [{"from": day, "value": value, "cite": CITE} for day, value in pairs]
    return Parameter.model_validate({"label": "期限", "unit": "天", "by": "event", "values": values})


def dated(value, unit):
    clause = Clause(source="law", title="办法", clause="第一条")
    return DatedValue("k", "限额", unit, value, clause, assumed=False, origin="upper", since=2020)


years = st.lists(st.integers(2000, 2090), min_size=1, max_size=6, unique=True).map(sorted)


@given(years, st.data())
def test_lookup_finds_the_last_value_not_after_the_point(since, data):
    parameter = yearly(*((year, index) for index, year in enumerate(since)))
    point = data.draw(st.integers(1995, 2095))
    found = parameter.at(point)
    earlier = [index for index, year in enumerate(since) if year <= point]
    assert (found.value if found else None) == (earlier[-1] if earlier else None)


@given(years)
def test_lookup_by_day_changes_exactly_on_the_day(since):
    days = [date(year, 3, 1) for year in since]
    parameter = by_event(*((day, index) for index, day in enumerate(days)))
    for index, day in enumerate(days):
        on, before = parameter.at(day), parameter.at(day - timedelta(days=1))
        assert on is not None
        assert on.value == index
        assert (before.value if before else None) == (index - 1 if index else None)


def test_null_ends_a_value():
    parameter = yearly((2020, 5), (2022, None), (2024, 7))
    assert [setting.value if (setting := parameter.at(year)) else None for year in range(2019, 2026)] == [
        None, 5, 5, None, None, 7, 7,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"values": [{"from_budget_year": 2022, "value": 1, "cite": CITE}, {"from_budget_year": 2020, "value": 2, "cite": CITE}]}, "按生效先后"),
        ({"values": [{"from_budget_year": 2020, "value": 1, "cite": CITE}, {"from_budget_year": 2020, "value": 2, "cite": CITE}]}, "按生效先后"),
        ({"values": [{"from": date(2020, 1, 1), "value": 1, "cite": CITE}]}, "from_budget_year"),
        ({"by": "event", "values": [{"from_budget_year": 2020, "value": 1, "cite": CITE}]}, "须写 from"),
        ({"values": [{"value": 1, "cite": CITE}]}, "from_budget_year"),
        ({"unit": "元", "values": [{"from_budget_year": 2020, "value": "很多", "cite": CITE}]}, "单位"),
        ({"unit": "天", "values": [{"from_budget_year": 2020, "value": Decimal("1.5"), "cite": CITE}]}, "整数"),
        ({"unit": "元", "values": [{"from_budget_year": 2020, "value": -1, "cite": CITE}]}, "负数"),
        ({"unit": "是否", "values": [{"from_budget_year": 2020, "value": 1, "cite": CITE}]}, "true"),
        ({"unit": "清单", "values": [{"from_budget_year": 2020, "value": "甲", "cite": CITE}]}, "清单"),
        ({"unit": "表", "values": [{"from_budget_year": 2020, "value": ["甲"], "cite": CITE}]}, "表"),
        ({"unit": "文字", "values": [{"from_budget_year": 2020, "value": 1, "cite": CITE}]}, "文字"),
        ({"unit": "天", "values": [{"from_budget_year": 2020, "value": True, "cite": CITE}]}, "数"),
        ({"floor": True}, "floor_direction"),
        ({"unit": "斤"}, "unit"),
        ({"values": []}, "values"),
    ],
)  # fmt: skip
def test_wrong_parameter_is_refused_in_words(change, words):
    base = {"label": "期限", "unit": "天", "values": [{"from_budget_year": 2020, "value": 1, "cite": CITE}]}
    with pytest.raises(ValidationError) as caught:
        Parameter.model_validate({**base, **change})
    assert words in str(caught.value)


def test_value_without_clause_is_refused():
    with pytest.raises(ValidationError, match="cite"):
        Parameter.model_validate(
            {"label": "期限", "unit": "天", "values": [{"from_budget_year": 2020, "value": 1}]}
        )


def test_money_is_given_in_fen():
    assert dated(5000000, "元").fen == 500_000_000
    assert dated(Decimal("12.5"), "万元").fen == 12_500_000
    with pytest.raises(TypeError):
        _ = dated(5, "天").fen


@pytest.mark.parametrize(
    ("direction", "far", "near", "fine"),
    [
        ("not_above", 20, 20, True),
        ("not_above", 20, 15, True),
        ("not_above", 20, 21, False),
        ("not_below", 60, 60, True),
        ("not_below", 60, 61, True),
        ("not_below", 60, 59, False),
        ("same", 60, 60, True),
        ("same", 60, 61, False),
    ],
)
def test_floor_is_held_at_and_beside_its_value(direction, far, near, fine):
    floor = yearly((2020, far), floor=True, floor_direction=direction)
    assert (loosened(yearly((2020, near)), floor) == []) is fine


def test_floor_list_may_grow_but_not_shrink():
    floor = yearly((2020, ["甲", "乙"]), unit="清单", floor=True, floor_direction="covers")
    assert loosened(yearly((2020, ["乙", "丙", "甲"]), unit="清单"), floor) == []
    assert "缺少乙" in loosened(yearly((2020, ["甲"]), unit="清单"), floor)[0]


def test_floor_is_held_at_every_change_of_either():
    floor = yearly((2020, 20), (2023, 10), floor=True, floor_direction="not_above")
    found = loosened(yearly((2020, 15)), floor)
    assert len(found) == 1
    assert "自2023起" in found[0]


def test_ending_a_floor_loosens_it_but_starting_later_does_not():
    floor = yearly((2020, 20), floor=True, floor_direction="not_above")
    assert loosened(yearly((2022, 20)), floor) == []
    assert "取消" in loosened(yearly((2020, 20), (2022, None)), floor)[0]


def test_floor_in_another_unit_cannot_be_compared():
    floor = yearly((2020, 20), floor=True, floor_direction="not_above")
    assert "须与上级相同" in loosened(yearly((2020, 20), unit="工作日"), floor)[0]


def test_value_in_words():
    assert show_value(None, "元") == "（不作规定）"
    assert show_value(True, "是否") == "是"
    assert show_value(20, "天") == "20天"
    assert show_value(["甲", "乙"], "清单") == "甲、乙"
    assert value_lines({"fiscal": {"fair": {"label": "核减", "min_ratio": 10}}}, "表") == [
        "财政评价：中：核减（最低%：10）"
    ]
