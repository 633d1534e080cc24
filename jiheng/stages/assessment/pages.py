"""Pages of assessment: ranking, a department's card, facts from outside, computing and confirming."""

from decimal import Decimal
from io import BytesIO
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from jiheng.foundation.accounts.person import Person, subtree_of
from jiheng.foundation.audit.queries import history
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.export import write_sheet
from jiheng.foundation.web.lists import BulkAction, Column, Empty, Facet, Table, chosen, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import FileLink, TitleLine, told
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, visible_cycles
from jiheng.registers.indicators.queries import credit_of
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.reading import Problem, read_number
from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.assessment.access import (
    may_assess,
    may_confirm,
    may_confirm_many,
    may_record_fact,
    may_see_assessments,
    may_see_facts,
    may_withdraw_fact,
    visible_assessments,
    visible_facts,
)
from jiheng.stages.assessment.documents import TABLE, report_of, sheet_of
from jiheng.stages.assessment.facts import card_in
from jiheng.stages.assessment.forms import FactForm
from jiheng.stages.assessment.models import Assessment, OutsideFact
from jiheng.stages.assessment.queries import (
    bands_of,
    card_groups,
    department_in,
    facts_of,
    grade_label,
    item_label,
    most_lost,
    ranked,
    ranked_of,
)
from jiheng.stages.assessment.recognition_pages import recognition_context
from jiheng.stages.assessment.services import (
    assess_departments,
    confirm_all,
    confirm_assessment,
    record_fact,
    withdraw_fact,
)

GRADE_TONES: dict[str, Tone] = {"excellent": "green", "good": "blue", "fair": "amber", "poor": "red"}
SHOWN = 5


def _grades(person: Person) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for cycle in visible_cycles(person):
        found |= {band.key: band.label for band in bands_of(cycle)}
    return list(found.items())


def _state(one: Assessment) -> str:
    return "已确认" if one.confirmed_on is not None else "待确认"


RANKING = Table(
    key="assessments",
    title="部门考核",
    unit="个部门",
    columns=(
        Column("rank", "名次", "rank", kind="number", sort="rank", card=True),
        Column(
            "department", "部门", "department.name", sort="department__name", card=True,
            link=lambda one: reverse("assessment:detail", args=[one.pk]),
        ),
        Column("base", "基础分", "base", kind="points", sort="base"),
        Column("plus", "加分", "plus", kind="points", sort="plus"),
        Column("minus", "减分", "minus", kind="points", sort="minus"),
        Column("total", "总分", "total", kind="points", sort="total", card=True),
        Column("grade", "等级", grade_label, kind="state", tone=lambda one: GRADE_TONES.get(one.grade, "grey"), card=True),
        Column("veto", "一票否决", lambda one: "是" if one.vetoed else "", sort="vetoed", shown=False),
        Column("day", "确认日期", "confirmed_on", kind="day", sort="confirmed_on"),
        Column("state", "状态", _state, kind="state", tone=lambda one: "green" if one.confirmed_on else "amber"),
    ),
    facets=(
        Facet("grade", "等级", _grades),
        Facet(
            "state", "状态", (("1", "已确认"), ("0", "待确认")),
            apply=lambda rows, value: rows.filter(confirmed_on__isnull=value == "0"),
        ),
    ),
    search=("department__name",),
    search_label="部门",
    order="rank",
    empty=Empty("还没有考核结果", "由绩效管理股点“计算考核得分”，系统按全年记录逐项计分。"),
    bulk=(
        BulkAction(
            "confirm", "确认考核结果", cast(str, reverse_lazy("assessment:confirm_chosen")),
            "将确认 {count} 个部门的考核结果，确认后不再重新计算，部门可以看到。", roles=frozenset({"bureau_leader"}),
        ),
    ),
)  # fmt: skip


@page(may=may_see_assessments)
def ranking(request: PageRequest) -> HttpResponse:
    """The departments in the order of their totals."""
    cycle = cast("Cycle | None", current_cycle(request))
    context = {
        "cycle": cycle,
        "may_assess": cycle is not None and bool(may_assess(request.person)),
        "clause": str(policy_for(cycle).clause_of(card_in(cycle))) if cycle else "",
    }
    return list_page(request, RANKING, ranked(request.person, cycle), template="assessment/list.html", context=context)


@page(may=may_assess, methods=("POST",))
def compute(request: PageRequest) -> HttpResponse:
    """Score every department of the chosen year from the record."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        raise refuse("还没有开启预算年度", national_clause("duty_year"), remedy="先在“年度与日历”中开启")
    made = assess_departments(cycle=cycle, person=request.person)
    messages.success(request, f"已按全年记录计算 {len(made)} 个部门的考核得分；已确认的不重算。")
    return go(request, "assessment:list")


@page(may=may_confirm_many, methods=("POST",))
def confirm_chosen(request: PageRequest) -> HttpResponse:
    """Fix the results of the chosen departments."""
    rows = chosen(request, visible_assessments(request.person).filter(confirmed_on__isnull=True))
    if not rows:
        raise mistaken("没有选择待确认的考核结果", remedy="在列表左侧勾选后再确认")
    count = confirm_all(assessments=rows, person=request.person)
    messages.success(request, f"已确认 {count} 个部门的考核结果。")
    return go(request, "assessment:list")


@page(may=may_see_assessments, record=visible_assessments)
def detail(request: PageRequest, assessment: Assessment) -> HttpResponse:
    """A department's card: each item with its fact, value, points, calculation, and the rows behind it."""
    groups = card_groups(assessment)
    rank, peers = ranked_of(assessment)
    facts = facts_of(request.person, assessment.cycle, assessment.department_id)
    context = {
        "assessment": assessment,
        "title": TitleLine(
            f"{assessment.department}　考核",
            year=f"{assessment.cycle.budget_year} 年度",
            state=f"{grade_label(assessment)}（{_state(assessment)}）",
            tone=GRADE_TONES.get(assessment.grade, "grey"),
        ),
        "groups": groups,
        "lost": most_lost(groups)[:SHOWN],
        "rank": rank,
        "peers": peers,
        "grade": grade_label(assessment),
        "bands": bands_of(assessment.cycle),
        "facts": [(one, item_label(one)) for one in facts],
        "credit": credit_of(
            assessment.cycle.place_id, subtree_of(assessment.department), assessment.cycle.budget_year
        ),
        "may_confirm": bool(may_confirm(request.person, assessment)),
        "may_record": assessment.confirmed_on is None and bool(may_record_fact(request.person)),
        "clauses": [str(policy_for(assessment.cycle).clause_of(card_in(assessment.cycle)))],
        "files": [
            FileLink("考核表（Excel）", reverse("assessment:xlsx", args=[assessment.pk])),
            FileLink("考核表（PDF）", reverse("assessment:pdf", args=[assessment.pk])),
        ],
        "history": told(history(assessment)),
        **recognition_context(request.person, assessment),
    }
    return render(request, "assessment/detail.html", context)


@page(may=may_confirm, record=visible_assessments, methods=("POST",))
def confirm(request: PageRequest, assessment: Assessment) -> HttpResponse:
    """Fix one result, as the leader saw it."""
    seen = read_number(request.POST.get("total", ""))
    confirm_assessment(
        assessment=assessment, person=request.person, seen=None if isinstance(seen, Problem) else Decimal(seen)
    )
    messages.success(request, "已确认考核结果。")
    return go(request, "assessment:detail", assessment.pk)


@page(may=may_see_assessments, record=visible_assessments)
def card_xlsx(_: PageRequest, assessment: Assessment) -> HttpResponse:
    """The card as a workbook."""
    sheet, rows = sheet_of(assessment)
    target = BytesIO()
    write_sheet(target, sheet, rows)
    return sent(target.getvalue(), f"{sheet.title}.xlsx")


@page(may=may_see_assessments, record=visible_assessments)
def card_pdf(request: PageRequest, assessment: Assessment) -> HttpResponse:
    """The card as PDF."""
    facts = facts_of(request.person, assessment.cycle, assessment.department_id)
    content = report_pdf(TABLE, report_of(assessment, facts), stamp=f"打印：{request.person}")
    return sent(content, f"{assessment.department}预算绩效管理工作考核表.pdf")


@page(may=may_see_facts)
def fact_list(request: PageRequest) -> HttpResponse:
    """The facts from outside of the chosen year, each with its source; withdrawn ones stay."""
    cycle: Cycle | None = current_cycle(request)
    facts = facts_of(request.person, cycle) if cycle is not None else []
    context = {
        "cycle": cycle,
        "facts": [(one, item_label(one)) for one in facts],
        "may_record": cycle is not None and bool(may_record_fact(request.person)),
    }
    return render(request, "assessment/facts.html", context)


@page(may=may_record_fact, methods=("GET", "POST"))
def fact_new(request: PageRequest) -> HttpResponse:
    """Enter a fact from outside."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        raise refuse("还没有开启预算年度", national_clause("duty_year"), remedy="先在“年度与日历”中开启")
    form = FactForm(request.POST or None, cycle=cycle, department=request.GET.get("department", ""))
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        department = department_in(cycle, form.cleaned_data["department"])
        try:
            if department is None:
                raise mistaken("没有这个部门", where="department")
            record_fact(cycle=cycle, department=department, data=form.told, person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已登记。重新计算考核得分后生效。")
            return go(request, "assessment:facts")
    context = {"form": form, "cycle": cycle, "refusals": refusals, "name": f"登记 {cycle.budget_year} 年度考核外部事实"}
    draw = invalid if form.is_bound else render
    return draw(request, "assessment/fact.html", context)


@page(may=may_withdraw_fact, record=visible_facts, methods=("POST",))
def fact_withdraw(request: PageRequest, fact: OutsideFact) -> HttpResponse:
    """Take a fact back, with the reason."""
    withdraw_fact(fact=fact, reason=request.POST.get("reason", ""), person=request.person)
    messages.success(request, "已撤销，重新计算考核得分后生效。")
    return go(request, "assessment:facts")
