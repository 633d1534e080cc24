"""What waits around an evaluation's work: material for the unit, the plan for both sides of an evaluation."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.stages.evaluation.access import SCORERS, scheme_waits, visible_evaluations
from jiheng.stages.evaluation.fieldwork.access import (
    ARGUERS,
    BRINGERS,
    scheme_steps,
    visible_requests,
    visible_schemes,
)
from jiheng.stages.evaluation.fieldwork.queries import standing
from jiheng.stages.evaluation.models import EvaluationScheme

MOST = 50


def todos(person: Person) -> list[Todo]:
    """Material to bring for the unit; plans to write, to argue and approve for the sides of an evaluation."""
    if person.role in BRINGERS:
        return _to_bring(person)
    found = _to_plan(person) if person.role in SCORERS else []
    return found + (_to_judge(person) if person.is_bureau or person.role in ARGUERS else [])


def _to_bring(person: Person) -> list[Todo]:
    rows = visible_requests(person).filter(delivered_on=None, refused_on=None, evaluation__cycle__state="open")
    return [
        Todo(
            one.evaluation.subject_year.name, "提供评价材料", reverse("evaluation:material", args=[one.pk]), due=one.due,
            detail=f"{one.text[:60]}（{standing(one).words}）",
        )
        for one in rows.order_by("due", "pk")[:MOST]
    ]  # fmt: skip


def _to_plan(person: Person) -> list[Todo]:
    """Evaluations that may not be scored yet: their plan is to be written, or to be handed in again."""
    found = []
    drafts = dict(EvaluationScheme.objects.filter(evaluation__evaluator_id__in=person.own, state="draft").values_list("evaluation", "pk"))
    begun = EvaluationScheme.objects.exclude(state="draft").values("evaluation")
    rows = visible_evaluations(person).filter(evaluator_id__in=person.own, state="scoring", cycle__state="open").exclude(pk__in=begun)
    for one in rows.order_by("due")[:MOST]:
        if one.pk not in drafts and scheme_waits(one) is None:
            continue
        to = reverse("evaluation:scheme", args=[drafts[one.pk]]) if one.pk in drafts else reverse("evaluation:fieldwork", args=[one.pk])
        found.append(Todo(f"{one.subject_year.name}（{one.get_kind_display()}）", "拟定工作方案", to, due=one.due))
    return found


def _to_judge(person: Person) -> list[Todo]:
    """Plans that wait for this person's judgement, each by the step that the place's table has next."""
    rows = visible_schemes(person).filter(cycle__state="open").exclude(state__in=("draft", "approved")).order_by("pk")[:MOST]
    found = []
    for one in rows:
        step = next((step for step in scheme_steps(person, one) if step.to_state != "draft"), None)
        if step is not None:
            verb = "论证和批准工作方案" if "scheme_argued" in step.requires else step.label
            to = reverse("evaluation:scheme", args=[one.pk])
            found.append(Todo(one.evaluation.subject_year.name, verb, to, due=one.evaluation.due))
    return found
