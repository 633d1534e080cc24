"""Writing a goal: starting it (from last year where there is one), filling each half, adjusting it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Max

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, refuse
from jiheng.foundation.workflow.claim import Seen, claim
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.indicators.access import indicators_of
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.queries import previous_year
from jiheng.rules.refusal import Refusal, mistake
from jiheng.stages.appraisal.queries import blocks
from jiheng.stages.goals.access import (
    being_drafted,
    may_adjust,
    may_edit_content,
    may_edit_money,
    may_start,
    workflow_of,
)
from jiheng.stages.goals.models import Goal, GoalIndicator, GoalTask
from jiheng.stages.goals.targets import read_row
from jiheng.stages.goals.whole.services import follow_projects, kept_money, kept_rows

KEPT_ON_COPY = (
    "lineage", "position", "level1", "level2", "name", "kind", "operator", "target_text", "value", "high", "unit",
    "weight", "method", "parameters", "library_id", "free_reason", "standard", "data_source", "explanation",
    "term_text", "interim_text",
)  # fmt: skip
TEXTS = (
    "level1", "level2", "name", "target_text", "unit", "free_reason", "standard", "data_source", "explanation",
    "term_text", "interim_text",
)  # fmt: skip


@dataclass(frozen=True)
class RowData:
    """One indicator row as it is typed; `pk` None for a new row, `method` "" for the usual one of its sign.

    `lineage` is the key that a page gave to a new row, so that a row sent twice is one row.
    """

    level1: str
    level2: str
    name: str
    target_text: str
    weight: Decimal
    unit: str = ""
    method: str = ""
    library_id: int | None = None
    free_reason: str = ""
    standard: str = ""
    data_source: str = ""
    explanation: str = ""
    term_text: str = ""
    interim_text: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    pk: int | None = None
    lineage: uuid.UUID | None = None


@dataclass(frozen=True)
class TaskData:
    """One yearly main task of a department; `pk` None for a new one. Its money is the finance half."""

    name: str
    content: str = ""
    pk: int | None = None


def start_goal(*, year: SubjectYear, person: Person, copy_last_year: bool = True) -> Goal:
    """谁申请资金，谁设定目标：单位为本单位的项目建立绩效目标，上年有批复目标的，沿用其指标并标明须更新之处。

    A whole department's goal lists its projects as yearly tasks. Refused when the year has a goal already, and
    while its appraisal is not concluded or has refused it.
    """
    require(may_start(person, year))
    if year.pk in (blocked := blocks([year])):
        raise Refused([blocked[year.pk].refusal])
    if Goal.objects.filter(subject_year=year).exists():
        raise refuse(
            f"“{year.name}”{year.budget_year} 年度已有绩效目标",
            clause_in(year.cycle, "workflows.goals"),
            remedy="请打开已有的目标继续填写",
        )
    last = last_years_goal(year) if copy_last_year else None
    with act(person):
        goal = Goal.objects.create(
            place_id=year.place_id,
            state=policy_for(year.cycle).workflows["goals"].start,
            created_at=clock.now(),
            cycle=year.cycle,
            subject_year=year,
            scope="department" if year.kind == "department" else "project",
            objective=last.objective if last else "",
            medium_objective=last.medium_objective if last else "",
            **_carried_money(last, year),
        )
        if last is not None:
            _copy_rows(last, goal, remember=True)
        if goal.scope == "department":
            _tasks_from_projects(goal)
        record("goals.start", goal, {"name": year.name, "copied_from": last.pk if last else None})
    return goal


def _carried_money(last: Goal | None, year: SubjectYear) -> dict[str, int]:
    """The money of the medium term goes on with it, for as long as the subject's years are the same."""
    before = last.subject_year if last is not None else None
    if last is None or before is None or (before.first_year, before.last_year) != (year.first_year, year.last_year):
        return {}
    return {"medium_fiscal_fen": last.medium_fiscal_fen, "medium_other_fen": last.medium_other_fen}


def last_years_goal(year: SubjectYear) -> Goal | None:
    """Return the approved goal of the same subject in the year before, or None."""
    before = previous_year(year)
    if before is None:
        return None
    return Goal.objects.filter(subject_year=before, current=True, state="approved").first()


def save_content(
    *,
    goal: Goal,
    person: Person,
    rows: Sequence[RowData],
    objective: str,
    medium_objective: str = "",
    tasks: Sequence[TaskData] = (),
    seen: Seen | None = None,
    draft: bool = False,
) -> None:
    """业务部分由项目经办填写：年度目标、中期目标、绩效指标（部门整体另有年度主要任务）。

    After a return of single rows only those rows may change. A signature given before is void, since it
    was bound to another content. `draft` saves without an entry in the chain (autosave); what cannot be
    read is kept as typed and refused at submission. Raises Refused, or Overtaken when the half was
    changed by somebody else since `seen`.
    """
    require(may_edit_content(person, goal))
    old = {row.pk: row for row in goal.indicators.all()}
    before = {pk: _stored(row) for pk, row in old.items()}
    _only_known(rows, old)
    library = _library_of_place(goal, rows)
    earlier = _earlier_rows(goal, rows)
    narrow = any(row.returned for row in old.values())
    made = [
        _written(goal, old.get(row.pk or 0) or _begun(row, earlier), row, at, library.get(row.library_id or 0))
        for at, row in enumerate(rows, start=1)
    ]
    if narrow:
        _only_returned(made, goal, objective.strip(), medium_objective.strip())
    named = goal.tasks.values_list("pk", "name") if narrow else [(one.pk, one.name.strip()) for one in tasks]
    if found := kept_rows(goal, made, list(named)):
        raise Refused(found)
    with act(person):
        claim(goal, "content", seen=seen)
        goal.objective, goal.medium_objective = objective.strip(), medium_objective.strip()
        goal.save(update_fields=["objective", "medium_objective"])
        # A page that saves by itself may save twice at once: then what was read may be old, and all is written.
        alone = seen is None or not seen.page
        kept = {row.pk for row in made if row.pk}
        if not alone or set(old) - kept:
            goal.indicators.exclude(pk__in=kept).delete()
        for row in made:
            if not alone or row.pk not in before or _stored(row) != before[row.pk]:
                row.save()
        if goal.scope == "department" and not narrow:
            _save_tasks(goal, tasks)
        if not draft:
            record("goals.save_content", goal, {"rows": len(made)})
        if goal.scope != "department":
            follow_projects([goal.subject_year])


def save_money(
    *,
    goal: Goal,
    person: Person,
    fiscal_fen: int,
    other_fen: int,
    medium_fiscal_fen: int = 0,
    medium_other_fen: int = 0,
    note: str = "",
    task_money: Mapping[int, tuple[int, int]] | None = None,
    seen: Seen | None = None,
    draft: bool = False,
) -> None:
    """资金部分由财务经办填写：年度和中期资金的来源、测算说明（部门整体另有各任务金额）。金额为分。

    `task_money` maps a task to its fiscal and other money. Raises Refused, or Overtaken.
    """
    require(may_edit_money(person, goal))
    amounts = {
        "fiscal_fen": fiscal_fen,
        "other_fen": other_fen,
        "medium_fiscal_fen": medium_fiscal_fen,
        "medium_other_fen": medium_other_fen,
    }
    negative = [key for key, fen in amounts.items() if fen < 0]
    if negative or any(fen < 0 for pair in (task_money or {}).values() for fen in pair):
        raise Refused([mistake("金额不能为负", where=key) for key in negative or ["tasks"]])
    tasks = {task.pk: task for task in goal.tasks.all()}
    if unknown := set(task_money or {}) - set(tasks):
        raise mistaken(f"有 {len(unknown)} 项任务不属于这份目标", remedy="请刷新页面后重填", where="tasks")
    amounts["fiscal_fen"], amounts["other_fen"] = kept_money(goal, fiscal_fen, other_fen, task_money or {})
    with act(person):
        claim(goal, "money", seen=seen)
        for key, fen in amounts.items():
            setattr(goal, key, fen)
        goal.money_note = note.strip()
        goal.save(update_fields=[*amounts, "money_note"])
        for pk, (fiscal, other) in (task_money or {}).items():
            tasks[pk].fiscal_fen, tasks[pk].other_fen = fiscal, other
            tasks[pk].save(update_fields=["fiscal_fen", "other_fen"])
        if not draft:
            record("goals.save_money", goal, amounts)
        if goal.scope != "department":
            follow_projects([goal.subject_year])


def adjust_goal(*, goal: Goal, person: Person, reason: str) -> Goal:
    """绩效目标批复后一般不调整；确需调整的写明原因，形成新的版本，按原程序重新审核批复，批复前原目标继续有效。

    Returns the new revision. Refused while another change is under way.
    """
    require(may_adjust(person, goal))
    if not reason.strip():
        raise refuse(
            "调整绩效目标须写明原因", clause_in(goal.cycle, "goal_adjustment_reasons"), where="reason"
        )
    if under_way(goal):
        raise refuse(
            "这个项目已有一次调整正在办理",
            clause_in(goal.cycle, "workflows.goals"),
            remedy="请先办完或撤回修改正在办理的调整",
        )
    with act(person):
        made = next_revision(goal, reason.strip()[:300])
        record(
            "goals.adjust", made, {"revision": made.revision, "of": goal.pk, "comment": made.change_reason}
        )
        record("goals.adjusting", goal, {"revision": made.revision, "comment": made.change_reason})
    return made


def under_way(goal: Goal) -> bool:
    """Whether a change of the goal is being written or reviewed."""
    siblings = Goal.objects.filter(subject_year_id=goal.subject_year_id)
    return siblings.exclude(state__in=workflow_of(goal).final).exists()


def next_revision(goal: Goal, reason: str) -> Goal:
    """Begin another revision with the goal's content, to be called inside an act that records why."""
    siblings = Goal.objects.filter(subject_year_id=goal.subject_year_id)
    last = siblings.aggregate(last=Max("revision"))["last"] or goal.revision
    made = Goal.objects.create(
        place_id=goal.place_id,
        state=workflow_of(goal).start,
        created_at=clock.now(),
        cycle=goal.cycle,
        subject_year=goal.subject_year,
        scope=goal.scope,
        revision=last + 1,
        change_reason=reason,
        objective=goal.objective,
        medium_objective=goal.medium_objective,
        fiscal_fen=goal.fiscal_fen,
        other_fen=goal.other_fen,
        medium_fiscal_fen=goal.medium_fiscal_fen,
        medium_other_fen=goal.medium_other_fen,
        money_note=goal.money_note,
        current=False,
    )
    _copy_rows(goal, made, remember=False)
    GoalTask.objects.bulk_create(
        GoalTask(
            goal=made,
            position=task.position,
            name=task.name,
            content=task.content,
            fiscal_fen=task.fiscal_fen,
            other_fen=task.other_fen,
        )
        for task in goal.tasks.all()
    )
    return made


def drop_adjustment(*, goal: Goal, person: Person) -> None:
    """放弃还没有提交的调整，原目标继续有效。The revision and what was written in it go; the chain keeps that it was."""
    require(may_edit_content(person, goal) or may_edit_money(person, goal))
    if goal.current or goal.revision == 1 or not being_drafted(goal):
        raise refuse("只有尚未提交的调整可以放弃", clause_in(goal.cycle, "workflows.goals"))
    with act(person):
        record("goals.drop", goal, {"revision": goal.revision, "comment": goal.change_reason})
        goal.delete()


def _stored(row: GoalIndicator) -> tuple[object, ...]:
    """What a row keeps, for telling whether there is anything to write; what stands in it may be changed afterwards."""
    return tuple(
        dict(value) if isinstance(value, dict) else value
        for value in (getattr(row, one.attname) for one in GoalIndicator._meta.concrete_fields)
    )


def _only_known(rows: Sequence[RowData], old: Mapping[int, GoalIndicator]) -> None:
    named = [row.pk for row in rows if row.pk is not None]
    if set(named) - set(old) or len(named) != len(set(named)):
        raise Overtaken


def _library_of_place(goal: Goal, rows: Sequence[RowData]) -> dict[int, LibraryIndicator]:
    asked = {row.library_id for row in rows if row.library_id is not None}
    known = {one.pk: one for one in indicators_of(goal.place_id).filter(pk__in=asked)}
    if asked - set(known):
        raise refuse(
            "所选指标不在本地区的指标库中",
            clause_in(goal.cycle, "duty_indicator_library"),
            remedy="请从指标库重新选择",
            where="indicators",
        )
    return known


def _earlier_rows(goal: Goal, rows: Sequence[RowData]) -> dict[uuid.UUID, str]:
    """Return for the keys of new rows that may be used what the same row promised last year, if it did.

    A row that was taken out and put back goes on from last year's; a key of another subject's row is none of ours.
    """
    keys = {row.lineage for row in rows if row.pk is None and row.lineage is not None}
    if not keys:
        return {}
    subject = goal.subject_year.subject_id
    told = GoalIndicator.objects.filter(lineage__in=keys)
    keys -= set(told.exclude(goal__subject_year__subject_id=subject).values_list("lineage", flat=True))
    last = last_years_goal(goal.subject_year)
    promised = dict(last.indicators.filter(lineage__in=keys).values_list("lineage", "target_text")) if last else {}
    return {key: promised.get(key, "") for key in keys}


def _begun(data: RowData, earlier: Mapping[uuid.UUID, str]) -> GoalIndicator | None:
    """Return a new row under the key that its page gave it; None where the page gave none that may be used."""
    if data.lineage is None or data.lineage not in earlier:
        return None
    return GoalIndicator(lineage=data.lineage, last_target=earlier[data.lineage])


def _written(
    goal: Goal, row: GoalIndicator | None, data: RowData, position: int, library: LibraryIndicator | None
) -> GoalIndicator:
    made = row or GoalIndicator(lineage=uuid.uuid4())
    made.goal = goal
    for key in TEXTS:
        limit, label = _longest(key)
        text = str(getattr(data, key)).strip()
        if limit and len(text) > limit:
            raise mistaken(f"第 {position} 行“{label}”最多 {limit} 字", where=f"indicators.{position}.{key}")
        setattr(made, key, text)
    if data.weight < 0 or data.weight > 100:
        raise refuse(
            f"第 {position} 行的分值须在 0 到 100 之间",
            clause_in(goal.cycle, "goal_weight_total"),
            where=f"indicators.{position}.weight",
        )
    made.position, made.weight = position, data.weight
    # A row that was renamed is no longer the library's indicator and needs a reason of its own.
    made.library = library if library is not None and library.name == made.name else None
    made.parameters = dict(data.parameters) or (row.parameters if row else {})
    read_row(made, goal.subject_year.budget_year, data.method)
    return made


@cache
def _longest(key: str) -> tuple[int | None, str]:
    """How many characters a text of a row may have, and what the text is called."""
    field = GoalIndicator._meta.get_field(key)
    return field.max_length, str(field.verbose_name)  # type: ignore[union-attr]


def _only_returned(made: Sequence[GoalIndicator], goal: Goal, objective: str, medium: str) -> None:
    """Single rows were returned: refuse every change outside them."""
    stored = {row.pk: row for row in GoalIndicator.objects.filter(goal=goal)}
    found = []
    if [row.pk for row in made] != list(stored):
        found.append(
            Refusal(
                "只退回了部分指标，不能增加、删除或重排指标",
                clause_in(goal.cycle, "workflows.goals"),
                remedy="请只修改被退回的指标",
                where="indicators",
            )
        )
    if objective != goal.objective or medium != goal.medium_objective:
        found.append(
            Refusal(
                "只退回了部分指标，目标文字不能修改",
                clause_in(goal.cycle, "workflows.goals"),
                remedy="请只修改被退回的指标",
                where="objective",
            )
        )
    for row in made:
        before = stored.get(row.pk)
        if before is not None and not before.returned and _differs(before, row):
            found.append(
                Refusal(
                    f"“{before.name}”没有被退回，不能修改",
                    clause_in(goal.cycle, "workflows.goals"),
                    remedy="请只修改被退回的指标",
                    where=f"row-{row.pk}",
                )
            )
    if found:
        raise Refused(found)


def _differs(one: GoalIndicator, two: GoalIndicator) -> bool:
    return any(getattr(one, key) != getattr(two, key) for key in (*TEXTS, "weight", "method", "library_id"))


def _save_tasks(goal: Goal, tasks: Sequence[TaskData]) -> None:
    old = {task.pk: task for task in goal.tasks.all()}
    if {task.pk for task in tasks if task.pk is not None} - set(old):
        raise Overtaken
    kept = []
    for position, data in enumerate((one for one in tasks if one.name.strip()), start=1):
        task = old.get(data.pk or 0) or GoalTask(goal=goal)
        task.position, task.name, task.content = position, data.name.strip()[:200], data.content.strip()
        task.save()
        kept.append(task.pk)
    goal.tasks.exclude(pk__in=kept).delete()


def _copy_rows(source: Goal, target: Goal, *, remember: bool) -> None:
    """Copy the rows with their lineage; `remember` keeps last year's value beside the new one."""
    copied = []
    for row in source.indicators.select_related("library"):
        kept = {key: getattr(row, key) for key in KEPT_ON_COPY}
        if row.library is not None and row.library.retired_on is not None:
            kept["library_id"] = None
        copied.append(GoalIndicator(goal=target, last_target=row.target_text if remember else "", **kept))
    GoalIndicator.objects.bulk_create(copied)


def _tasks_from_projects(goal: Goal) -> None:
    """A department's yearly tasks begin with its projects of the year and their money."""
    year = goal.subject_year
    projects = SubjectYear.objects.filter(cycle_id=year.cycle_id, department_id=year.department_id).exclude(
        pk=year.pk
    )
    goals = {
        one.subject_year_id: one
        for one in Goal.objects.filter(subject_year__in=projects, current=True, scope="project")
    }
    made = []
    for position, project in enumerate(projects.exclude(kind="department").order_by("pk"), start=1):
        own = goals.get(project.pk)
        made.append(
            GoalTask(
                goal=goal,
                position=position,
                name=project.name[:200],
                content=own.objective if own else project.overview,
                fiscal_fen=own.fiscal_fen if own else project.requested_fen,
                other_fen=own.other_fen if own else 0,
            )
        )
    GoalTask.objects.bulk_create(made)
