"""What waits in joint evaluations: indicators to agree on and results to take over, proposals to answer."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.stages.evaluation.access import visible_evaluations
from jiheng.stages.evaluation.fieldwork.access import scheme_steps, visible_schemes
from jiheng.stages.evaluation.fieldwork.services import scheme_facts
from jiheng.stages.evaluation.joint.access import may_answer_proposal, may_take_over, visible_proposals

MOST = 50


def todos(person: Person) -> list[Todo]:
    """For the partner: indicators to agree on, results to take over; for the others: proposals to answer."""
    return [*_to_agree(person), *_to_take(person)] if person.is_overseer else _to_answer(person)


def _to_agree(person: Person) -> list[Todo]:
    rows = visible_schemes(person).filter(evaluation__partner_id__in=person.own, cycle__state="open")
    return [
        Todo(one.evaluation.subject_year.name, "共商评价指标", reverse("evaluation:scheme", args=[one.pk]), due=one.evaluation.due)
        for one in rows.exclude(state__in=("draft", "approved")).order_by("pk")[:MOST]
        if scheme_steps(person, one) and scheme_facts(one)["partner_agreed"] is False
    ]


def _to_take(person: Person) -> list[Todo]:
    rows = visible_evaluations(person).filter(
        partner_id__in=person.own, state="confirmed", taking__isnull=True, cycle__state="open"
    )
    return [
        Todo(f"{one.subject_year.name}（{one.kind_words}）", "接收评价结果", reverse("evaluation:joint", args=[one.pk]))
        for one in rows.order_by("confirmed_on", "pk")[:MOST]
        if may_take_over(person, one)
    ]


def _to_answer(person: Person) -> list[Todo]:
    rows = visible_proposals(person).filter(answered_at=None, evaluation__cycle__state="open").order_by("pk")[:MOST]
    return [
        Todo(
            one.evaluation.subject_year.name, "答复指标建议", reverse("evaluation:joint", args=[one.evaluation_id]),
            due=one.evaluation.due, detail=one.text[:60],
        )
        for one in rows
        if may_answer_proposal(person, one)
    ]
