"""Formulas of indicators, as people write them: “合格人数÷参加考核人数×100%”; read once, worked out exactly.

A name stands for one figure of the year; Σ, 平均, 最大, 最小 and 计数 take a name that stands for several figures,
天数 takes two days. Nothing else can be called, and there is nothing to reach but the figures given.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from jiheng.rules.money import round_half_up

LONGEST = 300
DEEPEST = 20
PLACES = 6
PER = {"%": 100, "‰": 1000}
Figure: TypeAlias = Decimal | date | Sequence[Decimal]


class FormulaFault(ValueError):
    """The text is no formula; says where and how to write it."""


class NotComputable(ValueError):
    """The figures given do not make a result: one is missing, of the wrong kind, or divides by nothing."""


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction()) / len(values)


_OF_SEVERAL: Mapping[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "Σ": lambda values: sum(values, Fraction()),
    "平均": _mean,
    "最大": max,
    "最小": min,
    "计数": lambda values: Fraction(len(values)),
}
_SIGNS = str.maketrans("（）＋－—×＊÷／，％∑", "()+--**//,%Σ")
_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)(?P<per>[%‰]?)|(?P<name>Σ|[^\W\d]\w*)|(?P<sign>[-+*/(),]))")


@dataclass(frozen=True)
class _Number:
    value: Fraction


@dataclass(frozen=True)
class _Name:
    name: str


@dataclass(frozen=True)
class _Several:
    function: str
    name: str


@dataclass(frozen=True)
class _Days:
    begin: str
    end: str


@dataclass(frozen=True)
class _Both:
    sign: str
    left: "_Node"
    right: "_Node"


_Node: TypeAlias = _Number | _Name | _Several | _Days | _Both


@dataclass(frozen=True)
class Formula:
    """A formula that has been read. `wants` tells what to give: a name and 数值, 多个数值 or 日期."""

    text: str
    wants: tuple[tuple[str, str], ...]
    per: int
    _tree: _Node

    def run(self, figures: Mapping[str, Figure]) -> Decimal:
        """Return the result, rounded half up to six places; a formula with ×100% gives per cent: 95, not 0.95."""
        missing = [name for name, _ in self.wants if name not in figures]
        if missing:
            raise NotComputable(f"缺少数据：{'、'.join(missing)}")
        exact = _worked(self._tree, figures) * self.per
        return round_half_up(exact, PLACES)


def read_formula(text: str, unit: str = "") -> Formula:
    """Read a formula and see that it gives what the unit says. FormulaFault tells where it cannot be read."""
    found = _read(text)
    wanted = PER.get(unit)
    if wanted is not None and found.per != wanted:
        raise FormulaFault(f"单位是{unit}，计算公式须以“×{wanted}{unit}”结尾")
    if wanted is None and found.per != 1:
        raise FormulaFault(f"计算公式得出的是百分率，单位却是“{unit or '空'}”")
    return found


@lru_cache(maxsize=4096)
def _read(text: str) -> Formula:
    if len(text) > LONGEST:
        raise FormulaFault(f"计算公式不能超过 {LONGEST} 字")
    reader = _Reader(_tokens(text))
    tree = reader.sum(0)
    if reader.at < len(reader.tokens):
        raise FormulaFault(f"“{reader.tokens[reader.at][1]}”之前缺少运算符号")
    if not reader.wants:
        raise FormulaFault("计算公式里没有数据名称")
    last_kind, last = reader.tokens[-1]
    per = PER[last[-1]] if last_kind == "per" else 1
    if any(kind == "per" for kind, _ in reader.tokens[:-1]):
        raise FormulaFault("百分号只能写在公式最后：“……×100%”")
    if per != 1 and reader.tokens[-2:] != [("sign", "*"), ("per", f"{per}{last[-1]}")]:
        raise FormulaFault(f"百分率须写作“……×{per}{last[-1]}”")
    return Formula(text, tuple(reader.wants.items()), per, tree)


def _tokens(text: str) -> list[tuple[str, str]]:
    plain, at, found = text.translate(_SIGNS).rstrip(), 0, []
    while at < len(plain):
        match = _TOKEN.match(plain, at)
        if match is None:
            raise FormulaFault(f"第 {at + 1} 字“{text[at]}”不能用在计算公式里")
        if match["number"] is not None:
            found.append(("per" if match["per"] else "number", match["number"] + match["per"]))
        else:
            kind = "name" if match["name"] is not None else "sign"
            found.append((kind, match[kind]))
        at = match.end()
    if not found:
        raise FormulaFault("计算公式是空的")
    return found


class _Reader:
    """Reads sums of products of names, numbers and brackets; remembers what each name stands for."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.wants: dict[str, str] = {}

    def sum(self, depth: int) -> _Node:
        left = self._product(depth)
        while self._next() in {"+", "-"}:
            left = _Both(self._take(), left, self._product(depth))
        return left

    def _product(self, depth: int) -> _Node:
        left = self._one(depth)
        while self._next() in {"*", "/"}:
            left = _Both(self._take(), left, self._one(depth))
        return left

    def _one(self, depth: int) -> _Node:
        if self.at >= len(self.tokens):
            raise FormulaFault("计算公式没有写完")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind in {"number", "per"}:
            bare = text.rstrip("%‰")
            return _Number(Fraction(bare) / PER.get(text[-1], 1))
        if kind == "name":
            return self._named(text)
        if text == "(" and depth < DEEPEST:
            inner = self.sum(depth + 1)
            self._expect(")", "括号没有成对")
            return inner
        raise FormulaFault(f"“{text}”前后缺少数据名称")

    def _named(self, name: str) -> _Node:
        if name == "Σ":
            bracket = self._next() == "("
            if bracket:
                self._take()
            node = _Several("Σ", self._name("多个数值"))
            if bracket:
                self._expect(")", "Σ（）里只能写一个数据名称")
            return node
        if self._next() != "(":
            return _Name(self._want(name, "数值"))
        self._take()
        if name in _OF_SEVERAL:
            node = _Several(name, self._name("多个数值"))
            self._expect(")", f"{name}（）里只能写一个数据名称")
            return node
        if name == "天数":
            begin = self._name("日期")
            self._expect(",", "天数（）里写开始日期和结束日期，用逗号分开")
            days = _Days(begin, self._name("日期"))
            self._expect(")", "天数（）里写开始日期和结束日期")
            return days
        raise FormulaFault(f"“{name}（”不是可用的函数：可用 Σ、平均、最大、最小、计数、天数；名称里不能有括号")

    def _name(self, kind: str) -> str:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "name":
            raise FormulaFault("函数里须写数据名称")
        return self._want(self._take(), kind)

    def _want(self, name: str, kind: str) -> str:
        if self.wants.setdefault(name, kind) != kind:
            raise FormulaFault(f"“{name}”既当作{self.wants[name]}又当作{kind}")
        return name

    def _next(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _expect(self, sign: str, message: str) -> None:
        if self._next() != sign:
            raise FormulaFault(message)
        self.at += 1


def _worked(node: _Node, figures: Mapping[str, Figure]) -> Fraction:
    if isinstance(node, _Number):
        return node.value
    if isinstance(node, _Name):
        value = figures[node.name]
        if not isinstance(value, Decimal) or not value.is_finite():
            raise NotComputable(f"“{node.name}”须为一个数值")
        return Fraction(value)
    if isinstance(node, _Several):
        return _OF_SEVERAL[node.function](_several(node.name, figures[node.name]))
    if isinstance(node, _Days):
        begin, end = figures[node.begin], figures[node.end]
        if not isinstance(begin, date) or not isinstance(end, date):
            raise NotComputable(f"“{node.begin}”和“{node.end}”须为日期")
        return Fraction((end - begin).days)
    left, right = _worked(node.left, figures), _worked(node.right, figures)
    if node.sign == "+":
        return left + right
    if node.sign == "-":
        return left - right
    if node.sign == "*":
        return left * right
    if right == 0:
        raise NotComputable("除数为零，本年度无法计算")
    return left / right


def _several(name: str, value: Figure) -> list[Fraction]:
    if isinstance(value, (str, Decimal, date)) or not value or not all(one.is_finite() for one in value):
        raise NotComputable(f"“{name}”须为一组数值，至少一个")
    return [Fraction(one) for one in value]


_ITEM = re.compile(r"^\s*(?P<name>[^=＝\s]+)\s*[=＝]\s*(?P<figure>.+?)\s*$")


def figures_of(formula: Formula, texts: Mapping[str, str]) -> dict[str, Figure]:
    """Read the figures of a formula as people type them, by their names: several parted by “、”, days 2026-06-30.

    FormulaFault names the first that is missing, cannot be read or is of the wrong kind.
    """
    told: dict[str, Figure] = {}
    for name, kind in formula.wants:
        text = texts.get(name, "").strip()
        if not text:
            raise FormulaFault(f"请填写“{name}”")
        try:
            value = _figure(unicodedata.normalize("NFKC", text).replace(",", "").rstrip("、"))
        except FormulaFault:
            raise FormulaFault(f"“{name}”填的“{text}”读不懂，须为{kind}{_AS.get(kind, '')}") from None
        several = not isinstance(value, (Decimal, date))
        if (kind == "日期") != isinstance(value, date) or (several and kind != "多个数值"):
            raise FormulaFault(f"“{name}”须为{kind}{_AS.get(kind, '')}")
        told[name] = [value] if kind == "多个数值" and isinstance(value, Decimal) else value
    return told


_AS = {"多个数值": "，用“、”分开", "日期": "，写成 2026-06-30"}


def read_sample(text: str) -> tuple[dict[str, Figure], Decimal]:
    """Read a worked example: “合格人数=190；参加考核人数=200；结果=95”.

    Several figures are parted by “、”, days are written 2026-06-30. FormulaFault when it cannot be read.
    """
    figures: dict[str, Figure] = {}
    for part in re.split("[；;]", text.strip("；; \n")):
        match = _ITEM.match(part)
        if match is None:
            raise FormulaFault(f"算例中的“{part.strip()}”须写作“名称=数值”")
        if match["name"] in figures:
            raise FormulaFault(f"算例中“{match['name']}”写了两次")
        figures[match["name"]] = _figure(match["figure"])
    result = figures.pop("结果", None)
    if not isinstance(result, Decimal):
        raise FormulaFault("算例须以“结果=数值”结尾")
    return figures, result


def sample_faults(formula: Formula, sample: str) -> list[str]:
    """Return what is wrong with a worked example: unreadable, figures too few or too many, another result."""
    try:
        figures, said = read_sample(sample)
    except FormulaFault as fault:
        return [str(fault)]
    wanted = dict(formula.wants)
    strange = sorted(set(figures) - set(wanted))
    if strange:
        return [f"算例中的“{'、'.join(strange)}”不在计算公式里"]
    given = {
        name: [value] if wanted[name] == "多个数值" and isinstance(value, Decimal) else value
        for name, value in figures.items()
    }
    try:
        result = formula.run(given)
    except NotComputable as fault:
        return [f"算例：{fault}"]
    if result != round_half_up(said, PLACES) and round_half_up(result, _places(said)) != said:
        return [f"算例的结果按公式应为 {result.normalize():f}，写的是 {said}"]
    return []


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return min(PLACES, max(0, -exponent)) if isinstance(exponent, int) else 0


def _figure(text: str) -> Figure:
    parts = [part.strip() for part in text.split("、")]
    try:
        if len(parts) == 1 and re.fullmatch(r"\d{4}-\d{2}-\d{2}", parts[0]):
            return date.fromisoformat(parts[0])
        numbers = [Decimal(part) for part in parts]
    except (ArithmeticError, ValueError):
        raise FormulaFault(f"算例中的“{text}”不是数值或日期") from None
    if not all(one.is_finite() for one in numbers):
        raise FormulaFault(f"算例中的“{text}”不是数值")
    return numbers[0] if len(numbers) == 1 else numbers
