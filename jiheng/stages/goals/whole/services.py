"""The writes: binding a row or a task to projects, releasing it, and following what the projects say."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import F

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.foundation.workflow.claim import claim, fill_once
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.adding_up_goals import METHODS
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.access import RELATED, being_drafted
from jiheng.stages.goals.models import BoundPart, Goal, GoalBinding, GoalIndicator
from jiheng.stages.goals.targets import read_row
from jiheng.stages.goals.whole.access import may_bind
from jiheng.stages.goals.whole.queries import Bound, bound_keys, bound_of, goals_in_force, projects_of

Source = tuple[int, uuid.UUID | None]
"""A project's year, and one of its rows by lineage; None for its money."""


def bind(
    *, goal: Goal, part: str, key: str, method: str, sources: Sequence[Source], person: Person,
    line: Decimal | None = None, version: int | None = None,
) -> GoalBinding:  # fmt: skip
    """部门整体目标的指标值由所属项目的指标值汇总，任务金额取项目资金合计，不另行填写。

    The value is worked out and written at once. Raises Refused for what is no row of the goal, is bound already, is not
    of the department's projects, or does not add up, and Overtaken when the goal moved since `version`.
    """
    require(may_bind(person, goal))
    if version is not None and version != goal.version:
        raise Overtaken
    clause = clause_in(goal.cycle, "goal_requirements")
    names = {("task", one.name) for one in goal.tasks.all()} | {("indicator", str(one.lineage)) for one in goal.indicators.all()}
    if (part, key) not in names:
        raise mistaken("目标中没有这个指标或任务", remedy="请刷新页面后重选", where="key")
    if (method == "money") if part == "indicator" else method != "money":
        raise mistaken("任务取项目资金合计，指标由指标值汇总", where="method")
    if part == "indicator" and method not in METHODS:
        raise mistaken("请选择汇总方式", where="method")
    if (part, key) in bound_keys(goal):
        raise refuse("这一行已由项目目标汇总", clause, remedy="要改换项目的，请先解除", where="key")
    if not sources:
        raise mistaken("没有选择项目的指标", where="sources")
    _only_own(goal, part, sources)
    with act(person):
        made = GoalBinding.objects.create(
            subject_year_id=goal.subject_year_id, part=part, key=key, method=method, line=line if method == "reached" else None,
            bound_by=str(person), bound_on=clock.today(),
        )  # fmt: skip
        BoundPart.objects.bulk_create(BoundPart(binding=made, project_id=pk, lineage=lineage) for pk, lineage in sources)
        found = next(one for one in bound_of(goal) if one.binding.pk == made.pk)
        if found.faults:
            raise Refused([Refusal(one, clause, "请改选指标或汇总方式", "sources") for one in found.faults])
        told = {"row": found.name, "method": made.get_method_display(), "projects": [one.project.name for one in found.behind]}
        claim(goal, version=version)
        record("goals.bind", goal, {**told, "before": found.here, "value": found.now}, clause)
        written_along([goal.subject_year])
        _follow(goal, [found], clause)
    return made


def _only_own(goal: Goal, part: str, sources: Sequence[Source]) -> None:
    own = {one.pk for one in projects_of(goal)}
    if len(set(sources)) != len(sources) or {pk for pk, _ in sources} - own:
        raise mistaken("选择的项目不属于这个部门，或者选重了", remedy="请刷新页面后重选", where="sources")
    goals = goals_in_force(pk for pk, _ in sources)
    rows = {(pk, row.lineage) for pk, one in goals.items() for row in one.indicators.all()}
    if part == "indicator" and set(sources) - rows:
        raise mistaken("选择的指标已不在项目的绩效目标中", remedy="请刷新页面后重选", where="sources")
    if part == "task" and any(lineage is not None for _, lineage in sources):
        raise mistaken("任务的金额取项目资金，不选指标", where="sources")


def release(*, goal: Goal, binding: int, reason: str, person: Person, version: int | None = None) -> GoalBinding:
    """解除汇总关系须写明理由；原来的值留在目标中，此后由填报人填写。

    Raises Refused without a reason, Overtaken when the goal moved since `version`.
    """
    require(may_bind(person, goal))
    held = {one.pk: one for one in bound_keys(goal).values()}
    if binding not in held:
        raise mistaken("这一行没有由项目目标汇总", remedy="请刷新页面", where="binding")
    if not reason.strip():
        raise refuse("解除汇总关系须写明理由", national_clause("duty_reasons"), where="reason")
    one = held[binding]
    with act(person):
        claim(goal, version=version)
        given = {"released_on": clock.today(), "released_by": str(person), "release_reason": reason.strip()[:300]}
        fill_once(one, given, "released_on")
        record("goals.release", goal, {"method": one.get_method_display(), "row": one.key, "reason": one.release_reason})
        written_along([goal.subject_year])
    return one


def follow_projects(years: Iterable[SubjectYear]) -> None:
    """项目的绩效目标变动以后，正在填报的部门整体目标随之更新。Inside the act that changed the projects."""
    above = GoalBinding.objects.filter(parts__project__in=[one.pk for one in years], released_on=None)
    wholes = set(above.order_by().values_list("subject_year", flat=True))
    if not wholes:
        return
    for goal in Goal.objects.filter(subject_year__in=wholes, cycle__state="open").select_related(*RELATED):
        if being_drafted(goal):
            _follow(goal, bound_of(goal), clause_in(goal.cycle, "goal_requirements"))


def _follow(goal: Goal, found: Sequence[Bound], clause: str) -> None:
    """Write what the projects make into an open goal; other windows are told that it moved on."""
    changed = [one for one in found if one.differs and one.here]
    rows = {str(row.lineage): row for row in goal.indicators.all()}
    tasks = {task.name: task for task in goal.tasks.all()}
    for one in changed:
        if one.money is not None:
            task = tasks[one.binding.key]
            task.fiscal_fen, task.other_fen = one.money
            task.save(update_fields=["fiscal_fen", "other_fen"])
        elif one.worked is not None:
            row = rows[one.binding.key]
            row.target_text = one.worked.text
            read_row(row, goal.subject_year.budget_year, row.method)
            row.save()
    money = _total(goal) if any(one.binding.part == "task" for one in found) else {}
    money = {key: fen for key, fen in money.items() if getattr(goal, key) != fen}
    if not changed and not money:
        return
    moved = {"version": F("version") + 1}
    if any(one.money is None for one in changed):
        moved["content_version"] = F("content_version") + 1
    if money or any(one.money is not None for one in changed):
        moved["money_version"] = F("money_version") + 1
    Goal.objects.filter(pk=goal.pk).update(**moved, **money)
    goal.refresh_from_db(fields=[*moved, *money])
    told = {one.name: f"{one.here} → {one.now}" for one in changed}
    record("goals.follow_projects", goal, {"rows": told, **money}, clause)


def _total(goal: Goal) -> dict[str, int]:
    """The department's money is that of its tasks together, in fen."""
    pairs = list(goal.tasks.values_list("fiscal_fen", "other_fen"))
    return {"fiscal_fen": sum(one for one, _ in pairs), "other_fen": sum(two for _, two in pairs)}


def kept_rows(goal: Goal, made: Sequence[GoalIndicator], tasks: Sequence[tuple[int | None, str]]) -> list[Refusal]:
    """Return what was typed over values that projects make: name, value, unit and presence of bound rows and tasks."""
    held = bound_keys(goal)
    if not held:
        return []
    clause, remedy = clause_in(goal.cycle, "goal_requirements"), "请保留原值；确须自行填写的，先在“部门与项目”页解除并写明理由"
    typed = {str(row.lineage): row for row in made}
    found = []
    for row in GoalIndicator.objects.filter(goal=goal):
        if ("indicator", str(row.lineage)) not in held:
            continue
        own = typed.get(str(row.lineage))
        if own is None:
            found.append(Refusal(f"“{row.name}”由项目目标汇总，不能删去", clause, remedy, "indicators"))
        elif (own.operator, own.value, own.unit) != (row.operator, row.value, row.unit):
            fact = f"“{row.name}”由项目目标汇总为“{_shown(row)}”，不能改为“{_shown(own)}”"
            found.append(Refusal(fact, clause, remedy, f"indicators.{own.position}.target_text"))
        else:
            own.target_text = row.target_text  # workbooks write the unit into the value
    names = dict(goal.tasks.values_list("pk", "name"))
    kept = {names.get(pk or 0): name for pk, name in tasks}
    for part, key in held:
        if part == "task" and key in names.values() and kept.get(key) != key:
            found.append(Refusal(f"任务“{key}”的金额取自项目目标，不能改名或删去", clause, remedy, "tasks"))
    return found


def _shown(row: GoalIndicator) -> str:
    return row.target_text if row.unit and row.target_text.endswith(row.unit) else f"{row.target_text}{row.unit}"


def kept_money(goal: Goal, fiscal: int, other: int, task_money: Mapping[int, tuple[int, int]]) -> tuple[int, int]:
    """Return the department's money: what was typed, or what its tasks make where any of them follows projects.

    Raises Refused when money that projects make was typed otherwise. Amounts in fen.
    """
    held = {key for part, key in bound_keys(goal) if part == "task"}
    if not held:
        return fiscal, other
    clause, remedy = clause_in(goal.cycle, "goal_requirements"), "请保留原值；确须自行填写的，先在“部门与项目”页解除并写明理由"
    tasks = list(goal.tasks.all())
    wrong = [
        Refusal(f"任务“{one.name}”的金额取自项目目标，不在这里填写", clause, remedy, "tasks")
        for one in tasks
        if one.name in held and task_money.get(one.pk, (one.fiscal_fen, one.other_fen)) != (one.fiscal_fen, one.other_fen)
    ]
    pairs = [task_money.get(one.pk, (one.fiscal_fen, one.other_fen)) for one in tasks]
    total = sum(one for one, _ in pairs), sum(two for _, two in pairs)
    if (fiscal, other) not in {total, (goal.fiscal_fen, goal.other_fen)}:
        wrong.append(Refusal("部门资金总额由各项任务相加得出，不另行填写", clause, "请核对各项任务的金额", "fiscal_fen"))
    if wrong:
        raise Refused(wrong)
    return total
