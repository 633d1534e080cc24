"""Reading key reviews: how goals were judged, what another line would do, what to look at next, who earned a reward."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.portions import portions
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.access import within
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.rules.goal_review import (
    RISKS,
    Reward,
    Step,
    Terms,
    Weighed,
    counted_back,
    importance,
    reward,
    weigh,
)
from jiheng.stages.goals.access import deciding_sides
from jiheng.stages.goals.keyreview.access import visible_agreed, visible_key_reviews
from jiheng.stages.goals.models import AgreedMoney, Goal, GoalReview, KeyReview, SubmittedFindings

ENDED = frozenset({"reviewed", "approved", "refused"})
"""States in which the review of a goal is over."""
PASSED = frozenset({"reviewed", "approved"})
MANY_WARNINGS = 3
SLOW = Decimal("0.8")
SHOWN = 50


@dataclass(frozen=True)
class Judged:
    """How one goal's first version was reviewed: points, grade, money asked and left, in fen."""

    goal: int
    state: str
    name: str
    department: int
    department_name: str
    total: Decimal
    grade: str
    asked_fen: int
    agreed_fen: int

    @property
    def cut_fen(self) -> int:
        """What the review cut."""
        return self.asked_fen - self.agreed_fen


def judged(person: Person, cycle: Cycle) -> list[Judged]:
    """Return the reviewed goals of a cycle that the person may see, lowest points first: the newest review of each."""
    agreed = {one.subject_year_id: one for one in visible_agreed(person).filter(subject_year__cycle=cycle, revision=1)}
    rows = GoalReview.objects.filter(
        within(person, "goal__subject_year__"), goal__cycle=cycle, goal__revision=1, side__in=deciding_sides(cycle)
    )
    newest = rows.order_by().values("goal").annotate(last=Max("pk")).values("last")
    found = []
    for one in rows.filter(pk__in=newest).select_related("goal__subject_year__department"):
        year, money = one.goal.subject_year, one.goal.fiscal_fen + one.goal.other_fen
        told = agreed.get(year.pk)
        found.append(
            Judged(
                one.goal_id, one.goal.state, year.name, year.department_id, year.department.name, one.total, one.grade,
                told.asked_fen if told else money, told.agreed_fen if told else money,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.total, one.goal))


def mark_of(cycle: Cycle) -> Decimal | None:
    """Return the line that a review must reach in a cycle; None where no line is set by points."""
    rule = rule_in(cycle, "goal_review_pass_mark")
    return None if rule is None else Decimal(str(rule.value))


def gate_of(cycle: Cycle) -> Mapping[str, str]:
    """Return what each grade leads to in a cycle."""
    rule = rule_in(cycle, "goal_review_gate")
    return {} if rule is None else dict(rule.value)


def fails(one: Judged, line: Decimal | None, gate: Mapping[str, str]) -> bool:
    """Say whether a review fails: below the line, or of a grade that may not go on."""
    return (line is not None and one.total < line) or gate.get(one.grade) == "stop"


@dataclass(frozen=True)
class Failing:
    """What fails by a line: projects, how many departments they belong to, their money in fen."""

    rows: tuple[Judged, ...]

    @property
    def departments(self) -> int:
        """How many departments have one."""
        return len({one.department for one in self.rows})

    @property
    def asked_fen(self) -> int:
        """The money asked for them."""
        return sum(one.asked_fen for one in self.rows)


def failing(rows: Iterable[Judged], line: Decimal | None, gate: Mapping[str, str]) -> Failing:
    """Return what would fail by a line."""
    return Failing(tuple(one for one in rows if fails(one, line, gate)))


@dataclass(frozen=True)
class Replayed:
    """A decided cycle judged again by its own rules: how many decisions, and those that come out otherwise."""

    count: int
    different: tuple[Judged, ...]


def replayed(rows: Iterable[Judged], cycle: Cycle) -> Replayed:
    """Judge what was decided in a cycle again, by the line and the gate of that cycle."""
    line, gate = mark_of(cycle), gate_of(cycle)
    decided = [one for one in rows if one.state in ENDED]
    return Replayed(len(decided), tuple(one for one in decided if fails(one, line, gate) == (one.state in PASSED)))


# --- the list, counted back


@dataclass(frozen=True)
class Listed:
    """One entry of the list with its goal, its points and the days of its steps."""

    entry: KeyReview
    goal: Goal | None
    total: Decimal | None
    agreed: AgreedMoney | None
    steps: tuple[Step, ...]

    @property
    def next(self) -> Step | None:
        """The first step that is not done."""
        return next((one for one in self.steps if not one.done), None)

    @property
    def late(self) -> bool:
        """Whether its day has gone by."""
        return self.next is not None and self.next.due < clock.today()


def listed(person: Person, cycle: Cycle) -> list[Listed]:
    """Return the key reviews of a cycle, those whose next step is due first; struck ones at the end."""
    entries = list(visible_key_reviews(person).filter(cycle=cycle))
    years = [one.subject_year_id for one in entries]
    goals = {one.subject_year_id: one for one in Goal.objects.filter(subject_year__in=years, revision=1)}
    totals = {one.goal: one.total for one in judged(person, cycle)}
    agreed = {one.subject_year_id: one for one in visible_agreed(person).filter(subject_year__in=years, revision=1)}
    rule = rule_in(cycle, "key_review_countdown")
    plan = rule.value if rule is not None else []
    found = []
    for entry in entries:
        goal = goals.get(entry.subject_year_id)
        total = totals.get(goal.pk) if goal is not None else None
        done = {"submitted"} if goal is not None and goal.state != "draft" else set[str]()
        done |= {"scored"} if total is not None else set()
        done |= {"submitted", "scored", "decided"} if goal is not None and goal.state in ENDED else set()
        steps = tuple(counted_back(entry.due, plan, done)) if entry.struck_on is None else ()
        found.append(Listed(entry, goal, total, agreed.get(entry.subject_year_id), steps))
    return sorted(found, key=_urgency)


def _urgency(one: Listed) -> tuple[bool, bool, date, int]:
    return one.entry.struck_on is not None, one.next is None, one.next.due if one.next else one.entry.due, one.entry.pk


# --- what to look at next


@dataclass(frozen=True)
class Proposed:
    """A project that might be reviewed as a key one, and how it was weighed."""

    year: SubjectYear
    weighed: Weighed

    @property
    def key(self) -> str:
        """The number of the project's year, as a form sends it."""
        return str(self.year.pk)


def proposed(person: Person, cycle: Cycle, most: int = SHOWN) -> list[Proposed]:
    """Return the projects not yet on the list with the greatest money × risk × years since the last look."""
    rule = rule_in(cycle, "key_review_risks")
    table: Mapping[str, Any] = rule.value if rule is not None else {}
    years = SubjectYear.objects.filter(within(person), cycle=cycle, kind="project", key_review__isnull=True)
    years = years.exclude(library_state="refused").select_related("department", "unit")
    rows = list(years)
    signs = _signs(cycle, rows)
    looked = dict(
        KeyReview.objects.filter(place_id=cycle.place_id, cycle__budget_year__lt=cycle.budget_year, struck_on=None)
        .order_by().values_list("subject_year__subject").annotate(last=Max("cycle__budget_year"))
    )  # fmt: skip
    since = dict(
        SubjectYear.objects.filter(place_id=cycle.place_id, budget_year__lte=cycle.budget_year)
        .order_by().values_list("subject").annotate(first=Min("budget_year"))
    )  # fmt: skip
    found = []
    for year in rows:
        last = looked.get(year.subject_id, since.get(year.subject_id, cycle.budget_year) - 1)
        weighed = weigh(year.requested_fen, [key for key in RISKS if year.pk in signs[key]], cycle.budget_year - last, table)
        found.append(Proposed(year, weighed))
    found.sort(key=lambda one: (-one.weighed.score, one.year.pk))
    return found[:most]


def _signs(cycle: Cycle, rows: list[SubjectYear]) -> dict[str, set[int]]:
    """Return by sign of risk the years that bear it."""
    signs: dict[str, set[int]] = defaultdict(set)
    for year in rows:
        if year.change in {"new", "raised"}:
            signs[year.change].add(year.pk)
    limited = Standing.objects.filter(
        subject__place_id=cycle.place_id, for_budget_year=cycle.budget_year, ceiling_fen__isnull=False
    )
    cut = set(limited.values_list("subject_id", flat=True))
    signs["cut_before"] = {year.pk for year in rows if year.subject_id in cut}
    before = dict(
        SubjectYear.objects.filter(place_id=cycle.place_id, budget_year=cycle.budget_year - 1).values_list("subject_id", "pk")
    )
    spent = {year.pk: before[year.subject_id] for year in rows if year.subject_id in before}
    asked = list(spent.values())
    money: dict[int, Any] = {}
    for part in portions(asked):
        money |= balances(part)
    signs["slow"] = {pk for pk, one in spent.items() if money[one].budget > 0 and money[one].executed < SLOW * money[one].budget}
    told = SubmittedFindings.objects.filter(subject_year__cycle=cycle).order_by("pk").values_list("subject_year", "findings")
    for pk, findings in told.iterator(chunk_size=500):
        many = sum(one.get("severity") == "warn" for one in findings) >= MANY_WARNINGS
        signs["findings"] = signs["findings"] | {pk} if many else signs["findings"] - {pk}
    return signs


# --- rewards


@dataclass(frozen=True)
class Earned:
    """What one department would get, from which reviews."""

    department: Organisation
    totals: tuple[Decimal, ...]
    agreed_fen: int
    reward: Reward


def terms_of(cycle: Cycle) -> Terms | None:
    """Return the terms of rewards in a cycle; None where the rules know no reward."""
    rule = rule_in(cycle, "goal_reward")
    return None if rule is None else Terms.of(rule.value)


def earned(person: Person, cycle: Cycle, terms: Terms) -> list[Earned]:
    """Work out what every department with key reviews would get by the terms, the largest first."""
    keys = set(visible_key_reviews(person).filter(cycle=cycle, struck_on=None).values_list("subject_year__goals", flat=True))
    line, gate = mark_of(cycle), gate_of(cycle)
    by_department: dict[int, list[Judged]] = defaultdict(list)
    for one in judged(person, cycle):
        if one.goal in keys:
            by_department[one.department].append(one)
    bodies = Organisation.objects.in_bulk(by_department)
    found = []
    for pk, rows in by_department.items():
        totals, money = tuple(one.total for one in rows), sum(one.agreed_fen for one in rows)
        failed = sum(fails(one, line, gate) for one in rows)
        found.append(Earned(bodies[pk], totals, money, reward(totals, failed, money, terms)))
    return sorted(found, key=lambda one: (-one.reward.amount_fen, -max(one.totals), one.department.code))


def undecided(cycle: Cycle) -> int:
    """Return how many key reviews of a cycle are not over."""
    entries = KeyReview.objects.filter(cycle=cycle, struck_on=None)
    return entries.count() - entries.filter(subject_year__goals__revision=1, subject_year__goals__state__in=ENDED).count()


def has_key_reviews(cycle: Cycle) -> bool:
    """Return whether projects of the year are chosen for key review."""
    return KeyReview.objects.filter(cycle=cycle, struck_on=None).exists()


def key_review_of(goal: Goal) -> KeyReview | None:
    """Return the line of the list of key reviews on which a goal's project stands, or None."""
    return KeyReview.objects.filter(subject_year_id=goal.subject_year_id).first()


def importance_of(goal: Goal, entry: KeyReview | None) -> tuple[list[str], str]:
    """Return why a goal is one of the important ones that must be reviewed item by item, and the clause.

    `entry` is its place on the list of key reviews, if any.
    """
    rule = rule_in(goal.cycle, "important_goals")
    if rule is None:
        return [], ""
    year, listed = goal.subject_year, entry is not None and entry.struck_on is None
    return importance(rule.value, kind=year.kind, major=year.is_major, listed=listed), str(rule.clause)


def agreed_of(goal: Goal) -> AgreedMoney | None:
    """Return the money that the review left to this revision of a goal, or None."""
    return AgreedMoney.objects.filter(subject_year_id=goal.subject_year_id, revision=goal.revision).first()
