"""Who the partner of an evaluation is, and what passes between the sides of its own accord."""

from django.db.models import Max
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation
from jiheng.foundation.accounts.person import Person, valid_on
from jiheng.foundation.notices.services import notify
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy import DatedValue
from jiheng.stages.evaluation.models import Evaluation, Finding, PartnerTaking, PlanLine


def joint_rule(cycle: Cycle) -> DatedValue | None:
    """Return the rule that evaluations may be made together with a partner; None where the place has none."""
    return rule_in(cycle, "joint_evaluation")


def partner_role(cycle: Cycle) -> str:
    """Return the role in which the partner's people act; empty where the place knows no partner."""
    rule = joint_rule(cycle)
    return str(rule.value["role"]) if rule is not None else ""


def partners_of(cycle: Cycle) -> list[Organisation]:
    """Return the bodies of the place that may be partners: where somebody holds the partner's role today."""
    role = partner_role(cycle)
    held = Appointment.objects.filter(valid_on(clock.today()), role=role, organisation__place_id=cycle.place_id)
    found = Organisation.objects.filter(pk__in=held.values("organisation")) if role else Organisation.objects.none()
    return list(found.order_by("name", "pk"))


def is_partner(person: Person, evaluation: Evaluation) -> bool:
    """Whether the person acts for the partner of this evaluation."""
    same = person.place_id == evaluation.place_id and evaluation.partner_id in person.own
    return same and evaluation.partner_id is not None and person.role == partner_role(evaluation.cycle)


def planned_partner(year: SubjectYear, kind: str) -> Organisation | None:
    """Return with whom the adopted plan has a subject evaluated; None where it is evaluated by one side."""
    lines = PlanLine.objects.filter(
        subject_year=year, plan__kind=kind, plan__state="adopted", partner__isnull=False
    )
    line = lines.select_related("partner").order_by("pk").first()
    return line.partner if line is not None else None


def taking_of(evaluation: Evaluation) -> PartnerTaking | None:
    """Return that the partner took the result over; None while it has not."""
    return PartnerTaking.objects.filter(evaluation=evaluation).first()


def tell_partner(evaluation: Evaluation, text: str) -> None:
    """Tell the partner's people; nobody where there is no partner. Call inside an act."""
    if evaluation.partner is None:
        return
    link = reverse("evaluation:joint", args=[evaluation.pk])
    words = f"{evaluation.subject_year.name}：{text}"
    notify(organisation=evaluation.partner, role=partner_role(evaluation.cycle), text=words, link=link, about=evaluation)


def take_up_findings(evaluation: Evaluation) -> None:
    """Put what the partner found behind the evaluator's own findings, so that it is put right by the same road.

    Called while the result is confirmed, before it is signed.
    """
    filed = list(evaluation.partner_findings.all())
    if not filed:
        return
    last = evaluation.findings.aggregate(at=Max("number"))["at"] or 0
    Finding.objects.bulk_create(
        [
            Finding(
                evaluation=evaluation, number=last + number, category=one.category, text=one.text, advice=one.advice,
                amount_fen=one.amount_fen, partner_finding=one,
            )
            for number, one in enumerate(filed, 1)
        ]
    )
