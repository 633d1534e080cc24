"""Duties, money and indicators: what is a gap, and shares that never lose or double a fen."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.duties import (
    DutyLinks,
    MainDuty,
    gaps_of,
    in_force,
    share_faults,
    spread,
    without_indicator,
)


@pytest.mark.parametrize(
    ("links", "gaps"),
    [
        (DutyLinks(main=True), ("no_indicator", "no_money", "no_task")),
        (DutyLinks(main=True, indicators=1), ("no_money", "no_task")),
        (DutyLinks(main=True, indicators=1, projects=1, money=0, tasks=1), ("no_money",)),
        (DutyLinks(main=True, indicators=1, projects=1, money=1, tasks=1), ()),
        (DutyLinks(main=False), ()),
    ],
)
def test_only_main_duties_have_gaps(links, gaps):
    assert gaps_of(links) == gaps


@pytest.mark.parametrize(
    ("since", "until", "stands"),
    [
        ("2023-12-31", None, True),
        ("2024-01-01", None, False),
        ("2019-01-01", "2023-01-01", True),
        ("2019-01-01", "2022-12-31", False),
    ],
)
def test_a_duty_stands_in_a_year_from_its_first_to_its_last_day(since, until, stands):
    assert in_force(date.fromisoformat(since), date.fromisoformat(until) if until else None, 2023) is stands


@pytest.mark.parametrize(
    ("percents", "fault"),
    [
        ([], ""),
        (["100"], ""),
        (["33.33", "33.33", "33.34"], ""),
        (["60", "39.99"], "合计99.99%"),
        (["120", "-20"], "大于零"),
        (["50.005", "49.995"], "两位小数"),
        (["NaN"], "大于零"),
    ],
)
def test_shares_make_a_hundred(percents, fault):
    found = share_faults([Decimal(one) for one in percents])
    assert (found == []) is (fault == "")
    assert fault in "".join(found)


@given(st.integers(0, 10**15), st.lists(st.integers(1, 10_000), min_size=1, max_size=12))
def test_the_parts_of_a_projects_money_make_the_whole(money, weights):
    parts = spread(money, [Decimal(one) / 100 for one in weights])
    assert sum(parts) == money
    assert all(part >= 0 for part in parts)


def test_duties_without_an_indicator_are_named():
    assert without_indicator([MainDuty("1 教学", 2), MainDuty("2 招生", 0)]) == ["2 招生"]
