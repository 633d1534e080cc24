"""Pages of the case library: the list, one case, nominating, deciding, retiring, looking for new ones."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, seen_version
from jiheng.foundation.web.record import TitleLine, told
from jiheng.registers.exemplars.access import (
    may_decide,
    may_find,
    may_nominate,
    may_retire,
    may_see_exemplars,
    visible_exemplars,
)
from jiheng.registers.exemplars.forms import DecideForm, NominateForm, RetireForm
from jiheng.registers.exemplars.models import Exemplar
from jiheng.registers.exemplars.queries import (
    copied,
    departments_of,
    doubts_in,
    drawn,
    facet_values,
    original_url,
    years_of,
)
from jiheng.registers.exemplars.services import decide, find_cases, nominate, retire
from jiheng.rules.workflow.steps import Tone

TONES: dict[str, Tone] = {"found": "grey", "proposed": "amber", "shown": "green", "declined": "grey", "retired": "grey"}


def _categories(person: Person) -> list[tuple[str, str]]:
    return facet_values(person, "category")


def _sectors(person: Person) -> list[tuple[str, str]]:
    return facet_values(person, "sector")


def _types(person: Person) -> list[tuple[str, str]]:
    return facet_values(person, "project_type")


def _funds(person: Person) -> list[tuple[str, str]]:
    return facet_values(person, "fund")


def _of_department(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(seen_department=value)  # of those whose record the person may see


EXEMPLARS = Table(
    key="exemplars",
    title="案例库",
    columns=(
        Column("name", "案例", "seen_title", card=True, link=lambda one: reverse("exemplars:detail", args=[one.pk])),
        Column("kind", "种类", lambda one: one.get_kind_display(), sort="kind", card=True),
        Column("type", "项目类型", "project_type", sort="project_type"),
        Column("category", "支出类别", "category", sort="category"),
        Column("sector", "领域", "sector", sort="sector"),
        Column("fund", "资金", "fund", sort="fund", shown=False),
        Column("year", "年度", lambda one: one.budget_year or "", sort="budget_year"),
        Column("body", "单位", lambda one: one.seen_body or "", help="只对可以看到原件的人显示"),
        Column("score", "得分", "score", kind="points", sort="score", card=True),
        Column("decided_by", "评定方", "decided_by"),
        Column("decided_on", "评定日期", "decided_on", kind="day", sort="decided_on"),
        Column("state", "状态", lambda one: one.get_state_display(), kind="state", sort="state", tone=lambda one: TONES[one.state], card=True),
    ),
    facets=(
        Facet("kind", "种类", tuple(Exemplar.KINDS)),
        Facet("category", "支出类别", _categories),
        Facet("state", "状态", tuple(Exemplar.STATES)),
        Facet("sector", "领域", _sectors),
        Facet("project_type", "项目类型", _types),
        Facet("fund", "资金", _funds),
        Facet("budget_year", "年度", years_of),
        Facet("department", "主管部门", departments_of, apply=_of_department),
    ),
    search=("seen_title", "category", "sector"),
    search_label="名称、类别、领域",
    order="-score",
    unit="件",
    empty=Empty("还没有案例", "系统每晚从审核、复核和评价的结果里查找每类最好的，由主管部门或财政局股室推荐，另一人批准后展示。"),
)  # fmt: skip


@page(may=may_see_exemplars)
def exemplar_list(request: PageRequest) -> HttpResponse:
    """The cases that the person may see: approved ones, and what was found among the person's own."""
    rows = visible_exemplars(request.person)
    context = {"may_find": bool(may_find(request.person))}
    return list_page(request, EXEMPLARS, rows, template="exemplars/list.html", context=context)


@page(may=may_find, methods=("POST",))
def exemplar_find(request: PageRequest) -> HttpResponse:
    """Look for new cases now."""
    number = find_cases(person=request.person)
    messages.success(request, f"已查找完毕，系统找到、尚未推荐的案例共 {number} 件。")
    return go(request, "exemplars:list")


@page(may=may_see_exemplars, record=visible_exemplars)
def exemplar_detail(request: PageRequest, exemplar: Any) -> HttpResponse:
    """One case: why it is one, its anonymised copy, the record itself for those who may see it, the next step."""
    person = request.person
    context = {
        "exemplar": exemplar,
        "title": TitleLine(exemplar.seen_title, unit=exemplar.seen_body or "", state=exemplar.get_state_display(), tone=TONES[exemplar.state]),
        "original": original_url(exemplar, person) if exemplar.inside else "",
        "copy": drawn(exemplar.copy) if exemplar.copy else None,
        "why": exemplar.proposal if exemplar.inside else exemplar.copy.get("why", ""),
        "doubts": doubts_in(exemplar.open_title, exemplar.copy) if exemplar.state == "proposed" and exemplar.inside else [],
        "may_nominate": bool(may_nominate(person, exemplar)),
        "decide_form": DecideForm() if may_decide(person, exemplar) else None,
        "retire_form": RetireForm() if may_retire(person, exemplar) else None,
        "history": told(history(exemplar)) if exemplar.inside else [],
    }  # fmt: skip
    return render(request, "exemplars/exemplar.html", context)


@page(may=may_nominate, record=visible_exemplars, methods=("GET", "POST"))
def exemplar_nominate(request: PageRequest, exemplar: Exemplar) -> HttpResponse:
    """Nominate a case; the page shows the anonymised copy as it would be shown, and what to look at in it."""
    form = NominateForm(request.POST or None, initial={"ground": exemplar.proposal, "hide": "\n".join(exemplar.hide)})
    refusals: list[Any] = []
    sent = request.method == "POST" and form.is_valid()
    if sent and request.POST.get("do") != "look":
        told = form.cleaned_data
        try:
            nominate(exemplar=exemplar, ground=told["ground"], hide=form.words(), person=request.person, version=seen_version(request))
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已推荐，待另一人批准。")
            return go(request, "exemplars:detail", exemplar.pk)
    if sent:
        exemplar.hide = form.words()
    title, copy = copied(exemplar, form.cleaned_data["ground"] if sent else "")
    context = {
        "exemplar": exemplar, "form": form, "refusals": refusals, "name": f"推荐为案例：{exemplar.title}",
        "open_title": title, "copy": drawn(copy), "doubts": doubts_in(title, copy),
    }  # fmt: skip
    draw = invalid if form.is_bound and (refusals or not sent) else render
    return draw(request, "exemplars/nominate.html", context)


@page(may=may_decide, record=visible_exemplars, methods=("POST",))
def exemplar_decide(request: PageRequest, exemplar: Exemplar) -> HttpResponse:
    """Approve a case for showing, or decline it."""
    granted = request.POST.get("do") == "approve"
    decide(
        exemplar=exemplar, granted=granted, opinion=request.POST.get("opinion", ""), person=request.person, version=seen_version(request)
    )
    messages.success(request, "已批准，开始展示。" if granted else "已记录：不批准。")
    return go(request, "exemplars:detail", exemplar.pk)


@page(may=may_retire, record=visible_exemplars, methods=("POST",))
def exemplar_retire(request: PageRequest, exemplar: Exemplar) -> HttpResponse:
    """Take a case off."""
    form = RetireForm(request.POST)
    if not form.is_valid():
        raise mistaken("撤下案例须写明理由，最多 300 字", where="reason")
    retire(exemplar=exemplar, reason=form.cleaned_data["reason"], person=request.person, version=seen_version(request))
    messages.success(request, "已撤下，不再展示。")
    return go(request, "exemplars:detail", exemplar.pk)
