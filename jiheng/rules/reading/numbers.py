"""Numbers and quantities out of messy text: exact decimals, with the decimals that were printed."""

import re
from dataclasses import dataclass
from decimal import Decimal

from jiheng.rules.reading.approximate import ABOUT_WORDS, FIGURE, about_problem, open_problem
from jiheng.rules.reading.characters import number_text, plain, published
from jiheng.rules.reading.comparisons import ABOUT, split_comparison
from jiheng.rules.reading.numerals import DIGITS, NUMERALS, chinese_integer
from jiheng.rules.reading.problem import Problem
from jiheng.rules.reading.units import COUNTS, FACTORS, SCALES, unit_of

WHOLE_DIGITS, DECIMAL_DIGITS = 15, 10
LONGEST = 120
"""Characters; a longer text is prose, not one quantity."""
UNIT_LENGTH = 4
"""Longest text that is taken for a unit without being known as one."""
NO_UNIT = re.compile(
    "左右|上下|前后|不等|以[上下内外]|之内|[多余几来]|^个?半|号$|^/[0-9]|^[底末初]|[前后止]$"
)
"""Words behind a figure that change what it says; a text that holds one is not its unit."""
BOUND_WORDS = ("带有比较符或界限，不是一个确切的数", "请只填一个数和它的单位")
BARE = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,10})?")
"""Nothing but a figure, of no more digits than one may have."""
BLANKS = frozenset({"", "-", "--", "—", "——", "———", "/", "\\", "无", "空", "null", "None", "N/A", "n/a", "…", "#N/A",
                    "不适用", "、", ".", "。", "_"})  # fmt: skip


SHARES = {"百": "%", "千": "‰", "万": "‱"}
DECIMAL_UNITS = ("%", "个百分点", "万元", "亿元", "元", "公里", "千米", "米", "亩", "公顷", "吨", "公斤", "倍", "万人", "万人次", "万亩", "年",
                 "小时", "天", "个月", "平方米", "万平方米")  # fmt: skip
"""Units behind a spelled decimal; 三点五分 may be a time of day and is none."""


@dataclass(frozen=True)
class Quantity:
    """A figure with its unit as written; `places` are the decimals that were printed."""

    value: Decimal
    unit: str
    places: int


def is_blank(value: object) -> bool:
    """Whether a cell says nothing: empty, a dash, a slash, 无."""
    return plain(value) in BLANKS


def read_number(value: object) -> Decimal | Problem:
    """The one bare number in a cell (Arabic or Chinese numerals); a unit beside it is a Problem, as is blank."""
    reading = read_quantity(value)
    if isinstance(reading, Problem):
        return reading
    if reading.unit in SCALES:
        return reading.value * SCALES[reading.unit]
    if reading.unit:
        return Problem(published(value), f"带有单位“{reading.unit}”", "此处只填数字，单位写在单位栏")
    return reading.value


def read_quantity(value: object) -> Quantity | Problem:
    """A number and the unit that follows it: `300 公里`, `1,234.50元`, `十二次`, `百分之九十五`, `九成五`.

    What names no single figure is a Problem that says so: 约数 (三十多、近百、50左右), bounds (≥95、30日以内),
    spans (3-5), fractions (1/3) and halves (半年).
    """
    if isinstance(value, float):
        value = number_text(value)
    if isinstance(value, str) and BARE.fullmatch(value):  # most cells: nothing to be careful about
        return Quantity(Decimal(value), "", len(value.partition(".")[2]))
    text, shown = plain(value), published(value)
    if isinstance(value, bool):
        return Problem(shown, "不是数字", "请填写数字")
    if text in BLANKS:
        return Problem(shown, "没有填写数字", "请填写数字")
    if len(text) > LONGEST:
        return Problem(shown, "是一段文字，不是一个数", "请只填一个数字和它的单位")
    if re.fullmatch(r"[-+]?[0-9.]+[eE][-+]?[0-9]+", text):
        return Problem(shown, "是科学计数法，末尾数位可能已丢失", "请把单元格设为文本或数值后重新填写")
    left_open = open_problem(text, shown) or _bound(text, shown)
    if left_open is not None:
        return left_open
    found = re.fullmatch(rf"({FIGURE})(?: ?([^0-9 +\-.,].*))?", text)
    if found:
        return _arabic(found[1], (found[2] or "").strip(), shown)
    return _chinese(text) or _why_not(text, shown)


def _bound(text: str, shown: str) -> Problem | None:
    """A figure with a sign of comparison (≥95, 30日以内, 约50) is a bound or about a figure, not the figure."""
    sign, rest, _ = split_comparison(text)
    if not sign or rest == text:
        return None
    inner = read_quantity(rest)
    if isinstance(inner, Problem) and inner.message not in (BOUND_WORDS[0], ABOUT_WORDS[0]):
        return None
    if sign == ABOUT or (isinstance(inner, Problem) and inner.message == ABOUT_WORDS[0]):
        return about_problem(shown)
    return Problem(shown, *BOUND_WORDS)


def _arabic(figure: str, unit: str, shown: str) -> Quantity | Problem:
    whole, _, decimals = figure.replace(",", "").lstrip("+-").partition(".")
    if len(whole) > WHOLE_DIGITS or len(decimals) > DECIMAL_DIGITS:
        return Problem(shown, "数位过多，可能是几个数粘连在一起", "请核对后填写一个数")
    if not looks_like_unit(unit):
        return Problem(shown, "数字后面不是计量单位", "请只填一个数字和它的单位")
    return Quantity(Decimal(figure.replace(",", "")), unit, len(decimals))


def looks_like_unit(text: str) -> bool:
    """Whether a text may stand behind a figure as its unit: a known one, or a short word without signs."""
    if NO_UNIT.search(text):
        return False
    if text == "" or unit_of(text).known:
        return True
    return len(text) <= UNIT_LENGTH and re.fullmatch(r"[A-Za-z\u4e00-\u9fff/·、()㎡°℃]+", text) is not None


def _chinese(text: str) -> Quantity | Problem | None:
    """Chinese numerals with a known unit; anything else is prose (一般, 十分满意) and no figure."""
    if text in ("百分百", "百分之百", "百分之一百"):
        return Quantity(Decimal(100), "%", 0)
    share = re.fullmatch(rf"([百千万])分之([{NUMERALS}]+(?:点[{''.join(DIGITS)}]+)?|{FIGURE})", text)
    if share:
        figure = _either(share[2])
        return None if figure is None else Quantity(figure, SHARES[share[1]], max(0, -_exponent(figure)))
    tenths = re.fullmatch(r"([一二两三四五六七八九十])成([一二三四五六七八九])?", text)
    if tenths:
        whole, rest = chinese_integer(tenths[1]) or 0, chinese_integer(tenths[2] or "") or 0
        return Quantity(Decimal(whole * 10 + rest), "%", 0)
    decimal = re.fullmatch(rf"([{NUMERALS}]+点[{''.join(DIGITS)}]+)({'|'.join(DECIMAL_UNITS)})?", text)
    if decimal:
        figure = _either(decimal[1])
        return None if figure is None else Quantity(figure, decimal[2] or "", -_exponent(figure))
    # The numeral is taken as long as the rest is a known unit: 三千万 → 30,000,000; 五亿元 → 5 亿元 in full.
    for length in range(len(text), 0, -1):
        head, unit = text[:length], text[length:].strip()
        if head[-1] in NUMERALS and (unit == "" or unit in COUNTS or unit in FACTORS):
            spelled = chinese_integer(head)
            if spelled is not None and len(str(spelled)) <= WHOLE_DIGITS:
                return Quantity(Decimal(spelled), unit, 0)
    return None


def _either(text: str) -> Decimal | None:
    """An Arabic or a Chinese figure, already cut out of its text."""
    if re.fullmatch(FIGURE, text):
        plain_figure = text.replace(",", "")
        return Decimal(plain_figure) if len(plain_figure) <= WHOLE_DIGITS else None
    whole, _, places = text.partition("点")
    spelled = chinese_integer(whole)
    if spelled is None or not places:
        return None if spelled is None else Decimal(spelled)
    return Decimal(f"{spelled}.{''.join(str(DIGITS[sign]) for sign in places)}")


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _why_not(text: str, shown: str) -> Problem:
    """The most likely reason why a text is no quantity, in words."""
    if re.search(r"\*\*|★|[Xx×]{2,}|__", text):
        return Problem(shown, "还留着模板的占位符", "请换成真实的数字")
    if re.search(r"[0-9] [0-9]", text):
        return Problem(shown, "数字中间有空格，分不清是一个数还是两个数", "请填写一个数")
    if re.search(r"[0-9],[0-9]", text):
        return Problem(shown, "千位分隔符的位置不对", "请去掉分隔符，或每三位一个")
    if re.search(r"[0-9][^0-9.,]+[0-9]", text):
        return Problem(shown, "含有不止一个数", "请只填一个数")
    if re.search(r"[0-9]", text):
        return Problem(shown, "夹有不能辨认的字符", "请只填数字和单位")
    return Problem(shown, "不是数字", "请填写数字")


def read_percent(value: object, *, bare: str = "ask") -> Decimal | Problem:
    """A rate in percentage points: `98%`, `98`, `九成五`. A bare number up to 1 may be a share or points.

    `bare` says what the column holds: `points` (98 is 98%), `share` (0.98 is 98%), or `ask`: above 1 it must be
    points, from 0 (excluded) up to 1 it is a Problem because 0.98 could be either.
    """
    reading = read_quantity(value)
    if isinstance(reading, Problem):
        return reading
    if reading.unit:
        unit = unit_of(reading.unit)
        if unit.base == "%":
            return reading.value * unit.scale
        return Problem(published(value), f"的单位“{reading.unit}”不是百分比", "请填写百分比，例如 98%")
    if bare == "share":
        return reading.value * 100
    if bare == "ask" and 0 < abs(reading.value) <= 1:
        points = reading.value.normalize()
        return Problem(published(value), f"可能是 {points:f}%，也可能是 {points * 100:f}%", "请写明百分号")
    return reading.value
