"""A list held against the register: every row with its state, every mistake at its cell, the sums reconciled."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from jiheng.channels.exchange.formulas import formulas_without_value
from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.tables import ListRow, TableDefinition, read_table
from jiheng.rules.forms.values import shown

MOST_SHOWN = 1000
"""Problems kept with the preview; beyond these only their number is told."""


@dataclass(frozen=True)
class Line:
    """One row of the list: its number on the sheet, state, words of its cells, and what was found about it."""

    number: int
    state: str
    values: dict[str, str]
    amount_fen: int
    remark: str


@dataclass
class Plan:
    """What importing a list would do. `made` is what `apply` takes, in the order of the file."""

    definition: TableDefinition
    sheet: str = ""
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

    @property
    def fingerprint(self) -> str:
        """Return a digest of what the person was shown: when it changes, the preview is stale."""
        told = [f"{line.number}|{line.state}|{line.amount_fen}|{line.remark}" for line in self.lines]
        told += [str(one) for one in self.problems]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def plan_of(kind: ListKind, setting: Setting, content: bytes, name: str) -> Plan:
    """Read a list and hold it against the register. Never raises for what people upload."""
    definition = kind.definition(setting)
    reading = read_table(definition, content, name=name)
    plan = Plan(
        definition,
        sheet=reading.sheet,
        notices=list(reading.notices),
        more_problems=reading.more_problems,
        unknown_columns=reading.unknown_columns,
        rows_in=reading.rows_in,
        stated_fen=reading.stated.get(kind.amount),
        total_rows=reading.total_rows,
    )
    found = list(reading.problems)
    rows = sorted([*reading.rows, *reading.wrong_rows], key=lambda row: row.number)
    used = {address for row in rows for address in row.cells.values()}
    empty = {one for one in formulas_without_value(content, reading.sheet) if one in used}
    found = [_formula(one) if one.cell in empty else one for one in found]
    told = {one.cell for one in found}
    found += [_formula(Problem(one, "", "")) for one in sorted(empty - told)]
    by_row = _by_row(found)
    wrong = {row.number for row in reading.wrong_rows} | set(by_row)
    unread = replace(setting, unread=frozenset(one.cell for one in found))
    for checked in kind.check(unread, rows):
        number = checked.row.number
        own = [*by_row.pop(number, []), *checked.problems]
        found += checked.problems
        plan.notices += checked.notices
        looks = _by_row(checked.notices).get(number, []) + _by_row(reading.notices).get(number, [])
        line = _line(plan, kind, checked, own, looks, broken=number in wrong)
        plan.lines.append(line)
        if line.state in {"new", "look"}:
            plan.made.append(checked.made)
    plan.more_problems += max(0, len(found) - MOST_SHOWN)
    plan.problems = sorted(found, key=_place)[:MOST_SHOWN]
    return plan


def _line(
    plan: Plan,
    kind: ListKind,
    checked: Checked,
    problems: Sequence[Problem],
    looks: Sequence[Problem],
    *,
    broken: bool,
) -> Line:
    if problems or broken:
        state, words = "wrong", [_words(one) for one in problems]
    elif checked.same:
        state, words = "same", [checked.same]
    elif looks:
        state, words = "look", [_words(one) for one in looks]
    else:
        state, words = "new", []
    amount = checked.row.values.get(kind.amount) if kind.amount else None
    return Line(
        checked.row.number,
        state,
        _shown(plan.definition, checked.row),
        amount if isinstance(amount, int) else 0,
        "；".join(words),
    )


def _shown(definition: TableDefinition, row: ListRow) -> dict[str, str]:
    words = {one.key: shown(one, row.values[one.key]) for one in definition.columns}
    return words | {key: value.isoformat() for key, value in row.values.items() if isinstance(value, date)}


def _words(problem: Problem) -> str:
    return f"{problem.label}：{problem.message}" if problem.label else problem.message


def _formula(problem: Problem) -> Problem:
    words = "是公式，文件里没有保存它的结果；请复制后选择性粘贴为数值"
    return Problem(problem.cell, problem.label, words, problem.kind)


def _by_row(problems: Sequence[Problem]) -> dict[int, list[Problem]]:
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
