"""Figures of monitoring and recapture for one project: what the pages show, by the names that demands use."""

from jiheng.channels.scenarios.measures import exact_wan, measure
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import person_for
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycle_of, window
from jiheng.registers.subjects.models import Standing
from jiheng.rules.monitoring import LIGHT_LABELS
from jiheng.stages.evaluation.models import SpotCheck
from jiheng.stages.monitoring.models import Checkpoint, MonitoringReport, Recapture, Warning
from jiheng.stages.monitoring.queries import checkpoints_of
from jiheng.stages.monitoring.recapture.finding import Candidate, candidates

NONE = "没有"


@measure
def due_date(place: Place, year: int, item: str) -> str:
    """Until when a task of the calendar is due."""
    found = window(cycle_of(place.code, year), item)
    return found.due.isoformat() if found else NONE


@measure
def checkpoint_days(place: Place, year: int) -> str:
    """The days on which the rules look at every goal."""
    return "；".join(one.as_of.isoformat() for one in checkpoints_of(cycle_of(place.code, year)))


@measure
def monitored(place: Place, year: int, checkpoint: str) -> str:
    """How many goals are looked at, by kind of subject: projects and whole departments."""
    opened = Checkpoint.objects.get(cycle__place=place, cycle__budget_year=year, key=checkpoint)
    kinds = opened.reports.order_by().values_list("subject_year__kind", flat=True)
    return "；".join(f"{kind} {list(kinds).count(kind)}" for kind in sorted(set(kinds)))


@measure
def slow_warning(place: Place, year: int, checkpoint: str, code: str) -> str:
    """Whether a project is warned for slow spending at a checkpoint."""
    found = Warning.objects.filter(
        report__cycle__budget_year=year, report__place=place, report__checkpoint__key=checkpoint,
        report__subject_year__subject__code=code, rule__in=("execution_floor", "behind_schedule"),
    )  # fmt: skip
    return "预警" if found.exists() else "不预警"


@measure
def interim_light(place: Place, year: int, checkpoint: str, code: str) -> str:
    """How the rows of a project that have interim targets stand against them at a checkpoint: the worst light."""
    report = MonitoringReport.objects.get(
        place=place, cycle__budget_year=year, checkpoint__key=checkpoint, subject_year__subject__code=code
    )
    readings = list(report.readings.filter(due__isnull=False))
    if not readings:
        return NONE
    found = set(Warning.objects.filter(reading__in=readings, rule="attainment_drift").values_list("light", flat=True))
    return LIGHT_LABELS[next((one for one in ("red", "yellow") if one in found), "green")]


def _candidate(cycle: Cycle, code: str) -> Candidate | None:
    office = person_for("bureau.performance_office")
    return next((one for one in candidates(cycle, office) if one.year.subject.code == code), None)


def _recapture(place: Place, year: int, code: str) -> Recapture | None:
    found = Recapture.objects.filter(place=place, cycle__budget_year=year, subject_year__subject__code=code)
    return found.order_by("-pk").first()


@measure
def reduced(place: Place, year: int, code: str) -> str:
    """How much a decision took off a project's budget, 万元, by the ledger; what no decision caused does not count."""
    rows = LedgerEntry.objects.filter(
        place=place, budget_year=year, subject_year__subject__code=code, kind="adjustment", cause__startswith="monitoring.reduction:"
    )
    return exact_wan(-sum(rows.values_list("amount_fen", flat=True)))


@measure
def recapture_grounds_found(place: Place, year: int, code: str) -> str:
    """On which grounds the rules list a project, or proposed it."""
    recapture = _recapture(place, year, code)
    if recapture is not None:
        return "；".join(one["label"] for one in recapture.claims)
    candidate = _candidate(cycle_of(place.code, year), code)
    return candidate.labels if candidate else NONE


@measure
def recapture_due_amount(place: Place, year: int, code: str) -> str:
    """How much of a project should be taken back by the rules, 万元, exact to the fen."""
    recapture = _recapture(place, year, code)
    if recapture is not None:
        return exact_wan(recapture.proposed_fen)
    candidate = _candidate(cycle_of(place.code, year), code)
    return exact_wan(candidate.main.amount) if candidate else "0"


@measure
def recaptured(place: Place, year: int, code: str) -> str:
    """How much was taken back in the ledger, 万元, and only by entries that name the decision."""
    entries = LedgerEntry.objects.filter(
        place=place, budget_year=year, subject_year__subject__code=code, kind="recapture"
    )
    if any(not one.cause.startswith("monitoring.recapture:") or not one.clause for one in entries):
        return "有收回没有注明决定"
    return exact_wan(-sum(one.amount_fen for one in entries))


@measure
def recapture_flag(place: Place, year: int, code: str) -> str:
    """Whether a decided recapture is marked as late."""
    recapture = _recapture(place, year, code)
    if recapture is None or recapture.state != "decided":
        return NONE
    return "逾期" if recapture.late else "按期"


@measure
def need_left(place: Place, year: int, code: str) -> str:
    """What the next year's record of a project says about money that was taken back."""
    found = Standing.objects.filter(
        subject__place=place, subject__code=code, for_budget_year=year, action="recapture"
    )
    return "；".join(one.text for one in found) or NONE


@measure
def spot_check_found(place: Place, year: int, code: str) -> str:
    """What a spot check of a project's monitoring found."""
    found = SpotCheck.objects.filter(place=place, report__cycle__budget_year=year, report__subject_year__subject__code=code)
    return "；".join("不实" if one.untrue else "属实" for one in found) or NONE
