"""Figures of places that publish large counts: goals reviewed twice, key evaluations, what results cut, who is there."""

from collections.abc import Sequence
from fractions import Fraction

from django.db.models import Count, QuerySet, Sum

from jiheng.channels.scenarios.measures import hands_of, measure, wan, yi
from jiheng.foundation.accounts.models import Appointment, Organisation, Place
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.models import Signature
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import round_half_up
from jiheng.stages.appraisal.queries import appraisal_statistics
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.evaluation.models import Evaluation, PlanLine, SelfEvaluation, SpotCheck
from jiheng.stages.goals.models import Goal
from jiheng.stages.monitoring.models import Checkpoint, Measure, MonitoringReport
from jiheng.stages.monitoring.queries import MonitoringStatistics, monitoring_statistics
from jiheng.stages.results.models import Rectification
from jiheng.stages.results.queries import cut_statistics

DEPARTMENT = "department"


# --- goals and who reviews them


@measure
def goals_reviewed_by(place: Place, year: int, roles: Sequence[str], *, departments: bool) -> str:
    """How many goals every one of these offices let pass: of whole departments, or of everything else."""
    signed = Signature.objects.filter(place=place, action="pass", used=True)
    passed = set[str].intersection(*({*signed.filter(role=role).values_list("subject", flat=True)} for role in roles))
    goals = Goal.objects.filter(place=place, subject_year__budget_year=year, revision=1).select_related("subject_year")
    return str(sum(subject_key(one) in passed and (one.subject_year.kind == DEPARTMENT) == departments for one in goals))


@measure
def staffed_departments(place: Place) -> str:
    """How many departments have somebody appointed to performance work."""
    held = Appointment.objects.filter(organisation__place=place, organisation__kind="department", role="department_reviewer")
    return str(held.values("organisation").distinct().count())


@measure
def counties_with_offices(place: Place) -> str:
    """How many places below have both a performance office and an evaluation centre in their bureau."""
    held = Appointment.objects.filter(
        organisation__place__parent=place, organisation__kind="bureau", role__in=("performance_office", "evaluation_centre")
    )
    each = held.values("organisation__place").annotate(offices=Count("role", distinct=True))
    return str(each.filter(offices=2).count())


@measure
def departments_registered(place: Place) -> str:
    """How many departments stand in the register: the budget units of the first level."""
    return str(Organisation.objects.filter(place=place, kind="department").count())


@measure
def library_common_indicators(place: Place) -> str:
    """How many common indicators the library holds."""
    return str(LibraryIndicator.objects.filter(place=place, retired_on=None, sector="通用").count())


# --- appraisals


@measure
def appraisal_money(place: Place, work_year: int) -> str:
    """How much money the appraised items asked for, 亿元."""
    return yi(appraisal_statistics(place, work_year).asked_fen)


@measure
def appraisal_cut(place: Place, work_year: int) -> str:
    """How much appraisals took off what was asked for, 亿元."""
    return yi(appraisal_statistics(place, work_year).cut_fen)


@measure
def appraisal_cut_rate(place: Place, work_year: int) -> str:
    """What appraisals took off, in per cent of what was asked for."""
    rate = appraisal_statistics(place, work_year).cut_rate
    return "—" if rate is None else f"{rate * 100:.2f}"


# --- key evaluations and what came of them


def _key(place: Place, work_year: int, *, departments: bool) -> QuerySet[Evaluation]:
    found = Evaluation.objects.filter(place=place, work_year=work_year, kind="fiscal", state="confirmed")
    if departments:
        return found.filter(subject_year__kind=DEPARTMENT)
    return found.exclude(subject_year__kind=DEPARTMENT)


@measure
def key_evaluations(place: Place, work_year: int, *, departments: bool) -> str:
    """How many key evaluations of the bureau were confirmed: of whole departments, or of everything else."""
    return str(_key(place, work_year, departments=departments).count())


@measure
def key_evaluation_units(place: Place, work_year: int) -> str:
    """How many units the evaluated projects belong to."""
    found = _key(place, work_year, departments=False).order_by()
    return str(found.values("subject_year__unit").distinct().count())


@measure
def key_evaluation_money(place: Place, work_year: int, of: Sequence[str] = ("projects",)) -> str:
    """How much money the evaluated projects, or whole departments too, are about, 亿元."""
    kinds = [one == "departments" for one in of]
    sums = (_key(place, work_year, departments=one).aggregate(fen=Sum("amount_fen"))["fen"] or 0 for one in kinds)
    return yi(sum(sums))


def _key_share(place: Place, work_year: int) -> Fraction:
    """The money of a year's key evaluations over everything that was registered for the year they look at."""
    found = Evaluation.objects.filter(place=place, work_year=work_year, kind="fiscal", state="confirmed")
    evaluated = found.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    looked_at = found.values_list("evaluated_year", flat=True)
    whole = SubjectYear.objects.filter(place=place, budget_year__in=set(looked_at))
    return Fraction(evaluated, whole.aggregate(fen=Sum("requested_fen"))["fen"] or 1)


@measure
def key_share(place: Place, work_year: int) -> str:
    """The share of key evaluations in the spending of the year they look at, per cent."""
    return f"{round_half_up(_key_share(place, work_year) * 100):.2f}"


@measure
def key_share_rise(place: Place, work_year: int, *, points: bool) -> str:
    """By how much that share rose on the year before: in percentage points, or in per cent of it."""
    now, before = _key_share(place, work_year), _key_share(place, work_year - 1)
    if not before:
        return "—"
    return f"{round_half_up((now - before if points else now / before - 1) * 100):.2f}"


@measure
def evaluating_agencies(place: Place) -> str:
    """How many agencies carried out evaluations that were confirmed."""
    found = Evaluation.objects.filter(place=place, state="confirmed", evaluator__kind="agency")
    return str(found.values("evaluator").distinct().count())


@measure
def rectified(place: Place) -> str:
    """How many orders to put something right were closed on proof."""
    return str(Rectification.objects.filter(place=place, state="closed").count())


@measure
def recaptured_money(place: Place, year: int) -> str:
    """How much was taken back in a year, 亿元, by entries that name the decision."""
    rows = LedgerEntry.objects.filter(place=place, budget_year=year, kind="recapture", cause__startswith="monitoring.recapture:")
    return yi(-(rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0))


@measure
def planned_evaluations(place: Place, year: int, reason: str = "") -> str:
    """How many subjects stand in the bureau's adopted plan of evaluations, or those chosen for one reason."""
    lines = PlanLine.objects.filter(plan__place=place, plan__cycle__budget_year=year, plan__kind="fiscal", plan__state="adopted")
    return str((lines.filter(reason=reason) if reason else lines).count())


@measure
def departments_with_goal(place: Place, year: int) -> str:
    """How many departments handed in a goal for the whole department."""
    found = Goal.objects.filter(place=place, subject_year__budget_year=year, subject_year__kind=DEPARTMENT).exclude(state="draft")
    return str(found.values("subject_year__department").distinct().count())


@measure
def cut_money(place: Place, year: int) -> str:
    """How much decided results cut for a budget year, 亿元."""
    return yi(cut_statistics(place, year).cut_fen)


@measure
def reduced_by_results(place: Place, year: int) -> str:
    """How much evaluations took off budgets of the year itself, 万元: entries that name the evaluation."""
    rows = LedgerEntry.objects.filter(
        place=place, budget_year=year, kind="adjustment", amount_fen__lt=0, cause__startswith="evaluation.evaluation:"
    )
    return wan(-(rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0))


# --- monitoring and self-evaluation


@measure
def report_went_through(place: Place, year: int, checkpoint: str, code: str) -> str:
    """By which posts a monitoring report went after the unit, in their order."""
    found = MonitoringReport.objects.get(
        place=place, cycle__budget_year=year, checkpoint__key=checkpoint, subject_year__subject__code=code
    )
    return hands_of(found)


@measure
def self_evaluation_went_through(place: Place, year: int, code: str) -> str:
    """By which posts a self-evaluation went after the unit, in their order."""
    return hands_of(SelfEvaluation.objects.get(place=place, cycle__budget_year=year, subject_year__subject__code=code))


@measure
def reduced_by_monitoring(place: Place, year: int, what: str) -> str:
    """What monitoring took off budgets of the year itself, by entries that name the report: `items`, or `money` in 亿元."""
    rows = LedgerEntry.objects.filter(
        place=place, budget_year=year, kind="adjustment", amount_fen__lt=0, cause__startswith="monitoring.monitoringreport:"
    )
    if what == "items":
        return str(rows.order_by().values("subject_year").distinct().count())
    return yi(-(rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0))


@measure
def corrected_projects(place: Place, year: int) -> str:
    """How many projects that monitoring found behind wrote what came of every measure."""
    told = Measure.objects.filter(report__place=place, report__cycle__budget_year=year).order_by()
    still = told.filter(outcome="").values("report__subject_year")
    return str(told.exclude(report__subject_year__in=still).values("report__subject_year").distinct().count())


@measure
def spot_checks_held(place: Place, year: int) -> str:
    """How many drawn monitoring reports were held against the source data."""
    return str(SpotCheck.objects.filter(place=place, report__cycle__budget_year=year).count())


@measure
def self_evaluated(place: Place, year: int, what: str, grades: Sequence[str] = ()) -> str:
    """How many projects' self-evaluations the bureau took note of: `projects`, their `units`, or `money` in 亿元; of some grades."""
    found = SelfEvaluation.objects.filter(place=place, cycle__budget_year=year, state="accepted").order_by()
    if grades:
        found = found.filter(grade__in=grades)
    if what == "money":
        return yi(found.aggregate(fen=Sum("subject_year__requested_fen"))["fen"] or 0)
    return str(found.count() if what == "projects" else found.values("subject_year__unit").distinct().count())


@measure
def published_reports(place: Place, calendar_year: int) -> str:
    """How many results of self-evaluations and evaluations stand in public that were published in a calendar year."""
    found = Publication.objects.filter(place=place, kind__in=("self_evaluation", "evaluation"), published_at__year=calendar_year)
    return str(found.filter(withdrawn_at=None, replaced_by=None).count())


def _at(place: Place, year: int, checkpoint: str) -> MonitoringStatistics:
    return monitoring_statistics(Checkpoint.objects.get(cycle__place=place, cycle__budget_year=year, key=checkpoint))


@measure
def monitored_goals(place: Place, year: int, checkpoint: str) -> str:
    """How many goals are looked at at a checkpoint."""
    return str(_at(place, year, checkpoint).due)


@measure
def slow_goals(place: Place, year: int, checkpoint: str) -> str:
    """How many of them are warned for slow spending."""
    return str(_at(place, year, checkpoint).slow)


@measure
def off_target_goals(place: Place, year: int, checkpoint: str) -> str:
    """How many of them are warned for being off their target."""
    return str(_at(place, year, checkpoint).off_target)
