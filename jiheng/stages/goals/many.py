"""Many goals filled in offline in one file: read, merged goal by goal, written together or not at all.

The file is our own list or a bureau's own layout whose columns were learned once. The user's file itself is brought up
to date in place afterwards.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import KnownLayout, StoredFile
from jiheng.foundation.files.services import link
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.expect import by_label, of_list
from jiheng.foundation.sheets.formulas import read_as_empty
from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.layouts import Drift, Headings, drift, headings_of, with_layout
from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.sheets.meta import facts_of, unpacked
from jiheng.foundation.sheets.patch import Patched, patched
from jiheng.foundation.sheets.tables import ListRow, TableReading, read_table
from jiheng.foundation.sheets.upload import bare_words
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rules_at
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.goal_checks.facts import GoalSettings, bare_branch
from jiheng.rules.interim_targets import Point, points_of
from jiheng.rules.merging import Known, Row
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.reading.amounts import in_unit
from jiheng.rules.refusal import mistake
from jiheng.stages.goals.access import may_edit, may_start, visible_goals, visible_years
from jiheng.stages.goals.many_book import (
    FORM,
    LIST,
    MONEY,
    OWN,
    PROJECT_BOXES,
    TASK_CELLS,
    goal_lines,
    hidden_rows,
    many_book,
    record_of,
    row_values,
    task_values,
    with_points,
)
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.offline import (
    COLUMNS,
    METHOD_KEYS,
    MONEY_BOXES,
    Cells,
    Clash,
    MergedGoal,
    as_base,
    cell_of,
    cells_of,
    content_from,
    from_base,
    keys_for,
    merge_goal,
    money_from,
    task_words,
    too_long,
    words_of,
    wrong_interim,
)
from jiheng.stages.goals.queries import Change
from jiheng.stages.goals.services import save_content, save_money, start_goal
from jiheng.stages.goals.uploads import (
    branches_in,
    content_changes,
    content_of,
    library_by_name,
    money_changes,
)

MOST_GOALS = 2000


@dataclass
class One:
    """A project in the file: its goal (None when it is only begun by it), what would change, what both changed."""

    year: SubjectYear
    goal: Goal | None
    changes: list[Change]
    clashes: list[Clash]
    theirs: Cells
    made: dict[str, Any]
    """What the service takes: the half of the person who sends the file."""

    @property
    def name(self) -> str:
        """The project's name."""
        return self.year.name


@dataclass
class Many:
    """What a file of many goals says. `places` tells where each line of it stands, by project and row."""

    name: str
    digest: str
    half: str
    headings: Headings | None = None
    known: KnownLayout | None = None
    drift: Drift | None = None
    unread: list[str] = field(default_factory=list)
    based: bool = False
    sheet: str = ""
    rows_in: int = 0
    letters: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    found: list[One] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it can be taken over."""
        return not self.problems

    @property
    def mapped(self) -> bool:
        """Whether enough of its columns are known: an indicator, and to which project it belongs."""
        return "name" in self.letters and bool({"code", "project"} & set(self.letters))

    @property
    def changed(self) -> list[One]:
        """The projects that would change."""
        return [one for one in self.found if one.changes]

    @property
    def clashes(self) -> list[Clash]:
        """All conflicts, each named with its project."""
        return [clash for one in self.found for clash in one.clashes]

    @property
    def seen(self) -> int:
        """A number that changes when any of the goals is saved."""
        told = [
            (one.year.pk, one.goal.pk, one.goal.version) if one.goal else (one.year.pk, 0, 0) for one in self.found
        ]
        return int(sha256(repr(told).encode()).hexdigest()[:12], 16)


def may_fill_many(person: Person, *_record: object) -> Verdict:
    """The officers who write goals may write many of them in one file."""
    if person.role in {"unit_project", "unit_finance"}:
        return allow()
    return deny("绩效目标由项目单位的项目经办、财务经办填报", national_clause("workflows.goals"))


def half_of(person: Person) -> str:
    """Return which half of the goals the person writes."""
    return "money" if person.role == "unit_finance" else "content"


def fillable(person: Person, cycle: Cycle) -> list[tuple[SubjectYear, Goal | None]]:
    """Return the projects of the year whose goal the person writes now, in the order of their codes.

    The goal of a whole department is among them once it is begun: what its tasks are is proposed there.
    """
    goals = visible_goals(person).filter(cycle=cycle).order_by("-revision")
    found: dict[int, tuple[SubjectYear, Goal | None]] = {}
    for goal in goals.prefetch_related("indicators__library", "tasks"):
        if goal.subject_year_id not in found and may_edit(person, goal):
            found[goal.subject_year_id] = (goal.subject_year, goal)
    if person.role == "unit_project":
        begun = visible_years(person).filter(cycle=cycle, goals__isnull=True).exclude(library_state="refused")
        related = ("subject", "unit", "department", "place", "cycle__snapshot", "cycle__place")
        for year in begun.exclude(kind="department").select_related(*related):
            if may_start(person, year):
                found[year.pk] = (year, None)
    pairs = sorted(found.values(), key=lambda pair: (pair[0].subject.code, pair[0].pk))
    return pairs[:MOST_GOALS]


def handed_out(person: Person, cycle: Cycle) -> bytes:
    """Return the file with all projects that the person writes."""
    require(may_fill_many(person))
    lines: list[dict[str, Any]] = []
    base: dict[str, Any] = {}
    for year, goal in fillable(person, cycle):
        cells = cells_of(goal) if goal else Cells()
        lines += goal_lines(year.subject.code, year.name, cells, whole=is_whole(goal))
        if goal is not None:
            base[str(goal.pk)] = as_base(goal, cells)
    return many_book(cycle, lines, {"goals": base}, branches_of(cycle), points_in(cycle))


def points_in(cycle: Cycle) -> tuple[Point, ...]:
    """Return the checkpoints at which the year's indicators may have interim targets; none where it has none."""
    return points_of(rules_at(cycle))


def is_whole(goal: Goal | None) -> bool:
    """Whether it is the goal of a whole department, with tasks that have money of their own."""
    return goal is not None and goal.scope == "department"


def branches_of(cycle: Cycle) -> dict[str, list[str]]:
    """Return the branches of the year's goals, each with those below it."""
    return {label: list(below) for label, below in GoalSettings.of(rules_at(cycle)).branches}


# --- reading


def layout_for(place_id: int, headings: Headings) -> tuple[KnownLayout | None, Drift | None]:
    """Return the layout that was learned for these headings, or the nearest one with how it drifted since."""
    known = list(KnownLayout.objects.filter(place_id=place_id, kind=FORM))
    exact = next((one for one in known if one.fingerprint == headings.fingerprint), None)
    if exact is not None:
        return exact, None
    for one in known:
        told = drift(one.headings, headings.labels)
        if told is not None:
            return one, told
    return None, None


def learn_layout(*, person: Person, headings: Headings, columns: Mapping[str, str]) -> KnownLayout:
    """记住本地区自己表样的列对应关系：同样表头的文件以后直接读取。Replaces what was learned for the same headings.

    Raises Refused when a column is named that the file does not have, or when neither project nor indicator is.
    """
    require(may_fill_many(person))
    known = {one.key for one in LIST.columns}
    if set(columns) - known or set(columns.values()) - set(headings.labels):
        raise mistaken("所选的列不在文件的表头里", remedy="请重新上传文件后再选", where="columns")
    if len(set(columns.values())) != len(columns):
        raise mistaken("同一列不能对应两个栏目", remedy="请逐栏核对所选的列", where="columns")
    if "name" not in columns or not {"code", "project"} & set(columns):
        raise mistaken(
            "至少须指明三级指标，以及项目代码或项目名称是哪一列", remedy="请在下表中选定", where="columns"
        )
    with act(person):
        layout, _ = KnownLayout.objects.update_or_create(
            place_id=person.place_id,
            kind=FORM,
            fingerprint=headings.fingerprint,
            defaults={
                "headings": [one for one in headings.labels if one],
                "columns": dict(columns),
                "learned_at": clock.now(),
                "learned_by": str(person),
            },
        )
        record("goals.learn_layout", layout, {"columns": dict(columns)})
    return layout


def read_many(
    person: Person, cycle: Cycle, name: str, digest: str, take: Iterable[str] = ()
) -> Many:
    """Read a file of many goals and merge it goal by goal; nothing is written. Every mistake at its cell."""
    content = content_of(digest)
    told = Many(name, digest, half_of(person))
    try:
        told.headings = headings_of(content, name)
    except Unreadable as broken:
        told.problems.append(Problem("", "", str(broken), "layout"))
        return told
    facts = facts_of(content)
    ours = facts.get("form") == FORM
    definition = with_points(OWN if ours else LIST, points_in(cycle))
    if told.headings is not None and not ours:
        told.known, told.drift = layout_for(person.place_id, told.headings)
        if told.known is not None:
            present = {key: one for key, one in told.known.columns.items() if one in told.headings.labels}
            definition = with_layout(definition, present)
    reading = read_table(definition, content, name=name, year=cycle.budget_year)
    told.sheet, told.rows_in, told.letters = reading.sheet, reading.rows_in, dict(reading.letters)
    told.units = reading.units
    told.unread = reading.unknown_columns
    if not told.mapped:
        return told
    read = {at for row in (*reading.rows, *reading.wrong_rows) for at in row.cells.values()}
    empty = {at: words for at, words in read_as_empty(content, reading.sheet).items() if at in read}
    told.problems += [one for one in reading.problems if one.cell not in empty]
    told.problems += [Problem(at, "公式", empty[at]) for at in sorted(empty)]
    told.notices += reading.notices
    if ours and facts.get("record") != record_of(cycle):
        words = f"这份清单是 {facts.get('year') or '别的'} 年度的，这里是 {cycle.budget_year} 年度；请下载本年度的清单"
        told.problems.append(Problem("", "年度", words))
    base = unpacked(facts.get("base", "")) if ours else None
    told.based = base is not None
    _hold(person, cycle, reading, told, (base or {}).get("goals", {}), list(take))
    told.problems = of_list(told.problems, by_label(OWN.columns))
    return told


def _hold(
    person: Person, cycle: Cycle, reading: TableReading, told: Many, base: Mapping[str, Any], take: Sequence[str]
) -> None:
    pairs = fillable(person, cycle)
    by_code = {year.subject.code: year.pk for year, _ in pairs}
    by_name: dict[str, list[int]] = {}
    for year, _ in pairs:
        by_name.setdefault(bare_words(year.name), []).append(year.pk)
    lines: dict[int, list[ListRow]] = {}
    current: int | None = None
    strange: set[str] = set()
    for row in sorted([*reading.rows, *reading.wrong_rows], key=lambda one: one.number):
        code, project = (str(row.values.get(key) or "").strip() for key in ("code", "project"))
        if code or project:
            current = _project(row, code, project, by_code, by_name, told, strange)
        elif current is None and not strange:
            told.problems.append(Problem(f"A{row.number}", "项目", "这一行没有写明是哪个项目"))
        if current is not None:
            lines.setdefault(current, []).append(row)
    by_pk = {year.pk: (year, goal) for year, goal in pairs}
    branches, branch, points = branches_of(cycle), branches_in(cycle), points_in(cycle)
    named = {bare_branch(one) for pair in branches.items() for one in (pair[0], *pair[1])}
    library: dict[int, dict[str, LibraryIndicator]] = {}
    chosen: dict[str, list[str]] = {str(pk): [] for pk in lines}
    for key in take:
        project, _, name = key.partition("|")
        chosen.get(project, []).append(name)
    for pk, rows in lines.items():
        year, goal = by_pk[pk]
        _strange_words(rows, told, named, branches)
        before = from_base(base.get(str(goal.pk)), goal) if goal else None
        mine = cells_of(goal) if goal else Cells(dict.fromkeys(PROJECT_BOXES.values()))
        mine.boxes = {key: (value or 0) if key in MONEY_BOXES else value for key, value in mine.boxes.items()}
        theirs = _cells(rows, before or mine, mine, told, own=before is not None, whole=is_whole(goal))
        _tasks(rows, before or mine, mine, theirs, told, own=before is not None, whole=is_whole(goal))
        told.problems += too_long(theirs, before or mine, mine) + wrong_interim(theirs, mine, points, cycle.budget_year)
        merged = merge_goal(before or mine, mine, theirs, chosen[str(pk)])
        found = goal or Goal(subject_year=year, cycle=cycle, place_id=year.place_id, scope="project")
        if year.place_id not in library:
            library[year.place_id] = library_by_name(year.place_id)
        told.found.append(_one(year, goal, found, merged, theirs, told.half, branch, library[year.place_id]))


def _one(
    year: SubjectYear, goal: Goal | None, found: Goal, merged: MergedGoal, theirs: Cells, half: str,
    branch: Callable[[str, str], tuple[str, str]], library: Mapping[str, LibraryIndicator],
) -> One:  # fmt: skip
    if half == "content":
        made = content_from(found, merged, branch, library)
        changes = content_changes(found, made)
        if merged.rows.moved:
            changes.append(Change("指标的先后", "现在的次序", "文件中的次序"))
    else:
        made = money_from(found, merged)
        changes = money_changes(found, made)
    clashes = [
        Clash(f"{year.pk}|{one.name}", f"{year.name} · {one.what}", one.cell, one.base, one.mine, one.theirs)
        for one in merged.conflicts(half)
    ]
    return One(year, goal, changes, clashes, theirs, made)


def _project(
    row: ListRow, code: str, project: str, by_code: Mapping[str, int], by_name: Mapping[str, list[int]],
    told: Many, strange: set[str],
) -> int | None:  # fmt: skip
    """The project that a line names; what is none of the person's is told once, at its cell."""
    same = by_name.get(bare_words(project), []) if project else []
    found = by_code.get(code) if code else (same[0] if len(same) == 1 else None)
    cell = row.cells.get("code" if code else "project", "")
    key = f"{code} {project}".strip()
    if found is not None and project and same and found not in same:
        told.problems.append(Problem(cell, "项目代码", f"代码“{code}”与名称“{project}”不是同一个项目"))
        return None
    if found is None and key not in strange:
        strange.add(key)
        many = f"有 {len(same)} 个项目叫“{project}”；请写明项目代码"
        none = (
            f"本年度由您填报的项目中没有“{key}”（可能已经提交，不是本单位的项目，或是部门整体还没有在系统中开始填报）；"
            "请核对，不需要的行请删除"
        )
        told.problems.append(Problem(cell, "项目代码" if code else "项目名称", many if len(same) > 1 else none))
    return found


def _strange_words(
    rows: Sequence[ListRow], told: Many, named: set[str], branches: Mapping[str, Sequence[str]]
) -> None:
    below = "、".join(one for names in branches.values() for one in names)
    for row in rows:
        for column, names in (("level1", "、".join(branches)), ("level2", below)):
            typed = str(row.values.get(column) or "").strip()
            if typed and bare_branch(typed) not in named:
                words = f"没有“{typed}”；请改为{names}之一"
                told.problems.append(Problem(row.cells[column], COLUMNS[column], words))
        typed = str(row.values.get("scoring") or "").strip()
        if typed and "sign" not in row.cells and typed not in METHOD_KEYS and told.based:
            words = f"没有“{typed}”；请改为{'、'.join(METHOD_KEYS)}之一"
            told.problems.append(Problem(row.cells["scoring"], COLUMNS["scoring"], words))


def _cells(rows: Sequence[ListRow], base: Cells, mine: Cells, told: Many, *, own: bool, whole: bool) -> Cells:
    """The lines of one project as cells: its own words once, its indicators each with the key that they carry."""
    cells = Cells()
    for key, box in PROJECT_BOXES.items():
        said = [(row.cells[key], row.values[key]) for row in rows if key in row.cells and row.values[key] is not None]
        if whole and key in MONEY:
            summed = "部门整体的资金由各项任务汇总；请填在“任务财政拨款”“任务其他资金”里，这一格留空"
            told.problems += [Problem(at, LIST_LABELS[key], summed) for at, value in said if value]
        elif said:
            cells.boxes[box], cells.places["box", "", box] = said[0][1], said[0][0]
            told.problems += [
                Problem(at, LIST_LABELS[key], f"与 {said[0][0]} 写的不一样；同一个项目只写一次")
                for at, value in said[1:]
                if value != said[0][1]
            ]
        elif own and key in rows[0].cells:
            cells.boxes[box] = 0 if key in MONEY else None
    lines = [row for row in rows if row.values.get("name")]
    ids = _ids(lines, {row.key for row in (*base.rows, *mine.rows)})
    words = [Known("-" if own else "", words_of(row.values)) for row in lines]
    keys = keys_for(base.rows, mine.rows, words, sure=ids)
    above: dict[str, Any] = {}
    for key, row in zip(keys, lines, strict=True):
        values: dict[str, Any] = {}
        for column in COLUMNS:
            if column in row.cells:
                value = row.values[column]
                if column in {"level1", "level2"}:
                    value = value or above.get(column)
                    above[column] = value
                    if column == "level1" and row.values[column]:
                        above.pop("level2", None)
                if column == "target":
                    value = _target(row)
                if value is not None or own:
                    values[column] = cell_of(column, value)
                cells.places["row", key, column] = row.cells[column]
        cells.rows.append(Row(key, values))
    return cells


def _tasks(
    rows: Sequence[ListRow], base: Cells, mine: Cells, cells: Cells, told: Many, *, own: bool, whole: bool
) -> None:
    """The tasks of a whole department among its lines; a file without their column says nothing of them."""
    lines = [row for row in rows if row.values.get("task")]
    if not whole:
        words = "只有部门整体的目标有年度主要任务；请把这一格清空"
        told.problems += [Problem(row.cells["task"], LIST_LABELS["task"], words) for row in lines]
        return
    if "task" not in told.letters:
        cells.tasks = list(base.tasks)
        return
    given = [{column: row.values.get(at) for column, at in TASK_CELLS.items()} for row in lines]
    known = {row.key for row in (*base.tasks, *mine.tasks)}
    words_of_each = [Known("-" if own else "", task_words(one)) for one in given]
    keys = keys_for(base.tasks, mine.tasks, words_of_each, task_words, _ids(lines, known))
    for key, row, one in zip(keys, lines, given, strict=True):
        found: dict[str, Any] = {}
        for column, at in TASK_CELLS.items():
            if at in row.cells:
                value = one[column]
                found[column] = (value or 0) if at in MONEY else value
                cells.places["task", key, column] = row.cells[at]
        if told.half == "money" and key not in known:
            words = f"系统中没有“{found['name']}”这项任务；任务由项目经办先写入，再填金额"
            told.problems.append(Problem(row.cells["task"], LIST_LABELS["task"], words))
        cells.tasks.append(Row(key, found))


LIST_LABELS = {one.key: one.label for one in OWN.columns}


def _ids(rows: Sequence[ListRow], known: set[str]) -> list[str]:
    """The key that each line carries; a line that was copied keeps it only the first time."""
    used: set[str] = set()
    found = []
    for row in rows:
        told = str(row.values.get("id") or "").strip()
        found.append(told if told in known and told not in used else "")
        used.add(told)
    return found


def _target(row: ListRow) -> str | None:
    """The value with the sign and the unit that stand beside it in other layouts."""
    value = row.values.get("target")
    if value is None:
        return None
    text = str(value)
    sign, measure = (str(row.values.get(key) or "").strip() for key in ("sign", "measure"))
    if measure and text[-1:].isdigit():
        text = f"{text}{measure}"
    return f"{sign}{text}" if sign in SIGNS and text[:1].isdigit() else text


SIGNS = frozenset("≥≤=><＞＜＝")


# --- writing


def apply_many(
    *, person: Person, cycle: Cycle, name: str, digest: str, seen: int, choices: Mapping[str, str]
) -> int:
    """Write what the file changes, all projects or none, and return how many were written.

    `choices` decides the conflicts, as for a single form. Raises Refused while anything is wrong or undecided,
    Overtaken when a goal was saved after the file was shown.
    """
    require(may_fill_many(person))
    chosen = [key for key, side in choices.items() if side == "theirs"]
    told = read_many(person, cycle, name, digest, chosen)
    if not told.ok or not told.mapped:
        raise mistaken(f"文件中还有 {len(told.problems)} 处错误", remedy="请改正后重新上传", where="file")
    open_ = [one for one in told.clashes if choices.get(one.name) not in {"mine", "theirs"}]
    if open_:
        words = f"有 {len(open_)} 处冲突没有选择：{'、'.join(one.what for one in open_[:5])}"
        raise Refused([mistake(words, remedy="请返回核对页，逐处选择", where="clashes")])
    if told.seen != seen:
        raise Overtaken
    stored = StoredFile.objects.get(digest=digest)
    with act(person):
        for one in told.changed:
            goal = one.goal or start_goal(year=one.year, person=person, copy_last_year=False)
            if told.half == "content":
                save_content(goal=goal, person=person, **one.made)
            else:
                save_money(goal=goal, person=person, **one.made)
            link(subject=goal, row="离线填报表", name=name, stored=stored, person=person)
    return len(told.changed)


def updated(person: Person, cycle: Cycle, name: str, digest: str) -> Patched:
    """Return the person's own file with the present state of every project put into its cells.

    Rows that came up since are added below, those that are gone are emptied; everything that the person added to
    the file stays. Raises Unreadable.
    """
    content = content_of(digest)
    told = read_many(person, cycle, name, digest)
    values: dict[str, Any] = {}
    added: list[dict[str, Any]] = []
    base: dict[str, Any] = {}
    for one in told.found:
        if one.goal is None:
            continue
        now = cells_of(one.goal)
        base[str(one.goal.pk)] = as_base(one.goal, now)
        _put_boxes(one, now, told.units, values)
        by_key = {row.key: row for row in now.rows}
        for row in one.theirs.rows:
            stands = by_key.pop(row.key, None)
            at = one.theirs.places.get(("row", row.key, "name"), "")
            if "id" in told.letters and at:
                values[f"{told.letters['id']}{_row_of(at)}"] = stands.key if stands else None
            for column, value in row.cells.items():
                cell = one.theirs.places.get(("row", row.key, column))
                after = stands.cells.get(column) if stands else None
                if cell and value != after:
                    values[cell] = after
        lines = [row_values(one.year.subject.code, one.name, row, None) for row in by_key.values()]
        if is_whole(one.goal) and "task" in told.letters:
            lines += _put_tasks(one, now, told, values)
        added += [{told.letters[key]: value for key, value in line.items() if key in told.letters} for line in lines]
    return patched(content, told.sheet, values, added=added, hidden=hidden_rows(cycle, {"goals": base}))


def _put_tasks(one: One, now: Cells, told: Many, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Put the tasks into the cells where the file has them; return the lines of those that came up since."""
    stand = {row.key: row for row in now.tasks}
    shared = {_row_of(at) for (part, _, column), at in one.theirs.places.items() if (part, column) == ("row", "name")}
    for row in one.theirs.tasks:
        after = stand.pop(row.key, None)
        line = _row_of(one.theirs.places["task", row.key, "name"])
        if "id" in told.letters and line not in shared:
            values[f"{told.letters['id']}{line}"] = after.key if after else None
        for column, value in row.cells.items():
            cell, new = one.theirs.places.get(("task", row.key, column)), after.cells.get(column) if after else None
            if cell and value != new:
                at = TASK_CELLS[column]
                values[cell] = in_unit(new, told.units[at]) if at in MONEY and isinstance(new, int) else new
    return [task_values(one.year.subject.code, one.name, row) for row in stand.values()]


def _row_of(address: str) -> str:
    return address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _put_boxes(one: One, now: Cells, units: Mapping[str, str], values: dict[str, Any]) -> None:
    for key, box in PROJECT_BOXES.items():
        cell = one.theirs.places.get(("box", "", box))
        if cell and one.theirs.boxes.get(box) != now.boxes.get(box):
            fen = now.boxes.get(box)
            values[cell] = in_unit(fen, units[key]) if key in MONEY and isinstance(fen, int) else fen

