"""The record of a department's year, counted in grouped queries for all departments at once; facts from outside."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.audit.models import Entry
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import granted_in, policy_for, window
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.assessment import Figure, Share, YearRecord
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.assessment.models import Assessment, OutsideFact
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.goals.access import deciding_sides
from jiheng.stages.goals.books import above_threshold
from jiheng.stages.goals.models import Goal, GoalReview
from jiheng.stages.goals.queries import held_years
from jiheng.stages.monitoring.models import MonitoringReport, Warning
from jiheng.stages.results.models import Rectification

CARD = "department_assessment"
LOWER_CARD = "lower_bureau_assessment"
"""The cards of the two kinds of bodies that are assessed: departments, and the finance bureaus of the places right below."""


def card_in(cycle: Cycle, key: str = CARD) -> Scorecard:
    """Return a card as frozen for the cycle. KeyError when the rules have none of this name."""
    return policy_for(cycle).scorecards[key]


def has_own_year(cycle: Cycle, body: Organisation) -> bool:
    """Whether the place of a bureau keeps the budget year in this installation."""
    return Cycle.objects.filter(place_id=body.place_id, budget_year=cycle.budget_year).exists()


def card_of(assessment: Assessment) -> Scorecard:
    """Return the card by which a body was assessed."""
    return card_in(assessment.cycle, assessment.scorecard)


def kind_label(assessment: Assessment) -> str:
    """Return what kind of body was assessed, in words."""
    return "下级财政部门" if assessment.scorecard == LOWER_CARD else "部门"


@dataclass(frozen=True)
class Outside:
    """What outside facts add and take, by item of the card, which vetoes they are, what people entered for items."""

    plus: dict[str, Decimal] = field(default_factory=dict)
    minus: dict[str, Decimal] = field(default_factory=dict)
    vetoes: set[str] = field(default_factory=set)
    figures: dict[str, Figure] = field(default_factory=dict)


def outside_facts(cycle: Cycle) -> dict[int, Outside]:
    """Return what stands of the facts from outside, by department; one query."""
    found: dict[int, Outside] = defaultdict(Outside)
    rows = OutsideFact.objects.filter(cycle=cycle, withdrawn_on__isnull=True)
    told = rows.values_list("department_id", "kind", "item", "points", "text", "source")
    for department, kind, item, points, text, source in told:
        given = found[department]
        if kind in OutsideFact.FIGURES:
            given.figures[item] = Figure(points if kind == "figure" else None, text, source)
            continue
        if kind == "veto":
            given.vetoes.add(item)
            continue
        side = given.plus if kind == "plus" else given.minus
        side[item] = side.get(item, Decimal(0)) + points
    return dict(found)


@dataclass
class Count:
    """Done and due, counted up."""

    done: int = 0
    due: int = 0

    def add(self, done: bool) -> None:  # noqa: FBT001  # reads as a sentence where it is used
        """Count one that was due."""
        self.due += 1
        self.done += done

    @property
    def share(self) -> Share:
        """The count as the rules want it."""
        return Share(self.done, self.due)


Kept = dict[str, list[tuple[int, bool]]]
"""By name of a number the subjects and years that it counts, each with whether it was done."""


@dataclass
class Tally:
    """Everything counted for one department; `kept`, where it is asked for, holds the subjects behind each number."""

    kept: Kept | None = None
    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    differences: list[Decimal] = field(default_factory=list)
    budget: int = 0
    paid: int = 0

    def add(self, name: str, year: int, *, done: bool) -> None:
        """Count something that was due of a subject and year."""
        self.counts[name].add(done)
        if self.kept is not None:
            self.kept[name].append((year, done))

    def judge(self, name: str, year: int, day: date | None, due: date | None) -> None:
        """Count a task that was due: in time when done by its day; what is not due yet is not counted."""
        if day is None and (due is None or due >= clock.today()):
            return
        self.add(name, year, done=day is not None and (due is None or day <= due))

    def record(self) -> YearRecord:
        """The tally as the rules want it."""
        count = self.counts
        return YearRecord(
            goals_on_time=count["goals_on_time"].share,
            goals_good=count["goals_good"].share,
            monitoring_on_time=count["monitoring_on_time"].share,
            deviations_answered=count["deviations_answered"].share,
            self_evaluated=count["self_evaluated"].share,
            self_evaluated_on_time=count["self_evaluated_on_time"].share,
            recheck_differences=tuple(self.differences),
            rectified=count["rectified"].share,
            disclosed_on_time=count["disclosed_on_time"].share,
            budget=self.budget,
            paid=self.paid,
            goals_covered=count["goals_covered"].share,
            evaluated=count["evaluated"].share,
        )


def first_days(action: str, subjects: Iterable[str]) -> dict[str, date]:
    """Return the day on which each record first left its unit, from the chain."""
    found: dict[str, date] = {}
    rows = Entry.objects.filter(action=action, subject__in=list(subjects)).order_by("number")
    for subject, at, detail in rows.values_list("subject", "at", "detail"):
        if detail.get("moved"):
            found.setdefault(subject, timezone.localdate(at))
    return found


@dataclass(frozen=True)
class Deadline:
    """When a task of the cycle is due: for everybody, and later for those who were given more time."""

    due: date | None
    later: dict[int, date]

    def of(self, unit: int) -> date | None:
        """The day of one body; None when the calendar has no such task."""
        return self.due if self.due is None else max(self.due, self.later.get(unit, self.due))


def deadline(cycle: Cycle, key: str) -> Deadline:
    """Return when a task is due, with every body's own extension, by one query."""
    found = window(cycle, key)
    given = {body: own[key] for body, own in granted_in(cycle.pk).items() if key in own}
    return Deadline(found.due if found else None, given)


def year_records(cycle: Cycle, kept: Kept | None = None) -> dict[int, YearRecord]:
    """Return the record of every department that has subjects in the cycle, by its id; fill `kept` where given."""
    tallies: dict[int, Tally] = defaultdict(lambda: Tally(kept))
    _money(cycle, tallies)
    _goals(cycle, tallies)
    _monitoring(cycle, tallies)
    _self_evaluations(cycle, tallies)
    _rectifications(cycle, tallies)
    _publications(cycle, tallies)
    return {department: tally.record() for department, tally in tallies.items()}


def _money(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    years = dict(SubjectYear.objects.filter(cycle=cycle, kind="project").values_list("pk", "department_id"))
    for year, money in balances(years).items():
        tally = tallies[years[year]]
        tally.budget += money.budget
        tally.paid += money.executed
        if tally.kept is not None and money.budget:
            tally.kept["executed"].append((year, money.executed >= money.budget))


def _goals(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    rows = list(
        Goal.objects.filter(cycle=cycle, revision=1).values_list(
            "pk", "subject_year_id", "subject_year__department_id", "subject_year__unit_id"
        )
    )
    days = first_days("goals.submit", [f"goals.goal:{pk}" for pk, *_ in rows])
    due = deadline(cycle, "goals_submit")
    for pk, year, department, unit in rows:
        tallies[department].judge("goals_on_time", year, days.get(f"goals.goal:{pk}"), due.of(unit))
    without = _without_goal(cycle)
    for year, department, unit in without:
        tallies[department].judge("goals_on_time", year, None, due.of(unit))
        tallies[department].add("goals_covered", year, done=False)
    approved = set(Goal.objects.filter(cycle=cycle, state="approved", current=True).values_list("subject_year_id", flat=True))
    had = SubjectYear.objects.filter(above_threshold(cycle), cycle=cycle, kind="project", goals__isnull=False)
    for year, department in had.exclude(library_state="refused").distinct().values_list("pk", "department_id"):
        tallies[department].add("goals_covered", year, done=year in approved)
    reviews = GoalReview.objects.filter(goal__cycle=cycle, side__in=deciding_sides(cycle)).order_by("pk")
    latest = {goal: (year, department, grade) for goal, year, department, grade in reviews.values_list(
        "goal_id", "goal__subject_year_id", "goal__subject_year__department_id", "grade")}  # fmt: skip
    for year, department, grade in latest.values():
        tallies[department].add("goals_good", year, done=grade in {"excellent", "good"})


def _without_goal(cycle: Cycle) -> list[tuple[int, int, int]]:
    """Subject and year, department and unit of every project that must have a goal and has none, unless its appraisal holds it back."""
    found = list(
        SubjectYear.objects.filter(above_threshold(cycle), cycle=cycle, kind="project", goals__isnull=True).exclude(
            library_state="refused"
        )
    )
    for year in found:
        year.cycle = cycle
    held = held_years(found)
    return [(year.pk, year.department_id, year.unit_id) for year in found if year.pk not in held]


def _monitoring(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    reports = MonitoringReport.objects.filter(cycle=cycle)
    rows = list(reports.values_list("pk", "checkpoint__due", "subject_year_id", "subject_year__department_id"))
    days = first_days("monitoring.submit", [f"monitoring.monitoringreport:{pk}" for pk, *_ in rows])
    for pk, due, year, department in rows:
        day = days.get(f"monitoring.monitoringreport:{pk}")
        tallies[department].judge("monitoring_on_time", year, day, due)
    warnings = Warning.objects.filter(report__cycle=cycle).select_related("report", "reading")
    answered = set(
        reports.filter(measures__done_on__isnull=False).values_list("pk", flat=True).distinct()
    )
    owners = {pk: (year, department) for pk, _, year, department in rows}
    for warning in warnings:
        reason = warning.reading.reason if warning.reading is not None else warning.report.note
        done = bool(reason) and warning.report_id in answered
        year, department = owners[warning.report_id]
        tallies[department].add("deviations_answered", year, done=done)


def _self_evaluations(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    years = SubjectYear.objects.filter(cycle=cycle, kind="project", library_state="budgeted")
    owners = {pk: (department, unit) for pk, department, unit in years.values_list("pk", "department_id", "unit_id")}
    records = {one.subject_year_id: one for one in SelfEvaluation.objects.filter(subject_year_id__in=list(owners))}
    days = first_days("self_evaluation.submit", [f"evaluation.selfevaluation:{r.pk}" for r in records.values()])
    due = deadline(cycle, "self_evaluation_submit")
    judged = Evaluation.objects.filter(subject_year__cycle=cycle, state="confirmed")
    evaluated = set(judged.values_list("subject_year_id", flat=True))
    for year, (department, unit) in owners.items():
        tally, record = tallies[department], records.get(year)
        day = days.get(f"evaluation.selfevaluation:{record.pk}") if record else None
        tally.judge("self_evaluated_on_time", year, day, due.of(unit))
        tally.judge("self_evaluated", year, day, None if day else due.of(unit))
        tally.add("evaluated", year, done=year in evaluated)
        if record is not None and record.total is not None and record.recheck_total is not None:
            tally.differences.append(record.total - record.recheck_total)
            if tally.kept is not None:
                tally.kept["rechecked"].append((year, record.total == record.recheck_total))


def _rectifications(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    rows = Rectification.objects.filter(cycle=cycle).values_list(
        "finding__evaluation__subject_year_id", "finding__evaluation__subject_year__department_id", "due", "closed_on"
    )
    for year, department, due, closed in rows:
        tallies[department].judge("rectified", year, closed, due)


def _publications(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    """Which goals were made public in time: read from the chain, since disclosure is a later stage."""
    goals = Goal.objects.filter(cycle=cycle, state="approved", current=True)
    owners = {pk: (year, department) for pk, year, department in goals.values_list(
        "pk", "subject_year_id", "subject_year__department_id")}  # fmt: skip
    rows = Entry.objects.filter(
        action="disclosure.publish", subject__in=[f"goals.goal:{pk}" for pk in owners]
    ).order_by("-number")
    days = {subject: timezone.localdate(at) for subject, at in rows.values_list("subject", "at")}
    due = deadline(cycle, "goals_publish")
    for pk, (year, department) in owners.items():
        tallies[department].judge("disclosed_on_time", year, days.get(f"goals.goal:{pk}"), due.due)
