"""A goal filled in offline: read from the official form, compared with what is stored, taken over on confirmation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act
from jiheng.foundation.files.models import StoredFile
from jiheng.foundation.files.services import attach
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.expect import of_form
from jiheng.foundation.sheets.found import FormReading, Problem
from jiheng.foundation.sheets.mark import looked_at, marked_copy
from jiheng.foundation.sheets.read import read_form
from jiheng.foundation.sheets.upload import bare_words, keep_workbook, other_record, other_year, same_words
from jiheng.foundation.workflow.advance import refuse
from jiheng.foundation.workflow.claim import Seen
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.registers.indicators.access import indicators_of
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.rules.goal_checks.facts import GoalSettings, bare_branch
from jiheng.rules.money import format_wan
from jiheng.rules.reading import unit_slip
from jiheng.rules.scoring.registry import METHODS
from jiheng.stages.goals.access import may_edit, may_edit_content, may_edit_money
from jiheng.stages.goals.documents import form_key, goal_form
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.queries import Change, value_words
from jiheng.stages.goals.services import RowData, TaskData, save_content, save_money
from jiheng.stages.goals.targets import read_row

HEAD = {"F1": {"project_name": "项目名称", "unit": "实施单位"}, "F2": {"department": "部门（单位）名称"}}


MONEY_BOXES = {
    "fiscal_fen": ("year_appropriation", "年度财政拨款"),
    "other_fen": ("year_other", "年度其他资金"),
    "medium_fiscal_fen": ("term_appropriation", "中期财政拨款"),
    "medium_other_fen": ("term_other", "中期其他资金"),
}


METHOD_KEYS = {method.label: key for key, method in METHODS.items()}
"""Ways of scoring by the words that the form shows."""


@dataclass
class Uploaded:
    """What an uploaded form says: mistakes at their cells, and what it would change."""

    name: str
    digest: str
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    content: dict[str, Any] = field(default_factory=dict)
    money: dict[str, Any] = field(default_factory=dict)
    content_changes: list[Change] = field(default_factory=list)
    money_changes: list[Change] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it can be taken over."""
        return not self.problems


def keep_upload(*, goal: Goal, name: str, content: bytes, person: Person) -> Uploaded:
    """Keep the file by its digest and read it; nothing of the goal is changed yet. Raises Refused."""
    require(may_edit(person, goal))
    stored = keep_workbook(name=name, content=content)
    return read_upload(goal, name, stored.digest, content)


def reread_upload(goal: Goal, name: str, digest: str) -> Uploaded:
    """Read a file that was kept before."""
    with StoredFile.objects.get(digest=digest).content.open("rb") as kept:
        return read_upload(goal, name, digest, kept.read())


def read_upload(goal: Goal, name: str, digest: str, content: bytes) -> Uploaded:
    """Read the form and compare it with the goal: every mistake at its cell, every difference by name."""
    key = form_key(goal)
    definition, present = goal_form(goal)
    reading = read_form(definition, content)
    found = Uploaded(name, digest, list(reading.problems), list(reading.notices))
    data = reading.data
    found.problems += other_year(reading, goal.subject_year.budget_year)
    found.notices += other_record(reading, f"goals.goal:{goal.pk}")
    for box, label in HEAD[key].items():
        typed = str(data.get(box) or "").strip()
        if typed and not same_words(typed, str(present[box])):
            words = f"表上是“{typed}”，这里是“{present[box]}”；请确认没有传错表"
            found.problems.append(Problem(reading.cells.get(box, ""), label, words, "wrong", box))
    found.content = _content_of_form(goal, data)
    found.problems += _strange_words(goal, reading)
    found.money = _money_of_form(goal, reading, found)
    _name_unit_slips(goal, reading, found)
    found.problems = of_form(found.problems, definition)
    found.content_changes = _content_changes(goal, found.content)
    found.money_changes = _money_changes(goal, found.money)
    return found


def marked_upload(goal: Goal, name: str, digest: str) -> bytes:
    """Return the person's own file with every mistake marked at its cell: rule and what should stand there."""
    with StoredFile.objects.get(digest=digest).content.open("rb") as kept:
        content = kept.read()
    found = read_upload(goal, name, digest, content)
    return marked_copy(content, [*found.problems, *(looked_at(one) for one in found.notices)])


def apply_upload(*, goal: Goal, name: str, digest: str, person: Person, seen: Seen | None = None) -> None:
    """Take over the half of the form that is the person's own, and keep the file with the goal.

    The project officer's upload brings texts and rows, the finance officer's the money. Raises Refused
    while the form has mistakes, Overtaken when the half was changed meanwhile.
    """
    uploaded = reread_upload(goal, name, digest)
    if not uploaded.ok:
        raise mistaken(f"表中还有 {len(uploaded.problems)} 处错误", remedy="请改正后重新上传", where="file")
    with act(person):
        if may_edit_content(person, goal):
            save_content(goal=goal, person=person, seen=seen, **uploaded.content)
        elif verdict := may_edit_money(person, goal):
            save_money(goal=goal, person=person, seen=seen, **uploaded.money)
        else:
            raise refuse(verdict.reason, verdict.clause)
        with StoredFile.objects.get(digest=digest).content.open("rb") as kept:
            attach(subject=goal, row="离线填报表", name=name, content=kept.read(), person=person)


def _content_of_form(goal: Goal, data: Mapping[str, Any]) -> dict[str, Any]:
    stored = list(goal.indicators.select_related("library"))
    notes = {bare_words(str(note.get("name") or "")): note for note in data.get("notes", [])}
    by_name: dict[str, list[GoalIndicator]] = {}
    for row in stored:
        by_name.setdefault(bare_words(row.name), []).append(row)
    library = _library_by_name(goal)
    rows = []
    for told in data["indicators"]:
        name = str(told.get("name") or "").strip()
        if not name:
            continue
        same = by_name.get(bare_words(name), [])
        old = same.pop(0) if same else None
        rows.append(_row(goal, told, notes.get(bare_words(name), {}), old, library.get(name)))
    made: dict[str, Any] = {
        "objective": data.get("year_goal") or "",
        "medium_objective": (data.get("term_goal") or "") if "term_goal" in data else goal.medium_objective,
        "rows": rows,
    }
    if goal.scope == "department":
        made["tasks"] = _tasks(goal, data)
    return made


def _row(
    goal: Goal,
    told: Mapping[str, Any],
    note: Mapping[str, Any],
    old: GoalIndicator | None,
    library: LibraryIndicator | None,
) -> RowData:
    level1, level2 = _branch(goal, str(told.get("level1") or ""), str(told.get("level2") or ""))
    target = str(told.get("target") or "").strip()
    kept_value = old is not None and value_words(old) == target
    weight = note.get("weight")
    kept = old or GoalIndicator(weight=Decimal(0))
    method = METHOD_KEYS.get(str(note.get("scoring") or "").strip(), "")
    picked = old.library_id if old else (library.pk if library else None)
    return RowData(
        pk=old.pk if old else None,
        level1=level1,
        level2=level2,
        name=str(told["name"]).strip(),
        target_text=old.target_text if old and kept_value else target,
        unit=old.unit if old and kept_value else "",
        weight=kept.weight if weight is None else Decimal(weight),
        method=method or (kept.method if kept_value else ""),
        library_id=picked,
        free_reason=kept.free_reason,
        standard=str(note.get("basis") or kept.standard),
        data_source=_same_or_new(note.get("source"), old),
        explanation=str(note.get("explanation") or kept.explanation)[:300],
        term_text=str(told.get("term_target") or "") if "term_target" in told else kept.term_text,
    )


def _strange_words(goal: Goal, reading: FormReading) -> list[Problem]:
    """Name branches and ways of scoring that the rules do not know, each at its cell."""
    branches = GoalSettings.of(rules_at(goal.cycle)).branches
    known1 = {bare_branch(label) for label, _ in branches}
    known2 = {bare_branch(label) for _, below in branches for label in below}
    names1, names2 = "、".join(label for label, _ in branches), "、".join(one for _, below in branches for one in below)
    asked = [
        ("indicators", "level1", "一级指标", known1, names1),
        ("indicators", "level2", "二级指标", known2, names2),
        ("notes", "scoring", "赋分规则", set(METHOD_KEYS), "、".join(METHOD_KEYS)),
    ]
    found = []
    for table, column, label, known, names in asked:
        for number, told in enumerate(reading.data.get(table, [])):
            typed = str(told.get(column) or "").strip()
            if typed and (typed if table == "notes" else bare_branch(typed)) not in known:
                path = f"{table}.{number}.{column}"
                words = f"没有“{typed}”；请改为{names}之一"
                found.append(Problem(reading.cells.get(path, ""), label, words, "wrong", path))
    return found


def _same_or_new(source: object, old: GoalIndicator | None) -> str:
    """The form shows source and evidence together; what was not touched stays as it was."""
    text = str(source or "").strip()
    if old is None:
        return text[:200]
    evidence = old.library.evidence if old.library else ""
    shown = "；".join(dict.fromkeys(part for part in (old.data_source, evidence) if part))
    return old.data_source if text in {"", shown} else text[:200]


def _branch(goal: Goal, level1: str, level2: str) -> tuple[str, str]:
    """Write a branch as the rules name it: 数量 and 数量指标 are one."""
    branches = rules_at(goal.cycle).value("goal_branches").value
    known = {bare_branch(one["label"]): one["label"] for one in branches}
    below = {
        bare_branch(child["label"]): (child["label"], one["label"]) for one in branches for child in one["children"]
    }
    name2, above = below.get(bare_branch(level2), (level2, known.get(bare_branch(level1), level1)))
    return known.get(bare_branch(level1), level1) or above, name2


def _library_by_name(goal: Goal) -> dict[str, LibraryIndicator]:
    """Names that only one indicator in use has: a row of that name comes from the library."""
    found: dict[str, LibraryIndicator | None] = {}
    for one in indicators_of(goal.place_id).filter(retired_on=None):
        found[one.name] = None if one.name in found else one
    return {name: one for name, one in found.items() if one is not None}


def _tasks(goal: Goal, data: Mapping[str, Any]) -> list[TaskData]:
    old = {task.name: task.pk for task in goal.tasks.all()}
    return [
        TaskData(
            name=str(one["name"]), content=str(one.get("content") or ""), pk=old.pop(str(one["name"]), None)
        )
        for one in data.get("tasks", [])
        if one.get("name")
    ]


def _name_unit_slips(goal: Goal, reading: FormReading, found: Uploaded) -> None:
    """Say where an amount is now exactly ten thousand times what it was: 元 written for 万元, most likely."""
    for key, (path, label) in MONEY_BOXES.items():
        typed, known = found.money.get(key), getattr(goal, key)
        slip = unit_slip(typed, known) if isinstance(typed, int) else None
        if isinstance(typed, int) and slip is not None:
            words = f"表上是 {format_wan(typed)} 万元，现在是 {format_wan(known)} 万元：{slip.message}，{slip.remedy}"
            found.notices.append(Problem(reading.cells.get(path, ""), label, words, "wrong", path))


def _money_of_form(goal: Goal, reading: FormReading, found: Uploaded) -> dict[str, Any]:
    data = reading.data
    if goal.scope == "department":
        return _department_money(goal, data)
    fiscal, other = data.get("year_appropriation") or 0, data.get("year_other") or 0
    total = data.get("year_total")
    if total is not None and total != fiscal + other:
        words = f"写的是 {format_wan(total)}，财政拨款加其他资金是 {format_wan(fiscal + other)}"
        found.problems.append(_at_total(reading, "年度资金总额", "year_total", words))
    term_fiscal, term_other = data.get("term_appropriation") or 0, data.get("term_other") or 0
    term = data.get("term_total")
    if term is not None and term != term_fiscal + term_other:
        words = f"写的是 {format_wan(term)}，财政拨款加其他资金是 {format_wan(term_fiscal + term_other)}"
        found.problems.append(_at_total(reading, "中期资金总额", "term_total", words))
    return {
        "fiscal_fen": fiscal,
        "other_fen": other,
        "medium_fiscal_fen": term_fiscal,
        "medium_other_fen": term_other,
        "note": goal.money_note,
    }


def _at_total(reading: FormReading, label: str, path: str, words: str) -> Problem:
    return Problem(reading.cells.get(path, ""), label, words, "total", path)


def _department_money(goal: Goal, data: Mapping[str, Any]) -> dict[str, Any]:
    by_name = {task.name: task.pk for task in goal.tasks.all()}
    told = [one for one in data.get("tasks", []) if one.get("name")]
    money = {
        by_name[str(one["name"])]: (one.get("appropriation") or 0, one.get("other") or 0)
        for one in told
        if str(one["name"]) in by_name
    }
    return {
        "fiscal_fen": sum(one.get("appropriation") or 0 for one in told),
        "other_fen": sum(one.get("other") or 0 for one in told),
        "medium_fiscal_fen": goal.medium_fiscal_fen,
        "medium_other_fen": goal.medium_other_fen,
        "note": goal.money_note,
        "task_money": money,
    }


def _content_changes(goal: Goal, content: Mapping[str, Any]) -> list[Change]:
    found = [
        Change(label, getattr(goal, key), content[key])
        for key, label in (("objective", "年度目标"), ("medium_objective", "中期目标"))
        if getattr(goal, key) != content[key]
    ]
    old = {row.pk: row for row in goal.indicators.all()}
    for data in content["rows"]:
        new = _as_row(goal, data)
        row = old.pop(data.pk, None) if data.pk else None
        after = _told(new)
        if row is None:
            found.append(Change(new.name, "（新增）", after))
        elif _told(row) != after:
            found.append(Change(row.name, _told(row), after))
    return found + [Change(row.name, _told(row), "（删除）") for row in old.values()]


def _as_row(goal: Goal, data: RowData) -> GoalIndicator:
    row = GoalIndicator(
        level1=data.level1,
        level2=data.level2,
        name=data.name,
        target_text=data.target_text,
        unit=data.unit,
        weight=data.weight,
        standard=data.standard,
        data_source=data.data_source,
        term_text=data.term_text,
        explanation=data.explanation,
        library_id=data.library_id,
    )
    read_row(row, goal.subject_year.budget_year, data.method)
    return row


def _told(row: GoalIndicator) -> str:
    parts = [
        f"{row.level2} {value_words(row)}",
        f"{row.weight.normalize():f} 分",
        row.standard,
        row.data_source,
    ]
    parts += [f"中期 {row.term_text}" if row.term_text else "", row.explanation]
    return "；".join(part for part in parts if part)


def _money_changes(goal: Goal, money: Mapping[str, Any]) -> list[Change]:
    return [
        Change(label, f"{format_wan(getattr(goal, key))} 万元", f"{format_wan(money[key])} 万元")
        for key, (_, label) in MONEY_BOXES.items()
        if getattr(goal, key) != money[key]
    ]


def form_title(goal: Goal) -> str:
    """Return the official name of the goal's form."""
    return policy_for(goal.cycle).forms[form_key(goal)].label
