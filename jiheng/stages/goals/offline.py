"""A goal in cells, for work done outside the system: what was handed out, what stands now, what came back.

The three are merged cell by cell (`rules/merging.py`); rows are joined by the lineage that they keep through every
save and revision, tasks by their record.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from jiheng.foundation.sheets.found import FormReading, Problem
from jiheng.foundation.sheets.upload import bare_words
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.rules.goal_checks.facts import bare_branch
from jiheng.rules.interim_targets import InterimRow, Point, example_of, read_interim
from jiheng.rules.merging import Conflict, Known, Merged, Row, merge, merge_cells, recognised
from jiheng.rules.money import format_wan
from jiheng.rules.scoring.registry import METHODS
from jiheng.stages.goals.models import Goal, GoalIndicator, GoalTask
from jiheng.stages.goals.queries import value_words
from jiheng.stages.goals.services import RowData, TaskData
from jiheng.stages.goals.targets import read_row

CONTENT_BOXES = {"objective": "年度目标", "medium_objective": "中期目标"}
MONEY_BOXES = {
    "fiscal_fen": "年度财政拨款",
    "other_fen": "年度其他资金",
    "medium_fiscal_fen": "中期财政拨款",
    "medium_other_fen": "中期其他资金",
}
BOXES = {**CONTENT_BOXES, **MONEY_BOXES}
COLUMNS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "name": "三级指标",
    "target": "指标值",
    "term_target": "中期指标值",
    "weight": "分值",
    "explanation": "指标解释",
    "basis": "设定依据",
    "source": "数据来源",
    "scoring": "赋分规则",
    "interim": "阶段性目标",
}
TASK_COLUMNS = {"name": "任务名称", "content": "主要内容", "appropriation": "财政拨款", "other": "其他资金"}
TASK_MONEY = frozenset({"appropriation", "other"})
METHOD_KEYS = {method.label: key for key, method in METHODS.items()}
"""Ways of scoring by the words that the form shows."""
FORM_BOXES = {
    "objective": "year_goal",
    "medium_objective": "term_goal",
    "fiscal_fen": "year_appropriation",
    "other_fen": "year_other",
    "medium_fiscal_fen": "term_appropriation",
    "medium_other_fen": "term_other",
}
"""Where each box stands on the form F1; F2 has the objective only, its money stands with the tasks."""
ROW_COLUMNS = ("level1", "level2", "name", "target", "term_target")
NOTE_COLUMNS = ("weight", "explanation", "basis", "source", "scoring", "interim")


STORED = {
    "target": "target_text", "term_target": "term_text", "basis": "standard", "source": "data_source",
    "level1": "level1", "level2": "level2", "name": "name", "explanation": "explanation", "interim": "interim_text",
}  # fmt: skip
"""The field that keeps each column of texts."""


LONGEST = {one: GoalIndicator._meta.get_field(one).max_length or 0 for one in STORED.values()}  # type: ignore[union-attr]
"""How many characters each of these fields keeps."""


@dataclass
class Cells:
    """A goal as cells. `places` are addresses on the sheet by (part, row key, column), for what came from one."""

    boxes: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    tasks: list[Row] = field(default_factory=list)
    places: dict[tuple[str, str, str], str] = field(default_factory=dict)


@dataclass
class MergedGoal:
    """A goal merged: single boxes, indicator rows, tasks; addresses of what came in."""

    boxes: Merged
    rows: Merged
    tasks: Merged
    places: dict[tuple[str, str, str], str]
    mine: Cells

    def conflicts(self, half: str) -> list["Clash"]:
        """What both changed differently in the half that a person writes, each with its words and its cell."""
        found = []
        for part, merged, labels in (
            ("box", self.boxes, BOXES),
            ("row", self.rows, COLUMNS),
            ("task", self.tasks, TASK_COLUMNS),
        ):
            for one in merged.conflicts:
                if _half(part, one.column) == half:
                    name = self._name(part, one)
                    what = f"{name}“{labels[one.column]}”" if one.column and name else labels.get(one.column, name)
                    cell = self.places.get((part, one.key, one.column or "name"), "")
                    found.append(Clash(f"{part}|{one.name}", what, cell, *_in_words(one)))
        return found

    def _name(self, part: str, one: Conflict) -> str:
        if part == "box":
            return ""
        rows = self.mine.rows if part == "row" else self.mine.tasks
        told = next((row.cells for row in rows if row.key == one.key), one.theirs if one.column == "" else {})
        return str((told or {}).get("name") or "")


@dataclass(frozen=True)
class Clash:
    """A conflict as the page shows it: what it is about, where it stands in the file, the three values in words."""

    name: str
    what: str
    cell: str
    base: str
    mine: str
    theirs: str


def _half(part: str, column: str) -> str:
    return "money" if column in MONEY_BOXES or (part == "task" and column in TASK_MONEY) else "content"


def _in_words(one: Conflict) -> tuple[str, str, str]:
    if one.column:
        return told(one.column, one.base), told(one.column, one.mine), told(one.column, one.theirs)
    return tuple("（已删除）" if row is None else _row_words(row) for row in (one.base, one.mine, one.theirs))  # type: ignore[return-value]


def _row_words(cells: Mapping[str, Any]) -> str:
    return "；".join(words for column, value in cells.items() if (words := told(column, value)))


def told(column: str, value: Any) -> str:
    """A cell's value as people read it."""
    if value is None:
        return ""
    if isinstance(value, int) and (column in MONEY_BOXES or column in TASK_MONEY):
        return f"{format_wan(value)} 万元"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _cell(value: Any) -> Any:
    """A value in the one spelling in which the three states are compared."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip() or None
    if isinstance(value, Decimal):
        return Decimal(f"{value.normalize():f}")
    return value


def _line(value: Any) -> Any:
    """The same for a cell of one line."""
    found = _cell(value)
    return " ".join(found.split("\n")) if isinstance(found, str) else found


def cell_of(column: str, value: Any) -> Any:
    """The same for a cell of an indicator: checkpoints that stand on lines of their own are parted by a sign."""
    if column == "interim" and isinstance(value, str):
        return "；".join(part for one in value.splitlines() if (part := one.strip().strip("；;").strip())) or None
    return _line(value)


def cells_of(goal: Goal) -> Cells:
    """Return the goal as it stands now."""
    boxes = {key: _cell(getattr(goal, key)) for key in BOXES}
    rows = [
        Row(row.lineage.hex, {key: cell_of(key, value) for key, value in row_cells(row).items()})
        for row in _indicators(goal)
    ]
    tasks = [
        Row(
            f"t{task.pk}",
            {
                "name": _line(task.name), "content": _line(task.content),
                "appropriation": task.fiscal_fen, "other": task.other_fen,
            },
        )
        for task in goal.tasks.all()
    ]  # fmt: skip
    return Cells(boxes, rows, tasks)


def _indicators(goal: Goal) -> Iterable[GoalIndicator]:
    """The goal's rows with what they took from the library; rows that were fetched for many goals are not asked for again."""
    if not goal.pk:
        return []
    if "indicators" in getattr(goal, "_prefetched_objects_cache", {}):
        return goal.indicators.all()
    return goal.indicators.select_related("library")


def row_cells(row: GoalIndicator) -> dict[str, Any]:
    """Return one indicator as the cells in which it is handed out."""
    evidence = row.library.evidence if row.library else ""
    source = "；".join(dict.fromkeys(part for part in (row.data_source, evidence) if part))
    return {
        "level1": row.level1,
        "level2": row.level2,
        "name": row.name,
        "target": value_words(row) or None,
        "term_target": row.term_text or None,
        "weight": row.weight,
        "explanation": row.explanation or (row.library.definition if row.library else "") or None,
        "basis": row.standard or None,
        "source": source or None,
        "scoring": METHODS[row.method].label if row.method in METHODS else None,
        "interim": row.interim_text or None,
    }


def as_base(goal: Goal, cells: Cells) -> dict[str, Any]:
    """Return what is handed out as JSON values, with the versions that it was taken from."""
    return {
        "goal": goal.pk,
        "content": goal.content_version,
        "money": goal.money_version,
        "boxes": {key: _kept(value) for key, value in cells.boxes.items()},
        "rows": [[row.key, {key: _kept(value) for key, value in row.cells.items()}] for row in cells.rows],
        "tasks": [[row.key, {key: _kept(value) for key, value in row.cells.items()}] for row in cells.tasks],
    }


def from_base(base: Any, goal: Goal) -> Cells | None:
    """Return what was handed out; None when it is not this goal's, or no such thing."""
    try:
        if base["goal"] != goal.pk:
            return None
        return Cells(
            {key: base["boxes"].get(key) for key in BOXES},
            [_row_of(key, cells, COLUMNS) for key, cells in base["rows"]],
            [_row_of(key, cells, TASK_COLUMNS) for key, cells in base["tasks"]],
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation):
        return None


def _kept(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _row_of(key: str, cells: Mapping[str, Any], columns: Collection[str]) -> Row:
    found = {column: cells.get(column) for column in columns}
    weight = found.get("weight")
    if weight is not None:
        found["weight"] = _cell(Decimal(weight))
    return Row(str(key), found)


def cells_of_form(reading: FormReading, base: Cells, mine: Cells, *, own: bool) -> tuple[Cells, list[Problem]]:
    """Return a filled-in form as cells, its rows recognised, and what was noticed on the way.

    `own` says that `base` is what this very file was handed out with: its hidden map then tells where each row
    went. A cell that the sheet does not have is not told, nor, in a foreign file, is one of the notes left blank.
    """
    data, cells, noticed = reading.data, Cells(), []
    for key, path in FORM_BOXES.items():
        if path in reading.cells:
            value = data.get(path)
            cells.boxes[key] = (value or 0) if key in MONEY_BOXES else _cell(value)
            cells.places["box", "", key] = reading.cells[path]
    lines = [(number, one) for number, one in enumerate(data.get("indicators", [])) if _line(one.get("name"))]
    words = [
        Known(_key_at(reading, base.rows, "indicators", number) if own else "", words_of(one)) for number, one in lines
    ]
    keys = keys_for(base.rows, mine.rows, words)
    notes, strange = _notes(reading, base, dict(zip(keys, (one for _, one in lines), strict=True)), own=own)
    noticed += strange
    for key, (number, one) in zip(keys, lines, strict=True):
        row: dict[str, Any] = {}
        for column in ROW_COLUMNS:
            path = f"indicators.{number}.{column}"
            value = _line(one.get(column))
            if path in reading.cells or value is not None:
                row[column] = value
            if path in reading.cells:
                cells.places["row", key, column] = reading.cells[path]
        note, at = notes.get(key, ({}, -1))
        for column in NOTE_COLUMNS:
            path = f"notes.{at}.{column}"
            value = cell_of(column, note.get(column))
            if value is not None or (own and path in reading.cells):
                row[column] = value
            if path in reading.cells:
                cells.places["row", key, column] = reading.cells[path]
        cells.rows.append(Row(key, row))
    _tasks(reading, base, mine, cells, own=own)
    return cells, noticed


def too_long(cells: Cells, *known: Cells) -> list[Problem]:
    """Name the cells that hold more than can be kept, each at its place: nothing is cut off.

    `known` is what was handed out and what stands now: with the words of the library that may be longer than what is
    kept, and unchanged it is not stored.
    """
    stand = [{row.key: row.cells for row in one.rows} for one in known]
    found = []
    for row in cells.rows:
        for column, stored in STORED.items():
            value, most = row.cells.get(column), LONGEST[stored]
            length = len(str(value or ""))
            if length > most and all(value != one.get(row.key, {}).get(column) for one in stand):
                at, label = cells.places.get(("row", row.key, column), ""), COLUMNS[column]
                said = f"最多 {most} 字，现有 {length} 字；请删去 {length - most} 字"
                found.append(Problem(at, label, said, rule=f"文字，最多 {most} 字"))
    return found


def wrong_interim(cells: Cells, mine: Cells, points: Sequence[Point], budget_year: int) -> list[Problem]:
    """Name what is wrong with interim targets that a file brings, each at its cell.

    What stands already may come back as it is: the checks of the goal tell of it before it is submitted.
    """
    stand = {row.key: row.cells for row in mine.rows}
    found = []
    for row in cells.rows if points else ():
        text, now = row.cells.get("interim"), stand.get(row.key, {})
        target = row.cells.get("target", now.get("target"))
        if not text or (text, target) == (now.get("interim"), now.get("target")):
            continue
        told = read_interim(_interim_row(str(text), str(target or ""), budget_year), points)
        at = cells.places.get(("row", row.key, "interim"), "")
        rule = "各监控时点应达到的值，单位、符号与全年指标值相同，逐步趋向全年指标值"
        expected = f"写成“{example_of(points)}”并核对各个值"
        found += [Problem(at, COLUMNS["interim"], said, rule=rule, expected=expected) for said in told.problems]
    return found


def _interim_row(text: str, target: str, budget_year: int) -> InterimRow:
    """The year's target as it would be read when it is saved, with the interim targets that stand beside it."""
    row = GoalIndicator(target_text=target)
    read_row(row, budget_year)
    return InterimRow(text, row.operator, row.value, row.unit, budget_year)


def words_of(cells: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words by which an indicator is known again."""
    return tuple(
        bare(str(cells.get(column) or ""))
        for column, bare in (("name", bare_words), ("level2", bare_branch), ("level1", bare_branch), ("target", bare_words))
    )  # fmt: skip


def task_words(cells: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words by which a task is known again."""
    return tuple(bare_words(str(cells.get(column) or "")) for column in ("name", "content"))


def keys_for(
    base: Sequence[Row],
    mine: Sequence[Row],
    words: Sequence[Known],
    of: Callable[[Mapping[str, Any]], tuple[str, ...]] = words_of,
    sure: Sequence[str] = (),
) -> list[str]:
    """Return a key for each row that came: of the row handed out, else of one added meanwhile, else a new one.

    `sure` are the keys that rows carry with them ("" for none): these count before any words.
    """
    found = {place: key for place, key in enumerate(sure) if key}
    carried = set(found.values())
    known = [Known(row.key, of(row.cells)) for row in base if row.key not in carried]
    free = [place for place in range(len(words)) if place not in found]
    again = recognised(known, [words[place] for place in free])
    found |= {free[place]: key for place, key in again.items()}
    rest = [number for number in range(len(words)) if number not in found]
    out = {row.key for row in base} | carried
    since = [Known(row.key, of(row.cells)) for row in mine if row.key not in out]
    # Typed in the file and in the system both: the same words are the same row, what is alike is not.
    both = recognised(since, [Known("-", words[number].words) for number in rest])
    found |= {rest[place]: key for place, key in both.items()}
    return [found.get(number, f"+{number}") for number in range(len(words))]


def _key_at(reading: FormReading, rows: Sequence[Row], table: str, number: int) -> str:
    """The key of the row that was handed out where a told row stands now: "-" for a row that is new there."""
    at = _row_number(reading.cells.get(f"{table}.{number}.name", ""))
    for place, row in enumerate(rows):
        if at and _row_number(reading.map.cells.get(f"{table}.{place}.name", "")) == at:
            return row.key
    return "-"


def _row_number(address: str) -> int:
    digits = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$")
    return int(digits) if digits.isdigit() else 0


def _notes(
    reading: FormReading, base: Cells, rows: Mapping[str, Mapping[str, Any]], *, own: bool
) -> tuple[dict[str, tuple[Mapping[str, Any], int]], list[Problem]]:
    """The explanation that belongs to each row, by name, else by where it was handed out; and those of no row."""
    names: dict[str, list[str]] = {}
    for key, one in rows.items():
        names.setdefault(bare_words(str(one.get("name") or "")), []).append(key)
    found: dict[str, tuple[Mapping[str, Any], int]] = {}
    strange: list[tuple[int, Mapping[str, Any]]] = []
    for number, note in enumerate(reading.data.get("notes", [])):
        same = names.get(bare_words(str(note.get("name") or "")), [])
        at = _key_at(reading, base.rows, "notes", number) if own else "-"
        key = at if at in same else next((one for one in same if one not in found), "")
        if key:
            found[key] = (note, number)
        elif any(value is not None for value in note.values()):
            strange.append((number, note))
    noticed = []
    for number, note in strange:
        at = _key_at(reading, base.rows, "notes", number) if own else "-"
        if at in rows and at not in found:
            found[at] = (note, number)
        else:
            path = f"notes.{number}.name"
            said = f"上表没有“{note.get('name') or ''}”这项指标，这一行说明没有读取；请改成上表的指标名称"
            noticed.append(Problem(reading.cells.get(path, ""), "年度指标说明", said, path=path))
    return found, noticed


def _tasks(reading: FormReading, base: Cells, mine: Cells, cells: Cells, *, own: bool) -> None:
    lines = [(number, one) for number, one in enumerate(reading.data.get("tasks", [])) if _line(one.get("name"))]
    words = [Known(_key_at(reading, base.tasks, "tasks", number) if own else "", task_words(one)) for number, one in lines]
    for key, (number, one) in zip(keys_for(base.tasks, mine.tasks, words, task_words), lines, strict=True):
        row = {}
        for column in TASK_COLUMNS:
            path = f"tasks.{number}.{column}"
            if path in reading.cells:
                row[column] = (one.get(column) or 0) if column in TASK_MONEY else _line(one.get(column))
                cells.places["task", key, column] = reading.cells[path]
        cells.tasks.append(Row(key, row))


def merge_goal(base: Cells, mine: Cells, theirs: Cells, take: Collection[str] = ()) -> MergedGoal:
    """Merge what came back into what stands now; `take` names the conflicts in which the file is chosen."""
    chosen: dict[str, set[str]] = {"box": set(), "row": set(), "task": set()}
    for name in take:
        part, _, rest = name.partition("|")
        chosen.get(part, set()).add(rest)
    return MergedGoal(
        merge_cells(base.boxes, mine.boxes, theirs.boxes, chosen["box"]),
        merge(base.rows, mine.rows, theirs.rows, chosen["row"]),
        merge(base.tasks, mine.tasks, theirs.tasks, chosen["task"]),
        theirs.places,
        mine,
    )


def content_from(
    goal: Goal,
    merged: MergedGoal,
    branch: Callable[[str, str], tuple[str, str]],
    library: Mapping[str, LibraryIndicator],
) -> dict[str, Any]:
    """Return the half of texts and rows as its service takes it; what did not change stays as it is stored."""
    boxes = merged.boxes.rows[0].cells
    stored = {row.lineage.hex: row for row in _indicators(goal)}
    before = {row.key: row.cells for row in merged.mine.rows}
    made: dict[str, Any] = {
        "objective": boxes.get("objective") or "",
        "medium_objective": boxes.get("medium_objective") or "",
        "rows": [
            _row_data(row, stored.get(row.key), before.get(row.key, {}), branch, library)
            for row in merged.rows.rows
            if row.cells.get("name")
        ],
    }
    if goal.scope == "department":
        tasks = {f"t{task.pk}": task for task in goal.tasks.all()}
        told = {row.key: row.cells for row in merged.mine.tasks}
        made["tasks"] = [
            _task_data(row, tasks.get(row.key), told.get(row.key, {}))
            for row in merged.tasks.rows
            if row.cells.get("name")
        ]
    return made


def _task_data(row: Row, old: GoalTask | None, before: Mapping[str, Any]) -> TaskData:
    """A task as its service takes it; the texts that did not change stay as they are stored, with their lines."""
    cells = row.cells
    name, content = str(cells["name"]), str(cells.get("content") or "")
    if old is None:
        return TaskData(name=name, content=content, pk=_task_pk(row.key))
    same = {column for column in ("name", "content") if cells.get(column) == before.get(column)}
    return TaskData(
        name=old.name if "name" in same else name, content=old.content if "content" in same else content, pk=old.pk
    )


def _task_pk(key: str) -> int | None:
    return int(key[1:]) if key.startswith("t") else None


def _row_data(
    row: Row,
    old: GoalIndicator | None,
    before: Mapping[str, Any],
    branch: Callable[[str, str], tuple[str, str]],
    library: Mapping[str, LibraryIndicator],
) -> RowData:
    cells = row.cells
    name = str(cells["name"])
    level1, level2 = branch(str(cells.get("level1") or ""), str(cells.get("level2") or ""))
    scoring = METHOD_KEYS.get(str(cells.get("scoring") or ""), "")
    if old is None:
        picked = library.get(name)
        return RowData(
            level1=level1,
            level2=level2,
            name=name,
            target_text=str(cells.get("target") or ""),
            weight=cells.get("weight") or Decimal(0),
            method=scoring,
            library_id=picked.pk if picked else None,
            standard=str(cells.get("basis") or ""),
            data_source=str(cells.get("source") or ""),
            explanation=str(cells.get("explanation") or ""),
            term_text=str(cells.get("term_target") or ""),
            interim_text=str(cells.get("interim") or ""),
        )
    same = {column for column in COLUMNS if cells.get(column) == before.get(column)}
    data = RowData(
        pk=old.pk,
        level1=old.level1,
        level2=old.level2,
        name=old.name,
        target_text=old.target_text,
        unit=old.unit,
        weight=old.weight,
        method=old.method,
        library_id=old.library_id,
        free_reason=old.free_reason,
        standard=old.standard,
        data_source=old.data_source,
        explanation=old.explanation,
        term_text=old.term_text,
        interim_text=old.interim_text,
    )
    if {"level1", "level2"} - same:
        data = replace(data, level1=level1, level2=level2)
    if "name" not in same:
        data = replace(data, name=name)
    if "target" not in same:
        data = replace(data, target_text=str(cells.get("target") or ""), unit="", method=scoring)
    if "scoring" not in same:
        data = replace(data, method=scoring)
    if "weight" not in same:
        data = replace(data, weight=cells.get("weight") or Decimal(0))
    texts = {
        "basis": "standard", "source": "data_source", "explanation": "explanation", "term_target": "term_text",
        "interim": "interim_text",
    }  # fmt: skip
    changed: dict[str, Any] = {
        stored: str(cells.get(column) or "") for column, stored in texts.items() if column not in same
    }
    return replace(data, **changed)


def money_from(goal: Goal, merged: MergedGoal) -> dict[str, Any]:
    """Return the half of money as its service takes it, in fen."""
    boxes = {key: merged.boxes.rows[0].cells.get(key) or 0 for key in MONEY_BOXES}
    made: dict[str, Any] = {**boxes, "note": goal.money_note}
    if goal.scope == "department":
        # Tasks come and go with the other half: the sums are of those that stand.
        stand = {f"t{task.pk}": task for task in goal.tasks.all()}
        told = {
            stand[row.key].pk: (row.cells.get("appropriation") or 0, row.cells.get("other") or 0)
            for row in merged.tasks.rows
            if row.key in stand
        }
        kept = {task.pk: (task.fiscal_fen, task.other_fen) for task in stand.values()} | told
        made["fiscal_fen"], made["other_fen"] = (sum(one[at] for one in kept.values()) for at in (0, 1))
        made["task_money"] = told
    return made
