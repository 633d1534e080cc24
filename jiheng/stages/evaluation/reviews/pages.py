"""Pages of the review of indicators and report: where it stands, the experts, their opinions."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.web.pages import PageRequest, go, invalid, page, tried, whole
from jiheng.foundation.workflow.advance import Refused
from jiheng.stages.evaluation.access import visible_evaluations
from jiheng.stages.evaluation.models import Evaluation, ExpertReview
from jiheng.stages.evaluation.reviews.access import (
    may_appoint_experts,
    may_give_opinion,
    may_see_reviews,
    visible_reviews,
    waiting_for_experts,
)
from jiheng.stages.evaluation.reviews.forms import DrawForm, OpinionForm
from jiheng.stages.evaluation.reviews.queries import experts_for, panel_rule, reviews_of
from jiheng.stages.evaluation.reviews.services import appoint_experts, draw_experts, give_opinion

SHOWN = 200


@page(may=may_see_reviews, record=visible_evaluations)
def reviews(request: PageRequest, record: Evaluation) -> HttpResponse:
    """How the review of the indicators and of the report stands, what was said, and what is next."""
    return render(request, "evaluation/reviews.html", _shown(request, record))


def _shown(request: PageRequest, record: Evaluation, **forms_: Any) -> dict[str, Any]:
    person = request.person
    waiting = waiting_for_experts(record)
    may_appoint = bool(may_appoint_experts(person, record))
    given: int | None = forms_.get("seat")
    found = []
    for one in reviews_of(record, person):
        present = waiting.digest if waiting is not None and waiting.document == one.document else ""
        rows = []
        for seat in one.seats:
            may = bool(may_give_opinion(person, seat))
            form = forms_.get("opinion") if seat.pk == given else OpinionForm(prefix=f"seat{seat.pk}")
            now = one.finished or seat.content_hash == present
            rows.append({"seat": seat, "form": form if may else None, "stale": not now and seat.given_at is None})
        found.append({"review": one, "rows": rows})
    return {
        "record": record,
        "year": record.subject_year,
        "reviews": found,
        "rule": panel_rule(record.cycle),
        "waiting": waiting,
        "may_appoint": may_appoint,
        "library": list(experts_for(record, waiting.document, waiting.digest)[:SHOWN]) if waiting and may_appoint else [],
        "draw": forms_.get("draw") or DrawForm(),
        "refusals": forms_.get("refusals", []),
    }


@page(may=may_appoint_experts, record=visible_evaluations, methods=("POST",))
def experts_appoint(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Ask the chosen experts of the register."""
    keys = [key for one in request.POST.getlist("expert") if (key := whole(one)) is not None]
    try:
        made = appoint_experts(evaluation=record, experts=keys, person=request.person)
    except Refused as refused:
        return invalid(request, "evaluation/reviews.html", _shown(request, record, refusals=refused.refusals))
    messages.success(request, f"已请{len(made)}名专家评审。")
    return go(request, "evaluation:reviews", record.pk)


@page(may=may_appoint_experts, record=visible_evaluations, methods=("POST",))
def experts_draw(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Draw experts out of the register."""
    form = DrawForm(request.POST)
    outcome = tried(form, lambda: draw_experts(evaluation=record, person=request.person, **form.cleaned_data))
    if outcome.done:
        messages.success(request, f"抽中{'、'.join(one.expert.name for one in outcome.made)}。")
        return go(request, "evaluation:reviews", record.pk)
    return invalid(request, "evaluation/reviews.html", _shown(request, record, draw=form, refusals=outcome.refusals))


@page(may=may_give_opinion, record=visible_reviews, methods=("POST",))
def expert_opinion(request: PageRequest, seat: ExpertReview) -> HttpResponse:
    """One expert's opinion."""
    form = OpinionForm(request.POST, prefix=f"seat{seat.pk}")
    outcome = tried(form, lambda: give_opinion(seat=seat, person=request.person, **form.cleaned_data))
    if outcome.done:
        messages.success(request, "评审意见已提交，不能再改。")
        return go(request, "evaluation:reviews", seat.evaluation_id)
    shown = _shown(request, seat.evaluation, opinion=form, seat=seat.pk, refusals=outcome.refusals)
    return invalid(request, "evaluation/reviews.html", shown)
