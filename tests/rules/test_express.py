"""Money released before its goal: the last day is counted, and is in time."""

from datetime import date

import pytest

from jiheng.rules.express import Standing, due_on, standing, terms_from
from jiheng.rules.policy import load_policy

DECIDED = date(2022, 6, 1)


@pytest.mark.feature("3.14")
@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2022, 6, 30), Standing.AWAITED), (date(2022, 7, 1), Standing.AWAITED), (date(2022, 7, 2), Standing.LATE)],
)
def test_the_last_day_is_in_time_and_the_next_is_not(today: date, expected: Standing) -> None:
    due = due_on(DECIDED, 30)
    assert due == date(2022, 7, 1)
    assert standing(due=due, today=today, handed_in=False, approved=False, passed=False) is expected


def test_what_was_sent_back_has_the_days_anew() -> None:
    assert due_on(DECIDED, 30, date(2022, 8, 1)) == date(2022, 8, 31)
    assert due_on(DECIDED, 30, DECIDED) == date(2022, 7, 1)


@pytest.mark.parametrize(
    ("handed_in", "approved", "passed", "expected"),
    [
        (True, False, False, Standing.HANDED_IN),
        (True, True, False, Standing.TO_CHECK),
        (True, True, True, Standing.DONE),
        (False, True, False, Standing.LATE),
        (False, True, True, Standing.DONE),
    ],
)
def test_a_goal_that_was_handed_in_is_not_late_whatever_the_day(
    handed_in: bool, approved: bool, passed: bool, expected: Standing
) -> None:
    assert standing(due=DECIDED, today=date(2023, 1, 1), handed_in=handed_in, approved=approved, passed=passed) is expected


@pytest.mark.parametrize("value", [{}, {"emergencies": [], "days": 30}, {"emergencies": [{"key": "a", "label": "甲"}], "days": 0},
                                   {"emergencies": [{"key": "a", "label": "甲"}], "days": "30"}])  # fmt: skip
def test_terms_that_lack_something_are_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="先行下达"):
        terms_from(value)


def test_the_national_rules_name_emergencies_and_are_assumed() -> None:
    rule = load_policy("national").at(2022, DECIDED).get("goal_express_release")
    assert rule is not None
    assert rule.assumed
    assert terms_from(rule.value).days == 30
    assert "第六十九条" in str(rule.clause)
