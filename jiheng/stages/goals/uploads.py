"""A goal filled in offline: read from the official form, compared with what is stored, taken over on confirmation."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act
from jiheng.foundation.files.models import StoredFile
from jiheng.foundation.files.services import attach
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.expect import of_form
from jiheng.foundation.sheets.found import FormReading, Problem
from jiheng.foundation.sheets.mark import looked_at, marked_copy
from jiheng.foundation.sheets.meta import unpacked
from jiheng.foundation.sheets.patch import signed
from jiheng.foundation.sheets.read import read_form
from jiheng.foundation.sheets.upload import keep_workbook, other_record, other_year, same_words
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.foundation.workflow.claim import Seen
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.registers.indicators.access import indicators_of
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.rules.goal_checks.facts import GoalSettings, bare_branch
from jiheng.rules.interim_targets import points_of
from jiheng.rules.money import format_wan
from jiheng.rules.reading import unit_slip
from jiheng.rules.refusal import mistake
from jiheng.stages.goals.access import may_edit, may_edit_content, may_edit_money
from jiheng.stages.goals.documents import form_key, goal_form
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.offline import (
    METHOD_KEYS,
    MONEY_BOXES,
    Clash,
    cells_of,
    cells_of_form,
    content_from,
    from_base,
    merge_goal,
    money_from,
    too_long,
    wrong_interim,
)
from jiheng.stages.goals.queries import Change, value_words
from jiheng.stages.goals.services import RowData, TaskData, save_content, save_money
from jiheng.stages.goals.targets import read_row

HEAD = {
    "F1": {"project_name": "项目名称", "unit": "实施单位"},
    "F1P": {"project_name": "政策名称", "unit": "责任单位"},
    "F2": {"department": "部门（单位）名称"},
}
REGISTERED = {"basis": "政策依据", "content": "政策内容", "objects": "支持对象"}
"""Boxes of a policy's form that stand in the register; the form shows them and takes nothing from them."""


MONEY_PATHS = {
    "fiscal_fen": "year_appropriation",
    "other_fen": "year_other",
    "medium_fiscal_fen": "term_appropriation",
    "medium_other_fen": "term_other",
}


@dataclass
class Uploaded:
    """What an uploaded form says: mistakes at their cells, what it would change, what both sides changed.

    `based` says that the file brought what it was handed out with; `since` how often the goal was saved after that.
    """

    name: str
    digest: str
    sheet: str = ""
    signed: bool = False
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    content: dict[str, Any] = field(default_factory=dict)
    money: dict[str, Any] = field(default_factory=dict)
    content_changes: list[Change] = field(default_factory=list)
    money_changes: list[Change] = field(default_factory=list)
    clashes: dict[str, list[Clash]] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    based: bool = False
    since: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it can be taken over."""
        return not self.problems


def keep_upload(*, goal: Goal, name: str, content: bytes, person: Person) -> Uploaded:
    """Keep the file by its digest and read it; nothing of the goal is changed yet. Raises Refused."""
    require(may_edit(person, goal))
    stored = keep_workbook(name=name, content=content)
    return read_upload(goal, name, stored.digest, content)


def content_of(digest: str) -> bytes:
    """Return a file that was kept before."""
    with StoredFile.objects.get(digest=digest).content.open("rb") as kept:
        return bytes(kept.read())


def read_upload(goal: Goal, name: str, digest: str, content: bytes, take: Collection[str] = ()) -> Uploaded:
    """Read the form and merge it with the goal: every mistake at its cell, every difference by name.

    What the file was handed out with is the base of the merge: what only one side changed since is kept, what both
    changed differently is a clash; `take` names those in which the file is chosen. A file without it is compared
    with the goal as it stands, and its words count.
    """
    key = form_key(goal)
    definition, present = goal_form(goal)
    reading = read_form(definition, content)
    found = Uploaded(name, digest, reading.sheet, signed(content), list(reading.problems), list(reading.notices))
    data = reading.data
    found.problems += other_year(reading, goal.subject_year.budget_year)
    found.notices += other_record(reading, f"goals.goal:{goal.pk}")
    for box, label in HEAD[key].items():
        typed = str(data.get(box) or "").strip()
        if typed and not same_words(typed, str(present[box])):
            words = f"表上是“{typed}”，这里是“{present[box]}”；请确认没有传错表"
            found.problems.append(Problem(reading.cells.get(box, ""), label, words, "wrong", box))
    found.notices += _not_taken(reading, present)
    found.problems += _strange_words(goal, reading)
    _totals(goal, reading, found)
    _merge(goal, reading, found, take)
    _name_unit_slips(goal, reading, found)
    found.problems = of_form(found.problems, definition)
    found.content_changes += content_changes(goal, found.content)
    found.money_changes = money_changes(goal, found.money)
    return found


def _not_taken(reading: FormReading, present: Mapping[str, Any]) -> list[Problem]:
    """Say of what was changed on the form though it stands elsewhere that it was not taken over."""
    found = []
    for box, label in REGISTERED.items():
        typed = str(reading.data.get(box) or "").strip()
        if box in present and box in reading.cells and not same_words(typed, str(present[box] or "")):
            words = "取自项目库的登记，表上的改动没有读取；须修改的，请在项目库变更登记"
            found.append(Problem(reading.cells[box], label, words, path=box))
    stand = {str(one["year"]): one for one in present.get("years", ())}
    for number, one in enumerate(reading.data.get("years", ())):
        same = stand.get(str(one.get("year")), {})
        if any(one.get(key) != same.get(key) for key in ("total", "appropriation", "other")):
            words = "各年资金取自各年度的目标，表上的改动没有读取；本年度的请改上面的年度资金"
            at = next((reading.cells.get(f"years.{number}.{key}", "") for key in ("total", "year")), "")
            found.append(Problem(at, "分年资金", words, path=f"years.{number}.total"))
    return found


def _merge(goal: Goal, reading: FormReading, found: Uploaded, take: Collection[str]) -> None:
    """Join base, goal and form cell by cell, and keep both halves as their services take them."""
    mine, kept = cells_of(goal), unpacked(reading.origin.base)
    base = from_base(kept, goal) if reading.origin.record == f"goals.goal:{goal.pk}" else None
    if base is not None:
        found.based = True
        found.since = {
            "content": max(0, goal.content_version - int(kept.get("content", 0))),
            "money": max(0, goal.money_version - int(kept.get("money", 0))),
        }
    theirs, noticed = cells_of_form(reading, base or mine, mine, own=base is not None)
    points = points_of(rules_at(goal.cycle))
    found.problems += too_long(theirs, base or mine, mine) + wrong_interim(theirs, mine, points, goal.subject_year.budget_year)
    found.notices += noticed
    merged = merge_goal(base or mine, mine, theirs, take)
    found.content = content_from(goal, merged, branches_in(goal.cycle), library_by_name(goal.place_id))
    found.money = money_from(goal, merged)
    found.clashes = {half: merged.conflicts(half) for half in ("content", "money")}
    found.kept = {"content": len(merged.rows.kept) + len(merged.rows.left)}
    if merged.rows.moved:
        found.content_changes.append(Change("指标的先后", "现在的次序", "文件中的次序"))


def marked_upload(goal: Goal, name: str, digest: str) -> bytes:
    """Return the person's own file with every mistake marked at its cell: rule and what should stand there."""
    content = content_of(digest)
    found = read_upload(goal, name, digest, content)
    marks = [*found.problems, *(looked_at(one) for one in found.notices)]
    return marked_copy(content, marks, sheet=found.sheet)


def apply_upload(
    *,
    goal: Goal,
    name: str,
    digest: str,
    person: Person,
    seen: Seen | None = None,
    choices: Mapping[str, str] | None = None,
) -> None:
    """Take over the half of the form that is the person's own, and keep the file with the goal.

    The project officer's upload brings texts and rows, the finance officer's the money. `choices` says for each
    clash whether the file counts ("theirs") or what stands now ("mine"). Raises Refused while the form has mistakes
    or a clash is undecided, Overtaken when the half was changed after it was shown.
    """
    chosen = dict(choices or {})
    content = content_of(digest)
    uploaded = read_upload(goal, name, digest, content, [one for one, side in chosen.items() if side == "theirs"])
    if not uploaded.ok:
        raise mistaken(f"表中还有 {len(uploaded.problems)} 处错误", remedy="请改正后重新上传", where="file")
    half = "content" if may_edit_content(person, goal) else "money"
    open_ = [one for one in uploaded.clashes[half] if chosen.get(one.name) not in {"mine", "theirs"}]
    if open_:
        raise Refused(
            [
                mistake(
                    f"有 {len(open_)} 处冲突没有选择：{'、'.join(one.what for one in open_[:5])}",
                    remedy="请返回核对页，逐处选择保留系统中的还是采用文件中的",
                    where="clashes",
                )
            ]
        )
    with act(person):
        if may_edit_content(person, goal):
            save_content(goal=goal, person=person, seen=seen, **uploaded.content)
        elif verdict := may_edit_money(person, goal):
            save_money(goal=goal, person=person, seen=seen, **uploaded.money)
        else:
            raise refuse(verdict.reason, verdict.clause)
        attach(subject=goal, row="离线填报表", name=name, content=content, person=person)


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


def branches_in(cycle: Cycle) -> Callable[[str, str], tuple[str, str]]:
    """Return what writes a branch as the year's rules name it: 数量 and 数量指标 are one."""
    branches = rules_at(cycle).value("goal_branches").value
    known = {bare_branch(one["label"]): one["label"] for one in branches}
    below = {
        bare_branch(child["label"]): (child["label"], one["label"]) for one in branches for child in one["children"]
    }

    def named(level1: str, level2: str) -> tuple[str, str]:
        name2, above = below.get(bare_branch(level2), (level2, known.get(bare_branch(level1), level1)))
        return known.get(bare_branch(level1), level1) or above, name2

    return named


def library_by_name(place_id: int) -> dict[str, LibraryIndicator]:
    """Names that only one indicator in use has: a row of that name comes from the library."""
    found: dict[str, LibraryIndicator | None] = {}
    for one in indicators_of(place_id).filter(retired_on=None):
        found[one.name] = None if one.name in found else one
    return {name: one for name, one in found.items() if one is not None}


def _name_unit_slips(goal: Goal, reading: FormReading, found: Uploaded) -> None:
    """Say where an amount is now exactly ten thousand times what it was: 元 written for 万元, most likely."""
    for key, label in MONEY_BOXES.items():
        path, typed, known = MONEY_PATHS[key], found.money.get(key), getattr(goal, key)
        slip = unit_slip(typed, known) if isinstance(typed, int) else None
        if isinstance(typed, int) and slip is not None:
            words = f"表上是 {format_wan(typed)} 万元，现在是 {format_wan(known)} 万元：{slip.message}，{slip.remedy}"
            found.notices.append(Problem(reading.cells.get(path, ""), label, words, "wrong", path))


def _totals(goal: Goal, reading: FormReading, found: Uploaded) -> None:
    """Name totals of the form F1 that are not the sum of their sources."""
    data = reading.data
    if goal.scope == "department":
        return
    for path, label, parts in (
        ("year_total", "年度资金总额", ("year_appropriation", "year_other")),
        ("term_total", "中期资金总额", ("term_appropriation", "term_other")),
    ):
        total, summed = data.get(path), sum(data.get(part) or 0 for part in parts)
        if total is not None and total != summed:
            words = f"写的是 {format_wan(total)}，财政拨款加其他资金是 {format_wan(summed)}"
            found.problems.append(_at_total(reading, label, path, words))


def _at_total(reading: FormReading, label: str, path: str, words: str) -> Problem:
    return Problem(reading.cells.get(path, ""), label, words, "total", path)


SAME = (
    "level1", "level2", "name", "target_text", "unit", "weight", "method", "standard", "data_source", "term_text",
    "interim_text", "explanation", "library_id",
)  # fmt: skip
"""What is the same in a row that the file left as it stands."""


def content_changes(goal: Goal, content: Mapping[str, Any]) -> list[Change]:
    """Return what the half of texts and rows would change."""
    found = [
        Change(label, getattr(goal, key), content[key])
        for key, label in (("objective", "年度目标"), ("medium_objective", "中期目标"))
        if getattr(goal, key) != content[key]
    ]
    old = {row.pk: row for row in goal.indicators.all()} if goal.pk else {}
    for data in content["rows"]:
        row = old.pop(data.pk, None) if data.pk else None
        if row is not None and all(getattr(row, key) == getattr(data, key) for key in SAME):
            continue
        after = _told(_as_row(goal, data))
        if row is None:
            found.append(Change(data.name, "（新增）", after))
        elif _told(row) != after:
            found.append(Change(row.name, _told(row), after))
    found += [Change(row.name, _told(row), "（删除）") for row in old.values()]
    return found + _task_changes(goal, content["tasks"]) if "tasks" in content else found


def _task_changes(goal: Goal, tasks: Sequence[TaskData]) -> list[Change]:
    """What changes in the yearly tasks of a whole department, their money aside."""
    old = {task.pk: task for task in goal.tasks.all()}
    found: list[Change] = []
    for data in tasks:
        task = old.pop(data.pk, None) if data.pk else None
        if task is None:
            found.append(Change(f"任务“{data.name}”", "（新增）", data.content))
        elif (task.name, task.content) != (data.name, data.content):
            found.append(Change(f"任务“{task.name}”", f"{task.name}；{task.content}", f"{data.name}；{data.content}"))
    return found + [Change(f"任务“{task.name}”", task.content, "（删除）") for task in old.values()]


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
        interim_text=data.interim_text,
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
    parts += [f"中期 {row.term_text}" if row.term_text else "", f"阶段 {row.interim_text}" if row.interim_text else ""]
    parts.append(row.explanation)
    return "；".join(part for part in parts if part)


def money_changes(goal: Goal, money: Mapping[str, Any]) -> list[Change]:
    """Return what the half of money would change."""
    found = [
        Change(label, f"{format_wan(getattr(goal, key))} 万元", f"{format_wan(money[key])} 万元")
        for key, label in MONEY_BOXES.items()
        if getattr(goal, key) != money[key]
    ]
    tasks = {task.pk: task for task in goal.tasks.all()} if "task_money" in money else {}
    for pk, (fiscal, other) in money.get("task_money", {}).items():
        task = tasks[pk]
        for label, before, after in (("财政拨款", task.fiscal_fen, fiscal), ("其他资金", task.other_fen, other)):
            if before != after:
                found.append(Change(f"任务“{task.name}”{label}", f"{format_wan(before)} 万元", f"{format_wan(after)} 万元"))
    return found


def form_title(goal: Goal) -> str:
    """Return the official name of the goal's form."""
    return policy_for(goal.cycle).forms[form_key(goal)].label
