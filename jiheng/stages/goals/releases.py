"""Where express releases stand: which goal followed, until when it is awaited, what was found of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.portions import portions
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.express import LABELS, Standing, Terms, due_on, standing, terms_from
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.models import ExpressCheck, ExpressRelease, Goal

RULE = "goal_express_release"
TONES: dict[Standing, Tone] = {
    Standing.AWAITED: "amber", Standing.LATE: "red", Standing.HANDED_IN: "blue", Standing.TO_CHECK: "amber", Standing.DONE: "green",
}  # fmt: skip


@dataclass(frozen=True)
class Followed:
    """One release with the goal that followed it and where that leaves it."""

    release: ExpressRelease
    goal: Goal | None
    due: date
    standing: Standing
    checks: tuple[ExpressCheck, ...]
    budget_fen: int

    @property
    def label(self) -> str:
        """Where it stands, in words."""
        return LABELS[self.standing]

    @property
    def tone(self) -> Tone:
        """The colour of where it stands."""
        return TONES[self.standing]

    @property
    def goal_fen(self) -> int:
        """What the newest goal that was handed in is over, in fen."""
        return self.goal.fiscal_fen + self.goal.other_fen if self.goal is not None else 0

    @property
    def short_fen(self) -> int:
        """What the newest goal that was handed in promises less than the budget, in fen."""
        return max(self.budget_fen - self.goal_fen, 0)


def express_terms(cycle: Cycle) -> Terms | None:
    """Return what the rules of the year say of express releases; None where they know none."""
    rule = rule_in(cycle, RULE)
    return terms_from(rule.value) if rule is not None and rule.value else None


def entry_of(release: ExpressRelease) -> LedgerEntry | None:
    """Return the movement of money that the decision caused."""
    return LedgerEntry.objects.filter(subject_year=release.subject_year_id, cause=subject_key(release)).first()


def releases_of(years: Sequence[int]) -> list[ExpressRelease]:
    """Return the express releases of these subjects and years, with their checks."""
    found: list[ExpressRelease] = []
    for part in portions(years):
        rows = ExpressRelease.objects.filter(subject_year__in=part)
        found += rows.select_related("subject_year__cycle").prefetch_related("checks")
    return found


def followed(releases: Iterable[ExpressRelease]) -> list[Followed]:
    """Return where each release stands today: a few queries for many."""
    rows = list(releases)
    years = sorted({one.subject_year_id for one in rows})
    newest: dict[int, Goal] = {}
    budgets: dict[int, int] = {}
    for part in portions(years):
        budgets |= {pk: one.budget for pk, one in balances(part).items()}
        for goal in _handed_in(part):
            newest[goal.subject_year_id] = goal
    return [_followed(one, newest.get(one.subject_year_id), budgets[one.subject_year_id]) for one in rows]


def _handed_in(years: Sequence[int]) -> list[Goal]:
    """Return the goals that have left the unit and were not refused for good, oldest first."""
    goals = Goal.objects.filter(subject_year__in=years).select_related("cycle__snapshot", "cycle__place").order_by("pk")
    found = goals.defer("cycle__snapshot__content")
    return [one for one in found if one.state not in _outside(one)]


def _outside(goal: Goal) -> set[str]:
    table = policy_for(goal.cycle).workflows["goals"]
    return {table.start, *(set(table.final) - {"approved"})}


def _followed(release: ExpressRelease, goal: Goal | None, budget: int) -> Followed:
    checks = tuple(release.checks.all())
    passed = any(one.result == "passed" for one in checks)
    returned = next((one for one in reversed(checks) if one.result == "returned"), None)
    due = due_on(release.decided_on, (release.due - release.decided_on).days, returned.checked_on if returned else None)
    covers = goal is not None and goal.fiscal_fen + goal.other_fen >= budget
    again = returned is not None and goal is not None and returned.goal_id == goal.pk and returned.content_hash == hash_of(goal)
    where = standing(
        due=due, today=clock.today(), handed_in=covers and not again,
        approved=goal is not None and goal.state == "approved", passed=passed,
    )  # fmt: skip
    return Followed(release, goal, due, where, checks, budget)


def open_releases(cycle_rows: QuerySet[ExpressRelease]) -> list[Followed]:
    """Return where the releases stand that are not done; of open years only."""
    waiting = cycle_rows.filter(subject_year__cycle__state="open").exclude(checks__result="passed")
    return followed(waiting)


def late_of_unit(year: SubjectYear) -> list[Followed]:
    """Return the releases to the subject's unit, of any project of the year, whose goal is late."""
    rows = ExpressRelease.objects.filter(subject_year__unit=year.unit_id, subject_year__cycle=year.cycle_id)
    told = rows.exclude(checks__result="passed").select_related("subject_year__cycle").prefetch_related("checks")
    return [one for one in followed(told) if one.standing is Standing.LATE]
