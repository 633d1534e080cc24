"""Figures of reviewed indicators and reports, and of evaluations made with a partner."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.models import Case, Signature
from jiheng.registers.cycles.queries import policy_for
from jiheng.stages.evaluation.fieldwork.queries import scheme_of
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.review_tables import TABLES, expert_step, is_reviewed
from jiheng.stages.evaluation.reviews.queries import panel_rule
from jiheng.stages.results.models import Rectification


def _of(place: Place, year: int, code: str) -> Evaluation:
    return Evaluation.objects.get(place=place, evaluated_year=year, subject_year__subject__code=code, kind="fiscal")


def _passed(evaluation: Evaluation, document: str) -> bool:
    """Whether first and second review were passed by two people and, after enough experts judged, the step behind them."""
    case: Case | None = scheme_of(evaluation) if document == "indicators" else evaluation
    step = expert_step(evaluation.cycle, document)
    if case is None or step is None:
        return False
    if not is_reviewed(evaluation.cycle, document, case.state):
        return False
    signed = Signature.objects.filter(subject=subject_key(case))
    by = {action: set(signed.filter(action=action).values_list("user", flat=True)) for action in ("pass_first", "pass_second", step.action)}
    panel = panel_rule(evaluation.cycle)
    judged = evaluation.expert_reviews.filter(document=document, given_at__isnull=False)
    enough = panel is not None and judged.count() >= int(panel.value["least"])
    return all(by.values()) and not by["pass_first"] & by["pass_second"] and enough


@measure
def reviewed_in_three(place: Place, year: int, document: str, *, departments: bool) -> str:
    """How many evaluations whose indicators or report passed first review, second review by another, and experts."""
    found = Evaluation.objects.filter(place=place, evaluated_year=year, kind="fiscal")
    found = found.select_related("cycle__snapshot", "cycle__place").defer("cycle__snapshot__content")
    kinds = found.filter(subject_year__kind="department") if departments else found.exclude(subject_year__kind="department")
    return str(sum(_passed(one, document) for one in kinds))


@measure
def joint_evaluations(place: Place, year: int, *, confirmed: bool = False) -> str:
    """How many evaluations are made with a partner, or have their result."""
    found = Evaluation.objects.filter(place=place, evaluated_year=year, partner__isnull=False)
    return str((found.filter(state="confirmed") if confirmed else found).count())


@measure
def joint_findings(place: Place, year: int, code: str) -> str:
    """How many of the problems in the result the partner found."""
    return str(_of(place, year, code).findings.filter(partner_finding__isnull=False).count())


@measure
def rectifications_closed(place: Place, year: int, code: str) -> str:
    """How many rectifications of an evaluation are closed, of how many."""
    found = Rectification.objects.filter(finding__evaluation=_of(place, year, code))
    return f"{found.filter(state='closed').count()}/{found.count()}"


@measure
def review_state(place: Place, year: int, code: str, document: str) -> str:
    """Where a document stands in the words of the place's table."""
    record = _of(place, year, code)
    case: Case | None = scheme_of(record) if document == "indicators" else record
    return str(policy_for(record.cycle).workflows[TABLES[document]].states[case.state]) if case is not None else "还没有拟定"
