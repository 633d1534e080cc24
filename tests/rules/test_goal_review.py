"""The arithmetic around the review of goals: what to look at first, days counted back, rewards."""

from datetime import date
from decimal import Decimal

import pytest

from jiheng.rules.goal_review import Terms, counted_back, reward, weigh

TABLE = {"new": Decimal(1), "raised": Decimal("0.5"), "cut_before": 1, "slow": Decimal("0.5"), "findings": Decimal("0.5"), "longest": 5}
TERMS = Terms(Decimal(90), Decimal(1), 5_000_000_00)


@pytest.mark.feature("3.23")
def test_a_project_is_weighed_by_money_risk_and_years() -> None:
    found = weigh(100_000_000, ["new", "slow"], 3, TABLE)
    assert found.risk == Decimal("2.5")
    assert found.score == Decimal("750.00")  # 100 万元 × 2.5 × 3
    assert "100.00万元 × 风险2.5" in found.words
    assert "新增项目，加1" in found.words
    assert "× 3年" in found.words


@pytest.mark.parametrize(("years", "counted"), [(0, 1), (1, 1), (5, 5), (6, 5)])
def test_years_have_a_least_and_a_most(years: int, counted: int) -> None:
    assert weigh(1, [], years, TABLE).years == counted


def test_a_sign_that_the_place_does_not_weigh_changes_nothing() -> None:
    found = weigh(100_000_000, ["raised"], 1, {"new": 1})
    assert (found.risk, found.grounds) == (Decimal(1), ())


@pytest.mark.feature("3.23")
def test_days_are_counted_back_from_the_last() -> None:
    days = {"submitted": 30, "scored": 10, "decided": 0}
    plan = [{"key": key, "label": key, "days": number} for key, number in days.items()]
    steps = counted_back(date(2021, 11, 30), plan, {"submitted"})
    assert [(one.due, one.done) for one in steps] == [
        (date(2021, 10, 31), True), (date(2021, 11, 20), False), (date(2021, 11, 30), False),
    ]  # fmt: skip


@pytest.mark.feature("3.22")
@pytest.mark.parametrize(
    ("totals", "failed", "agreed", "amount"),
    [
        (["89.99"], 0, 100_000_000_00, 0),
        (["90"], 0, 100_000_000_00, 1_000_000_00),
        (["90.01"], 0, 100_000_000_00, 1_000_000_00),
        (["100", "80"], 0, 100_000_000_00, 1_000_000_00),
        (["100", "79.98"], 0, 100_000_000_00, 0),
        (["100", "100"], 1, 100_000_000_00, 0),
        (["95"], 0, 500_000_000_00, 5_000_000_00),
        (["95"], 0, 900_000_000_00, 5_000_000_00),
        (["95"], 0, 1_234_567_89, 12_300_00),
        ([], 0, 100_000_000_00, 0),
    ],
)  # fmt: skip
def test_reward_by_its_terms(totals: list[str], failed: int, agreed: int, amount: int) -> None:
    found = reward([Decimal(one) for one in totals], failed, agreed, TERMS)
    assert found.amount_fen == amount
    assert found.excellent is (amount > 0)
    assert found.words


def test_a_capped_reward_says_so() -> None:
    assert "按上限500.00万元" in reward([Decimal(95)], 0, 900_000_000_00, TERMS).words
