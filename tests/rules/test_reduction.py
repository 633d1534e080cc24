"""申请调减预算: the amount just below, at and above what is left; what an application rests on."""

import pytest

from jiheng.rules.reduction import reduction_refusals, within_unspent

ASKED = {"budget": 100_000_000, "paid": 30_000_000, "asked": 0, "reason": "规模缩小", "deviations": ["支出慢于序时进度"], "clause": "二（四）"}


@pytest.mark.parametrize(("amount", "fine"), [(69_999_999, True), (70_000_000, True), (70_000_001, False), (0, False), (-1, False)])
def test_an_application_stays_within_what_is_left(amount: int, fine: bool) -> None:
    found = reduction_refusals(amount=amount, **ASKED)  # type: ignore[arg-type]
    assert (found == []) is fine
    assert all(one.clause == "二（四）" for one in found)


def test_what_is_asked_for_already_counts() -> None:
    found = within_unspent(amount=60_000_001, budget=100_000_000, paid=30_000_000, asked=10_000_000, clause="二（四）")
    assert [one.message for one in found] == ["申请调减 600,000.01 元，超过没有支出的 70.00 万元（其中 10.00 万元已在申请）"]
    assert within_unspent(amount=60_000_000, budget=100_000_000, paid=30_000_000, asked=10_000_000, clause="x") == []


def test_without_deviation_and_reason_both_are_told() -> None:
    found = reduction_refusals(amount=1, **ASKED | {"deviations": [], "reason": " "})  # type: ignore[arg-type]
    assert [one.where for one in found] == ["", "reason"]


def test_spent_beyond_the_budget_leaves_nothing() -> None:
    assert within_unspent(amount=1, budget=10, paid=11, clause="x")
