"""A person's own form of one goal given back with the present state in its boxes; everything else in it stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiheng.foundation.sheets.found import FormReading
from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.sheets.meta import LONGEST_PART, packed, unpacked
from jiheng.foundation.sheets.patch import Left, Patched, patched
from jiheng.foundation.sheets.read import read_form
from jiheng.rules.merging import Row
from jiheng.rules.reading.amounts import in_unit
from jiheng.stages.goals.documents import goal_form
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.offline import (
    COLUMNS,
    FORM_BOXES,
    MONEY_BOXES,
    NOTE_COLUMNS,
    ROW_COLUMNS,
    TASK_COLUMNS,
    TASK_MONEY,
    Cells,
    as_base,
    cells_of,
    cells_of_form,
    from_base,
    told,
)
from jiheng.stages.goals.uploads import content_of

TOTALS = {"year_total": ("fiscal_fen", "other_fen"), "term_total": ("medium_fiscal_fen", "medium_other_fen")}
"""The sums that the form F1 prints, and the boxes that they add up."""


@dataclass
class _Writing:
    """What is to stand in which cell: several rows may share one (a merged branch), and then must agree."""

    reading: FormReading
    wanted: dict[str, list[Any]] = field(default_factory=dict)
    stands: dict[str, Any] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)

    def put(self, address: str, stands: Any, value: Any) -> None:
        """A cell of the sheet is to hold `value`; `stands` is what was read there."""
        if address:
            self.wanted.setdefault(address, []).append(value)
            self.stands[address] = stands

    def amount(self, path: str, address: str, stands: Any, fen: int) -> None:
        """The same for an amount in fen, in the unit in which the sheet writes it."""
        if (stands or 0) != fen:
            self.put(address, stands, in_unit(fen, self.reading.units.get(path, "万元")))

    def values(self) -> dict[str, Any]:
        """Return what changes; a shared cell whose rows disagree is left, and told."""
        found = {}
        for address, values in self.wanted.items():
            said = [one for one in dict.fromkeys(values) if one is not None] or [None]
            if len(said) > 1:
                self.left.append(Left(address, "几行合用一格，系统中各行不同", "；".join(str(one) for one in said)))
            elif said[0] != self.stands[address]:
                found[address] = said[0]
        return found


def updated_upload(goal: Goal, digest: str) -> Patched:
    """Return the person's own form with the present state of the goal in its boxes.

    Rows that came up since have no place on the form: they are told on a sheet in front, and stay in the system when
    the file comes back. Raises Unreadable for a file that shows no form.
    """
    content = content_of(digest)
    definition, _ = goal_form(goal)
    reading = read_form(definition, content)
    if not reading.sheet:
        raise Unreadable(reading.problems[0].message if reading.problems else "没有认出表样；请重新下载填报表")
    now = cells_of(goal)
    kept = unpacked(reading.origin.base)
    base = from_base(kept, goal) if reading.origin.record == f"goals.goal:{goal.pk}" else None
    theirs, _ = cells_of_form(reading, base or now, now, own=base is not None)
    writing = _Writing(reading)
    _boxes(goal, now, theirs, writing)
    rows, notes, tasks = (_numbers(reading, table) for table in ("indicators", "notes", "tasks"))
    order = _rows(now, theirs, rows, notes, writing)
    task_order = _tasks(now, theirs, tasks, writing) if goal.scope == "department" else []
    values = writing.values()
    hidden: Sequence[Sequence[str]] = ()
    if base is not None:
        placed = Cells(now.boxes, [row for row, _, _ in order], [row for row, _ in task_order])
        hidden = _hidden(goal, reading, placed, order, task_order)
    return patched(content, reading.sheet, values, hidden=hidden, left=writing.left)


def _boxes(goal: Goal, now: Cells, theirs: Cells, writing: _Writing) -> None:
    reading = writing.reading
    for key, path in FORM_BOXES.items():
        address = reading.cells.get(path, "")
        if key in MONEY_BOXES:
            writing.amount(path, address, theirs.boxes.get(key), now.boxes.get(key) or 0)
        else:
            writing.put(address, theirs.boxes.get(key), now.boxes.get(key))
    for path, parts in TOTALS.items():
        if goal.scope != "department" and path in reading.cells:
            total = sum(now.boxes.get(part) or 0 for part in parts)
            writing.amount(path, reading.cells[path], reading.data.get(path), total)


def _numbers(reading: FormReading, table: str) -> dict[str, int]:
    """Which row of a table as read has which cell: address of any of its cells → number."""
    return {
        address: int(path.split(".")[1]) for path, address in reading.cells.items() if path.startswith(f"{table}.")
        and path.split(".")[2] not in {"level1", "level2", "term_level2"}  # these are shared by several rows
    }  # fmt: skip


def _number(theirs: Cells, part: str, key: str, columns: Sequence[str], numbers: Mapping[str, int]) -> int | None:
    places = (theirs.places.get((part, key, column), "") for column in columns)
    return next((numbers[place] for place in places if place in numbers), None)


def _rows(
    now: Cells, theirs: Cells, rows: Mapping[str, int], notes: Mapping[str, int], writing: _Writing
) -> list[tuple[Row, int, int | None]]:
    """Put the indicators; return those that have a place, each with its row and its explanation's, in the file's order."""
    stand = {row.key: row for row in now.rows}
    order: list[tuple[Row, int, int | None]] = []
    for row in theirs.rows:
        number = _number(theirs, "row", row.key, ("name", "target", "term_target"), rows)
        note = _number(theirs, "row", row.key, NOTE_COLUMNS, notes)
        after = stand.pop(row.key, None)
        cells = after.cells if after else {}
        for column in (*ROW_COLUMNS, *NOTE_COLUMNS):
            address = theirs.places.get(("row", row.key, column), "")
            if address:
                writing.put(address, row.cells.get(column), cells.get(column))
            elif after and column in row.cells and row.cells[column] != cells.get(column):
                writing.left.append(_told(after, column))
        if number is not None:
            _medium(number, cells, writing)
        if note is not None:
            path = f"notes.{note}.name"
            writing.put(writing.reading.cells.get(path, ""), writing.reading.data["notes"][note].get("name"), cells.get("name"))
        elif after:
            writing.left += [_told(after, column) for column in NOTE_COLUMNS if column in row.cells and cells.get(column) != row.cells[column]]
        if after and number is not None:
            order.append((after, number, note))
    for row in stand.values():
        words = "；".join(f"{COLUMNS[column]}：{said}" for column, value in row.cells.items() if (said := told(column, value)))
        writing.left.append(Left("绩效指标", "系统中新增的指标，表上没有空行；要填请重新下载填报表", words))
    return order


def _told(row: Row, column: str) -> Left:
    return Left(f"指标“{row.cells.get('name')}”", COLUMNS[column], told(column, row.cells.get(column)))


def _medium(number: int, cells: Mapping[str, Any], writing: _Writing) -> None:
    """The medium-term half of a row of F1 repeats branch and name where it has a value."""
    reading = writing.reading
    for column, source in (("term_level2", "level2"), ("term_name", "name")):
        path = f"indicators.{number}.{column}"
        if path in reading.cells:
            value = cells.get(source) if cells.get("term_target") else None
            writing.put(reading.cells[path], reading.data["indicators"][number].get(column), value)


def _tasks(now: Cells, theirs: Cells, numbers: Mapping[str, int], writing: _Writing) -> list[tuple[Row, int]]:
    stand = {row.key: row for row in now.tasks}
    order: list[tuple[Row, int]] = []
    reading = writing.reading
    for row in theirs.tasks:
        number = _number(theirs, "task", row.key, tuple(TASK_COLUMNS), numbers)
        after = stand.pop(row.key, None)
        cells = after.cells if after else {}
        for column in TASK_COLUMNS:
            address, path = theirs.places.get(("task", row.key, column), ""), f"tasks.{number}.{column}"
            if column in TASK_MONEY and after:
                writing.amount(path, address, row.cells.get(column), cells.get(column) or 0)
            else:
                writing.put(address, row.cells.get(column), cells.get(column))
        path = f"tasks.{number}.total"
        if path in reading.cells:
            total = sum(cells.get(column) or 0 for column in TASK_MONEY)
            stands = reading.data["tasks"][number].get("total")
            if after:
                writing.amount(path, reading.cells[path], stands, total)
            else:
                writing.put(reading.cells[path], stands, None)
        if after and number is not None:
            order.append((after, number))
    for row in stand.values():
        words = "；".join(f"{TASK_COLUMNS[column]}：{said}" for column, value in row.cells.items() if (said := told(column, value)))
        writing.left.append(Left("年度主要任务", "系统中新增的任务，表上没有空行；要填请重新下载填报表", words))
    sums = {column: sum(row.cells.get(column) or 0 for row, _ in order) for column in sorted(TASK_MONEY)}
    for column, fen in {**sums, "total": sum(sums.values())}.items():
        address = reading.totals.get(f"tasks.{column}", "")
        if address:
            writing.put(address, object(), in_unit(fen, reading.units[f"tasks.{column}"]))
    return order


def _hidden(
    goal: Goal, reading: FormReading, placed: Cells, order: Sequence[tuple[Row, int, int | None]],
    tasks: Sequence[tuple[Row, int]],
) -> list[list[str]]:  # fmt: skip
    """Our hidden sheet from now on: the rows that stand on the form are what was handed out, in the form's order."""
    origin = reading.origin
    facts = (origin.form, origin.digest, origin.place, origin.record, str(origin.year or ""), origin.period)
    rows = [[name, value] for name, value in zip(("form", "digest", "place", "record", "year", "period"), facts, strict=True)]
    renumbered = {("indicators", number): at for at, (_, number, _) in enumerate(order)}
    renumbered |= {("notes", note): at for at, (_, _, note) in enumerate(order) if note is not None}
    renumbered |= {("tasks", number): at for at, (_, number) in enumerate(tasks)}
    sheet = reading.sheet.replace("'", "''")
    for path, address in reading.cells.items():
        table, _, rest = path.partition(".")
        number, _, column = rest.partition(".")
        if column and number.isdigit():
            at = renumbered.get((table, int(number)))
            if at is None:
                continue
            path = f"{table}.{at}.{column}"  # noqa: PLW2901
        letters = address.rstrip("0123456789")
        rows.append(["cell", path, f"='{sheet}'!${letters}${address[len(letters):]}"])
    base = packed(as_base(goal, placed))
    return rows + [["base", base[at : at + LONGEST_PART]] for at in range(0, len(base), LONGEST_PART)]
