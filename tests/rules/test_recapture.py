"""What is to be taken back, to the fen: just below, at and above each line."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.recapture import (
    FINDERS,
    FLAG,
    REFUSE,
    Ground,
    RecaptureFacts,
    amount_refusals,
    claims,
    lateness,
    need_refusals,
    proposed,
)

CLAUSE = "某县办法第五条"
GROUNDS = [Ground(key, key, CLAUSE) for key in FINDERS]
BUDGET = 100_000_000


def facts(paid: int = 75_000_000, **more: Any) -> RecaptureFacts:
    return RecaptureFacts(2021, date(2021, 9, 30), BUDGET, paid, **more)


@pytest.mark.parametrize(("paid", "amount"), [(74_999_999, 1), (75_000_000, 0), (75_000_001, 0), (0, 75_000_000)])
def test_slow_part_is_what_the_calendar_is_ahead(paid: int, amount: int) -> None:
    found = [one for one in claims(facts(paid), GROUNDS) if one.ground.key == "behind_calendar"]
    assert [one.amount for one in found] == ([amount] if amount else [])


def test_slow_part_says_how_it_was_reached() -> None:
    (found,) = claims(facts(60_000_000), GROUNDS)
    assert found.calculation == "慢于序时进度的部分：100.00×75%－60.00＝15.00万元"
    assert found.facts == ("截至2021-09-30序时进度75%，应支出75.00万元，至今支出60.00万元",)


@pytest.mark.parametrize("key", ["uncorrected", "unattainable"])
def test_problem_takes_back_all_that_is_unspent(key: str) -> None:
    (found,) = claims(facts(80_000_000, **{key: ("事实",)}), GROUNDS)
    assert (found.ground.key, found.amount, found.facts) == (key, 20_000_000, ("事实",))


def test_nothing_is_taken_back_of_what_is_spent() -> None:
    assert claims(facts(BUDGET, uncorrected=("事实",), unattainable=("事实",), idle="沉淀"), GROUNDS) == []


def test_several_grounds_take_the_same_money_once() -> None:
    found = claims(facts(0, uncorrected=("事实",), idle="沉淀"), GROUNDS)
    assert [one.ground.key for one in found] == ["uncorrected", "behind_calendar", "idle"]
    assert (proposed(found).ground.key, proposed(found).amount) == ("uncorrected", BUDGET)


def test_only_the_grounds_of_the_place_count() -> None:
    found = claims(facts(0, uncorrected=("事实",), idle="沉淀"), [Ground("idle", "沉淀资金", CLAUSE)])
    assert [one.ground.label for one in found] == ["沉淀资金"]


def test_ground_without_meaning_is_a_fault_of_the_pack() -> None:
    with pytest.raises(LookupError, match="没有“whim”这种收回情形"):
        claims(facts(), [Ground("whim", "随意", CLAUSE)])


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 12))
def test_never_more_than_unspent_nor_less_than_nothing(budget: int, paid: int, month: int) -> None:
    told = RecaptureFacts(2021, date(2021, month, 28), budget, paid, ("a",), ("b",), "c")
    for one in claims(told, GROUNDS):
        assert 0 < one.amount <= max(budget - paid, 0)


def amounts(amount: int, *, principle: bool = True, exception: str = "", unspent: int = 1000) -> list[str]:
    found = amount_refusals(
        amount=amount, proposal=1000, unspent=unspent, in_principle=principle, exception=exception, clause=CLAUSE
    )
    assert all(one.clause == CLAUSE for one in found)
    return [one.where for one in found]


def test_amount_has_its_bounds() -> None:
    assert amounts(1001) == ["amount_fen"]
    assert amounts(1000) == []
    assert amounts(999) == ["exception_reason"]
    assert amounts(999, exception="合同尾款") == []
    assert amounts(999, principle=False, exception="合同尾款") == ["amount_fen"]
    assert amounts(800, unspent=800) == []  # what was paid since cannot be taken back
    assert amounts(801, unspent=800) == ["amount_fen"]
    assert amounts(-1) == ["amount_fen"]


@pytest.mark.parametrize(("day", "late"), [(29, False), (30, False), (31, True)])
def test_date_is_flagged_or_refused_after_it(day: int, late: bool) -> None:
    due, today = date(2021, 10, 30), date(2021, 10, day)

    def said(after: str, reason: str) -> bool:
        return bool(lateness(due=due, today=today, after=after, reason=reason, clause=CLAUSE))

    assert said(REFUSE, "支付计划迟报") is late
    assert said(FLAG, "") is late
    assert not said(FLAG, "支付计划迟报")


def test_without_date_nothing_is_late() -> None:
    assert lateness(due=None, today=date(2021, 12, 1), after=REFUSE, reason="", clause=CLAUSE) == []


@pytest.mark.parametrize(
    ("need", "reason", "where"),
    [(0, "", []), (100, "续建", []), (101, "续建", ["need_fen"]), (100, " ", ["need_reason"]), (-1, "续建", ["need_fen"])],
)
def test_next_years_need_lies_within_the_amount(need: int, reason: str, where: list[str]) -> None:
    assert [one.where for one in need_refusals(need=need, reason=reason, amount=100, clause=CLAUSE)] == where
