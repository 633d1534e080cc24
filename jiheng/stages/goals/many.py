"""Many goals filled in offline in one file: read, merged goal by goal, written together or not at all.

The file is our own list or a bureau's own layout whose columns were learned once. The user's file itself is brought up
to date in place afterwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import KnownLayout
from jiheng.foundation.files.services import attach
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.expect import by_label, of_list
from jiheng.foundation.sheets.formulas import formulas_without_value
from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.grid import NO_RESULT
from jiheng.foundation.sheets.layouts import Drift, Headings, drift, headings_of, with_layout
from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.sheets.mark import looked_at, marked_copy
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
from jiheng.rules.merging import Known, Row
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.reading.amounts import in_unit
from jiheng.rules.refusal import mistake
from jiheng.stages.goals.access import may_edit, may_start, visible_goals, visible_years
from jiheng.stages.goals.many_book import (
    FORM,
    LIST,
    MONEY,
    PROJECT_BOXES,
    goal_lines,
    hidden_rows,
    many_book,
    record_of,
    row_values,
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
    cells_of,
    content_from,
    from_base,
    keys_for,
    merge_goal,
    money_from,
    too_long,
    words_of,
)
from jiheng.stages.goals.queries import Change
from jiheng.stages.goals.services import save_content, save_money, start_goal
from jiheng.stages.goals.uploads import branch_of, content_changes, content_of, library_by_name, money_changes

MOST_GOALS = 2000


@dataclass
class One:
    """A project in the file: its goal (None when it is only begun by it), what would change, what both changed."""

    year: SubjectYear
    goal: Goal | None
    changes: list[Change]
    clashes: list[Clash]
    merged: MergedGoal
    theirs: Cells
    base: Cells | None = None

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
    signed: bool = False
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


def _half(person: Person) -> str:
    return "money" if person.role == "unit_finance" else "content"


def fillable(person: Person, cycle: Cycle) -> list[tuple[SubjectYear, Goal | None]]:
    """Return the projects of the year whose goal the person writes now, in the order of their codes."""
    goals = visible_goals(person).filter(cycle=cycle, scope="project").order_by("-revision")
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
        lines += goal_lines(year.subject.code, year.name, cells)
        if goal is not None:
            base[str(goal.pk)] = as_base(goal, cells)
    return many_book(cycle, lines, {"goals": base}, _branches(cycle))


def _branches(cycle: Cycle) -> dict[str, list[str]]:
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
    told = Many(name, digest, _half(person))
    definition = LIST
    try:
        told.headings = headings_of(content, name)
    except Unreadable as broken:
        told.problems.append(Problem("", "", str(broken), "layout"))
        return told
    facts = facts_of(content)
    ours = facts.get("form") == FORM
    if told.headings is not None and not ours:
        told.known, told.drift = layout_for(person.place_id, told.headings)
        if told.known is not None:
            present = {key: one for key, one in told.known.columns.items() if one in told.headings.labels}
            definition = with_layout(LIST, present)
    reading = read_table(definition, content, name=name, year=cycle.budget_year)
    told.sheet, told.rows_in, told.letters = reading.sheet, reading.rows_in, dict(reading.letters)
    told.units = reading.units
    told.unread = reading.unknown_columns
    if not told.mapped:
        return told
    read = {at for row in (*reading.rows, *reading.wrong_rows) for at in row.cells.values()}
    empty = formulas_without_value(content, reading.sheet) & read
    told.problems += [one for one in reading.problems if one.cell not in empty]
    told.problems += [Problem(at, "公式", NO_RESULT) for at in sorted(empty)]
    told.notices += reading.notices
    if ours and facts.get("record") != record_of(cycle):
        words = f"这份清单是 {facts.get('year') or '别的'} 年度的，这里是 {cycle.budget_year} 年度；请下载本年度的清单"
        told.problems.append(Problem("", "年度", words))
    base = unpacked(facts.get("base", "")) if ours else None
    told.based = base is not None
    _hold(person, cycle, reading, told, (base or {}).get("goals", {}), list(take))
    told.problems = of_list(told.problems, by_label(LIST.columns))
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
    named = {bare_branch(one) for pair in _branches(cycle).items() for one in (pair[0], *pair[1])}
    library: dict[int, dict[str, LibraryIndicator]] = {}
    for pk, rows in lines.items():
        year, goal = by_pk[pk]
        _strange_words(rows, told, named, _branches(cycle))
        before = from_base(base.get(str(goal.pk)), goal) if goal else None
        mine = cells_of(goal) if goal else Cells(dict.fromkeys(PROJECT_BOXES.values()))
        mine.boxes = {key: (value or 0) if key in MONEY_BOXES else value for key, value in mine.boxes.items()}
        theirs = _cells(rows, before or mine, mine, told, own=before is not None)
        told.problems += too_long(theirs)
        merged = merge_goal(before or mine, mine, theirs, [one.partition("|")[2] for one in take if one.partition("|")[0] == str(pk)])
        found = goal or Goal(subject_year=year, cycle=cycle, place_id=year.place_id, scope="project")
        if year.place_id not in library:
            library[year.place_id] = library_by_name(found)
        told.found.append(_one(year, goal, found, merged, theirs, before, told, library[year.place_id]))


def _one(
    year: SubjectYear, goal: Goal | None, found: Goal, merged: MergedGoal, theirs: Cells, base: Cells | None,
    told: Many, library: Mapping[str, LibraryIndicator],
) -> One:  # fmt: skip
    if told.half == "content":
        content = content_from(found, merged, lambda one, two: branch_of(found, one, two), library)
        changes = content_changes(found, content)
        if merged.rows.moved:
            changes.append(Change("指标的先后", "现在的次序", "文件中的次序"))
    else:
        changes = money_changes(found, money_from(found, merged))
    clashes = [
        Clash(f"{year.pk}|{one.name}", f"{year.name} · {one.what}", one.cell, one.base, one.mine, one.theirs)
        for one in merged.conflicts(told.half)
    ]
    return One(year, goal, changes, clashes, merged, theirs, base)


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
        none = f"本年度由您填报的项目中没有“{key}”（可能已经提交，或不是本单位的项目）；请核对，不需要的行请删除"
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


def _cells(rows: Sequence[ListRow], base: Cells, mine: Cells, told: Many, *, own: bool) -> Cells:
    """The lines of one project as cells: its own words once, its indicators each with the key that they carry."""
    cells = Cells()
    for key, box in PROJECT_BOXES.items():
        said = [(row.cells[key], row.values[key]) for row in rows if key in row.cells and row.values[key] is not None]
        if said:
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
                    values[column] = " ".join(value.split("\n")) if isinstance(value, str) else value
                cells.places["row", key, column] = row.cells[column]
        cells.rows.append(Row(key, values))
    return cells


LIST_LABELS = {one.key: one.label for one in LIST.columns}


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
    content = content_of(digest)
    library: dict[str, LibraryIndicator] | None = None
    with act(person):
        for one in told.changed:
            goal = one.goal or start_goal(year=one.year, person=person, copy_last_year=False)
            if told.half == "content":
                library = library_by_name(goal) if library is None else library
                made = content_from(goal, one.merged, lambda a, b, goal=goal: branch_of(goal, a, b), library)  # type: ignore[misc]
                save_content(goal=goal, person=person, **made)
            else:
                save_money(goal=goal, person=person, **money_from(goal, one.merged))
            attach(subject=goal, row="离线填报表", name=name, content=content, person=person)
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
                values[f"{told.letters['id']}{at.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"] = stands.key if stands else None
            for column, value in row.cells.items():
                cell = one.theirs.places.get(("row", row.key, column))
                after = stands.cells.get(column) if stands else None
                if cell and value != after:
                    values[cell] = after
        for row in by_key.values():
            line = row_values(one.year.subject.code, one.name, row, None)
            added.append({told.letters[key]: value for key, value in line.items() if key in told.letters})
    return patched(content, told.sheet, values, added=added, hidden=hidden_rows(cycle, {"goals": base}))


def _put_boxes(one: One, now: Cells, units: Mapping[str, str], values: dict[str, Any]) -> None:
    for key, box in PROJECT_BOXES.items():
        cell = one.theirs.places.get(("box", "", box))
        if cell and one.theirs.boxes.get(box) != now.boxes.get(box):
            fen = now.boxes.get(box)
            values[cell] = in_unit(fen, units[key]) if key in MONEY and isinstance(fen, int) else fen


def marked_many(person: Person, cycle: Cycle, name: str, digest: str) -> bytes:
    """Return the person's own file with every mistake marked at its cell."""
    told = read_many(person, cycle, name, digest)
    marks = [*told.problems, *(looked_at(one) for one in told.notices)]
    return marked_copy(content_of(digest), marks, sheet=told.sheet)
