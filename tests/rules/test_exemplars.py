"""The best of each kind reach the bar; an indicator that everybody meets is no example."""

from decimal import Decimal

import pytest

from jiheng.rules.exemplars import STEPS, Bar, Candidate, best, is_good
from jiheng.rules.indicator_statistics import Counts

BAR = Bar(Decimal(90), 2, 10, Decimal(80), Decimal(5))


def one(key: int, group: str, score: str, year: int = 2023) -> Candidate:
    return Candidate(key, group, Decimal(score), year)


@pytest.mark.feature("4.21")
def test_the_best_of_each_kind_are_taken_and_no_others() -> None:
    found = best(
        [one(1, "a", "91"), one(2, "a", "95"), one(3, "a", "99"), one(4, "b", "90"), one(5, "b", "89.99"), one(6, "c", "50")], BAR
    )
    assert [each.key for each in found] == [3, 2, 4]


def test_of_equals_the_newer_one_comes_first() -> None:
    found = best([one(1, "a", "95", 2021), one(2, "a", "95", 2023), one(3, "a", "95", 2022)], BAR)
    assert [each.key for each in found] == [2, 3]


@pytest.mark.parametrize(
    ("counts", "good"),
    [
        (Counts(picks=20, judged=10, met=8), True),
        (Counts(picks=20, judged=10, met=10), False),
        (Counts(picks=20, judged=9, met=8), False),
        (Counts(picks=20, judged=10, met=7), False),
        (Counts(picks=20, returns=1, judged=10, met=9), True),
        (Counts(picks=20, returns=2, judged=10, met=9), False),
    ],
)
def test_an_example_of_an_indicator_is_judged_often_mostly_met_and_rarely_returned(counts: Counts, good: bool) -> None:
    assert is_good(counts, BAR) is good


def test_every_step_leads_to_a_state_from_which_another_goes_on() -> None:
    beginnings = {state for before, _ in STEPS.values() for state in before}
    assert {after for _, after in STEPS.values()} <= beginnings
