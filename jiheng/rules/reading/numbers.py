"""Numbers and quantities out of messy text: exact decimals, with the decimals that were printed."""

import re
from dataclasses import dataclass
from decimal import Decimal

from jiheng.rules.reading.characters import plain, published
from jiheng.rules.reading.numerals import NUMERALS, chinese_integer
from jiheng.rules.reading.problem import Problem
from jiheng.rules.reading.units import COUNTS, FACTORS, SCALES, unit_of

FIGURE = r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
"""An Arabic figure: optional sign, thousands separators only where they belong, decimals."""
WHOLE_DIGITS, DECIMAL_DIGITS = 15, 10
LONGEST = 120
"""Characters; a longer text is prose, not one quantity."""
UNIT_LENGTH = 4
"""Longest text that is taken for a unit without being known as one."""
BLANKS = frozenset({"", "-", "--", "—", "——", "———", "/", "\\", "无", "空", "null", "None", "N/A", "n/a", "…", "#N/A",
                    "不适用", "、", ".", "。", "_"})  # fmt: skip


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
    """A number and the unit that follows it: `300 公里`, `1,234.50元`, `十二次`, `百分之九十五`."""
    text, shown = plain(value), published(value)
    if isinstance(value, bool):
        return Problem(shown, "不是数字", "请填写数字")
    if text in BLANKS:
        return Problem(shown, "没有填写数字", "请填写数字")
    if len(text) > LONGEST:
        return Problem(shown, "是一段文字，不是一个数", "请只填一个数字和它的单位")
    if re.fullmatch(r"[-+]?[0-9.]+[eE][-+]?[0-9]+", text):
        return Problem(shown, "是科学计数法，末尾数位可能已丢失", "请把单元格设为文本或数值后重新填写")
    found = re.fullmatch(rf"({FIGURE})(?: ?([^0-9 +\-.,].*))?", text)
    if found:
        return _arabic(found[1], (found[2] or "").strip(), shown)
    return _chinese(text) or _why_not(text, shown)


def _arabic(figure: str, unit: str, shown: str) -> Quantity | Problem:
    whole, _, decimals = figure.replace(",", "").lstrip("+-").partition(".")
    if len(whole) > WHOLE_DIGITS or len(decimals) > DECIMAL_DIGITS:
        return Problem(shown, "数位过多，可能是几个数粘连在一起", "请核对后填写一个数")
    if not looks_like_unit(unit):
        return Problem(shown, "数字后面不是计量单位", "请只填一个数字和它的单位")
    return Quantity(Decimal(figure.replace(",", "")), unit, len(decimals))


def looks_like_unit(text: str) -> bool:
    """Whether a text may stand behind a figure as its unit: a known one, or a short word without signs."""
    if text == "" or unit_of(text).known:
        return True
    return len(text) <= UNIT_LENGTH and re.fullmatch(r"[A-Za-z\u4e00-\u9fff/·、()㎡°℃]+", text) is not None


def _chinese(text: str) -> Quantity | Problem | None:
    """Chinese numerals with a known unit; anything else is prose (一般, 十分满意) and no figure."""
    share = re.fullmatch(rf"(百分之|千分之)([{NUMERALS}]+|{FIGURE})", text)
    if share:
        figure = _either(share[2])
        unit = "%" if share[1] == "百分之" else "‰"
        return None if figure is None else Quantity(figure, unit, max(0, -_exponent(figure)))
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
    spelled = chinese_integer(text)
    return None if spelled is None else Decimal(spelled)


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
    if re.search(r"[0-9].*[0-9]", text) and re.search(r"[^0-9.]", text):
        return Problem(shown, "含有不止一个数", "请只填一个数")
    if re.search(r"[0-9]", text):
        return Problem(shown, "夹有不能辨认的字符", "请只填数字和单位")
    return Problem(shown, "不是数字", "请填写数字")


def read_percent(value: object, *, bare: str = "ask") -> Decimal | Problem:
    """A rate in percentage points: `98%`, `98`, `9.8成` is refused. A bare number up to 1 may be a share or points.

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
