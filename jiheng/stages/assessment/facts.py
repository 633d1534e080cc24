"""The record of a department's year, counted in grouped queries for all departments at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from jiheng.foundation.audit.models import Entry
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import window
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.assessment import Share, YearRecord
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.goals.models import Goal, GoalReview
from jiheng.stages.monitoring.models import MonitoringReport, Warning
from jiheng.stages.results.models import Rectification

LEFT_DRAFT = "draft"


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


def _on_time(cycle: Cycle, key: str) -> Callable[[date | None], bool]:
    found = window(cycle, key)
    return lambda day: day is not None and (found is None or day <= found.due)


def _goals(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    goals = Goal.objects.filter(cycle=cycle, revision=1).values_list("pk", "subject_year__department_id")
    owners = dict(goals)
    days = first_days("goals.submit", [f"goals.goal:{pk}" for pk in owners])
    in_time = _on_time(cycle, "goals_submit")
    for pk, department in owners.items():
        tallies[department].counts["goals_on_time"].add(in_time(days.get(f"goals.goal:{pk}")))
    reviews = GoalReview.objects.filter(goal__cycle=cycle, side="performance").order_by("pk")
    latest = {goal: (department, grade) for goal, department, grade in reviews.values_list(
        "goal_id", "goal__subject_year__department_id", "grade")}
    for department, grade in latest.values():
        tallies[department].counts["goals_good"].add(grade in {"excellent", "good"})


def _monitoring(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    reports = MonitoringReport.objects.filter(cycle=cycle)
    rows = list(reports.values_list("pk", "checkpoint__due", "subject_year__department_id"))
    days = first_days("monitoring.submit", [f"monitoring.monitoringreport:{pk}" for pk, _, _ in rows])
    for pk, due, department in rows:
        day = days.get(f"monitoring.monitoringreport:{pk}")
        tallies[department].counts["monitoring_on_time"].add(day is not None and day <= due)
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
    due = SubjectYear.objects.filter(cycle=cycle, kind="project", library_state="budgeted")
    owners = dict(due.values_list("pk", "department_id"))
    records = {
        one.subject_year_id: one for one in SelfEvaluation.objects.filter(subject_year_id__in=list(owners))
    }
    days = first_days("self_evaluation.submit", [f"evaluation.selfevaluation:{r.pk}" for r in records.values()])
    in_time = _on_time(cycle, "self_evaluation_submit")
    for year, department in owners.items():
        counts, record = tallies[department].counts, records.get(year)
        counts["self_evaluated"].add(record is not None and record.state != LEFT_DRAFT)
        day = days.get(f"evaluation.selfevaluation:{record.pk}") if record else None
        counts["self_evaluated_on_time"].add(in_time(day))
        if record is not None and record.total is not None and record.recheck_total is not None:
            tallies[department].differences.append(record.total - record.recheck_total)


def _rectifications(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    rows = Rectification.objects.filter(cycle=cycle).values_list(
        "finding__evaluation__subject_year__department_id", "due", "closed_on"
    )
    for department, due, closed in rows:
        tallies[department].counts["rectified"].add(closed is not None and closed <= due)


def _publications(cycle: Cycle, tallies: dict[int, Tally]) -> None:
    """Which goals were made public in time: read from the chain, since disclosure is a later stage."""
    goals = Goal.objects.filter(cycle=cycle, state="approved", current=True)
    owners = dict(goals.values_list("pk", "subject_year__department_id"))
    rows = Entry.objects.filter(
        action="disclosure.publish", subject__in=[f"goals.goal:{pk}" for pk in owners]
    ).order_by("-number")
    days = {subject: timezone.localdate(at) for subject, at in rows.values_list("subject", "at")}
    in_time = _on_time(cycle, "goals_publish")
    for pk, department in owners.items():
        tallies[department].counts["disclosed_on_time"].add(in_time(days.get(f"goals.goal:{pk}")))
