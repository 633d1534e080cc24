"""Pages of expenditure standards: the library, one version with what is behind it, the costs, a proposal from them."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import Refused
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, tried
from jiheng.foundation.web.record import TitleLine, told
from jiheng.registers.standards.access import (
    may_change_standard,
    may_end_standard,
    may_keep_standards,
    may_see_costs,
    may_see_missing,
    may_see_standards,
    may_withdraw_cost,
    visible_costs,
    visible_standards,
)
from jiheng.registers.standards.forms import EndForm, ProposeForm, ReasonForm, StandardForm
from jiheng.registers.standards.models import CostRecord, StandardVersion
from jiheng.registers.standards.queries import costs_about, in_force, proposal_for, standing, versions_of
from jiheng.registers.standards.services import end_standard, revise_standard, withdraw_cost, write_standard
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.scoring.method import plain
from jiheng.rules.workflow.steps import Tone

APART = "｜"
"""Between what a cost is for and its unit, in one choice."""


def _state(one: StandardVersion) -> str:
    if one.effective_on > clock.today():
        return "将停用" if one.ended else "未到施行日期"
    return "已停用" if one.ended else "施行中"


def _tone(one: StandardVersion) -> Tone:
    tones: dict[str, Tone] = {"施行中": "green", "未到施行日期": "blue", "将停用": "amber"}
    return tones.get(_state(one), "grey")


def _sample(one: StandardVersion) -> str:
    return f"{one.sample['used']} 项" if one.sample else "依据文件"


def _in_state(rows: QuerySet[StandardVersion], value: str) -> QuerySet[StandardVersion]:
    today = clock.today()
    when = {"effective_on__gt": today} if value == "coming" else {"effective_on__lte": today, "ended": value == "ended"}
    return rows.filter(**when)


STANDARDS = Table(
    key="standards",
    title="支出标准",
    columns=(
        Column("name", "名称", "name", sort="name", card=True, link=lambda one: reverse("standards:detail", args=[one.pk])),
        Column("amount", "标准", "amount_fen", kind="yuan", sort="amount_fen", card=True),
        Column("unit", "计量单位", "unit", sort="unit", card=True),
        Column("kind", "类别", "get_kind_display", sort="kind"),
        Column("sector", "领域", "sector", sort="sector"),
        Column("level", "适用级次", "get_level_display", sort="level"),
        Column("region", "适用范围", "region", sort="region"),
        Column("from", "施行日期", "effective_on", kind="day", sort="effective_on"),
        Column("sample", "样本", _sample, help="由成本数据测算的写明用了几项，其余直接依据文件"),
        Column("document", "依据", "cite"),
        Column("number", "版本", "number", kind="number", sort="number", shown=False),
        Column("code", "编号", "code", sort="code", shown=False),
        Column("state", "状态", _state, kind="state", tone=_tone, card=True),
    ),
    facets=(
        Facet("kind", "类别", tuple(StandardVersion.KINDS), field="kind"),
        Facet("level", "适用级次", tuple(StandardVersion.LEVELS), field="level"),
        Facet("state", "状态", (("held", "施行中"), ("coming", "未到日期"), ("ended", "已停用")), apply=_in_state),
    ),
    search=("name", "code", "sector", "region", "document"),
    search_label="名称、编号、领域、文件",
    order="name",
    empty=Empty("标准库还是空的", "由绩效管理股或绩效评价中心逐项登记、整表导入，或由成本数据测算。"),
)  # fmt: skip
COSTS = Table(
    key="standard_costs",
    title="成本数据",
    columns=(
        Column("item", "内容", "item", sort="item", card=True),
        Column("name", "项目或单位", "name", sort="name", card=True),
        Column("quantity", "数量", lambda one: f"{plain(one.quantity)} {one.unit}", card=True),
        Column("amount", "金额", "amount_fen", kind="yuan", sort="amount_fen", card=True),
        Column("each", "单位成本", lambda one: round(one.amount_fen / one.quantity), kind="yuan", help="当年价格，没有换算"),
        Column("year", "年份", lambda one: str(one.year), sort="year"),
        Column("price", "价格水平", lambda one: plain(one.price), sort="price", help="本地区现在为 100"),
        Column("region", "地区", "region", sort="region", shown=False),
        Column("origin", "来源", "get_origin_display", sort="origin"),
        Column("source", "出处", "source"),
        Column("state", "状态", lambda one: "已撤回" if one.withdrawn_on else "可用", kind="state",
               tone=lambda one: "grey" if one.withdrawn_on else "green"),
    ),
    facets=(
        Facet("origin", "来源", tuple(CostRecord.ORIGINS), field="origin"),
        Facet("state", "状态", (("1", "可用"), ("0", "已撤回")), field="withdrawn_on__isnull"),
    ),
    search=("item", "name", "source"),
    search_label="内容、项目、出处",
    order="item",
    unit="条",
    empty=Empty("还没有成本数据", "由绩效管理股或绩效评价中心用“成本数据清单”整表导入，取自评价、评审和决算。"),
)  # fmt: skip


def _tabs(request: PageRequest, here: str) -> dict[str, Any]:
    return {
        "here": here,
        "may_keep": bool(may_keep_standards(request.person)),
        "may_costs": bool(may_see_costs(request.person)),
        "may_missing": bool(may_see_missing(request.person)),
    }


@page(may=may_see_standards)
def standard_list(request: PageRequest) -> HttpResponse:
    """What holds of every standard, and what is still to come."""
    rows = standing(visible_standards(request.person), clock.today())
    return list_page(request, STANDARDS, rows, template="standards/list.html", context=_tabs(request, "standards"))


@page(may=may_see_standards, record=visible_standards)
def standard_detail(request: PageRequest, standard: StandardVersion) -> HttpResponse:
    """One version: what it says, what is behind it, all versions, its end."""
    person = request.person
    versions = list(versions_of(standard))
    holds = in_force(standard.place_id, clock.today()).filter(code=standard.code).first()
    last = versions[0].pk == standard.pk
    state, tone = (_state(standard), _tone(standard)) if last or holds == standard else ("以前的版本", "grey")
    if holds == standard:
        state, tone = "施行中", "green"
    may_end = may_end_standard(person, standard)
    context = {
        "standard": standard,
        "title": TitleLine(standard.name, unit=standard.region, year=f"第 {standard.number} 版", state=state, tone=tone, code=standard.code),
        "versions": versions,
        "holds": holds,
        "may_revise": bool(may_change_standard(person, standard)),
        "end_form": EndForm() if may_end else None,
        "clauses": [standard.cite],
        "history": told(history(standard)),
    }  # fmt: skip
    return render(request, "standards/standard.html", context)


@page(may=may_keep_standards, methods=("GET", "POST"))
def standard_write(request: PageRequest) -> HttpResponse:
    """Write a standard that is new; with `costs` in the address the one that the costs on record suggest."""
    costs = request.GET.get("costs", "")
    item, _, unit = costs.partition(APART)
    proposal, refusal, start = None, [], {}
    if costs:
        found = proposal_for(place_of(request.person), costs_about(request.person.place_id, item, unit))
        if isinstance(found, Refusal):
            refusal = [found]
        else:
            proposal, start = found, {"name": item, "unit": unit, "amount_fen": found.median}
    form = StandardForm(request.POST or None, initial=start)
    refusals: list[Refusal] = list(refusal)
    if request.method == "POST":
        done = tried(form, lambda: write_standard(data=form.told(), person=request.person, from_costs=bool(costs)))
        if done.done and done.value is not None:
            messages.success(request, f"已登记标准“{done.value.name}”。")
            return go(request, "standards:detail", done.value.pk)
        refusals = list(done.refusals)
    context = {"form": form, "name": "登记支出标准", "refusals": refusals, "proposal": proposal, "item": item, "unit": unit}
    return (invalid if form.is_bound else render)(request, "standards/write.html", context)


@page(may=may_change_standard, record=visible_standards, methods=("GET", "POST"))
def standard_revise(request: PageRequest, standard: StandardVersion) -> HttpResponse:
    """Write the next version of a standard."""
    form = StandardForm(request.POST or None, held=standard)
    refusals: list[Refusal] = []
    if request.method == "POST":
        done = tried(form, lambda: revise_standard(standard=standard, data=form.told(standard.code), person=request.person))
        if done.done and done.value is not None:
            messages.success(request, f"已登记第 {done.value.number} 版，以前的版本保留。")
            return go(request, "standards:detail", done.value.pk)
        refusals = list(done.refusals)
    context = {"form": form, "name": f"修订支出标准：{standard.name}", "refusals": refusals, "standard": standard}
    return (invalid if form.is_bound else render)(request, "standards/write.html", context)


@page(may=may_end_standard, record=visible_standards, methods=("POST",))
def standard_end(request: PageRequest, standard: StandardVersion) -> HttpResponse:
    """End a standard from a day on."""
    form = EndForm(request.POST)
    if not form.is_valid():
        raise Refused([mistake(str(error[0]), where=key) for key, error in form.errors.items()])
    made = end_standard(standard=standard, person=request.person, **form.cleaned_data)
    messages.success(request, f"“{standard.name}”自 {made.effective_on} 起停用，以前的版本保留。")
    return go(request, "standards:detail", made.pk)


@page(may=may_see_costs)
def cost_list(request: PageRequest) -> HttpResponse:
    """The costs that standards are worked out from."""
    return list_page(request, COSTS, visible_costs(request.person), template="standards/list.html", context=_tabs(request, "costs"))


@page(may=may_see_costs)
def propose(request: PageRequest) -> HttpResponse:
    """The standard that the costs on record suggest: band, quartiles, outliers by name, or why none is proposed."""
    groups = visible_costs(request.person).filter(withdrawn_on__isnull=True).order_by("item", "unit").values_list("item", "unit")
    choices = [(f"{item}{APART}{unit}", f"{item}（{unit}）{number} 项") for item, unit, number in groups.annotate(number=Count("pk"))]
    asked = request.GET.get("item", "")
    form = ProposeForm({"item": asked} if asked else None, choices=choices)
    found: object = None
    costs: list[CostRecord] = []
    if asked and form.is_valid():
        costs = costs_about(request.person.place_id, *asked.split(APART, 1))
        found = proposal_for(place_of(request.person), costs)
    context = _tabs(request, "propose") | {
        "form": form,
        "item": asked.partition(APART)[0],
        "unit": asked.partition(APART)[2],
        "asked": asked,
        "refusals": [found] if isinstance(found, Refusal) else [],
        "proposal": None if isinstance(found, Refusal) else found,
        "far": [(costs[one.place], one) for one in getattr(found, "outliers", ())],
        "withdrawing": bool(may_keep_standards(request.person)),
    }
    return render(request, "standards/propose.html", context)


@page(may=may_withdraw_cost, record=visible_costs, methods=("POST",))
def cost_withdraw(request: PageRequest, cost: CostRecord) -> HttpResponse:
    """Take a wrong cost off."""
    form = ReasonForm(request.POST)
    withdraw_cost(cost=cost, reason=form.cleaned_data["reason"] if form.is_valid() else "", person=request.person)
    messages.success(request, "已撤回，不再用于测算。")
    return go(request, "standards:costs")
