"""Calendar items and outlines."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jiheng.rules.policy.calendar import CalendarItem, YearDay
from jiheng.rules.policy.outline import Outline

BASE = {
    "label": "申报",
    "stage": "goals",
    "opens": {"year": -1, "month": 9, "day": 1},
    "due": {"year": -1, "month": 10, "day": 31},
    "roles": ["unit_project"],
    "cite": {"source": "law", "clause": "第一条"},
}


def test_item_is_due_in_the_year_before_its_budget_year():
    item = CalendarItem.model_validate(BASE)
    assert (item.opens(2023), item.due(2023)) == (date(2022, 9, 1), date(2022, 10, 31))


def test_item_without_opening_says_so():
    assert CalendarItem.model_validate({**BASE, "opens": None}).opens(2023) is None


@given(st.integers(2000, 2090))
def test_29_february_is_the_last_of_february(year):
    found = YearDay(year=0, month=2, day=29).of(year)
    assert (found.month, found.day) == (2, 29 if year % 4 == 0 else 28)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"due": {"year": -1, "month": 8, "day": 31}}, "晚于"),
        ({"due": {"year": 0, "month": 2, "day": 30}}, "没有30日"),
        ({"roles": ["king"]}, "king"),
        ({"roles": []}, "roles"),
        ({"stage": "dreams"}, "stage"),
    ],
)
def test_wrong_item_is_refused(change, words):
    with pytest.raises(ValidationError, match=words):
        CalendarItem.model_validate({**BASE, **change})


OUTLINE = {
    "label": "报告",
    "title": "报告",
    "cite": {"source": "law", "clause": "附件"},
    "sections": [
        {"key": "a", "title": "一、情况"},
        {"key": "b", "title": "二、结论"},
        {"key": "c", "title": "三、其他", "required": False},
    ],
}


def test_outline_names_the_required_parts_that_say_nothing():
    outline = Outline.model_validate(OUTLINE)
    assert outline.missing({"a": "写了", "b": " \n"}) == ["二、结论"]
    assert outline.missing({"a": "写了", "b": "写了"}) == []


def test_outline_with_two_parts_of_one_key_is_refused():
    twice = [{"key": "a", "title": "一"}, {"key": "a", "title": "二"}]
    with pytest.raises(ValidationError, match="重复"):
        Outline.model_validate({**OUTLINE, "sections": twice})
