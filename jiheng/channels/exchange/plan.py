"""A list held against the register: every row with its state, every mistake at its cell, the sums reconciled."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation.sheets.formulas import read_as_empty
from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition, read_table
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value, shown

MOST_SHOWN = 1000
"""Problems kept with the preview; beyond these only their number is told."""
READY = frozenset({"new", "look"})
"""States of rows that a confirmation writes."""
WORDS = frozenset(Kind) - {Kind.DATE, Kind.NUMBER, Kind.POINTS, Kind.PERCENT}
"""Kinds of columns whose values are words as they stand, or no words at all."""


class Line(NamedTuple):
    """One row of the list: its number on the sheet, state, values, and what was found about it."""

    number: int
    state: str
    values: dict[str, Value]
    amount_fen: int
    remark: str
    noticed: tuple[Problem, ...] = ()


@dataclass
class Plan:
    """What importing a list would do. `made` is what `apply` takes, in the order of the file."""

    definition: TableDefinition
    sheet: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    made: list[Any] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    unknown_columns: list[str] = field(default_factory=list)
    rows_in: int = 0
    stated_fen: int | None = None
    total_rows: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing keeps the list from being imported."""
        return not self.problems and bool(self.lines)

    def count(self, *states: str) -> int:
        """Return the number of rows in these states."""
        return sum(line.state in states for line in self.lines)

    def fen(self, *states: str) -> int:
        """Return the sum of the rows in these states."""
        return sum(line.amount_fen for line in self.lines if line.state in states)

    @cached_property
    def fingerprint(self) -> str:
        """Return a digest of what the person was shown, every value of every row: when it changes, the preview is stale."""
        told = [told_of(line.number, line.state, line.amount_fen, line.remark, line.values) for line in self.lines]
        told += [str(one) for one in self.problems]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def told_of(number: int, state: str, amount_fen: int, remark: str, values: Mapping[str, Value]) -> str:
    """Return one row as the fingerprint of its list takes it."""
    return f"{number}|{state}|{amount_fen}|{remark}|{list(values.values())!r}"


def plan_of(kind: ListKind, setting: Setting, content: bytes, name: str) -> Plan:
    """Read a list and hold it against the register. Never raises for what people upload."""
    definition = kind.definition(setting)
    reading = read_table(definition, content, name=name)
    plan = Plan(
        definition,
        sheet=reading.sheet,
        letters=reading.letters,
        notices=list(reading.notices),
        more_problems=reading.more_problems,
        unknown_columns=reading.unknown_columns,
        rows_in=reading.rows_in,
        stated_fen=reading.stated.get(kind.amount),
        total_rows=reading.total_rows,
    )
    found = list(reading.problems)
    rows = sorted([*reading.rows, *reading.wrong_rows], key=lambda row: row.number)
    empty = read_as_empty(content, reading.sheet) if reading.formulas else {}
    if empty:
        read = {address for row in rows for address in row.cells.values()}
        empty = {address: words for address, words in empty.items() if address in read}
    found = [replace(one, message=empty[one.cell]) if one.cell in empty else one for one in found]
    told = {one.cell for one in found}
    labels = {reading.letters[one.key]: one.label for one in definition.columns if one.key in reading.letters}
    found += [Problem(at, labels.get(at.rstrip("0123456789"), ""), empty[at]) for at in sorted(empty.keys() - told)]
    wrong = {row.number for row in reading.wrong_rows}
    _hold(plan, kind, setting, rows, found, by_row(reading.notices), wrong)
    return plan


def plan_of_kept(
    kind: ListKind,
    setting: Setting,
    rows: Sequence[ListRow],
    noticed: Mapping[int, Sequence[Problem]],
) -> Plan:
    """Hold rows that were read without a mistake against the register again, without reading their file again.

    `noticed` is what reading found to be looked at, by row number.
    """
    plan = Plan(kind.definition(setting), rows_in=len(rows))
    _hold(plan, kind, setting, rows, [], noticed, set())
    return plan


def _hold(
    plan: Plan,
    kind: ListKind,
    setting: Setting,
    rows: Sequence[ListRow],
    found: list[Problem],
    noticed: Mapping[int, Sequence[Problem]],
    wrong: set[int],
) -> None:
    """Hold rows against the register and fill the plan; `found` is what reading found wrong, `wrong` its rows."""
    of_row = by_row(found)
    wrong |= set(of_row)
    unread = replace(setting, unread=frozenset(one.cell for one in found))
    for checked in kind.check(unread, rows):
        number, values, _ = checked.row
        own = [*of_row.pop(number, ()), *checked.problems]
        seen = tuple(noticed.get(number, ()))
        looks = [*by_row(checked.notices).get(number, ()), *seen] if checked.notices else seen
        found += checked.problems
        plan.notices += checked.notices
        state, remark = _judged(checked, own, looks, broken=number in wrong)
        amount = values.get(kind.amount) if kind.amount else None
        fen = amount if isinstance(amount, int) else 0
        plan.lines.append(Line(number, state, values, fen, remark, seen))
        if state in READY:
            plan.made.append(checked.made)
    plan.more_problems += max(0, len(found) - MOST_SHOWN)
    plan.problems = sorted(found, key=_place)[:MOST_SHOWN]


def _judged(
    checked: Checked, problems: Sequence[Problem], looks: Sequence[Problem], *, broken: bool
) -> tuple[str, str]:
    """Return the state of a row and why."""
    if problems or broken:
        return "wrong", "；".join(_words(one) for one in problems)
    if checked.same:
        return "same", checked.same
    return ("look", "；".join(_words(one) for one in looks)) if looks else ("new", "")


# --- values as they are kept between preview and confirmation


def kept_text(values: Mapping[str, Value]) -> str:
    """Return the values of a row as JSON text: fen and ticks as they are, days and numbers as their words."""
    return _ENCODER.encode(values)


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)


def kept_rows(columns: Sequence[ListColumn], texts: Iterable[str]) -> Iterator[dict[str, Value]]:
    """Return the values of rows as they were before they were kept, in the order of the columns."""
    keys = [one.key for one in columns]
    turned = [(one.key, date.fromisoformat if one.kind is Kind.DATE else Decimal) for one in columns if one.kind not in WORDS]
    known: dict[tuple[str, str], Value] = {}
    for told in json.loads(f"[{','.join(texts)}]"):
        values: dict[str, Value] = {key: told.get(key) for key in keys}
        for key, turn in turned:
            text = values[key]
            if isinstance(text, str):  # days and numbers repeat themselves
                values[key] = known.get((key, text)) or known.setdefault((key, text), turn(text))
        yield values


def kept_words(column: ListColumn, value: Any) -> str:
    """Return a kept value as the preview shows it; what was kept as words already stays as it is."""
    if isinstance(value, str):
        return value
    return shown(column, value)


def _words(problem: Problem) -> str:
    return f"{problem.label}：{problem.message}" if problem.label else problem.message


def by_row(problems: Sequence[Problem]) -> dict[int, list[Problem]]:
    """Return problems by the row that their cell stands in; those of the whole sheet are left out."""
    found: dict[int, list[Problem]] = {}
    for one in problems:
        at = re.search(r"\d+", one.cell)
        if at:
            found.setdefault(int(at[0]), []).append(one)
    return found


def _place(problem: Problem) -> tuple[int, int, str]:
    at = re.search(r"\d+", problem.cell)
    letters = problem.cell[: at.start()] if at else ""
    return (int(at[0]) if at else 0, len(letters), letters)
