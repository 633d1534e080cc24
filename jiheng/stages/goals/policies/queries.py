"""What policies promise and their projects carry, gap by gap, both ways."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy_goals import Carried, Part, carried
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.models import Goal, PolicyLink, PolicyRow
from jiheng.stages.goals.policy_form import KIND
from jiheng.stages.goals.transfers.queries import promised_row


@dataclass(frozen=True)
class Project:
    """One project of a policy: its goal, None where it has none, and the names of its rows that carry nothing of the policy."""

    year: SubjectYear
    goal: Goal | None
    fen: int
    loose: tuple[str, ...]


@dataclass(frozen=True)
class PolicyGap:
    """A policy's goal held against its projects: row by row, project by project, and the money, in fen."""

    year: SubjectYear
    goal: Goal | None
    rows: tuple[Carried, ...]
    projects: tuple[Project, ...]

    @property
    def fen(self) -> int:
        """The money of the policy's goal; what it asks for where it has none."""
        return self.goal.fiscal_fen + self.goal.other_fen if self.goal else self.year.requested_fen

    @property
    def carried_fen(self) -> int:
        """The money of its projects."""
        return sum(one.fen for one in self.projects)

    @property
    def uncarried(self) -> int:
        """How many of its rows no project carries."""
        return sum(not one.parts for one in self.rows)

    @property
    def short(self) -> int:
        """How many of its rows are carried, but not whole."""
        return sum(bool(one.parts and one.gaps) for one in self.rows)

    @property
    def idle(self) -> int:
        """How many of its projects carry none of its rows."""
        return sum(one.goal is None or not self._serves(one) for one in self.projects)

    def _serves(self, project: Project) -> bool:
        rows = project.goal.indicators.all() if project.goal is not None else ()
        return len(project.loose) < len(rows)


def newest_goals(years: Sequence[int]) -> dict[int, Goal]:
    """Return by subject and year the goal that counts: the one in force, else the newest."""
    found: dict[int, Goal] = {}
    goals = Goal.objects.filter(subject_year__in=years).select_related("subject_year").prefetch_related("indicators")
    for goal in goals.order_by("revision"):
        held = found.get(goal.subject_year_id)
        if held is None or goal.current or not held.current:
            found[goal.subject_year_id] = goal
    return found


def goal_shown(person: Person, policy: SubjectYear) -> Goal | None:
    """Return the policy's goal whose rows the person may carry: one that is approved, or that the person sees."""
    goal = newest_goals([policy.pk]).get(policy.pk)
    if goal is None or goal.state == "approved" or visible_goals(person).filter(pk=goal.pk).exists():
        return goal
    return None


def policies_of(cycle: Cycle) -> QuerySet[SubjectYear]:
    """Return the policies of a budget year, of the whole place: a project may belong to another department's policy."""
    found = SubjectYear.objects.filter(cycle=cycle, kind=KIND).exclude(library_state="refused")
    return found.select_related("unit", "department").order_by("name", "pk")


def gaps_of(policies: Sequence[SubjectYear]) -> list[PolicyGap]:
    """Hold policies against their projects: a few queries for many."""
    links = list(
        PolicyLink.objects.filter(policy__in=policies).select_related("subject_year__unit").prefetch_related("rows").order_by("pk")
    )
    goals = newest_goals([one.pk for one in policies] + [one.subject_year_id for one in links])
    members: dict[int, list[PolicyLink]] = defaultdict(list)
    for link in links:
        members[link.policy_id].append(link)
    return [_gap(one, goals.get(one.pk), members[one.pk], goals) for one in policies]


def _gap(year: SubjectYear, goal: Goal | None, links: Sequence[PolicyLink], goals: dict[int, Goal]) -> PolicyGap:
    parts: dict[UUID, list[Part]] = defaultdict(list)
    own = {row.lineage for row in goal.indicators.all()} if goal is not None else set()
    projects = []
    for link in links:
        theirs, project = goals.get(link.subject_year_id), link.subject_year
        told = {one.lineage: one.policy_lineage for one in link.rows.all()}
        loose = []
        for row in theirs.indicators.all() if theirs is not None else ():
            serves = told.get(row.lineage)
            if serves in own and serves is not None:
                parts[serves].append(Part(project.name, promised_row(row)))
            else:
                loose.append(row.name)
        fen = theirs.fiscal_fen + theirs.other_fen if theirs is not None else project.requested_fen
        projects.append(Project(project, theirs, fen, tuple(loose)))
    rows = goal.indicators.all() if goal is not None else ()
    return PolicyGap(year, goal, tuple(carried(promised_row(row), parts[row.lineage]) for row in rows), tuple(projects))


def policies_in_sight(person: Person, cycle: Cycle) -> list[PolicyGap]:
    """Return the policies whose goals or subjects the person sees, held against their projects."""
    seen = visible_goals(person).filter(cycle=cycle, subject_year__kind=KIND).values_list("subject_year_id", flat=True)
    return gaps_of(list(policies_of(cycle).filter(pk__in=list(seen))))


def link_of(year: SubjectYear) -> PolicyLink | None:
    """Return which policy a project belongs to."""
    return PolicyLink.objects.filter(subject_year=year).select_related("policy").prefetch_related("rows").first()


def links_seen(year: SubjectYear) -> str:
    """Return the links of a project as a page showed them, as a digest."""
    held = PolicyRow.objects.filter(link__subject_year=year).order_by("lineage")
    told = "|".join(f"{one}:{two}" for one, two in held.values_list("lineage", "policy_lineage"))
    policy = PolicyLink.objects.filter(subject_year=year).values_list("policy_id", flat=True).first()
    return hashlib.sha256(f"{policy}|{told}".encode()).hexdigest()[:16]
