"""What scripted people do about monitoring when every number is told: exact payments, readings, recapture."""

from datetime import date
from decimal import Decimal

from jiheng.channels.scenarios.acts import act, years
from jiheng.channels.scenarios.world import World
from jiheng.foundation import clock
from jiheng.registers.budgets.services import Posting, post_all
from jiheng.rules.money import wan_to_fen
from jiheng.rules.monitoring import time_progress
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.spot_checks import Checked, spot_check
from jiheng.stages.monitoring import services as monitoring
from jiheng.stages.monitoring.facts import progress_of
from jiheng.stages.monitoring.models import Checkpoint, MonitoringReport, Reading, Recapture, Reduction
from jiheng.stages.monitoring.recapture.services import (
    Settled,
    decide_recapture,
    propose_recaptures,
    return_recapture,
    spare_recapture,
)
from jiheng.stages.monitoring.reduction.services import apply_reduction, move_reduction


@act
def pay_exactly(world: World, year: int, wan: dict[str, str]) -> None:
    """The treasury pays so much, in 万元, for each project."""
    postings = [
        Posting(one, "payment", wan_to_fen(wan[one.subject.code]), clock.today(), note="国库集中支付")
        for one in years(world, year, list(wan))
    ]
    post_all(postings=postings, person=world.bureau("treasury"))


@act
def add_budget(world: World, year: int, wan: dict[str, str]) -> None:
    """The treasury books additions, or reductions below zero, during the year, in 万元."""
    postings = [
        Posting(one, "adjustment", wan_to_fen(wan[one.subject.code]), clock.today(), note="年中调整预算")
        for one in years(world, year, list(wan))
    ]
    post_all(postings=postings, person=world.bureau("treasury"))


@act
def open_monitoring(world: World, year: int, checkpoint: str) -> None:
    """The performance office opens a checkpoint by hand."""
    monitoring.open_checkpoint(cycle=world.cycle(year), key=checkpoint, person=world.bureau("performance_office"))


def report_of(world: World, year: int, checkpoint: str, code: str) -> MonitoringReport:
    """Return the report of one project at a checkpoint."""
    return MonitoringReport.objects.select_related("checkpoint", "cycle", "subject_year", "goal").get(
        place=world.place, cycle__budget_year=year, checkpoint__key=checkpoint, subject_year__subject__code=code
    )


@act
def report_progress(
    world: World,
    year: int,
    checkpoint: str,
    codes: list[str],
    attained: str = "100",
    likelihood: str = "certain",
    measures: dict[str, date] | None = None,
    reason: str = "进度与年初计划有差异",
    kind: str = "correct",
    until: str = "closed",
) -> None:
    """Units read so many per cent of what is due by now, say how likely the year's goal is, and what they do.

    `measures` maps a measure to its day, all of one `kind`. `until`: filled, submitted, confirmed or closed.
    """
    for code in codes:
        report = report_of(world, year, checkpoint, code)
        project = world.person(report.subject_year.unit.code, "unit_project")
        rows = list(report.readings.select_related("indicator"))
        monitoring.save_readings(
            report=report,
            readings={row.pk: _reading(row, report, Decimal(attained), likelihood, reason) for row in rows},
            note=reason,
            measures=[monitoring.MeasureData(text, "项目负责岗", due, kind) for text, due in (measures or {}).items()],
            person=project,
        )
        if until != "filled":
            _pass_on(world, report, until)


def _reading(
    row: Reading, report: MonitoringReport, attained: Decimal, likelihood: str, reason: str
) -> monitoring.ReadingData:
    told, why = progress_of(row), reason if likelihood != "certain" else ""
    if told.target is None:
        return monitoring.ReadingData("按计划推进", likelihood=likelihood, reason=why)
    if told.due is not None:
        return monitoring.ReadingData(f"{told.due * attained / 100:.6f}", likelihood=likelihood, reason=why)
    value = told.target
    if told.cumulative:
        share = time_progress(report.checkpoint.as_of, report.cycle.budget_year) / 100
        value = Decimal(share.numerator) * told.target / share.denominator
    return monitoring.ReadingData(f"{value * attained / 100:.2f}", likelihood=likelihood, reason=why)


def _pass_on(world: World, report: MonitoringReport, until: str) -> None:
    unit = report.subject_year.unit.code
    for role in ("unit_project", "unit_finance"):
        monitoring.submit_report(report=report, person=world.person(unit, role))
    if until == "submitted":
        return
    reviewer = world.person(report.subject_year.department.code, "department_reviewer")
    monitoring.confirm_report(report=report, person=reviewer)
    if until == "closed":
        monitoring.close_report(report=report, person=world.bureau("division"))


@act
def pass_monitoring(world: World, year: int, checkpoint: str, code: str, until: str = "closed") -> None:
    """A report that is filled goes on: both sign, the department confirms, the division closes."""
    _pass_on(world, report_of(world, year, checkpoint, code), until)


@act
def put_right(world: World, year: int, checkpoint: str, codes: list[str], outcome: str) -> None:
    """Units write what came of their measures."""
    for code in codes:
        report = report_of(world, year, checkpoint, code)
        for measure in report.measures.all():
            person = world.person(report.subject_year.unit.code, "unit_project")
            monitoring.follow_up(measure=measure, outcome=outcome, person=person)


@act
def propose_recapture(world: World, year: int, codes: list[str], role: str = "performance_office") -> None:
    """The bureau proposes to take back what the rules list, by the latest checkpoint."""
    checkpoint = Checkpoint.objects.filter(cycle=world.cycle(year)).order_by("-as_of")[:1].get()
    reports = [report_of(world, year, checkpoint.key, code).pk for code in codes]
    propose_recaptures(cycle=world.cycle(year), reports=reports, person=world.bureau(role))


def recapture_of(world: World, year: int, code: str) -> Recapture:
    """Return the latest recapture of one project."""
    found = Recapture.objects.filter(
        place=world.place, cycle__budget_year=year, subject_year__subject__code=code
    )
    return found.select_related("cycle", "subject_year").order_by("-pk")[:1].get()


@act
def take_back(
    world: World,
    year: int,
    code: str,
    wan: str,
    reason: str,
    exception: str = "",
    late: str = "",
    need_wan: str = "0",
    need_reason: str = "",
    role: str = "bureau_leader",
) -> None:
    """The leader decides how much is taken back, in 万元, and what the next year needs."""
    settled = Settled(wan_to_fen(wan), reason, exception, late, wan_to_fen(need_wan), need_reason)
    decide_recapture(recapture=recapture_of(world, year, code), settled=settled, person=world.bureau(role))


@act
def spare(world: World, year: int, code: str, reason: str) -> None:
    """The leader decides not to take the money back."""
    spare_recapture(recapture=recapture_of(world, year, code), reason=reason, person=world.bureau("bureau_leader"))


@act
def send_back_recapture(world: World, year: int, code: str, comment: str) -> None:
    """The leader gives a proposal back."""
    return_recapture(recapture=recapture_of(world, year, code), comment=comment, person=world.bureau("bureau_leader"))


@act
def ask_reduction(
    world: World, year: int, checkpoint: str, code: str, wan: str, reason: str = "年内不再需要", role: str = "unit_project"
) -> None:
    """A unit, or its department, asks that so much of a project's budget, in 万元, is taken off."""
    report = report_of(world, year, checkpoint, code)
    body = report.subject_year.department if role == "department_reviewer" else report.subject_year.unit
    person = world.person(body.code, role)
    apply_reduction(report=report, amount_fen=wan_to_fen(wan), reason=reason, person=person)


@act
def settle_reduction(
    world: World, year: int, code: str, action: str = "decide", comment: str = "同意", role: str = "bureau_leader"
) -> None:
    """Somebody of the bureau takes one step of a project's latest application."""
    found = Reduction.objects.filter(place=world.place, cycle__budget_year=year, subject_year__subject__code=code)
    reduction = found.select_related("cycle", "subject_year", "report").order_by("-pk")[:1].get()
    move_reduction(reduction=reduction, action=action, comment=comment, person=world.bureau(role))




@act
def draw_monitoring(world: World, year: int, count: int, seed: str) -> None:
    """The evaluation centre draws monitoring reports to be held against the source data."""
    centre = world.bureau("evaluation_centre")
    draw_rechecks(cycle=world.cycle(year), count=count, seed=seed, person=centre, purpose="monitoring")


@act
def check_monitoring(
    world: World, year: int, checkpoint: str, code: str, lower: str = "0", source: str = "验收单", role: str = "evaluation_centre"
) -> None:
    """Somebody of the bureau finds every number of a report lower than it says, by so many per cent of what it says."""
    report = report_of(world, year, checkpoint, code)
    told = {
        row.pk: Checked(f"{row.actual * (100 - Decimal(lower)) / 100:f}", source)
        for row in report.readings.all()
        if row.actual is not None
    }
    spot_check(report=report, checked=told, opinion="与原始数据逐项核对", person=world.bureau(role))
