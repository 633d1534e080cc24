"""Dates out of messy text: whole days exactly, months and years as periods, nothing guessed."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jiheng.rules.reading.characters import plain, published
from jiheng.rules.reading.numbers import is_blank
from jiheng.rules.reading.numerals import chinese_integer
from jiheng.rules.reading.problem import Problem

EPOCH = date(1899, 12, 30)
"""Day 0 of spreadsheet serial numbers, shifted by the 29 February 1900 that never was."""
SERIALS = range(20000, 80000)
"""Serial numbers taken for days: October 1954 to January 2119; smaller ones are amounts or counts."""
YEARS = range(1949, 2120)
NUMERAL = "〇一二三四五六七八九十"
DAY = re.compile(
    r"(?P<y>[0-9]{4}) ?(?:年|[-/.]) ?(?P<m>[0-9]{1,2}) ?(?:月|[-/.]) ?(?P<d>[0-9]{1,2}) ?[日号]?"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
)
COMPACT = re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})")
YEAR_MONTH = re.compile(r"[0-9]{4}[./-][0-9]{1,2}")
TO = re.compile("-+|—+|~+|至|到")
FORM = "请写成 2026-06-30 的样子"


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included; a whole day has equal ends."""

    first: date
    last: date


def read_date(value: object) -> date | Problem:
    """The calendar day in a cell: dashes, slashes, dots, 年月日, eight digits, full-width, Chinese, serial number.

    A text without its day (2026年6月), with a two-digit year or with the year last is a Problem, never filled up.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text, shown = arabic_dates(plain(value)), published(value)
    if is_blank(text) or isinstance(value, bool):
        return Problem(shown, "没有填写日期", FORM)
    found = DAY.fullmatch(text) or COMPACT.fullmatch(text)
    if found:
        return _day(int(found["y"]), int(found["m"]), int(found["d"]), shown)
    serial = re.fullmatch(r"([0-9]{5})(?:\.[0-9]+)?", text)
    if serial and int(serial[1]) in SERIALS:
        return EPOCH + timedelta(days=int(serial[1]))
    return _why_no_day(text, shown)


def _day(year: int, month: int, day: int, shown: str) -> date | Problem:
    if year not in YEARS:
        return Problem(shown, f"的年份 {year} 不合常理", FORM)
    try:
        return date(year, month, day)
    except ValueError:
        return Problem(shown, "不是日历上有的日子", FORM)


def _why_no_day(text: str, shown: str) -> Problem:
    if re.fullmatch(r"[0-9]{4} ?[年./-] ?[0-9]{1,2} ?月?", text):
        return Problem(shown, "只有年月，没有日", FORM)
    if re.fullmatch(r"[0-9]{4}年?", text):
        return Problem(shown, "只有年份", FORM)
    if re.fullmatch(r"[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?", text):
        return Problem(shown, "的年份只有两位", FORM)
    if re.fullmatch(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}", text):
        return Problem(shown, "的年份写在了最后，分不清月和日", FORM)
    if re.fullmatch(r"[0-9]{1,2}月[0-9]{1,2}[日号]?", text):
        return Problem(shown, "没有年份", FORM)
    return Problem(shown, "不是日期", FORM)


def arabic_dates(text: str) -> str:
    """The text with 二〇二六年六月三十日 spelled in figures; other text is left alone."""

    def figure(found: re.Match[str]) -> str:
        value = chinese_integer(found[1])
        return found[0] if value is None else f"{value}{found[2]}"

    return re.sub(rf"([{NUMERAL}]+)([年月日])", figure, text)


PERIOD = re.compile(
    r"(?:(?P<y>[0-9]{4}) ?[年./-]? ?度?)?"
    r"(?:(?P<part>全年|年内|上半年|下半年|年底|年末|年中|底|末|第?(?P<q>[1-4一二三四])季度末?)"
    r"|(?P<m>[0-9]{1,2}) ?月份?(?:(?P<ten>上旬|中旬|下旬|中|底|末|初)|(?P<d>[0-9]{1,2}) ?[日号]?)?)?"
)


def read_period(value: object, year: int | None = None) -> Period | Problem:
    """The days that a text means: a day, a month, a ten-day part, a quarter, a half or a whole year, or a span of them.

    `year` stands in where the text names none (9月, 年底, 全年); without it such a text is a Problem.
    """
    text, shown = arabic_dates(plain(value)), published(value)
    day = read_date(value)
    if isinstance(day, date):
        return Period(day, day)
    return _span(text, year, shown) or _period(text, year, shown)


def _span(text: str, year: int | None, shown: str) -> Period | Problem | None:
    """A stretch from one day, month or year to another, cut where both sides are dates; None for no stretch."""
    found: Problem | None = None
    for cut in TO.finditer(text):
        head, tail = text[: cut.start()].strip(), text[cut.end() :].strip()
        whole = bool(DAY.fullmatch(tail) or YEAR_MONTH.fullmatch(tail))
        if not head or not (re.search("[月年]", tail) or whole):
            continue
        if re.fullmatch("[0-9]{4}", head):
            if not re.fullmatch("[0-9]{4}年度?", tail):
                continue  # 2023-07-01 is one day, not a stretch that begins in 2023
            head += "年"
        head = head if whole or re.search("[年月日]", head) else head + "月"
        first = _one(head, year, shown)
        named = re.match(r"[0-9]{4}", head)
        last = _one(tail, int(named[0]) if named else year, shown)
        if isinstance(first, Period) and isinstance(last, Period):
            ordered = first.first <= last.last
            return Period(first.first, last.last) if ordered else Problem(shown, "的起止颠倒了", FORM)
        found = found or (
            first if isinstance(first, Problem) else last if isinstance(last, Problem) else None
        )
    return found


def _one(text: str, year: int | None, shown: str) -> Period | Problem:
    """One end of a stretch: a whole day, or a month, part or year."""
    day = read_date(text)
    return Period(day, day) if isinstance(day, date) else _period(text, year, shown)


def _period(text: str, year: int | None, shown: str) -> Period | Problem:
    if YEAR_MONTH.fullmatch(text):
        text = "{}年{}月".format(*re.split("[./-]", text))
    found = PERIOD.fullmatch(text)
    if not text or not found or not (found["part"] or found["m"] or re.fullmatch("[0-9]{4} ?年度?", text)):
        return Problem(shown, "不是日期", FORM)
    named = int(found["y"]) if found["y"] else year
    if named is None:
        return Problem(shown, "没有年份", FORM)
    if named not in YEARS:
        return Problem(shown, f"的年份 {named} 不合常理", FORM)
    if found["m"]:
        return _month(named, int(found["m"]), found["ten"] or "", found["d"], shown)
    return _part(named, found["part"] or "", found["q"])


def _part(year: int, part: str, quarter: str | None) -> Period:
    """A whole year, a half, a quarter, or the year's end (its last day: what is due then may come until then)."""
    if quarter:
        number = "1234".find(quarter) + 1 or "一二三四".find(quarter) + 1
        return Period(date(year, number * 3 - 2, 1), date(year, number * 3, monthrange(year, number * 3)[1]))
    if part in ("年底", "年末", "底", "末"):
        return Period(date(year, 12, 1), date(year, 12, 31))
    if part == "上半年":
        return Period(date(year, 1, 1), date(year, 6, 30))
    if part == "年中":
        return Period(date(year, 6, 1), date(year, 6, 30))
    return Period(date(year, 7 if part == "下半年" else 1, 1), date(year, 12, 31))


def _month(year: int, month: int, ten: str, day: str | None, shown: str) -> Period | Problem:
    if not 1 <= month <= 12:
        return Problem(shown, "不是日历上有的月份", FORM)
    if day is not None:
        exact = _day(year, month, int(day), shown)
        return exact if isinstance(exact, Problem) else Period(exact, exact)
    end = monthrange(year, month)[1]
    first, last = {"上旬": (1, 10), "初": (1, 10), "中旬": (11, 20), "中": (11, 20), "下旬": (21, end), "底": (21, end),
                   "末": (21, end)}.get(ten, (1, end))  # fmt: skip
    return Period(date(year, month, first), date(year, month, last))
