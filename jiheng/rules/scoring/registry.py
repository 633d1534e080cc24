"""All scoring methods by key, found by their being in `methods/`; scoring; the default choice by sign."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from jiheng.rules.scoring import methods
from jiheng.rules.scoring.method import Actual, Indicator, Method, Points, Unsuitable, as_operator


def _find_methods() -> Mapping[str, Method]:
    found: dict[str, Method] = {}
    for info in pkgutil.iter_modules(methods.__path__):
        module = import_module(f"{methods.__name__}.{info.name}")
        method = getattr(module, info.name, None)
        if not isinstance(method, Method):
            raise TypeError(f"methods/{info.name}.py 须有同名的计分方法 {info.name}")
        found[info.name] = method
    return MappingProxyType(dict(sorted(found.items())))


METHODS: Mapping[str, Method] = _find_methods()

_BY_KIND = {
    "execution": "budget_execution",
    "satisfaction": "satisfaction_ladder",
    "qualitative": "qualitative_tiers",
    "date": "date_target",
    "yes_no": "binary",
}
_BY_SIGN = {">=": "proportional", ">": "proportional", "=": "exact", "range": "range_target"}
_BY_SIGN |= {"qualitative": "qualitative_tiers", "<=": "reverse_ratio", "<": "reverse_ratio"}


def method_named(key: str) -> Method:
    """The method of that key. Unsuitable when there is none."""
    if key not in METHODS:
        raise Unsuitable(f"没有计分方法“{key}”，只有：{'、'.join(METHODS)}")
    return METHODS[key]


def score(method_key: str, indicator: Indicator, actual: Actual | None) -> Points:
    """Score an actual value by a named method. NotScored, NotApplicable or Unsuitable with the reason."""
    return method_named(method_key)(indicator, actual)


def default_method(
    operator: str,
    kind: str = "number",
    *,
    zero_target: bool = False,
    reverse: str = "reverse_ratio",
    ladder: bool = False,
) -> str:
    """The method that a sign and a kind of value call for when nobody chose one.

    `kind`: number, execution, satisfaction, qualitative, date or yes_no. `reverse` is the place's variant
    for ≤ (reverse_ratio or reverse_linear). A satisfaction indicator is scored in proportion to its target
    unless the place uses the ladder (`ladder`). Unsuitable for an unknown sign or kind.
    """
    sign = as_operator(operator)
    if kind == "satisfaction" and not ladder:
        kind = "number"
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    if kind != "number":
        raise Unsuitable(f"不认识的指标类型“{kind}”，应为number、{'、'.join(_BY_KIND)}")
    if zero_target and sign in {"=", "<=", "<"}:
        return "zero_target"
    if sign in {"<=", "<"}:
        return method_named(reverse).key
    return _BY_SIGN[sign]


def check_direction(operator: str, direction: str) -> None:
    """Refuse a sign that contradicts the stated direction (higher: 越大越好, lower: 越小越好).

    Unsuitable when they contradict each other, e.g. ≤ with 越大越好; signs without direction always pass.
    """
    sign = as_operator(operator)
    against = {"higher": {"<=", "<"}, "lower": {">=", ">"}}
    if direction and direction not in against:
        raise Unsuitable(f"不认识的指标方向“{direction}”，应为higher（越大越好）或lower（越小越好）")
    if direction and sign in against[direction]:
        wish = "越大越好" if direction == "higher" else "越小越好"
        raise Unsuitable(f"指标方向是“{wish}”，符号却是“{operator}”，两者矛盾，请改正其中一个")
