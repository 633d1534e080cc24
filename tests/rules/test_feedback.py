"""Until when a result is given back: the day before, the day, the day after."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.feedback import feedback_due, is_late

FIXED, DUE = date(2024, 2, 10), date(2024, 3, 1)


@pytest.mark.parametrize(("given_on", "late"), [(date(2024, 2, 29), False), (DUE, False), (date(2024, 3, 2), True)])
def test_twenty_days_over_a_leap_day(given_on, late):
    assert feedback_due(FIXED, 20) == DUE
    assert is_late(DUE, given_on, date(2025, 1, 1)) is late


def test_what_was_not_given_back_is_late_from_the_day_after():
    assert is_late(DUE, None, DUE) is False
    assert is_late(DUE, None, date(2024, 3, 2)) is True
    assert is_late(None, None, date(2030, 1, 1)) is False


@given(st.integers(0, 400), st.integers(0, 800))
def test_late_exactly_when_more_days_passed(days, passed):
    due = feedback_due(FIXED, days)
    assert is_late(due, FIXED + timedelta(days=passed), FIXED) is (passed > days)
