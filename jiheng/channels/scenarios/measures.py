"""What a scenario compares: the same statistics that the pages show, by the names that expected figures use."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Model

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.models import Signature
from jiheng.registers.cycles.queries import cycle_of, policy_for
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import fen_to_wan, round_half_up
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.queries import appraisal_statistics
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.queries import evaluation_statistics
from jiheng.stages.evaluation.queries import self_evaluation_cover as cover_of_self_evaluation
from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.goals.models import Goal
from jiheng.stages.monitoring.models import Checkpoint
from jiheng.stages.monitoring.queries import monitoring_statistics, unmonitored_goals
from jiheng.stages.results.queries import cut_statistics

Measure = Callable[..., str]
MEASURES: dict[str, Measure] = {}


def measure(function: Measure) -> Measure:
    """Register a figure under its own name."""
    MEASURES[function.__name__] = function
    return function


def wan(fen: int) -> str:
    """Tell an amount in 万元 with two decimals, as documents publish it."""
    return f"{round_half_up(fen_to_wan(fen))}"


def exact_wan(fen: int) -> str:
    """Tell an amount in 万元 to the fen, as thresholds are looked at."""
    return f"{fen_to_wan(fen):f}"


def yi(fen: int) -> str:
    """Tell an amount in 亿元 with two decimals."""
    return f"{round_half_up(fen_to_wan(fen) / 10_000)}"


def hands_of(record: Model) -> str:
    """Tell by which posts a record went after the unit, in their order."""
    rows = Signature.objects.filter(subject=subject_key(record)).exclude(action="submit").order_by("pk")
    return "；".join(ROLES[role].label for role in rows.values_list("role", flat=True))


def _percent(done: int, due: int) -> str:
    return f"{Decimal(done) * 100 / due:.2f}" if due else "—"


@measure
def appraisal_count(place: Place, work_year: int) -> str:
    """How many appraisals were concluded in a year of work."""
    return str(appraisal_statistics(place, work_year).count)


@measure
def appraisal_asked(place: Place, work_year: int) -> str:
    """How much money the appraised items asked for, 万元."""
    return wan(appraisal_statistics(place, work_year).asked_fen)


@measure
def appraisal_concluded(place: Place, work_year: int, conclusion: str) -> str:
    """How many appraisals had one conclusion."""
    found = appraisal_statistics(place, work_year).by_conclusion.get(conclusion)
    return str(found.count if found else 0)


@measure
def appraisal_names(place: Place, work_year: int, conclusion: str) -> str:
    """The names of the items with one conclusion, sorted."""
    found = Appraisal.objects.filter(place=place, work_year=work_year, conclusion=conclusion, state="concluded")
    return "；".join(sorted(found.values_list("subject_year__name", flat=True)))


@measure
def refused_in_library(place: Place, work_year: int) -> str:
    """How many items without support stand in the library all the same."""
    found = Appraisal.objects.filter(place=place, work_year=work_year, conclusion="not_supported")
    return str(found.filter(subject_year__library_state__in=("entered", "budgeted")).count())


@measure
def goals_cover(place: Place, year: int) -> str:
    """The share of budgeted projects with an approved goal, per cent."""
    budgeted = SubjectYear.objects.filter(
        place=place, budget_year=year, kind="project", ledger__kind="initial"
    ).distinct()
    with_goal = Goal.objects.filter(subject_year__in=budgeted, state="approved", current=True)
    return _percent(with_goal.count(), budgeted.count())


@measure
def monitoring_rounds(place: Place, year: int) -> str:
    """How many checkpoints were held."""
    return str(Checkpoint.objects.filter(cycle__place=place, cycle__budget_year=year).count())


@measure
def monitoring_cover(place: Place, year: int) -> str:
    """The lowest share of due reports that were closed at a checkpoint; zero while a goal was never looked at."""
    cycle = cycle_of(place.code, year)
    if unmonitored_goals(cycle).exists():
        return "0.00"
    shares = []
    for checkpoint in Checkpoint.objects.filter(cycle=cycle):
        found = monitoring_statistics(checkpoint)
        shares.append(Decimal(found.closed) * 100 / found.due if found.due else Decimal(0))
    return f"{min(shares, default=Decimal(0)):.2f}"


@measure
def self_evaluation_cover(place: Place, year: int) -> str:
    """The share of budgeted projects whose self-evaluation left the unit, per cent."""
    rate = cover_of_self_evaluation(cycle_of(place.code, year)).rate
    return "—" if rate is None else f"{rate:.2f}"


def _evaluations(place: Place, work_year: int, evaluation: str, subject: str | None) -> list[Evaluation]:
    found = Evaluation.objects.filter(place=place, work_year=work_year, kind=evaluation, state="confirmed")
    if subject is not None:
        found = found.filter(subject_year__kind=subject)
    found = found.select_related("cycle__snapshot", "subject_year__subject").defer("cycle__snapshot__content")
    return list(found.order_by("subject_year__subject__code"))


@measure
def evaluation_count(place: Place, work_year: int, evaluation: str, subject: str | None = None) -> str:
    """How many evaluations of a kind were confirmed."""
    return str(evaluation_statistics(place, work_year, evaluation, subject).count)


@measure
def evaluation_amount(place: Place, work_year: int, evaluation: str, subject: str | None = None) -> str:
    """How much money they were about, 万元."""
    return wan(evaluation_statistics(place, work_year, evaluation, subject).amount_fen)


@measure
def evaluation_graded(
    place: Place, work_year: int, evaluation: str, grade: str, subject: str | None = None
) -> str:
    """How many got one grade."""
    return str(evaluation_statistics(place, work_year, evaluation, subject).by_grade.get(grade, 0))


@measure
def evaluation_share(
    place: Place, work_year: int, evaluation: str, grade: str, subject: str | None = None
) -> str:
    """The share of one grade, per cent."""
    return f"{evaluation_statistics(place, work_year, evaluation, subject).share(grade):.2f}"


@measure
def evaluation_scores(place: Place, work_year: int, evaluation: str, subject: str | None = None) -> str:
    """The scores in the order of the codes."""
    return "；".join(f"{one.total:.2f}" for one in _evaluations(place, work_year, evaluation, subject))


@measure
def evaluation_grades(place: Place, work_year: int, evaluation: str, subject: str | None = None) -> str:
    """The grades in the order of the codes."""
    labels = []
    for one in _evaluations(place, work_year, evaluation, subject):
        bands = policy_for(one.cycle).grades[card_of(one).grades].bands
        labels.append(next(band.label for band in bands if band.key == one.grade))
    return "；".join(labels)


@measure
def evaluation_names(place: Place, work_year: int, evaluation: str, subject: str | None = None) -> str:
    """What was evaluated, in the order of the codes."""
    return "；".join(one.subject_year.name for one in _evaluations(place, work_year, evaluation, subject))


@measure
def cut_items(place: Place, year: int) -> str:
    """How many items were cut for a budget year."""
    return str(cut_statistics(place, year).items)


@measure
def cut_bodies(place: Place, year: int) -> str:
    """How many departments the cuts fall on."""
    return str(cut_statistics(place, year).bodies)


@measure
def cut_rate(place: Place, year: int) -> str:
    """The cut in per cent of its base."""
    rate = cut_statistics(place, year).rate
    return "—" if rate is None else f"{rate:.2f}"


@measure
def whole_process(place: Place, year: int) -> str:
    """How many projects of a year went through every stage, from appraisal to publication."""
    found = SubjectYear.objects.filter(
        place=place,
        budget_year=year,
        appraisal__state="concluded",
        goals__state="approved",
        monitoring_reports__state="closed",
        self_evaluation__state="accepted",
        evaluations__state="confirmed",
        evaluations__decision__state="decided",
        subject__uuid__in=Publication.objects.filter(place=place, budget_year=year, kind="evaluation").values(
            "subject_uuid"
        ),
    )
    return str(found.distinct().count())


def compute(place: Place, name: str, said: dict[str, Any]) -> str:
    """Compute one figure. KeyError when there is no such measure."""
    return MEASURES[name](place, **said)
