"""Reading what a whole department's goal is worked out from: bindings with their values, and the tree below it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.adding_up_goals import Part, WorkedOut, money_of, work_out
from jiheng.rules.money import format_exact
from jiheng.stages.goals.models import BoundPart, Goal, GoalBinding, GoalIndicator, GoalTask


@dataclass(frozen=True)
class Behind:
    """One project behind a value: its goal and what that says, None and empty where there is nothing any more."""

    project: SubjectYear
    goal: Goal | None
    row: GoalIndicator | None
    told: str


@dataclass(frozen=True)
class Bound:
    """One binding: what stands in the goal, what the projects make now, and what is behind it.

    `here` is empty where the row or task is no longer in the goal. Money is in fen, fiscal and other.
    """

    binding: GoalBinding
    name: str
    here: str
    now: str
    faults: tuple[str, ...]
    behind: tuple[Behind, ...]
    money: tuple[int, int] | None = None
    worked: WorkedOut | None = None

    @property
    def differs(self) -> bool:
        """Whether the goal says another value than its projects."""
        return not self.faults and self.here != self.now


def projects_of(goal: Goal) -> list[SubjectYear]:
    """Return the projects and other subjects of the department in the year, the largest first."""
    year = goal.subject_year
    found = SubjectYear.objects.filter(cycle_id=year.cycle_id, department_id=year.department_id)
    return list(found.exclude(pk=year.pk).exclude(kind="department").select_related("unit").order_by("-requested_fen", "pk"))


def goals_in_force(years: Iterable[int]) -> dict[int, Goal]:
    """Return by subject's year the goal in force, or the first one while none is."""
    found = Goal.objects.filter(subject_year__in=list(years), current=True).order_by("revision")
    return {one.subject_year_id: one for one in found.prefetch_related("indicators")}


def bindings_of(goal: Goal) -> list[GoalBinding]:
    """Return what is bound in a goal, with the projects behind it."""
    found = GoalBinding.objects.filter(subject_year_id=goal.subject_year_id, released_on=None)
    return list(found.prefetch_related("parts__project__unit"))


def bound_of(goal: Goal) -> list[Bound]:
    """Work out every binding of a goal from the projects' goals as they stand."""
    if goal.scope != "department":
        return []
    held = bindings_of(goal)
    if not held:
        return []
    goals = goals_in_force({part.project_id for one in held for part in one.parts.all()})
    rows = {str(row.lineage): row for row in goal.indicators.all()}
    tasks = {task.name: task for task in goal.tasks.all()}
    return [_task(one, tasks.get(one.key), goals) if one.part == "task" else _row(one, rows.get(one.key), goals) for one in held]


def _task(binding: GoalBinding, task: GoalTask | None, goals: Mapping[int, Goal]) -> Bound:
    parts = list(binding.parts.all())
    behind, money, faults = [], [], [] if task else [f"目标中已没有任务“{binding.key}”"]
    for part in parts:
        own = goals.get(part.project_id)
        if own is None:
            faults.append(f"“{part.project.name}”还没有绩效目标")
        else:
            money.append((own.fiscal_fen, own.other_fen))
        behind.append(Behind(part.project, own, None, _money(own.fiscal_fen, own.other_fen) if own else ""))
    total = money_of(money)
    here = _money(task.fiscal_fen, task.other_fen) if task else ""
    return Bound(binding, binding.key, here, _money(*total), tuple(faults), tuple(behind), None if faults else total)


def _money(fiscal: int, other: int) -> str:
    return format_exact(fiscal) + (f"，其他资金 {format_exact(other)}" if other else "")


def _row(binding: GoalBinding, row: GoalIndicator | None, goals: Mapping[int, Goal]) -> Bound:
    behind, parts = [], []
    for part in binding.parts.all():
        own = goals.get(part.project_id)
        theirs = next((one for one in own.indicators.all() if one.lineage == part.lineage), None) if own else None
        behind.append(Behind(part.project, own, theirs, f"{theirs.target_text}{theirs.unit}" if theirs else ""))
        parts.append(_part(part, own, theirs))
    if row is None:
        return Bound(binding, "（已不在目标中的指标）", "", "", ("目标中已没有这个指标",), tuple(behind))
    worked = work_out(binding.method, parts, row.unit, binding.line)
    return Bound(
        binding, row.name, f"{row.target_text}{row.unit}", f"{worked.text}{row.unit}" if worked.text else "",
        worked.faults, tuple(behind), worked=worked,
    )  # fmt: skip


def _part(part: BoundPart, goal: Goal | None, row: GoalIndicator | None) -> Part:
    name = part.project.name
    if goal is None or row is None:
        return Part(name, "", None, "", gone=True)
    value: Decimal | None = row.value if row.kind == "quantitative" and row.operator != "range" else None
    return Part(name, row.operator, value, row.unit, goal.fiscal_fen + goal.other_fen)


def bound_keys(goal: Goal) -> dict[tuple[str, str], GoalBinding]:
    """Return what of a goal is worked out and not typed, by part and key; one query."""
    if goal.scope != "department":
        return {}
    held = GoalBinding.objects.filter(subject_year_id=goal.subject_year_id, released_on=None)
    return {(one.part, one.key): one for one in held}


def differing(found: Sequence[Bound]) -> list[Bound]:
    """Return the bindings whose value stands otherwise in the goal, or cannot be worked out."""
    return [one for one in found if one.differs or one.faults]


@dataclass(frozen=True)
class Branch:
    """One project below the department: its goal, its money in fen, its rows, and how many values it stands behind."""

    project: SubjectYear
    goal: Goal | None
    rows: list[GoalIndicator]
    bound: int

    @property
    def fen(self) -> int:
        """The money of its goal; what it asks for while it has none."""
        return self.goal.fiscal_fen + self.goal.other_fen if self.goal else self.project.requested_fen


def tree_of(goal: Goal, found: Sequence[Bound]) -> list[Branch]:
    """Return the projects of a department with their goals."""
    projects = projects_of(goal)
    goals = goals_in_force(one.pk for one in projects)
    counts: dict[int, int] = {}
    for one in found:
        for pk in {behind.project.pk for behind in one.behind}:
            counts[pk] = counts.get(pk, 0) + 1
    return [Branch(one, own, _rows(own), counts.get(one.pk, 0)) for one in projects for own in [goals.get(one.pk)]]


def _rows(goal: Goal | None) -> list[GoalIndicator]:
    return list(goal.indicators.all()) if goal is not None else []
