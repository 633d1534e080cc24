"""Figures as published: the text that was printed, what it says, and how exactly it was printed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from jiheng.rules.reading import Problem, is_blank, money_unit, plain, published, read_amount, read_quantity

WAN_FEN = 10**6
"""Fen in one 万元."""
FEN_OF = {"元": 10**2, "千元": 10**5, "万元": 10**6, "亿元": 10**10}
SAYS_NOTHING = frozenset(
    {"不涉及", "暂无", "未安排", "未填", "未填写", "无数据", "未公布", "未列", "未列示", "不详", "略"}
)
SAYS_NONE = re.compile(r"(?:尚|暂|均|目前)?(?:未|无|没有|不)[\u4e00-\u9fff]{0,6}")
NOTE = re.compile(r"\([^()]*\)$")
POINTS_LEAD = re.compile(r"^(?:自评)?(?:总得分|总分|得分|分值|权重|评分|合计|计|共)[:：]? ?")
GRADE_TAIL = re.compile(r"(?<=分)[,;、 ]?(?:优|良|中|差|优秀|良好|合格)$")
WRAPPED = re.compile(r"[0-9,.]+(?:\s*\n\s*[0-9,.]+)+")
GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
NUMBERS_STILL = ("约数", "界限", "区间", "不止一个数", "空格", "阿拉伯数字", "括号")
"""What the reading says of texts that do hold a number, only not one exact amount."""
BRACKETED = re.compile(r"^\(([^()]*)\)$")
SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]+)?")
INSIDE = re.compile(
    r"^(?!.*(?:附件|附表|附录|附注|见表|序号|第 ?[0-9]))[^0-9]*([0-9][0-9,]*(?:\.[0-9]+)? ?(?:万元|亿元|元))[^0-9]*$"
)
LOOSE_WORDS = re.compile(r"^(?:共计|合计|总计|共|计|为|人民币)[:：]?")


@dataclass(frozen=True)
class Figure:
    """A published number (points, weight) or amount (万元). `value` is None when nothing or nothing readable stands.

    `half` is half a unit of the last printed decimal, in the unit of `value`; `problem` says why a printed text
    could not be read. `inexact` tells a text that holds a number all the same: about fifty, thirty to forty.
    """

    text: str = ""
    value: Decimal | None = None
    half: Decimal = Decimal(0)
    places: int = 0
    problem: str = ""
    inexact: bool = False


NOTHING = Figure()


def cell(value: object) -> str:
    """The text of a published cell; numbers of a JSON file lose the `.0` that a program had added."""
    if isinstance(value, bool):
        return ""
    text = published(value).strip()
    if isinstance(value, Decimal | float) and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def half_unit(places: int) -> Decimal:
    """Half a unit of the last of so many printed decimals."""
    return Decimal(5).scaleb(-places - 1)


def points(value: object) -> Figure:
    """A weight or a score: `10`, `10分`, `10%` (ten points of a hundred)."""
    text = cell(value)
    if is_blank(text):
        return Figure(text)
    core = NOTE.sub("", BRACKETED.sub(r"\1", plain(text))).strip()
    reading = read_quantity(GRADE_TAIL.sub("", POINTS_LEAD.sub("", core)))
    if isinstance(reading, Problem):
        return Figure(text, problem=reading.message)
    if reading.unit not in ("", "分", "%"):
        return Figure(text, problem=f"的单位“{reading.unit}”不是分")
    return Figure(text, reading.value, half_unit(reading.places), reading.places)


def amount(value: object, unit: str) -> Figure:
    """An amount in 万元 out of a published cell; a unit inside the cell goes before the table's."""
    text = cell(value)
    if is_blank(text) or text in SAYS_NOTHING or SAYS_NONE.fullmatch(plain(text)):
        return Figure(text)
    core = NOTE.sub("", LOOSE_WORDS.sub("", plain(_unwrapped(text))).rstrip("。;,、")).strip()
    if not core:  # nothing but a note in brackets; a figure in brackets may be one below zero
        inner = read_quantity(BRACKETED.sub(r"\1", plain(text)))
        words = "" if isinstance(inner, Problem) else "写在括号里，分不清是正数还是负数"
        return Figure(text, problem=words, inexact=bool(words))
    core = re.sub("^负(?=[0-9])", "-", core)
    if re.fullmatch(r"[-+]?\.[0-9]+", core):
        core = core.replace(".", "0.")
    if SPACED.fullmatch(core):
        core = core.replace(" ", "")
    inside = INSIDE.match(core)
    reading = read_amount(inside[1] if inside else core, unit)
    if reading.fen is None:
        return _below_fen(core, text, unit, reading.problem)
    half = half_unit(reading.places) * FEN_OF.get(reading.unit, WAN_FEN) / WAN_FEN
    return Figure(text, Decimal(reading.fen) / WAN_FEN, half, reading.places)


def _below_fen(core: str, text: str, unit: str, problem: Problem | None) -> Figure:
    """An amount printed more exactly than fen is still a number; anything else keeps its problem."""
    reading = read_quantity(core)
    if not isinstance(reading, Problem) and core[-1:].isascii():
        own = unit if reading.unit == "" else money_unit(reading.unit)
        if own is not None:
            scale = Decimal(FEN_OF.get(own, WAN_FEN)) / WAN_FEN
            return Figure(text, reading.value * scale, half_unit(reading.places) * scale, reading.places)
    words = f"{problem.message}；{problem.remedy}" if problem else ""
    held = any(sign in words for sign in NUMBERS_STILL) and bool(re.search("[0-9十百千万亿]", core))
    return Figure(text, problem=problem.message if problem else "不是金额", inexact=held)


def _unwrapped(text: str) -> str:
    """A figure that a narrow column broke over lines put together, where it can only be one figure.

    It can when the parts make a well-grouped number or are cut at a point or separator; 100 above 50 are two.
    """
    if not WRAPPED.fullmatch(plain_lines(text)):
        return text
    parts = plain_lines(text).split()
    whole = "".join(parts)
    cut = all(one[-1] in ".," or other[0] in ".," for one, other in pairwise(parts))
    return whole if GROUPED.fullmatch(whole) or (cut and re.fullmatch(r"[0-9]+\.[0-9]+", whole)) else text


def plain_lines(text: str) -> str:
    """The text with plain signs and its line breaks kept."""
    return "\n".join(plain(line) for line in text.splitlines())


def table_unit(value: object) -> str:
    """The unit of money that a table's head names; 万元, the official forms' unit, where it names none."""
    for unit in ("亿元", "万元", "千元", "元"):
        if unit in cell(value):
            return unit
    return "万元"


def choose_unit(published_budget: Mapping[str, object], budget: Mapping[str, object]) -> str:
    """The head's unit, or, where the head is silent, the unit in which the printed figures give the 万元 beside them."""
    if not is_blank(cell(published_budget.get("unit"))):
        return table_unit(published_budget.get("unit"))
    for key in ("annual", "adjusted", "executed", "received"):
        known = amount(budget.get(f"{key}_wan"), "万元").value
        for unit in ("万元", "元", "亿元"):
            if known and amount(published_budget.get(key), unit).value == known:
                return unit
    return "万元"


@dataclass(frozen=True)
class Rate:
    """A published rate in percentage points. A bare `0.98` may be a share or points: both readings are kept."""

    text: str = ""
    readings: tuple[tuple[Decimal, Decimal], ...] = ()
    """(points, half a unit of the last printed decimal in points) for each possible reading."""
    problem: str = ""


def rate(value: object) -> Rate:
    """A rate as printed: `98%`, `98`, `0.98`, `100 %`."""
    text = cell(value)
    if is_blank(text):
        return Rate(text)
    reading = read_quantity(NOTE.sub("", plain(text)).rstrip("。;,、"))
    if isinstance(reading, Problem):
        return Rate(text, problem=reading.message)
    direct = (reading.value, half_unit(reading.places))
    if reading.unit == "%":
        return Rate(text, (direct,))
    if reading.unit == "‰":
        return Rate(text, ((direct[0] / 10, direct[1] / 10),))
    if reading.unit:
        return Rate(text, problem=f"的单位“{reading.unit}”不是百分比")
    if 0 < reading.value <= 2:
        # A spreadsheet's 1 is 100%, exactly; 0.9 may be anything from 85% to 95%.
        share = (
            reading.value * 100,
            half_unit(max(reading.places, 1)) * 100 if reading.places else half_unit(0),
        )
        return Rate(text, (direct, share))
    return Rate(text, (direct,))
