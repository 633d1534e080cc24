"""Indicator targets and actual values out of messy text: quantity, range, date, quality, or named as unreadable."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from jiheng.rules.reading.approximate import (
    BARE_STEP,
    FIGURE,
    NUMBER,
    about_problem,
    open_problem,
    without_more,
)
from jiheng.rules.reading.characters import plain, published
from jiheng.rules.reading.comparisons import ABOUT, AT_MOST, EQUAL, UNDER, split_comparison
from jiheng.rules.reading.dates import arabic_dates, read_period
from jiheng.rules.reading.numbers import LONGEST, Quantity, is_blank, read_quantity
from jiheng.rules.reading.numerals import NUMERALS
from jiheng.rules.reading.problem import Problem
from jiheng.rules.reading.units import factor_between

Kind = Literal["quantitative", "range", "date", "qualitative", "unreadable"]
PLACEHOLDER = re.compile(r"\*\*|★|☆|[Xx×]{2,}|_{2,}|[≥≤=<>] ?[%‰]$|^[≥≤=<>]+$|^(?:%|‰)$")
DONE = re.compile(
    r"(?:前)?(?:全部|按时|按期)?(?:完成|完工|到位|办结|竣工|实施完毕|发放到位|支付完毕|拨付到位|结束|验收)$"
)
REACH = re.compile(
    r"^(?:达到|达成|达|完成率|完成|实现|控制在|保持在|稳定在|总计|共计|合计|共|为|累计|预计|计划)(?=[≥≤=<>0-9百])"
)
SPAN = re.compile(rf"({NUMBER}) ?([^0-9]*?)(?:-+|—+|~+|至|到) ?({NUMBER}) ?([^0-9]*)")
BOUNDED = re.compile(rf"({FIGURE}) ?([^0-9<≤]*?)(<=|<|≤)[^0-9<≤=]{{0,4}}(<=|<|≤) ?({FIGURE}) ?([^0-9]*)")
BOTH = re.compile(r"(?P<low>.+?)(?:,|;|且|并且|同时|、)(?P<high>.+)")
# Graded words may name figures (部分达成：跑2次): the judge compares them, they are no target value of their own.
GRADED = re.compile(r"达成.+未达成|优秀?[:(].+良好?[:(]")
YEAR_MONTH = re.compile(
    r"(?:19|20)[0-9]{2}\.(?:0?[1-9]|1[0-2])|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
)
"""2023.6 and 20230630 may be days or figures."""
SPREAD = re.compile(rf"(?:±|\+/-) ?({FIGURE}) ?([^0-9]*)")


@dataclass(frozen=True)
class Target:
    """What a target or an actual value says.

    `quantitative`: `op` (`>=`, `<=`, `>`, `<`, `=`, `≈`, or "" when none was written) and `value` in `unit`.
    `range`: `low` and `high` in `unit`, both included. `date`: `first` to `last`, `op` as written (`<` for 前).
    `qualitative`: words without a figure. `unreadable`: `problem` says why. `places` are the printed decimals.
    A readable target may carry a `problem` as well: something to be named, such as 左右.
    """

    text: str
    kind: Kind
    op: str = ""
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    places: int = 0
    first: date | None = None
    last: date | None = None
    problem: Problem | None = None

    @property
    def note(self) -> str:
        """The problem's message, or nothing."""
        return "" if self.problem is None else str(self.problem)


def read_target(value: object, *, unit: str = "", year: int | None = None) -> Target:
    """The target in a cell. `unit` is the unit column beside it (a unit in the cell goes first, a contradiction is
    named); `year` completes dates without a year (9月底前).
    """
    return _read(published(value), plain(unit), year)


@lru_cache(maxsize=16_384)  # a year has many rows of the same words
def _read(shown: str, unit: str, year: int | None) -> Target:
    text = plain(shown)
    if is_blank(text):
        return _unreadable(shown, "没有填写指标值", "请填写可衡量的指标值")
    if PLACEHOLDER.search(text):
        return _unreadable(shown, "还留着模板的占位符", "请换成真实的指标值")
    if GRADED.search(text):
        return Target(shown, "qualitative")
    if len(text) > LONGEST:
        return _words(text, shown)
    text = text.rstrip("。;,、.")
    if YEAR_MONTH.fullmatch(text) and is_blank(unit):
        return _unreadable(shown, "可能是日期，也可能是数", "日期请写成 2026年6月30日 的样子，数请写明单位")
    found = (
        _range(text, shown)
        or _date(text, shown, year)
        or _quantity(text, shown)
        or _left_open(text, shown)
        or _words(text, shown)
    )
    return _with_unit(found, unit)


def _unreadable(shown: str, message: str, remedy: str) -> Target:
    return Target(shown, "unreadable", problem=Problem(shown, message, remedy))


def _quantity(text: str, shown: str) -> Target | None:
    """One figure with at most one sign of comparison before it and one after its unit."""
    op, rest, contradiction = split_comparison(REACH.sub("", text))
    inner_op, inner, _ = split_comparison(REACH.sub("", rest))
    op, rest = op or inner_op, inner
    exact = without_more(rest)
    if exact is not None:
        op, rest = ABOUT, exact
    reading = read_quantity(rest)
    if isinstance(reading, Problem):
        reading = read_quantity(DONE.sub("", rest))
    if isinstance(reading, Problem):
        return None
    if contradiction:
        return _unreadable(shown, "前后两个比较符互相矛盾", "请只写一个")
    return _figure(reading, op, shown)


def _left_open(text: str, shown: str) -> Target | None:
    """A text that names no single figure (数十、三分之一、半年) is named, be there a sign before it or not."""
    sign, rest, _ = split_comparison(REACH.sub("", text))
    problem = open_problem(text, shown) or open_problem(rest, shown)
    if problem is None and sign and BARE_STEP.fullmatch(rest):
        problem = about_problem(shown)
    if problem is None and re.fullmatch(f"[{NUMERALS}]{{2,}}", rest):
        problem = Problem(shown, "的中文数字有不止一种读法", "请用阿拉伯数字填写")
    return None if problem is None else Target(shown, "unreadable", problem=problem)


def _figure(reading: Quantity, op: str, shown: str) -> Target:
    """A read figure as a target; signs between figure and unit (`95以上%`) are not expected."""
    problem = None
    if op == ABOUT:
        problem = Problem(shown, "是约数，没有明确界限", "请写成确切的数、区间或上下限")
    return Target(
        shown, "quantitative", op, reading.value, unit=reading.unit, places=reading.places, problem=problem
    )


def _range(text: str, shown: str) -> Target | None:
    """A range: 10-20, 10%~20%, ±5%, 10≤x≤20, `≥10且≤20`. A month span (1-12月) is a date, not a range."""
    if re.fullmatch("(?:19|20)[0-9]{2}[-—/](?:0?[1-9]|1[0-2])", text):
        return None  # 2023-06 is a month
    spread = SPREAD.fullmatch(text)
    if spread:
        half = read_quantity(spread[1] + spread[2])
        return None if isinstance(half, Problem) else _between(-half.value, half, half, shown)
    span = (
        SPAN.fullmatch(text.strip("[]【】")) if not re.search("[年月日]", text) or text[-1:] == "年" else None
    )
    if span:
        return _two_ends(span[1] + (span[2] or span[4]), span[3] + span[4], shown)
    bounded = BOUNDED.fullmatch(text)
    if bounded:
        return _two_ends(bounded[1] + (bounded[2] or bounded[6]), bounded[5] + bounded[6], shown)
    both = BOTH.fullmatch(text)
    if both:
        ends = [_quantity(both["low"], shown), _quantity(both["high"], shown)]
        return _from_bounds(ends, shown)
    return None


def _two_ends(low_text: str, high_text: str, shown: str) -> Target | None:
    low, high = read_quantity(low_text), read_quantity(high_text)
    if isinstance(low, Problem) or isinstance(high, Problem):
        return None
    factor = factor_between(low.unit, high.unit)
    if factor is None:
        return _unreadable(shown, "区间两端的单位不同", "请用同一个单位")
    if 1949 <= low.value <= 2119 and 1949 <= high.value <= 2119 and high.unit in ("", "年"):
        return None
    return _between(low.value * factor, low, high, shown)


def _between(low: Decimal, first: Quantity, high: Quantity, shown: str) -> Target:
    if low > high.value:
        return _unreadable(shown, "区间的下限大于上限", "请核对两端")
    places = max(first.places, high.places)
    return Target(shown, "range", "between", None, low, high.value, high.unit, places)


def _from_bounds(ends: list[Target | None], shown: str) -> Target | None:
    """A lower and an upper bound, in either order, as one range."""
    if any(end is None or end.kind != "quantitative" or end.op in ("", EQUAL, ABOUT) for end in ends):
        return None
    known = sorted((end for end in ends if end is not None), key=lambda end: end.op[0], reverse=True)
    lower, upper = known
    if lower.op[0] != ">" or upper.op[0] != "<" or lower.value is None or upper.value is None:
        return None
    unit = lower.unit or upper.unit
    low = Quantity(lower.value, unit, lower.places)
    high = Quantity(upper.value, upper.unit or lower.unit, upper.places)
    factor = factor_between(low.unit, high.unit)
    if factor is None:
        return _unreadable(shown, "区间两端的单位不同", "请用同一个单位")
    return _between(low.value * factor, low, high, shown)


def _date(text: str, shown: str, year: int | None) -> Target | None:
    """A day, month, quarter or year as a deadline (前, 底前, 完成) or a period (全年, 1-12月)."""
    if not re.search("[年月日号/.-]|季度", text):
        return None
    op, rest, _ = split_comparison(text)
    rest = arabic_dates(re.sub("^(?:于|在|截至|截止到|截止)", "", rest))
    done = DONE.search(rest)
    body = rest[: done.start()] if done else rest
    before = re.search("(?:之前|以前|前)$", body) or (done and done[0].startswith("前"))
    body = re.sub("(?:之前|以前|前|止)$", "", body)
    if re.fullmatch("[0-9]{1,2}年|[0-9]{1,3}[日天]|[0-9]+(?:\\.[0-9]+)?", body) or re.fullmatch(
        "[0-9]{8}", body
    ):
        return None  # 3年 and 20日 are lengths of time; bare figures are quantities
    period = read_period(body, year)
    if isinstance(period, Problem):
        return _dateless(period, shown)
    if before:
        # 6月底前 means by the end of June; 9月前 and 9月15日前 are read as before that month or on that day at the latest.
        whole_month = re.fullmatch(r"(?:[0-9]{4}年)?[0-9]{1,2}月份?", body)
        op = op or (UNDER if whole_month else AT_MOST)
    return Target(shown, "date", op or (AT_MOST if done else ""), first=period.first, last=period.last)


def _dateless(problem: Problem, shown: str) -> Target | None:
    """A month or day whose year is nowhere named is a date with that problem; other texts are no dates."""
    if problem.message in ("没有年份", "不是日历上有的日子", "不是日历上有的月份"):
        return Target(shown, "unreadable", problem=Problem(shown, problem.message, "请写明年、月、日"))
    return None


def _words(text: str, shown: str) -> Target:
    """Words: a quality when no figure is in them, else unreadable with the reason."""
    if not re.search("[0-9≥≤=<>%‰^$]", text):
        return Target(shown, "qualitative")
    if re.match("[0-9]", text):
        reading = read_quantity(text)
        if isinstance(reading, Problem):
            return Target(shown, "unreadable", problem=Problem(shown, reading.message, reading.remedy))
    return _unreadable(shown, "把数值写在了文字里", "请只写比较符、数值和单位")


def _with_unit(target: Target, column: str) -> Target:
    """The target with the unit column's unit where its own text names none; a contradiction is named."""
    if target.kind not in ("quantitative", "range") or is_blank(column):
        return target
    if not target.unit:
        return replace(target, unit=column)
    if factor_between(target.unit, column) == 1 or target.problem is not None:
        return target
    message = f"写的单位“{target.unit}”与单位栏“{column}”不同"
    return replace(target, problem=Problem(target.text, message, "请统一单位"))
