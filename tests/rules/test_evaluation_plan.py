"""A plan of evaluations against its shares: just below, at and above, in number and in money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.evaluation_plan import Count, Demand, Portion, plan_refusals

CLAUSE = "某市方案第二条"
TWENTY = Decimal(20)


def money(planned: int, total: int = 100_000_000) -> Portion:
    return Portion("资金", planned, total, money=True)


def number(planned: int, total: int) -> Portion:
    return Portion("项目数", planned, total, money=False)


@pytest.mark.parametrize(("planned", "short"), [(19_999_999, 1), (20_000_000, 0), (20_000_001, 0), (0, 20_000_000)])
def test_money_is_short_to_the_fen(planned: int, short: int) -> None:
    assert money(planned).short(TWENTY) == short
    assert money(planned).reached(TWENTY) is (short == 0)


@pytest.mark.parametrize(("planned", "total", "short"), [(1, 5, 0), (1, 6, 1), (2, 6, 0), (0, 1, 1), (0, 0, 0)])
def test_number_is_rounded_up_to_whole_things(planned: int, total: int, short: int) -> None:
    assert number(planned, total).short(TWENTY) == short


def test_one_of_two_portions_is_enough() -> None:
    assert Demand("部门评价", TWENTY, (number(1, 6), money(20_000_000)), CLAUSE).met
    assert Demand("部门评价", TWENTY, (number(2, 6), money(1)), CLAUSE).met
    assert not Demand("部门评价", TWENTY, (number(1, 6), money(19_999_999)), CLAUSE).met


def test_refusal_says_what_is_missing_by_which_clause() -> None:
    demand = Demand("部门评价", TWENTY, (number(1, 6), money(10_000_000)), CLAUSE)
    (found,) = plan_refusals([demand], [], "理由条")
    assert found.clause == CLAUSE
    assert found.message == (
        "部门评价没有达到20%：项目数1个，占6个的16.67%，还差1个；资金10.00万元，占100.00万元的10%，还差10.00万元"
    )


@pytest.mark.parametrize(("planned", "refused"), [(1, True), (2, False), (3, False)])
def test_so_many_of_a_kind_are_needed(planned: int, refused: bool) -> None:
    assert bool(plan_refusals([Count("试点", 2, planned, CLAUSE)], [], "")) is refused


def test_choice_needs_a_reason() -> None:
    (found,) = plan_refusals([], ["甲项目"], "理由条")
    assert (found.message, found.clause) == ("“甲项目”没有写明入选理由", "理由条")


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 100))
def test_what_is_short_is_exactly_enough(planned: int, total: int, minimum: int) -> None:
    portion, line = money(min(planned, total), total), Decimal(minimum)
    short = portion.short(line)
    assert money(portion.planned + short, total).reached(line)
    if short:
        assert not money(portion.planned + short - 1, total).reached(line)
