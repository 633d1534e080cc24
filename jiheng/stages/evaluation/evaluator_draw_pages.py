"""Pages of drawing third parties out of the register: the draw, its record, setting it aside."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.accounts.person import Person, Verdict
from jiheng.foundation.audit.queries import history
from jiheng.foundation.sealed import while_open
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import Refusal
from jiheng.rules.sampling import population_text, recipe, script
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.evaluation.access import (
    may_see_draws,
    may_start_evaluation,
    visible_evaluator_draws,
    visible_years,
)
from jiheng.stages.evaluation.agency_quality import away
from jiheng.stages.evaluation.models import Evaluation, EvaluatorDraw
from jiheng.stages.evaluation.services.evaluator_draws import (
    Drawing,
    draw_evaluator,
    drawing_rule,
    library_for,
    set_draw_aside,
    verify_evaluator_draw,
)


def may_see_evaluator_draws(person: Person, _: EvaluatorDraw | None = None) -> Verdict:
    """Those who order evaluations, the bureau and overseers see the draws."""
    return may_see_draws(person) or may_start_evaluation(person)


@while_open
def may_set_aside(person: Person, drawn: EvaluatorDraw) -> Verdict:
    """Those who order the evaluation."""
    return may_start_evaluation(person, drawn.subject_year)


def _state(drawn: EvaluatorDraw) -> str:
    if drawn.set_aside:
        return "不能承担"
    return "已安排评价" if drawn.evaluation_id else "待安排评价"


def _tone(drawn: EvaluatorDraw) -> Tone:
    return "grey" if drawn.set_aside else "green" if drawn.evaluation_id else "amber"


DRAWS = Table(
    key="evaluator-draws",
    title="第三方抽取",
    unit="次",
    columns=(
        Column("chosen", "抽中", "chosen.name", sort="chosen__name", card=True, link=lambda d: reverse("evaluation:evaluator_draw", args=[d.pk])),
        Column("name", "评价对象", "subject_year.name", sort="subject_year__name", card=True),
        Column("kind", "评价类型", "get_kind_display", sort="kind"),
        Column("size", "参加抽取", lambda d: len(d.population), kind="number"),
        Column("recused", "回避", lambda d: len(d.recused), kind="number"),
        Column("seed", "随机种子", "seed", shown=False),
        Column("at", "抽取日期", lambda d: d.drawn_at.date(), kind="day", sort="drawn_at"),
        Column("by", "抽取人", "drawn_by", shown=False),
        Column("state", "状态", _state, kind="state", tone=_tone, card=True),
    ),
    facets=(Facet("kind", "评价类型", Evaluation.KINDS),),
    search=("chosen__name", "subject_year__name"),
    search_label="第三方、项目",
    order="-at",
    empty=Empty("还没有抽取第三方", "安排评价时，从机构库、专家库中抽取，抽取过程记在这里。"),
)  # fmt: skip


@page(may=may_see_evaluator_draws)
def evaluator_draws(request: PageRequest) -> HttpResponse:
    """The draws of the chosen budget year."""
    cycle = current_cycle(request)
    rows = visible_evaluator_draws(request.person)
    rows = rows.filter(subject_year__cycle=cycle) if cycle is not None else rows.none()
    return list_page(request, DRAWS, rows, template="evaluation/evaluator_draws.html", context={"cycle": cycle})


class EvaluatorDrawForm(forms.Form):
    """For which kind of evaluation, from which field, by which seed."""

    kind = forms.ChoiceField(label="评价类型", choices=Evaluation.KINDS)
    field = forms.CharField(label="专业领域", max_length=60, required=False, help_text="不填的，库中全部参加抽取。")
    seed = forms.CharField(
        label="随机种子", max_length=80,
        help_text="抽取前公开、任何人都不能预先安排的数字，如抽取当天收盘的上证指数。写明出处，便于复核。",
    )  # fmt: skip


@page(may=may_start_evaluation, record=visible_years, methods=("GET", "POST"))
def evaluator_draw_new(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Draw one third party for a subject, those who recuse themselves left out with their reasons."""
    kind = "department" if request.person.role == "department_reviewer" else "fiscal"
    form = EvaluatorDrawForm(request.POST or None, initial={"kind": kind})
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = draw_evaluator(drawing=_drawing(request, year, form.cleaned_data), person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"抽中“{made.chosen.name}”。")
            return go(request, "evaluation:evaluator_draw", made.pk)
    library = list(library_for(year))
    poor = away(year.cycle, [one.pk for one in library])
    rows = [
        {
            "one": one,
            "out": f"out-{one.pk}" in request.POST,
            "reason": request.POST.get(f"reason-{one.pk}", ""),
            "poor": poor.get(one.pk, ""),
        }
        for one in library
    ]
    context = {"form": form, "year": year, "rows": rows, "refusals": refusals, "rule": drawing_rule(year.cycle), "name": "抽取第三方"}
    return (invalid if form.is_bound else render)(request, "evaluation/evaluator_draw_new.html", context)


def _drawing(request: PageRequest, year: SubjectYear, given: dict[str, Any]) -> Drawing:
    """Read the seed and who recuses themselves why; only entries in the asked field count."""
    known = [one.pk for one in library_for(year, given["field"])]
    recusals = {pk: request.POST.get(f"reason-{pk}", "") for pk in known if f"out-{pk}" in request.POST}
    return Drawing(year, given["kind"], given["seed"], recusals, given["field"])


@page(may=may_see_evaluator_draws, record=visible_evaluator_draws)
def evaluator_draw(request: PageRequest, drawn: EvaluatorDraw) -> HttpResponse:
    """One draw: who took part, who was left out and why, who was drawn, and the way to repeat it."""
    names = {one["key"]: one for one in drawn.library}
    context = {
        "drawn": drawn,
        "state": _state(drawn),
        "tone": _tone(drawn),
        "members": [names[key] for key in drawn.population if key in names],
        "population": population_text(drawn.population),
        "recipe": recipe(1),
        "script": script(drawn.seed, 1),
        "problems": verify_evaluator_draw(drawn),
        "may_order": not drawn.set_aside and not drawn.evaluation_id and bool(may_set_aside(request.person, drawn)),
        "clauses": [drawn.clause] if drawn.clause else [],
        "history": told(history(drawn)),
    }
    return render(request, "evaluation/evaluator_draw.html", context)


@page(may=may_set_aside, record=visible_evaluator_draws, methods=("POST",))
def evaluator_draw_aside(request: PageRequest, drawn: EvaluatorDraw) -> HttpResponse:
    """Note why the one drawn cannot take it on."""
    set_draw_aside(drawn=drawn, reason=request.POST.get("reason", ""), person=request.person)
    messages.success(request, "已记录原因，可以另抽。")
    return go(request, "evaluation:evaluator_draw_new", drawn.subject_year_id)
