"""Text to value and back for each kind of box: the page and the workbook use the same words for a mistake."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiheng.rules.forms.fields import Field, Kind
from jiheng.rules.money import Fen, fen_to_wan, format_wan, format_yuan
from jiheng.rules.reading.amounts import read_amount
from jiheng.rules.reading.characters import plain, published
from jiheng.rules.reading.dates import read_date
from jiheng.rules.reading.numbers import is_blank, read_number, read_percent
from jiheng.rules.reading.problem import Problem
from jiheng.rules.reading.targets import read_target

Value = str | int | bool | Decimal | date | None

YES = frozenset({"√", "✓", "✔", "☑", "■", "是", "有", "1", "Y", "y", "v", "V"})
NO = frozenset({"×", "✗", "☒", "□", "☐", "否", "0", "N", "n", "x", "X"})
TICKED, UNTICKED = "☑√■✓✔", "□☐"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST = 10**15
"""Spreadsheets keep fifteen digits: a larger amount in fen would come back changed."""


@dataclass(frozen=True)
class Cleaned:
    """A cleaned box: the value, or why there is none; `notice` names what was understood but should be looked at."""

    value: Value
    problem: str = ""
    notice: str = ""


def clean(field: Field, raw: object, *, money_unit: str = "万元", year: int = 0) -> Cleaned:
    """The value of a box from what was typed, in the words that the person reads when it is wrong.

    `raw` is text from a page or a cell's value. A blank box is None (False for ticks) and no mistake here;
    whether it had to be filled is `missing`. `money_unit` is the unit of the sheet that the box stands in;
    `year` completes a target that is a day without its year (11月底前).
    """
    if field.kind is Kind.MONEY_WAN:
        return _money(field, raw, money_unit)
    if field.kind is Kind.TARGET:
        return _target(field, raw, year or None)
    return _CLEANERS[field.kind](field, raw)


def missing(field: Field, value: Value) -> str:
    """What to say when a required box is empty, else nothing."""
    if field.required and (value is None or value == ""):
        return f"“{field.label}”必须填写"
    return ""


def empty(field: Field) -> Value:
    """The value of an untouched box."""
    return False if field.kind is Kind.TICK else None


def shown(field: Field, value: Value) -> str:
    """The value as it stands on paper; blank for an empty box."""
    if field.ticked:
        return "　".join(("■" if choice == value else "□") + choice for choice in field.choices)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "√" if value else ""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if field.kind is Kind.MONEY_WAN and isinstance(value, int):
        return format_wan(value)
    if field.kind is Kind.PERCENT and isinstance(value, Decimal):
        return f"{_trimmed(value)}%"
    if isinstance(value, Decimal):
        return _trimmed(value)
    return str(value)


def exact(field: Field, value: Value) -> str:
    """The value as text that `clean` reads back unchanged: for input boxes on a page."""
    if field.kind is Kind.MONEY_WAN and isinstance(value, int) and not isinstance(value, bool):
        return _trimmed(fen_to_wan(value))
    if isinstance(value, date):
        return value.isoformat()
    if field.ticked:
        return str(value or "")
    return shown(field, value)


def _trimmed(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(field: Field, raw: object) -> Cleaned:
    text = published(raw).replace("\r\n", "\n").replace("\r", "\n")
    text = _FORBIDDEN.sub("", text).strip()
    if field.kind is Kind.TEXT:
        text = " ".join(text.split("\n"))
    if len(text) > field.max_length:
        problem = f"“{field.label}”最多 {field.max_length} 字，现有 {len(text)} 字；请删去 {len(text) - field.max_length} 字"
        return Cleaned(None, problem)
    return Cleaned(text or None)


def _money(field: Field, raw: object, money_unit: str) -> Cleaned:
    if is_blank(raw):
        return Cleaned(None)
    reading = read_amount(raw, money_unit)
    if reading.fen is None:
        return Cleaned(None, str(reading.problem))
    fen: Fen = reading.fen
    problem = _outside(field, fen_to_wan(fen), "万元")
    if not problem and abs(fen) >= _MOST:
        problem = f"“{published(raw)}”超过了 10 万亿元；请核对单位"
    if problem:
        return Cleaned(None, problem)
    if reading.problem is not None:
        # In 元 too: two decimals of 万元 could hide what was typed.
        said = f"已按 {format_wan(fen)} 万元（{format_yuan(fen)} 元）读取，请核对"
        return Cleaned(fen, notice=f"{reading.problem.message}，{said}")
    return Cleaned(fen)


def _number(field: Field, raw: object) -> Cleaned:
    if is_blank(raw):
        return Cleaned(None)
    reading = read_number(raw)
    if isinstance(reading, Problem):
        return Cleaned(None, str(reading))
    problem = _outside(field, reading, "")
    if field.kind is Kind.POINTS and not problem and _places(reading) > 2:
        problem = f"“{published(raw)}”的小数超过两位；请四舍五入到两位小数"
    return Cleaned(None, problem) if problem else Cleaned(_plain_decimal(reading))


def _percent(field: Field, raw: object) -> Cleaned:
    if is_blank(raw):
        return Cleaned(None)
    reading = read_percent(raw)
    if isinstance(reading, Problem):
        return Cleaned(None, str(reading))
    problem = _outside(field, reading, "%")
    return Cleaned(None, problem) if problem else Cleaned(_plain_decimal(reading))


def _date(_field: Field, raw: object) -> Cleaned:
    if is_blank(raw):
        return Cleaned(None)
    reading = read_date(raw)
    return Cleaned(None, str(reading)) if isinstance(reading, Problem) else Cleaned(reading)


def _choice(field: Field, raw: object) -> Cleaned:
    text = plain(raw)
    if not text:
        return Cleaned(None)
    by_plain = {plain(choice): choice for choice in field.choices}
    if text in by_plain:
        return Cleaned(by_plain[text])
    ticked = _ticked(text, by_plain)
    if ticked is None:
        return Cleaned(None, f"“{published(raw)}”不在可选项中；请从{'、'.join(field.choices)}中选一项")
    if len(ticked) > 1:
        return Cleaned(None, f"同时勾选了{'、'.join(ticked)}；请只选一项")
    return Cleaned(ticked[0] if ticked else None)


def _ticked(text: str, by_plain: dict[str, str]) -> list[str] | None:
    """The ticked ones of `优√ 良□ 中□` or `■优 □良`; None when the text is not such a line of boxes."""
    if not any(sign in text for sign in TICKED + UNTICKED):
        return None
    names = "|".join(re.escape(name) for name in sorted(by_plain, key=len, reverse=True))
    marks = f"[{TICKED}{UNTICKED}]"
    before = text[0] in TICKED + UNTICKED
    one = f"({marks}) ?({names})" if before else f"({names}) ?({marks})?"
    if re.sub(one, "", text).strip(" /,、;"):
        return None
    found = [(pair[0], pair[1]) if before else (pair[1], pair[0]) for pair in re.findall(one, text)]
    return [by_plain[name] for mark, name in found if mark and mark in TICKED]


def _tick(_field: Field, raw: object) -> Cleaned:
    if isinstance(raw, bool):
        return Cleaned(raw)
    text = plain(raw)
    if text in YES:
        return Cleaned(True)
    if is_blank(text) or text in NO:
        return Cleaned(False)
    return Cleaned(None, f"“{published(raw)}”不是勾选；请打“√”或留空")


def _target(field: Field, raw: object, year: int | None) -> Cleaned:
    cleaned = _text(field, raw)
    if cleaned.problem or cleaned.value is None or is_blank(raw):
        return cleaned if cleaned.problem else Cleaned(None)
    target = read_target(cleaned.value, year=year)
    if target.kind == "unreadable":
        return Cleaned(None, target.note)
    return Cleaned(cleaned.value, notice=target.note)


def _outside(field: Field, value: Decimal, unit: str) -> str:
    if field.low is not None and value < field.low:
        return f"“{field.label}”不得小于 {field.low}{unit}"
    if field.high is not None and value > field.high:
        return f"“{field.label}”不得大于 {field.high}{unit}"
    return ""


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain_decimal(value: Decimal) -> Decimal:
    """The same number without trailing zeros or exponent, so that 95.0 from a cell equals 95 from a page."""
    return Decimal(_trimmed(value))


_CLEANERS: dict[Kind, Callable[[Field, object], Cleaned]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.NUMBER: _number,
    Kind.POINTS: _number,
    Kind.PERCENT: _percent,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.TICK: _tick,
}
