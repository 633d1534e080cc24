"""What a scoring method is: an indicator and an actual value in, points and their calculation out.

A method is one file in `methods/`: a function under `@scoring_method`, whose docstring is the rule that
users read. It names the laws that it promises; tests try them on every method of the folder.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from jiheng.rules.money import round_half_up

OPERATORS: Mapping[str, str] = MappingProxyType(
    {">=": "≥", ">": ">", "=": "=", "<=": "≤", "<": "<", "range": "区间", "qualitative": "定性"}
)
_SPELLINGS = {"≥": ">=", "≧": ">=", "≤": "<=", "≦": "<=", "＞": ">", "＜": "<", "＝": "=", "区间": "range", "between": "range"}
_SPELLINGS |= {"定性": "qualitative"}


class NotScored(ValueError):
    """No points can be given; the text says in Chinese why and what to do."""


class NotApplicable(NotScored):
    """There is nothing to judge this year: the indicator leaves the total, which is converted."""


class Unsuitable(NotScored):
    """The method does not fit this indicator or its settings; another one has to be chosen."""


class Takes(StrEnum):
    """What kind of actual value a method judges."""

    NUMBER = "数值"
    DATE = "日期"
    YES_NO = "是否"
    TIER = "档次"


class Law(StrEnum):
    """What a method promises about every indicator and every actual value."""

    BOUNDED = "得分不低于0，不高于分值"
    MET_IS_FULL = "恰好达到目标得满分"
    BETTER_NEVER_LOSES = "按指标方向做得更好，得分不会更低"
    CLOSER_NEVER_LOSES = "离目标更近，得分不会更低"
    LISTED = "得分只会是规则列出的分数之一"
    IN_TIER = "得分落在所选档次的区间之内，落不进去就不收"


@dataclass(frozen=True)
class Tiered:
    """The judgement of a qualitative indicator: the tier chosen and the points typed inside it."""

    tier: str
    points: Decimal


Actual: TypeAlias = Decimal | date | bool | Tiered
_KINDS: Mapping[Takes, type] = MappingProxyType(
    {Takes.NUMBER: Decimal, Takes.DATE: date, Takes.YES_NO: bool, Takes.TIER: Tiered}
)
ActualT = TypeVar("ActualT", Decimal, date, bool, Tiered)


@dataclass(frozen=True)
class Indicator:
    """What is scored: its points (`weight`), its target with sign and unit, and the method's settings.

    `low` and `high` are the ends of a target range. A percentage is written as on the form: 95 with unit %.
    """

    weight: Decimal
    target: Decimal | date | None = None
    operator: str = ">="
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "operator", as_operator(self.operator))
        if not self.weight.is_finite() or self.weight < 0:
            raise Unsuitable(f"分值须为不小于0的数，现在是{self.weight}")

    @property
    def number(self) -> Decimal:
        """The target as a number. NotScored when it is missing or a date."""
        if not isinstance(self.target, Decimal):
            raise NotScored("没有可以计算的目标值，请补填目标值")
        if not self.target.is_finite():
            raise NotScored("目标值不是数，请核对")
        return self.target

    @property
    def positive(self) -> Decimal:
        """The target where it has to be above zero, because it is divided by. Unsuitable otherwise."""
        if self.number <= 0:
            raise Unsuitable(f"目标值{plain(self.number)}不是正数，请改用“零目标”“分档”或“按步扣分”的方法")
        return self.number


@dataclass(frozen=True)
class Points:
    """Points with two decimals, and one line that shows how they came about."""

    points: Decimal
    explanation: str


@dataclass(frozen=True)
class Parameter:
    """A setting of a method. A setting without default must be given."""

    key: str
    label: str
    kind: type
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()

    def read(self, value: Any) -> Any:
        """The setting in its own type, also from the text of a stored pack. Unsuitable when unreadable."""
        if value is None:
            if self.required:
                raise Unsuitable(f"计分方法缺少设置“{self.label}”（{self.key}）")
            return self.default
        try:
            read = self._converted(value)
        except (InvalidOperation, ValueError, TypeError) as error:
            raise Unsuitable(f"计分设置“{self.label}”读不懂：{value}") from error
        if self.choices and read not in self.choices:
            raise Unsuitable(f"计分设置“{self.label}”只能是{'、'.join(self.choices)}，现在是{value}")
        return read

    def _converted(self, value: Any) -> Any:
        if isinstance(value, self.kind) and not (self.kind is int and isinstance(value, bool)):
            return value
        if self.kind is Decimal and not isinstance(value, bool):
            return Decimal(str(value))
        if self.kind is int:
            whole = Decimal(str(value))
            if whole != int(whole):
                raise ValueError(value)
            return int(whole)
        if self.kind is date:
            return date.fromisoformat(value)
        if self.kind is tuple and isinstance(value, list):
            return tuple(value)
        raise ValueError(value)


@dataclass(frozen=True)
class Example:
    """A worked example of a method: shown in the handbook, run as a test."""

    indicator: Indicator
    actual: Actual
    points: str


@dataclass(frozen=True)
class Method:
    """A registered scoring method; call it with an indicator and an actual value."""

    key: str
    label: str
    rule: str
    takes: Takes
    laws: frozenset[Law]
    operators: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    examples: tuple[Example, ...]
    compute: Callable[[Indicator, Any], Points]

    def __call__(self, indicator: Indicator, actual: Actual | None) -> Points:
        """Points and their calculation. NotScored with the reason when there are none to give."""
        if actual is None:
            raise NotScored("没有实际完成值，请补填后再计分")
        return self.prepared(indicator)(actual)

    def prepared(self, indicator: Indicator) -> Callable[[Actual], Points]:
        """The rule for one indicator, its sign checked and its settings read once, for any number of values.

        Unsuitable when the method does not fit the indicator; what it returns raises what a call would raise.
        """
        if indicator.operator not in self.operators:
            signs = "、".join(OPERATORS[sign] for sign in self.operators)
            raise Unsuitable(
                f"“{self.label}”只用于符号为{signs}的指标，本指标为{OPERATORS[indicator.operator]}"
            )
        if self.parameters or indicator.parameters:
            indicator = replace(indicator, parameters=MappingProxyType(self.settings(indicator.parameters)))
        return lambda actual: self.compute(indicator, self._right_kind(actual))

    def settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All settings, read and completed by defaults. Unsuitable for an unknown or missing one."""
        known = {parameter.key for parameter in self.parameters}
        if unknown := sorted(set(given) - known):
            raise Unsuitable(
                f"“{self.label}”没有设置“{'、'.join(unknown)}”，只有：{'、'.join(sorted(known)) or '无'}"
            )
        return {parameter.key: parameter.read(given.get(parameter.key)) for parameter in self.parameters}

    def _right_kind(self, actual: Actual) -> Actual:
        if not isinstance(actual, _KINDS[self.takes]):
            raise NotScored(f"“{self.label}”要求实际完成值是{self.takes.value}，现在是“{actual}”")
        if isinstance(actual, Decimal) and not actual.is_finite():
            raise NotScored("实际完成值不是数，请核对")
        return actual


def scoring_method(
    label: str,
    *,
    takes: Takes,
    laws: tuple[Law, ...],
    operators: tuple[str, ...],
    examples: tuple[Example, ...],
    parameters: tuple[Parameter, ...] = (),
) -> Callable[[Callable[[Indicator, ActualT], Points]], Method]:
    """Make a function a scoring method. ValueError when it promises, explains or shows nothing."""

    def make(compute: Callable[[Indicator, ActualT], Points]) -> Method:
        rule = inspect.getdoc(compute)
        if not laws:
            raise ValueError(f"计分方法“{label}”没有承诺任何规律，不予登记")
        if not rule:
            raise ValueError(f"计分方法“{label}”没有写明规则，不予登记")
        if not examples:
            raise ValueError(f"计分方法“{label}”没有算例，不予登记")
        key = compute.__name__
        return Method(key, label, rule, takes, frozenset(laws), operators, parameters, examples, compute)

    return make


def as_operator(text: str) -> str:
    """The sign in its stored spelling (>=, >, =, <=, <, range, qualitative). Unsuitable when unknown."""
    if text in OPERATORS:
        return text
    sign = _SPELLINGS.get(text.strip(), text.strip())
    if sign not in OPERATORS:
        raise Unsuitable(f"不认识的指标符号“{text}”，应为{'、'.join(OPERATORS.values())}")
    return sign


def plain(value: Decimal | Fraction) -> str:
    """A number as people write it: no exponent, no trailing zeros, at most four decimals."""
    exact = Decimal(value) if isinstance(value, Decimal) else round_half_up(value, 4)
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def full_points(indicator: Indicator, because: str) -> Points:
    """All points, with the reason."""
    return Points(round_half_up(indicator.weight), f"{because}，得满分{plain(indicator.weight)}")


def no_points(because: str) -> Points:
    """Zero points, with the reason."""
    return Points(round_half_up(Decimal(0)), f"{because}，得0分")


def worked_out(exact: Fraction, calculation: str) -> Points:
    """Points rounded half up after the last operation, beside their calculation."""
    points = round_half_up(exact)
    sign = "＝" if Fraction(points) == exact else "≈"
    return Points(points, f"{calculation}{sign}{plain(points)}")


def reaches(indicator: Indicator, actual: Decimal) -> bool:
    """True when the actual value is at the target or on the good side of it, by the indicator's sign."""
    if indicator.operator in {"<=", "<"}:
        return actual <= indicator.number
    return actual >= indicator.number
