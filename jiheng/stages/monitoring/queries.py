"""Counts, covers and lists of monitoring."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from jiheng.foundation import clock
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.goals.models import Goal
from jiheng.stages.monitoring.models import Checkpoint, Measure, MonitoringReport

LEFT_UNIT = ("department", "bureau", "closed")


@dataclass(frozen=True)
class MonitoringStatistics:
    """One checkpoint: how many goals are due, reported, closed, behind in money, off target, per light."""

    due: int
    reported: int
    closed: int
    slow: int
    off_target: int
    lights: dict[str, int]


def monitoring_statistics(checkpoint: Checkpoint) -> MonitoringStatistics:
    """Count one checkpoint; each number has its list in `reports_where`."""
    reports = MonitoringReport.objects.filter(checkpoint=checkpoint)
    lights = dict(reports.values_list("light").annotate(n=Count("pk")).order_by())
    return MonitoringStatistics(
        due=reports.count(),
        reported=reports.filter(state__in=LEFT_UNIT).count(),
        closed=reports.filter(state="closed").count(),
        slow=reports_where(checkpoint, "slow").count(),
        off_target=reports_where(checkpoint, "off_target").count(),
        lights=lights,
    )


def reports_where(checkpoint: Checkpoint, what: str) -> QuerySet[MonitoringReport]:
    """Return the reports behind one number: slow, off_target, missing, closed."""
    reports = MonitoringReport.objects.filter(checkpoint=checkpoint)
    if what == "slow":
        rules = ("behind_schedule", "execution_floor", "idle_money")
        return reports.filter(warnings__rule__in=rules).distinct()
    if what == "off_target":
        return reports.filter(warnings__rule="attainment_drift").distinct()
    if what == "missing":
        return reports.exclude(state__in=LEFT_UNIT)
    return reports.filter(state="closed")


def current_checkpoint(cycle: Cycle) -> Checkpoint | None:
    """Return the latest opened checkpoint of the cycle."""
    return Checkpoint.objects.filter(cycle=cycle).order_by("-as_of").first()


def unmonitored_goals(cycle: Cycle) -> QuerySet[Goal]:
    """Return approved goals that no opened checkpoint covers."""
    found = Goal.objects.filter(cycle=cycle, state="approved", current=True)
    return found.exclude(subject_year__monitoring_reports__cycle=cycle)


def open_measures(cycle: Cycle) -> QuerySet[Measure]:
    """Return the measures whose outcome is not written, the earliest due first."""
    found = Measure.objects.filter(report__cycle=cycle, done_on__isnull=True)
    return found.select_related("report__subject_year").order_by("due", "pk")


def overdue_measures(cycle: Cycle) -> QuerySet[Measure]:
    """Return the open measures whose day has passed."""
    return open_measures(cycle).filter(due__lt=clock.today())
