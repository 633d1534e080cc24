"""Pages of the register of agencies and experts: list, entry, one record, exit."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.experts.access import (
    may_end,
    may_keep_register,
    may_see_evaluators,
    visible_evaluators,
)
from jiheng.registers.experts.forms import EvaluatorForm, LeaveForm
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.services import enter_register, leave_register
from jiheng.rules.workflow.steps import Tone


def _state(one: Evaluator) -> str:
    return "在库" if one.left_on is None else "已出库"


def _tone(one: Evaluator) -> Tone:
    return "green" if one.left_on is None else "grey"


def _in_or_out(rows: QuerySet[Evaluator], value: str) -> QuerySet[Evaluator]:
    return rows.filter(left_on__isnull=value == "in")


EVALUATORS = Table(
    key="evaluators",
    title="专家与机构",
    columns=(
        Column(
            "name", "名称", "name", sort="name", card=True, link=lambda e: reverse("experts:detail", args=[e.pk])
        ),
        Column("kind", "类别", "get_kind_display", sort="kind", card=True),
        Column("organisation", "所在机构", "organisation.name", sort="organisation__name"),
        Column("fields", "专业领域", "fields", sort="fields", card=True),
        Column("qualification", "资质", "qualification"),
        Column("entered", "入库日期", "entered_on", kind="day", sort="entered_on"),
        Column("left", "出库日期", "left_on", kind="day", sort="left_on", shown=False),
        Column("state", "状态", _state, kind="state", tone=_tone, sort="left_on"),
    ),
    facets=(
        Facet("kind", "类别", Evaluator.KINDS),
        Facet("state", "状态", (("in", "在库"), ("out", "已出库")), apply=_in_or_out),
    ),
    search=("name", "fields", "organisation__name", "qualification"),
    search_label="名称、领域、机构",
    order="name",
    unit="个",
    empty=Empty("专家与机构库还是空的", "由绩效管理股或绩效评价中心登记入库后，才能分派评价任务。"),
)  # fmt: skip


@page(may=may_see_evaluators)
def evaluator_list(request: PageRequest) -> HttpResponse:
    """Agencies, experts and institutes of the place."""
    context = {"may_keep": bool(may_keep_register(request.person))}
    rows = visible_evaluators(request.person)
    return list_page(request, EVALUATORS, rows, template="experts/list.html", context=context)


@page(may=may_see_evaluators, record=visible_evaluators)
def evaluator_detail(request: PageRequest, evaluator: Evaluator) -> HttpResponse:
    """One entry: field, qualification, entry and exit."""
    context = {
        "evaluator": evaluator,
        "title": TitleLine(
            evaluator.name, unit=str(evaluator.organisation), state=_state(evaluator), tone=_tone(evaluator)
        ),
        "may_end": bool(may_end(request.person, evaluator)),
        "history": told(history(evaluator)),
    }
    return render(request, "experts/detail.html", context)


@page(may=may_keep_register, methods=("GET", "POST"))
def evaluator_enter(request: PageRequest) -> HttpResponse:
    """Take an agency, expert or institute into the register."""
    form = EvaluatorForm(request.POST or None, person=request.person)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = enter_register(data=form.told(), person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"“{made.name}”已入库。")
            return go(request, "experts:detail", made.pk)
    draw = invalid if form.is_bound else render
    return draw(request, "experts/enter.html", {"form": form, "name": "专家与机构入库", "refusals": refusals})


@page(may=may_end, record=visible_evaluators, methods=("GET", "POST"))
def evaluator_leave(request: PageRequest, evaluator: Evaluator) -> HttpResponse:
    """Take an entry out, with the reason."""
    form = LeaveForm(request.POST or None)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            leave_register(evaluator=evaluator, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"“{evaluator.name}”已出库。")
            return go(request, "experts:detail", evaluator.pk)
    context = {"form": form, "name": f"出库：{evaluator.name}", "evaluator": evaluator, "refusals": refusals}
    draw = invalid if form.is_bound else render
    return draw(request, "experts/leave.html", context)
