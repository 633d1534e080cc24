"""From the typed value of an indicator row to what monitoring reads and evaluation scores."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from jiheng.rules.medium_terms import Term, read_term
from jiheng.rules.reading import Problem, Target, read_target
from jiheng.rules.scoring.method import Indicator, NotScored, Takes, as_operator
from jiheng.rules.scoring.registry import METHODS, default_method, method_named
from jiheng.stages.goals.models import GoalIndicator

SATISFACTION = "满意度"
SIGNS = {"between": "range"}


class PromisedRow(Protocol):
    """What scoring needs of an indicator row, be it the record or only these columns of it."""

    @property
    def name(self) -> str: ...
    @property
    def target_text(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def weight(self) -> Decimal: ...
    @property
    def operator(self) -> str: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def high(self) -> Decimal | None: ...
    @property
    def method(self) -> str: ...
    @property
    def parameters(self) -> Mapping[str, Any]: ...


def target_of(row: PromisedRow, budget_year: int) -> Target:
    """Return what the row's value says: figure, range, date, words, or why it cannot be read."""
    return read_target(row.target_text, unit=row.unit, year=budget_year)


def term_of(row: GoalIndicator) -> Term | None:
    """Return what a row says of the medium term: the value at its end and that of each year; None for nothing."""
    return read_term(row.term_text, name=row.name, level2=row.level2, unit=row.unit) if row.term_text else None


def read_row(row: GoalIndicator, budget_year: int, method: str = "") -> None:
    """Set kind, sign, value, unit and scoring method of a row from what was typed; nothing is guessed.

    A value without sign means “at least”; an unreadable one, or one that is only about a figure (约50人), leaves
    the row without value. `method` "" takes the library's method where its sign fits, else the sign's usual one.
    """
    target = target_of(row, budget_year)
    row.kind, row.operator, row.value, row.high = "quantitative", "", None, None
    if target.kind == "quantitative" and target.op != "≈":
        row.operator = _sign(target.op or ">=")
        row.value, row.unit = target.value, (target.unit or row.unit)[:20]
    elif target.kind == "range":
        row.operator, row.value, row.high = "range", target.low, target.high
        row.unit = (target.unit or row.unit)[:20]
    elif target.kind == "date":
        row.operator = _sign(target.op or "<=")
    elif target.kind == "qualitative":
        row.kind, row.operator = "qualitative", "qualitative"
    row.method = _method(row, target, method)
    if row.method == "date_target" and not row.parameters:
        row.parameters = {"start": date(budget_year, 1, 1).isoformat()}
    elif row.method != "date_target":
        row.parameters.pop("start", None)


def usual_method(row: GoalIndicator, budget_year: int) -> str:
    """Return the scoring method that the row has when nobody chooses another."""
    return _method(row, target_of(row, budget_year), "")


def _sign(op: str) -> str:
    return as_operator(SIGNS.get(op, op))


def _method(row: GoalIndicator, target: Target, asked: str) -> str:
    if asked:
        return asked if asked in METHODS else ""
    if row.library is not None and _fits(row.library.method, row.operator, target):
        return row.library.method
    kind = {"date": "date", "qualitative": "qualitative"}.get(target.kind, "number")
    if kind == "number" and SATISFACTION in row.level1 + row.level2:
        kind = "satisfaction"
    try:
        return default_method(row.operator or ">=", kind, zero_target=row.value == 0)
    except NotScored:
        return ""


def _fits(method: str, operator: str, target: Target) -> bool:
    takes = {"date": Takes.DATE, "qualitative": Takes.TIER}.get(target.kind, Takes.NUMBER)
    found = METHODS.get(method)
    return found is not None and operator in found.operators and found.takes in {takes, Takes.YES_NO}


def method_fault(row: GoalIndicator, budget_year: int) -> str:
    """Say why the row's method cannot score it; empty when it can."""
    if not row.method:
        return "没有选择赋分方法"
    try:
        method = method_named(row.method)
        if row.operator not in method.operators:
            return f"“{method.label}”不能用于这种指标值"
        if method.takes is Takes.DATE and target_of(row, budget_year).kind != "date":
            return f"“{method.label}”要求指标值是日期"
        method.settings(row.parameters)
    except NotScored as error:
        return str(error)
    return ""


def reads_text(operator: str, value: Decimal | None) -> bool:
    """Whether scoring reads the typed target again: days, and what had no figure. Money and counts it does not."""
    return value is None and operator not in {"range", "qualitative"}


def scored_as(row: PromisedRow, budget_year: int) -> Indicator:
    """Return the row as the scoring methods want it. NotScored when its value cannot be read.

    A figure was read when the row was saved and stands beside its text; only days are read again.
    """
    ranged = row.operator == "range"
    wanted: Decimal | date | None = row.value
    if reads_text(row.operator, row.value):
        target = target_of(row, budget_year)
        if target.kind == "unreadable":
            raise NotScored(str(target.problem) if isinstance(target.problem, Problem) else "指标值读不懂")
        wanted = target.last if target.kind == "date" else None
    return Indicator(
        row.weight,
        None if ranged else wanted,
        row.operator,
        row.value if ranged else None,
        row.high if ranged else None,
        row.unit,
        row.parameters,
    )
