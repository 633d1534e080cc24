"""Several people or windows on one half of a goal: what each changed since it looked is joined, cell by cell.

The page sends what it last got from here (its base) with what stands on it now. A cell that only one of them changed
takes that text. One that both changed differently keeps what is stored; the other text is kept beside it (HeldText)
and shown, as is a text that cannot be read. Nothing that was typed is thrown away.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.forms import BaseForm
from django.forms.formsets import DELETION_FIELD_NAME

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.web.pages import whole
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.subjects.fields import WanField
from jiheng.rules.merging import Merged, Row, merge
from jiheng.rules.reading import read_amount
from jiheng.stages.goals.access import may_edit
from jiheng.stages.goals.forms import HalfForms, RowForm, TaskForm, TaskMoneyForm, as_key, row_initial
from jiheng.stages.goals.models import Goal, HeldText
from jiheng.stages.goals.services import RowData, TaskData, save_content, save_money

TEXTS, ROWS, TASKS = "texts", "rows", "tasks"
ROW_COLUMNS = (
    "level1", "level2", "name", "target_text", "unit", "weight", "free_reason", "standard", "data_source", "method",
    "term_text", "interim_text", "explanation", "library",
)  # fmt: skip
SAYING = tuple(one for one in ROW_COLUMNS if one not in {"level1", "level2", "method", "library"})
"""The columns by which a row says something."""
CONTENT_TEXTS = ("objective", "medium_objective")
AMOUNTS = ("fiscal_fen", "other_fen", "medium_fiscal_fen", "medium_other_fen")
NEW = "new-"
"""What the key of a task begins with that is not saved yet."""
TURNS = 5
"""How often a save is tried anew because another window saved between reading and writing."""

Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Held:
    """A text that stays out of the goal for now: where it was typed, what stands there, why."""

    table: str
    key: str
    column: str
    where: str
    typed: str
    stands: str
    why: str


@dataclass
class Typed:
    """What a page brings: its tables, its texts as they were typed, and what of them cannot be read."""

    tables: Tables = field(default_factory=dict)
    raw: dict[tuple[str, str, str], str] = field(default_factory=dict)
    wrong: list[Held] = field(default_factory=list)


def shown_tables(goal: Goal, half: str) -> Tables:
    """Return what is stored of a half as the page shows it."""
    tasks = list(goal.tasks.all()) if goal.scope == "department" else []
    if half == "money":
        amounts = {key: _typed(getattr(goal, key)) for key in AMOUNTS}
        money = [
            Row(str(one.pk), {"fiscal_fen": _typed(one.fiscal_fen), "other_fen": _typed(one.other_fen)}) for one in tasks
        ]
        return {TEXTS: [Row("", {**amounts, "note": goal.money_note})], TASKS: money}
    year = goal.subject_year.budget_year
    rows = [
        Row(str(row.lineage), {key: str(told[key] or "") for key in ROW_COLUMNS})
        for row in goal.indicators.select_related("library")
        for told in [row_initial(row, year)]
    ]
    return {
        TEXTS: [Row("", {key: getattr(goal, key) for key in CONTENT_TEXTS})],
        ROWS: rows,
        TASKS: [Row(str(one.pk), {"name": one.name, "content": one.content}) for one in tasks],
    }


def told_tables(tables: Tables) -> dict[str, list[dict[str, Any]]]:
    """Return tables as a page keeps them."""
    return {name: [{"key": row.key, "cells": dict(row.cells)} for row in rows] for name, rows in tables.items()}


def read_base(text: str) -> Tables:
    """Read what a page says that it last got; what is no such thing counts as nothing seen."""
    try:
        told = json.loads(text)
        found = {
            name: [Row(str(one["key"])[:40], {str(k): str(v) for k, v in one["cells"].items()}) for one in told[name]]
            for name in (TEXTS, ROWS, TASKS)
            if name in told
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {name: list({row.key: row for row in rows}.values()) for name, rows in found.items()}


def typed_tables(goal: Goal, forms: HalfForms) -> Typed:
    """Return what stands on the page; cells that cannot be read are left out of the tables and named."""
    forms.is_valid()
    found = Typed()
    _read(found, TEXTS, "", forms.form, (*AMOUNTS, "note") if forms.half == "money" else CONTENT_TEXTS, "")
    found.tables[TEXTS] = [Row("", _cells(found, TEXTS, ""))]
    if forms.half == "content":
        stored = {row.pk: str(row.lineage) for row in goal.indicators.all()}
        _read_rows(found, ROWS, forms.grid, ROW_COLUMNS, stored, SAYING)
    if forms.tasks is not None:
        keys = {pk: str(pk) for pk in goal.tasks.values_list("pk", flat=True)}
        if forms.half == "money":
            _read_rows(found, TASKS, forms.tasks, ("fiscal_fen", "other_fen"), keys, ())
        else:
            _read_rows(found, TASKS, forms.tasks, ("name", "content"), keys, ("name", "content"))
    return found


def _read_rows(
    found: Typed, table: str, forms: Any, columns: Collection[str], stored: Mapping[int, str], must: Collection[str]
) -> None:
    rows: dict[str, Row] = {}
    for number, form in enumerate(forms.forms, start=1):
        values = {key: str(form[key].value() or "") for key in {"pk", *columns}}
        if DELETION_FIELD_NAME in form.fields and form[DELETION_FIELD_NAME].value():
            continue
        key = stored.get(whole(values["pk"]) or 0) or _new_key(table, form)
        if key is None:
            continue
        if must and not values["pk"] and not any(values[one].strip() for one in must):
            continue  # a row that says nothing yet is the page's own
        if key in rows:
            key = str(uuid4())
        name = values.get("name", "").strip()
        _read(found, table, key, form, columns, f"第 {number} 行{f'“{name}”' if name else ''}")
        rows[key] = Row(key, _cells(found, table, key))
    found.tables[table] = list(rows.values())


def _new_key(table: str, form: BaseForm) -> str | None:
    """Return the key that the page gave to a new row; None where rows cannot be added."""
    if "key" not in form.fields:
        return None
    key = as_key(str(form["key"].value() or "")) or uuid4()
    return f"{NEW}{key}" if table == TASKS else str(key)


def _read(found: Typed, table: str, key: str, form: BaseForm, columns: Iterable[str], where: str) -> None:
    for column in columns:
        text = str(form[column].value() or "")
        found.raw[table, key, column] = text
        errors = form.errors.get(column)
        if errors:
            place = f"{where}{form[column].label}"
            found.wrong.append(Held(table, key, column, place, text, "", "；".join(str(one) for one in errors)))


def _cells(found: Typed, table: str, key: str) -> dict[str, str]:
    wrong = {(one.table, one.key, one.column) for one in found.wrong}
    return {
        column: text
        for (one, row, column), text in found.raw.items()
        if one == table and row == key and (one, row, column) not in wrong
    }


def _plain(column: str, text: str) -> str:
    """Return a cell's text as it is compared: 10.0 points are 10, line ends and spaces at the ends say nothing."""
    text = text.replace("\r\n", "\n").strip()
    if column.endswith("_fen"):
        fen = read_amount(text).fen if text else 0
        return _typed(fen) if fen is not None else text
    if column == "weight":
        try:
            number = Decimal(text.replace(",", "") or "0")
        except InvalidOperation:
            return text
        return f"{number.normalize():f}" if number.is_finite() and number else ""
    return text


def _plain_tables(tables: Tables) -> Tables:
    return {
        name: [Row(row.key, {key: _plain(key, text) for key, text in row.cells.items()}) for row in rows]
        for name, rows in tables.items()
    }


def _typed(fen: int) -> str:
    """Return an amount as the form shows it to be typed over; nothing for none."""
    return str(WanField().prepare_value(fen)) if fen else ""


def save_together(
    *, goal: Goal, person: Person, forms: HalfForms, base: Tables, page: str, settled: Collection[int] = ()
) -> dict[str, Any]:
    """Join what stands on the page with what is stored, save it as a draft, and return what the page is to show.

    `settled` are held texts that the person has put in or let go. Raises Denied, Refused, and Overtaken when other
    windows are faster again and again.
    """
    for _ in range(TURNS):
        try:
            with transaction.atomic():
                return _saved(goal, person, forms, base, page, settled)
        except Overtaken:
            goal.refresh_from_db()
    raise Overtaken


def _saved(
    goal: Goal, person: Person, forms: HalfForms, base: Tables, page: str, settled: Collection[int]
) -> dict[str, Any]:
    require(may_edit(person, goal))
    typed = typed_tables(goal, forms)
    before = shown_tables(goal, forms.half)
    _same_tasks(typed, before, base)
    stored, plain_base, mine = _plain_tables(before), _plain_tables(base), _plain_tables(typed.tables)
    made = {name: joined(plain_base.get(name, []), stored[name], mine.get(name, [])) for name in stored}
    names: dict[str, str] = {}
    if any(one.changes for one in made.values()):
        names = _write(goal, person, forms.half, made)
    after = shown_tables(goal, forms.half)
    held = [_clash(typed, name, one, before) for name, merged in made.items() for one in merged.conflicts if one.column]
    held += typed.wrong
    _keep(goal, forms.half, page, held, settled)
    return _answer(goal, forms.half, typed, made, after, held, names)


def joined(base: list[Row], stored: list[Row], mine: list[Row]) -> Merged:
    """Join the rows of a table; one that was taken out here while it was changed on the page comes back."""
    made = merge(base, stored, mine)
    back = [one.name for one in made.conflicts if not one.column and one.mine is None]
    return merge(base, stored, mine, back) if back else made


def _same_tasks(typed: Typed, before: Tables, base: Tables) -> None:
    """A new task that was saved before, its answer lost on the way, is the stored one of that name."""
    known = {row.key for row in base.get(TASKS, [])} | {row.key for row in typed.tables.get(TASKS, [])}
    free = {row.cells.get("name"): row.key for row in before.get(TASKS, []) if row.key not in known}
    for at, row in enumerate(typed.tables.get(TASKS, [])):
        name = row.cells.get("name", "").strip()
        if row.key.startswith(NEW) and name in free:
            key = free.pop(name)
            typed.tables[TASKS][at] = Row(key, row.cells)
            for column in row.cells:
                typed.raw[TASKS, key, column] = typed.raw[TASKS, row.key, column]


def _write(goal: Goal, person: Person, half: str, made: Mapping[str, Merged]) -> dict[str, str]:
    """Save the joined tables as a draft; return the keys that new tasks have got, by those of the page."""
    texts = made[TEXTS].rows[0].cells
    if half == "money":
        fen = {key: _fen(texts[key]) for key in AMOUNTS}
        money = {int(row.key): (_fen(row.cells["fiscal_fen"]), _fen(row.cells["other_fen"])) for row in made[TASKS].rows}
        save_money(
            goal=goal,
            person=person,
            fiscal_fen=fen["fiscal_fen"],
            other_fen=fen["other_fen"],
            medium_fiscal_fen=fen["medium_fiscal_fen"],
            medium_other_fen=fen["medium_other_fen"],
            note=texts["note"],
            task_money=money,
            draft=True,
        )
        return {}
    known = {str(row.lineage): row.pk for row in goal.indicators.all()}
    rows = [_row(row, known.get(row.key)) for row in made[ROWS].rows]
    tasks = [row for row in made[TASKS].rows if row.cells.get("name", "").strip()]
    told = [
        TaskData(row.cells["name"], row.cells.get("content", ""), int(row.key) if row.key.isdecimal() else None)
        for row in tasks
    ]
    save_content(goal=goal, person=person, rows=rows, tasks=told, draft=True, **{key: texts[key] for key in CONTENT_TEXTS})
    saved = [str(one.pk) for one in goal.tasks.all()] if goal.scope == "department" else []
    return {row.key: pk for row, pk in zip(tasks, saved, strict=False) if row.key != pk}


def _row(row: Row, pk: int | None) -> RowData:
    told = {key: row.cells.get(key, "") for key in ROW_COLUMNS if key not in {"weight", "library"}}
    weight, library = row.cells.get("weight") or "0", row.cells.get("library", "")
    picked = int(library) if library.isdecimal() else None
    return RowData(weight=Decimal(weight), library_id=picked, pk=pk, lineage=UUID(row.key), **told)


def _fen(text: str) -> int:
    return (read_amount(text).fen or 0) if text else 0


LABELS = {
    name: str(one.label)
    for form in (RowForm, TaskForm, TaskMoneyForm)
    for name, one in form.base_fields.items()
    if one.label
} | {
    "objective": "年度目标", "medium_objective": "中期目标", "fiscal_fen": "财政拨款", "other_fen": "其他资金",
    "medium_fiscal_fen": "中期财政拨款", "medium_other_fen": "中期其他资金", "note": "资金测算说明",
}  # fmt: skip


def _clash(typed: Typed, table: str, one: Any, before: Tables) -> Held:
    number = next((at for at, row in enumerate(before[table], start=1) if row.key == one.key), 0)
    name = next((str(row.cells.get("name", "")) for row in before[table] if row.key == one.key), "")
    where = f"第 {number} 行{f'“{name}”' if name else ''}" if table != TEXTS else ""
    raw = typed.raw.get((table, one.key, one.column), str(one.theirs))
    why = "另一个窗口或另一个人刚改过这一格，两处写的不一样"
    return Held(table, one.key, one.column, f"{where}{LABELS.get(one.column, one.column)}", raw, str(one.mine), why)


def _keep(goal: Goal, half: str, page: str, held: list[Held], settled: Collection[int]) -> None:
    """Keep what stays out, in place of what the same page had left out before."""
    kept = HeldText.objects.filter(goal=goal, half=half)
    kept.filter(pk__in=settled).delete()
    now = {(one.table, one.key, one.column, one.typed) for one in held}
    own = list(kept.filter(page=page))
    if {(one.table, one.row, one.column, one.typed) for one in own} == now:
        return
    kept.filter(page=page).delete()
    HeldText.objects.bulk_create(
        HeldText(
            goal=goal, half=half, page=page[:40], table=one.table, row=one.key, column=one.column,
            where_words=one.where[:300], typed=one.typed, reason=one.why[:300], held_at=clock.now(),
        )
        for one in held
        if one.typed.strip()
    )  # fmt: skip


def _answer(
    goal: Goal,
    half: str,
    typed: Typed,
    made: Mapping[str, Merged],
    after: Tables,
    held: list[Held],
    names: Mapping[str, str],
) -> dict[str, Any]:
    back = {new: old for old, new in names.items()}
    keys = {str(row.lineage): row.pk for row in goal.indicators.all()} if half == "content" else {}
    tables = {}
    for name, rows in after.items():
        tables[name] = [
            {
                "key": row.key,
                "was": back.get(row.key, row.key),
                "pk": keys.get(row.key, row.key) if name == ROWS else row.key,
                "cells": {
                    column: _as_typed(typed.raw.get((name, back.get(row.key, row.key), column)), column, str(text))
                    for column, text in row.cells.items()
                },
            }
            for row in rows
        ]
    present = {name: {row["was"] for row in rows} for name, rows in tables.items()}
    theirs = [
        [name, key, column]
        for name, merged in made.items()
        for key, column in merged.kept
    ]  # fmt: skip
    return {
        "seen": goal.money_version if half == "money" else goal.content_version,
        "tables": tables,
        "theirs": theirs,
        "held": [vars(one) for one in held],
        "gone": [[name, row.key] for name, rows in typed.tables.items() for row in rows if row.key not in present[name]],
        "back": [
            [name, one.key] for name, merged in made.items() for one in merged.conflicts if not one.column
        ],
    }


def _as_typed(raw: str | None, column: str, stored: str) -> str:
    """Return the text of a cell for the page: what stands there already, when it says the same."""
    return raw if raw is not None and _plain(column, raw) == _plain(column, stored) else stored


def left_over(goal: Goal, half: str) -> list[HeldText]:
    """Return what was typed into this half before and is not in it, newest last."""
    return list(HeldText.objects.filter(goal=goal, half=half))
