"""Amounts of money out of messy text, in integer fen; a unit that contradicts its column is named."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from jiheng.rules.reading.approximate import ABOUT_WORDS
from jiheng.rules.reading.characters import number_text, plain, published
from jiheng.rules.reading.numbers import Quantity, read_quantity
from jiheng.rules.reading.numerals import NUMERALS
from jiheng.rules.reading.problem import Problem

FEN_OF = {"元": 10**2, "千元": 10**5, "万元": 10**6, "百万元": 10**8, "千万元": 10**9, "亿元": 10**10}
SHORT = {"万": "万元", "亿": "亿元", "千": "千元", "百万": "百万元", "千万": "千万元", "块": "元"}


@dataclass(frozen=True)
class AmountReading:
    """An amount read from a cell. `fen` follows the unit that the cell itself names, else the column's.

    `problem` is set when nothing was read (`fen` is None) and also when the unit in the cell contradicts the
    column: then `fen` is what the words say, and the caller must show the problem before using it.
    """

    text: str
    fen: int | None
    unit: str
    places: int
    problem: Problem | None


def read_amount(value: object, default_unit: str = "万元") -> AmountReading:
    """An amount in a column headed `default_unit` (元, 万元, 亿元…): `12.5万元`, `125000元`, `1.2亿元`, `1,234.56`.

    Raises ValueError for a default unit that is none of money: that is a mistake of the caller.
    """
    column = money_unit(default_unit)
    if column is None:
        raise ValueError(f"not a unit of money: {default_unit}")
    if isinstance(value, float):
        value = number_text(value)
    shown = published(value)
    text = _without_currency(plain(value)) if isinstance(value, str) else ""
    reading = read_quantity(text if isinstance(value, str) else value)
    if isinstance(reading, Problem):
        return AmountReading(shown, None, column, 0, _as_amount(reading, shown))
    spelled = text != "" and text[0] in NUMERALS
    if spelled and reading.unit != "元":
        # 十万 in a column of 万元 may mean 十万元 or, literally, ten thousand times as much.
        return AmountReading(
            shown, None, column, 0, Problem(shown, "不是金额", f"请用阿拉伯数字按{column}填写")
        )
    unit = (
        column
        if reading.unit == "" or (spelled and text.endswith(column))
        else money_unit(reading.unit)
    )
    if spelled and unit == column:
        reading = Quantity(reading.value * FEN_OF["元"] / FEN_OF[column], column, 0)
    if unit is None:
        unit_problem = Problem(shown, f"的单位“{reading.unit}”不是金额单位", f"请按{column}填写金额")
        return AmountReading(shown, None, column, reading.places, unit_problem)
    return _in_fen(shown, reading, unit, column)


def in_unit(fen: int, unit: str) -> Decimal:
    """An amount as a number of its unit, exactly. KeyError for a unit that is none of money."""
    return Decimal(fen) / FEN_OF[unit]


def money_unit(text: str) -> str | None:
    """The full name of a unit of money (万 is 万元); None when the text is none."""
    name = text.strip().strip("()").removeprefix("人民币").removesuffix("整").removesuffix("人民币")
    name = SHORT.get(name, name)
    return name if name in FEN_OF else None


def _without_currency(text: str) -> str:
    for sign in ("¥", "￥", "人民币", "RMB"):
        text = text.removeprefix(sign).strip()
    text = text.rstrip("。,;、")
    return text[:-1] if text[-2:] in ("元整", "元正") else text


def _as_amount(problem: Problem, shown: str) -> Problem:
    """The number's problem in the words of an amount."""
    message = "不是金额" if problem.message == "不是数字" else problem.message
    message = message.replace("没有填写数字", "没有填写金额").replace("确切的数", "确切的金额")
    message = message.replace("不是一个数", "不是一个金额")
    remedy = problem.remedy.replace("数字和它的单位", "金额").replace("填写数字", "填写金额")
    if problem.message == ABOUT_WORDS[0]:
        remedy = "请填写确切的金额"
    return Problem(shown, message, remedy.replace("一个数", "一个金额"))


def _in_fen(shown: str, reading: Quantity, unit: str, column: str) -> AmountReading:
    fen = reading.value * FEN_OF[unit]
    if fen != fen.to_integral_value():
        return AmountReading(
            shown, None, unit, reading.places, Problem(shown, "精确到了分以下", "金额最多精确到分")
        )
    problem = None
    if unit != column:
        in_column = fen / FEN_OF[column]
        message = f"写的是{unit}，本栏单位是{column}"
        problem = Problem(shown, message, f"如确为{unit}，应填 {_short(in_column)}")
    return AmountReading(shown, int(fen), unit, reading.places, problem)


def _short(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def unit_slip(one_fen: int, other_fen: int) -> Problem | None:
    """A Problem when two amounts that should be equal differ by exactly 10,000 times or a like step of units."""
    small, large = sorted((abs(one_fen), abs(other_fen)))
    for low, high in combinations(("元", "万元", "亿元"), 2):
        if small and large == small * (FEN_OF[high] // FEN_OF[low]):
            times = FEN_OF[high] // FEN_OF[low]
            return Problem("", f"两处金额恰好相差 {times:,} 倍，疑将{low}与{high}填混", "请核对单位")
    return None
