"""What waits, came back or is under way, and the point in the line of life."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Milestone, Todo
from jiheng.foundation.workflow.signed import sent_back
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import format_wan
from jiheng.stages.monitoring.models import Measure, Reduction
from jiheng.stages.monitoring.reduction.access import APPLICANTS, visible_reductions
from jiheng.stages.monitoring.reduction.asked import unasked
from jiheng.stages.monitoring.reduction.tables import state_of

MOST = 50
WAITING = {"division": ("applied", "审核调减申请"), "bureau_leader": ("checked", "决定调减")}


def _url(reduction: Reduction, name: str = "reduction") -> str:
    return reverse(f"monitoring:{name}", args=[reduction.pk])


def _todo(one: Reduction, verb: str, name: str = "reduction", detail: str = "", reason: str = "") -> Todo:
    title = f"{one.subject_year.name}：申请调减预算"
    return Todo(title, verb, _url(one, name), detail=detail, money_fen=one.amount_fen, reason=reason)


def todos(person: Person) -> list[Todo]:
    """Applications that measures of monitoring call for; what the division checks and the leader decides."""
    if person.role in APPLICANTS:
        return [_call(one) for one in unasked(person)[:MOST]]
    if person.role not in WAITING:
        return []
    state, verb = WAITING[person.role]
    rows = visible_reductions(person).filter(cycle__state="open", state=state).order_by("applied_on", "pk")[:MOST]
    return [_todo(one, verb, detail=one.reason) for one in rows]


def _call(measure: Measure) -> Todo:
    report = measure.report
    return Todo(
        f"{report.subject_year.name}：{measure.text}", "申请调减预算", reverse("monitoring:reduction_apply", args=[report.pk]),
        due=measure.due, detail=f"{report.checkpoint.label}监控的措施，还没有提出申请",
    )  # fmt: skip


def returned(person: Person) -> list[Todo]:
    """Applications that came back, with the reason."""
    if person.role not in APPLICANTS:
        return []
    rows = list(visible_reductions(person).filter(cycle__state="open", state="draft").order_by("pk")[:MOST])
    reasons = {pk: f"{step.name}：{step.comment}" for pk, step in sent_back(rows).items()}
    return [_todo(one, "修改后重新申请", "reduction_revise", reason=reasons.get(one.pk, "")) for one in rows]


def watching(person: Person) -> list[Todo]:
    """What was asked for and waits at the bureau."""
    if person.role not in APPLICANTS:
        return []
    rows = visible_reductions(person).filter(cycle__state="open", state__in=("applied", "checked")).order_by("pk")[:MOST]
    return [_todo(one, "查看", detail=state_of(one)[0]) for one in rows]


def milestones(year: SubjectYear, person: Person) -> list[Milestone]:
    """Applications of a subject and year, as far as the person sees them; what was withdrawn is left out."""
    rows = visible_reductions(person).filter(subject_year=year).exclude(state="withdrawn").order_by("pk")
    return [
        Milestone(
            "reduction", "申请调减", one.decided_on, f"{state_of(one)[0]} {format_wan(one.amount_fen)} 万元", state_of(one)[1], _url(one)
        )
        for one in rows
    ]
