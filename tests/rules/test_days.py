"""Counting days: from an event, before it, and working days by a table of holidays."""

from datetime import date, timedelta

import pytest

from jiheng.rules.days import WorkCalendar, statutory_day, work_calendar
from jiheng.rules.policy import load_policy


@pytest.mark.parametrize(
    ("event", "days", "before", "last"),
    [
        (date(2021, 1, 28), 20, False, date(2021, 2, 17)),
        (date(2022, 2, 10), 20, False, date(2022, 3, 2)),
        (date(2024, 2, 10), 20, False, date(2024, 3, 1)),  # a leap year
        (date(2023, 12, 20), 15, False, date(2024, 1, 4)),
        (date(2024, 3, 15), 30, True, date(2024, 2, 14)),
    ],
)
def test_day_of_the_event_does_not_count(event: date, days: int, before: bool, last: date) -> None:
    assert statutory_day(event, days, before=before) == last


def calendar() -> WorkCalendar:
    return work_calendar(load_policy("national").value("holidays", budget_year=2023).value)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2023, 9, 27), 2, date(2023, 10, 7)),  # eight days off, then a worked Saturday
        (date(2023, 9, 28), 1, date(2023, 10, 7)),
        (date(2024, 2, 8), 2, date(2024, 2, 18)),  # the ninth is a Friday; then the holidays up to a worked Sunday
        (date(2025, 4, 3), 1, date(2025, 4, 7)),
        (date(2030, 1, 4), 1, date(2030, 1, 7)),  # a year without a table goes by the week
    ],
)
def test_working_days_skip_holidays_and_count_worked_weekends(start: date, days: int, last: date) -> None:
    assert calendar().after(start, days) == last


def test_counting_on_and_counting_between_agree() -> None:
    own = calendar()
    for start in (date(2023, 1, 1) + timedelta(days=7 * one) for one in range(150)):
        for days in (1, 5, 10):
            assert own.between(start, own.after(start, days)) == days


def test_worked_days_are_weekends_and_no_day_is_both() -> None:
    own = calendar()
    assert not own.off & own.worked
    assert all(day.weekday() >= 5 for day in own.worked)
