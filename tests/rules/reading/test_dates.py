"""Dates and periods: every spelling, and what is named instead of guessed."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.reading import Period, Problem, read_date, read_period

FULL_WIDTH = str.maketrans("0123456789-/.", "０１２３４５６７８９－／．")
DAYS = st.dates(date(1960, 1, 1), date(2118, 12, 31))
FORMS = ("{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month}.{0.day}",
         "{0.year}年{0.month}月{0.day}日", "{0.year}年{0.month}月{0.day}", "{0:%Y%m%d}", "{0:%Y-%m-%d} 00:00:00")  # fmt: skip


@given(DAYS)
def test_date_round_trip_in_every_spelling(day: date) -> None:
    for form in FORMS:
        text = form.format(day)
        assert read_date(text) == day, text
        assert read_date(text.translate(FULL_WIDTH)) == day
    serial = (day - date(1899, 12, 30)).days
    assert read_date(serial) == read_date(str(serial)) == read_date(float(serial)) == day
    assert read_date(day) == read_date(datetime.combine(day, time(13))) == day


def test_date_in_chinese_numerals() -> None:
    assert read_date("二〇二六年六月三十日") == date(2026, 6, 30)
    assert read_date("二○二六年十二月一日") == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026年6月", "没有日"), ("2026", "只有年份"), ("26-6-30", "只有两位"), ("6/30/2026", "写在了最后"),
        ("6月30日", "没有年份"), ("2026-02-30", "日历上"), ("0026-02-03", "不合常理"), ("尽快", "不是日期"),
        ("", "没有填写"), (None, "没有填写"), (True, "没有填写"), (12, "不是日期"),
    ],
)  # fmt: skip
def test_date_names_what_it_cannot_read(text: object, message: str) -> None:
    reading = read_date(text)
    assert isinstance(reading, Problem)
    assert message in str(reading)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026年6月", (6, 1), (6, 30)), ("6月底", (6, 21), (6, 30)), ("全年", (1, 1), (12, 31)), ("2026年", (1, 1), (12, 31)),
        ("年底", (12, 1), (12, 31)), ("上半年", (1, 1), (6, 30)), ("第三季度", (7, 1), (9, 30)), ("1-12月", (1, 1), (12, 31)),
        ("2026年1月--2026年11月", (1, 1), (11, 30)), ("2月上旬", (2, 1), (2, 10)), ("2026.6.30", (6, 30), (6, 30)),
    ],
)  # fmt: skip
def test_period_covers_the_days_meant(text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert read_period(text, 2026) == Period(date(2026, *first), date(2026, *last))


def test_period_without_year_is_named() -> None:
    reading = read_period("6月底")
    assert isinstance(reading, Problem)
    assert "没有年份" in str(reading)
    assert isinstance(read_period("2026年11月至2026年1月"), Problem)


@given(st.text() | st.text(alphabet="0123456789年月日底末前上中下旬季度第至-./— ", max_size=20))
def test_dates_never_raise_and_are_deterministic(text: str) -> None:
    assert read_date(text) == read_date(text)
    period = read_period(text, 2026)
    assert period == read_period(text, 2026)
    assert isinstance(period, Problem) or period.last - period.first >= timedelta(0)
