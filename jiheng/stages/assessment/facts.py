"""The record of a department's year, counted in grouped queries for all departments at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import granted_in, policy_for, window
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.assessment import Share, YearRecord
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.assessment.models import OutsideFact
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.goals.access import deciding_sides
from jiheng.stages.goals.books import above_threshold
from jiheng.stages.goals.models import Goal, GoalReview
from jiheng.stages.goals.queries import held_years
from jiheng.stages.monitoring.models import MonitoringReport, Warning
from jiheng.stages.results.models import Rectification

CARD = "department_assessment"


def card_in(cycle: Cycle) -> Scorecard:
    """Return the card for departments as frozen for the cycle."""
    return policy_for(cycle).scorecards[CARD]


@dataclass(frozen=True)
class Outside:
    """What outside facts add and take, by item of the card, and which vetoes they are."""

    plus: dict[str, Decimal] = field(default_factory=dict)
    minus: dict[str, Decimal] = field(default_factory=dict)
    vetoes: set[str] = field(default_factory=set)


def outside_facts(cycle: Cycle) -> dict[int, Outside]:
    """Return what stands of the facts from outside, by department; one query."""
    found: dict[int, Outside] = defaultdict(Outside)
    rows = OutsideFact.objects.filter(cycle=cycle, withdrawn_on__isnull=True)
    for department, kind, item, points in rows.values_list("department_id", "kind", "item", "points"):
        given = found[department]
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


@dataclass
class Tally:
    """Everything counted for one department."""

    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    differences: list[Decimal] = field(default_factory=list)
    budget: int = 0
    paid: int = 0

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


def judge(count: Count, day: date | None, due: date | None) -> None:
    """Count a task that was due: in time when done by its day; what is not due yet is not counted."""
    if day is None and (due is None or due >= clock.today()):
        return
    count.add(day is not None and (due is None or day <= due))


def year_records(cycle: Cycle) -> dict[int, YearRecord]:
    """Return the record of every department that has subjects in the cycle, by its id."""
    tallies: dict[int, Tally] = defaultdict(Tally)
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


def _goals(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    rows = list(
        Goal.objects.filter(cycle=cycle, revision=1).values_list(
            "pk", "subject_year__department_id", "subject_year__unit_id"
        )
    )
    days = first_days("goals.submit", [f"goals.goal:{pk}" for pk, _, _ in rows])
    due = deadline(cycle, "goals_submit")
    for pk, department, unit in rows:
        judge(tallies[department].counts["goals_on_time"], days.get(f"goals.goal:{pk}"), due.of(unit))
    for department, unit in _without_goal(cycle):
        judge(tallies[department].counts["goals_on_time"], None, due.of(unit))
    reviews = GoalReview.objects.filter(goal__cycle=cycle, side__in=deciding_sides(cycle)).order_by("pk")
    latest = {goal: (department, grade) for goal, department, grade in reviews.values_list(
        "goal_id", "goal__subject_year__department_id", "grade")}  # fmt: skip
    for department, grade in latest.values():
        tallies[department].counts["goals_good"].add(grade in {"excellent", "good"})


def _without_goal(cycle: Cycle) -> list[tuple[int, int]]:
    """Department and unit of every project that must have a goal and has none, unless its appraisal holds it back."""
    found = list(
        SubjectYear.objects.filter(above_threshold(cycle), cycle=cycle, kind="project", goals__isnull=True).exclude(
            library_state="refused"
        )
    )
    for year in found:
        year.cycle = cycle
    held = held_years(found)
    return [(year.department_id, year.unit_id) for year in found if year.pk not in held]


def _monitoring(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    reports = MonitoringReport.objects.filter(cycle=cycle)
    rows = list(reports.values_list("pk", "checkpoint__due", "subject_year__department_id"))
    days = first_days("monitoring.submit", [f"monitoring.monitoringreport:{pk}" for pk, _, _ in rows])
    for pk, due, department in rows:
        day = days.get(f"monitoring.monitoringreport:{pk}")
        judge(tallies[department].counts["monitoring_on_time"], day, due)
    warnings = Warning.objects.filter(report__cycle=cycle).select_related("report", "reading")
    answered = set(
        reports.filter(measures__done_on__isnull=False).values_list("pk", flat=True).distinct()
    )
    departments = {pk: department for pk, _, department in rows}
    for warning in warnings:
        reason = warning.reading.reason if warning.reading is not None else warning.report.note
        done = bool(reason) and warning.report_id in answered
        tallies[departments[warning.report_id]].counts["deviations_answered"].add(done)


def _self_evaluations(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    years = SubjectYear.objects.filter(cycle=cycle, kind="project", library_state="budgeted")
    owners = {pk: (department, unit) for pk, department, unit in years.values_list("pk", "department_id", "unit_id")}
    records = {one.subject_year_id: one for one in SelfEvaluation.objects.filter(subject_year_id__in=list(owners))}
    days = first_days("self_evaluation.submit", [f"evaluation.selfevaluation:{r.pk}" for r in records.values()])
    due = deadline(cycle, "self_evaluation_submit")
    for year, (department, unit) in owners.items():
        tally, record = tallies[department], records.get(year)
        day = days.get(f"evaluation.selfevaluation:{record.pk}") if record else None
        judge(tally.counts["self_evaluated_on_time"], day, due.of(unit))
        judge(tally.counts["self_evaluated"], day, None if day else due.of(unit))
        if record is not None and record.total is not None and record.recheck_total is not None:
            tally.differences.append(record.total - record.recheck_total)


def _rectifications(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    rows = Rectification.objects.filter(cycle=cycle).values_list(
        "finding__evaluation__subject_year__department_id", "due", "closed_on"
    )
    for department, due, closed in rows:
        judge(tallies[department].counts["rectified"], closed, due)


def _publications(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    """Which goals were made public in time: read from the chain, since disclosure is a later stage."""
    goals = Goal.objects.filter(cycle=cycle, state="approved", current=True)
    owners = dict(goals.values_list("pk", "subject_year__department_id"))
    rows = Entry.objects.filter(
        action="disclosure.publish", subject__in=[f"goals.goal:{pk}" for pk in owners]
    ).order_by("-number")
    days = {subject: timezone.localdate(at) for subject, at in rows.values_list("subject", "at")}
    due = deadline(cycle, "goals_publish")
    for pk, department in owners.items():
        judge(tallies[department].counts["disclosed_on_time"], days.get(f"goals.goal:{pk}"), due.due)
