"""The map of gaps: duties, main works, money and indicators of a year, held against each other both ways."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.tree import Tree, tree_on
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.duties.access import visible_works
from jiheng.registers.duties.models import Duty, DutyShare, MainWork
from jiheng.registers.duties.queries import duties_of_year
from jiheng.registers.subjects.queries import library
from jiheng.rules.duties import GAPS, DutyLinks, gaps_of, spread
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.models import Goal, GoalDuty, GoalIndicator, GoalTask


@dataclass(frozen=True)
class DutyLine:
    """One duty with what serves it; `department` is the one that it counts with."""

    pk: int
    code: str
    text: str
    body: str
    department: int
    links: DutyLinks

    @property
    def gaps(self) -> tuple[str, ...]:
        """What it lacks."""
        return gaps_of(self.links)

    @property
    def gap_words(self) -> list[str]:
        """What it lacks, in words."""
        return [GAPS[gap] for gap in self.gaps]


@dataclass(frozen=True)
class ProjectLine:
    """One project of the year: its money in fen, and to which duties it goes."""

    pk: int
    name: str
    unit: str
    department: int
    money: int
    duties: tuple[tuple[str, Decimal, int], ...]


@dataclass(frozen=True)
class RowLine:
    """One task or indicator of a whole department's goal; `duty` is empty where it answers for none."""

    goal: int
    part: str
    name: str
    subject: str
    department: int
    duty: str


@dataclass(frozen=True)
class WorkLine:
    """One main work that no duty owns."""

    pk: int
    name: str
    body: str
    department: int


@dataclass(frozen=True)
class DepartmentLine:
    """A department: its duties and gaps counted, its money by whether a duty is served, in fen."""

    pk: int
    name: str
    duties: int
    main: int
    no_indicator: int
    no_money: int
    no_task: int
    served: int
    unserved: int
    loose_rows: int
    loose_works: int

    @property
    def gaps(self) -> int:
        """How many gaps of main duties there are."""
        return self.no_indicator + self.no_money + self.no_task

    @property
    def total(self) -> int:
        """The department's money of the year."""
        return self.served + self.unserved


@dataclass(frozen=True)
class DutyMap:
    """The three lists of a year as a person sees them, and what is loose in each."""

    duties: tuple[DutyLine, ...]
    projects: tuple[ProjectLine, ...]
    rows: tuple[RowLine, ...]
    works: tuple[WorkLine, ...]
    names: dict[int, str]

    @cached_property
    def total(self) -> int:
        """All money, in fen: that of duties and that of none."""
        return sum(one.money for one in self.projects)

    @cached_property
    def unserved(self) -> int:
        """The money of projects that serve no duty, in fen."""
        return sum(one.money for one in self.projects if not one.duties)

    @cached_property
    def departments(self) -> tuple[DepartmentLine, ...]:
        """The departments, those with most gaps first."""
        count: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for duty in self.duties:
            told = count[duty.department]
            told["duties"] += 1
            told["main"] += duty.links.main
            for gap in duty.gaps:
                told[gap] += 1
        for project in self.projects:
            count[project.department]["served" if project.duties else "unserved"] += project.money
        for row in self.rows:
            count[row.department]["loose_rows"] += not row.duty
        for work in self.works:
            count[work.department]["loose_works"] += 1
        keys = ("duties", "main", "no_indicator", "no_money", "no_task", "served", "unserved", "loose_rows", "loose_works")
        lines = [
            DepartmentLine(pk, self.names.get(pk, ""), **{key: told[key] for key in keys}) for pk, told in count.items()
        ]
        return tuple(sorted(lines, key=lambda one: (-one.gaps, -one.unserved, one.name)))

    def of(self, department: int) -> "DutyMap":
        """Return the part of one department."""
        return DutyMap(
            tuple(one for one in self.duties if one.department == department),
            tuple(one for one in self.projects if one.department == department),
            tuple(one for one in self.rows if one.department == department),
            tuple(one for one in self.works if one.department == department),
            self.names,
        )


def duty_map(person: Person, cycle: Cycle) -> DutyMap:
    """Hold the duties, money and indicators of a cycle against each other, as far as the person sees them.

    Money is the budget of the ledger, before there is one what was asked for; whole departments' own subjects are not
    counted beside their projects, refused ones not at all. Shares are split to the fen.
    """
    tree = tree_on(person.place_id)
    projects, spent = _projects(person, cycle, tree)
    rows, answered = _rows(person, cycle, tree)
    done: dict[int, int] = defaultdict(int)
    loose = []
    for work in visible_works(person).filter(cycle=cycle).order_by("organisation__code", "pk"):
        if work.duty_id is not None:
            done[work.duty_id] += 1
        else:
            loose.append(WorkLine(work.pk, work.name, work.organisation.name, _department(tree, work.organisation_id)))
    duties = []
    for one in duties_of_year(person, cycle.budget_year).order_by("organisation__code", "pk"):
        money = spent.get(one.pk, [])
        links = DutyLinks(one.main, done[one.pk], len(money), sum(money), answered.get(one.pk, 0))
        told = (one.pk, one.code, one.text, one.organisation.name, _department(tree, one.organisation_id), links)
        duties.append(DutyLine(*told))
    names = {pk: body.name for pk, body in tree.bodies.items()}
    return DutyMap(tuple(duties), tuple(projects), tuple(rows), tuple(loose), names)


def _department(tree: Tree, body: int) -> int:
    """Return the department with which a body counts: itself, the nearest one above it, or whoever carries it on."""
    at = tree.heir(body)
    while at in tree.bodies and tree.bodies[at].kind != "department":
        above = tree.parent(at)
        if above is None:
            return tree.heir(body)
        at = above
    return at


def _projects(person: Person, cycle: Cycle, tree: Tree) -> tuple[list[ProjectLine], dict[int, list[int]]]:
    """Return the projects with their duties, and by duty the parts of money that it gets."""
    shares: dict[int, list[tuple[int, str, Decimal]]] = defaultdict(list)
    held = DutyShare.objects.filter(subject_year__cycle=cycle).order_by("pk")
    for year, duty, code, percent in held.values_list("subject_year", "duty", "duty__code", "percent"):
        shares[year].append((duty, code, percent))
    found: list[ProjectLine] = []
    spent: dict[int, list[int]] = defaultdict(list)
    years = library(person, cycle).exclude(kind="department").exclude(library_state="refused").order_by("-requested_fen", "pk")
    columns = ("pk", "name", "unit__name", "department_id", "requested_fen", "budget_fen")
    for pk, name, unit, department, asked, budget in years.values_list(*columns):
        money = budget if budget > 0 else asked
        mine = shares.get(pk, [])
        parts = spread(money, [percent for _, _, percent in mine]) if mine else []
        for (duty, _, _), part in zip(mine, parts, strict=True):
            spent[duty].append(part)
        told = tuple((code, percent, part) for (_, code, percent), part in zip(mine, parts, strict=True))
        found.append(ProjectLine(pk, name, unit, _department(tree, department), money, told))
    return found, spent


def _rows(person: Person, cycle: Cycle, tree: Tree) -> tuple[list[RowLine], dict[int, int]]:
    """Return the rows of whole departments' goals, and by duty how many indicators answer for it."""
    goals = {
        one.pk: one for one in visible_goals(person).filter(cycle=cycle, scope="department", current=True).select_related("subject_year")
    }
    links: dict[tuple[int, str, str], tuple[int, str]] = {}
    years = [one.subject_year_id for one in goals.values()]
    held = GoalDuty.objects.filter(subject_year__in=years)
    for of, part, key, duty, code in held.values_list("subject_year", "part", "key", "duty", "duty__code"):
        links[of, part, key] = (duty, code)
    found: list[RowLine] = []
    answered: dict[int, int] = defaultdict(int)
    tasks = GoalTask.objects.filter(goal__in=goals).order_by("goal", "position").values_list("goal", "name")
    indicators = GoalIndicator.objects.filter(goal__in=goals).order_by("goal", "position").values_list("goal", "name", "lineage")
    listed = {
        "task": [(pk, name, name) for pk, name in tasks],
        "indicator": [(pk, name, str(lineage)) for pk, name, lineage in indicators],
    }
    for part, rows in listed.items():
        for pk, name, key in rows:
            year = goals[pk].subject_year
            duty, code = links.get((year.pk, part, key), (0, ""))
            if duty and part == "indicator":
                answered[duty] += 1
            found.append(RowLine(pk, part, name, year.name, _department(tree, year.department_id), code))
    return found, answered


def links_of(goal: Goal) -> dict[tuple[str, str], GoalDuty]:
    """Return what the rows of a goal answer for, by part and key."""
    return {(one.part, one.key): one for one in GoalDuty.objects.filter(subject_year=goal.subject_year)}


def works_by_duty(goal: Goal, duties: Iterable[Duty]) -> dict[int, list[MainWork]]:
    """Return the main works of the goal's year by the duty that they serve."""
    found: dict[int, list[MainWork]] = defaultdict(list)
    for work in MainWork.objects.filter(cycle=goal.cycle, duty__in=list(duties)).order_by("code"):
        found[work.duty_id or 0].append(work)
    return found
