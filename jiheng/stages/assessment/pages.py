"""Pages of assessment: rankings, the card of a body, facts from outside, computing and confirming."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
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
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, visible_cycles
from jiheng.registers.indicators.queries import credit_of
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.reading import Problem, read_number
from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.assessment.access import (
    from_above,
    may_assess,
    may_confirm,
    may_confirm_many,
    may_record_fact,
    may_see_assessments,
    may_see_facts,
    may_see_lower,
    may_withdraw_fact,
    visible_assessments,
    visible_facts,
)
from jiheng.stages.assessment.documents import TABLE, report_of, sheet_of
from jiheng.stages.assessment.facts import card_in, card_of
from jiheng.stages.assessment.forms import FactForm
from jiheng.stages.assessment.lower import (
    assess_lower_bureaus,
    assesses_lower,
    behind,
    is_lower,
    lower_lines,
    may_see_behind,
    subjects_behind,
)
from jiheng.stages.assessment.models import Assessment, OutsideFact
from jiheng.stages.assessment.queries import (
    bands_of,
    card_groups,
    card_lines,
    department_in,
    facts_of,
    from_places_above,
    grade_label,
    item_label,
    lower_in,
    most_lost,
    ranked,
    ranked_below,
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


LOWER = replace(
    RANKING,
    key="lower-assessments",
    title="下级财政部门考核",
    unit="个下级财政部门",
    columns=(
        RANKING.columns[0],
        replace(RANKING.columns[1], label="下级财政部门"),
        Column("place", "地区", "department.place.name", sort="department__place__name", shown=False),
        *RANKING.columns[2:],
    ),
    search_label="下级财政部门",
    empty=Empty("还没有考核结果", "由绩效管理股登记没有系统记录的指标数，再点“计算考核得分”。"),
    bulk=(replace(RANKING.bulk[0], confirm="将确认 {count} 个下级财政部门的考核结果，确认后不再重新计算，该财政部门可以看到。"),),
)


@page(may=may_see_lower)
def below(request: PageRequest) -> HttpResponse:
    """The finance bureaus of the places right below in the order of their totals, and what is missing for the others."""
    cycle = cast("Cycle | None", current_cycle(request))
    assessed = cycle is not None and assesses_lower(cycle)
    context = {
        "cycle": cycle,
        "assessed": assessed,
        "may_assess": assessed and bool(may_assess(request.person)),
        "lines": lower_lines(cycle) if cycle is not None else [],
        "clause": clause_in(cycle, "assessment_scope") if cycle is not None else "",
    }
    return list_page(request, LOWER, ranked_below(request.person, cycle), template="assessment/below.html", context=context)


@page(may=may_assess, methods=("POST",))
def below_compute(request: PageRequest) -> HttpResponse:
    """Score the finance bureaus of the places right below."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        raise refuse("还没有开启预算年度", national_clause("duty_year"), remedy="先在“年度与日历”中开启")
    made = assess_lower_bureaus(cycle=cycle, person=request.person)
    left = [one for one in lower_lines(cycle) if one.missing]
    rest = f"还有 {len(left)} 个缺指标数，登记以后再算。" if left else "已确认的不重算。"
    messages.success(request, f"已计算 {len(made)} 个下级财政部门的考核得分；{rest}")
    return go(request, "assessment:below")


@page(may=may_see_behind, record=visible_assessments)
def behind_number(request: PageRequest, assessment: Assessment, item: str) -> HttpResponse:
    """The subjects of a lower place behind one number of its bureau's card; none of them opens."""
    try:
        own, counted = behind(assessment, item, request.person)
    except LookupError:
        raise Http404("没有这个考核指标。") from None
    line = next(one for one in card_lines(assessment) if one.row.item.key == item)
    rows = subjects_behind(assessment, own, counted, request.person)
    context = {"assessment": assessment, "line": line, "own": own}
    return list_page(request, _behind_table(counted), rows, template="assessment/behind.html", context=context)


def _behind_table(counted: Mapping[int, tuple[int, int]]) -> Table:
    return Table(
        key="assessment-behind",
        title="指标背后的项目",
        columns=(
            Column("name", "项目", "name", sort="name", card=True),
            Column("unit", "实施单位", "unit.name", sort="unit__name"),
            Column("department", "主管部门", "department.name", sort="department__name"),
            Column("due", "计入", lambda one: counted.get(one.pk, (0, 0))[1], kind="number", card=True),
            Column("done", "其中符合", lambda one: counted.get(one.pk, (0, 0))[0], kind="number", card=True),
        ),
        search=("name", "unit__name"),
        search_label="项目、单位",
        order="name",
        empty=Empty("没有计入的项目", "这一指标没有到期应办的事项。"),
    )


@page(may=may_see_assessments)
def ranking(request: PageRequest) -> HttpResponse:
    """The departments in the order of their totals."""
    cycle = cast("Cycle | None", current_cycle(request))
    context = {
        "cycle": cycle,
        "may_assess": cycle is not None and bool(may_assess(request.person)),
        "clause": str(policy_for(cycle).clause_of(card_in(cycle))) if cycle else "",
        "lower": cycle is not None and assesses_lower(cycle) and bool(may_see_lower(request.person)),
        "from_above": [(one, grade_label(one)) for one in from_places_above(request.person)],
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
    lower = all(is_lower(one) for one in rows)
    messages.success(request, f"已确认 {count} 个{'下级财政部门' if lower else '部门'}的考核结果。")
    return go(request, "assessment:below" if lower else "assessment:list")


@page(may=may_see_assessments, record=visible_assessments)
def detail(request: PageRequest, assessment: Assessment) -> HttpResponse:
    """The card of a body: each item with its fact, value, points, calculation, and the rows behind it."""
    groups, lower = card_groups(assessment, request.person), is_lower(assessment)
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
        "bands": bands_of(assessment.cycle, assessment.scorecard),
        "lower": lower,
        "above": from_above(request.person, assessment),
        "facts": [(one, item_label(one)) for one in facts],
        "credit": None if lower else credit_of(
            assessment.cycle.place_id, subtree_of(assessment.department), assessment.cycle.budget_year
        ),
        "may_confirm": bool(may_confirm(request.person, assessment)),
        "may_record": assessment.confirmed_on is None
        and not from_above(request.person, assessment)
        and bool(may_record_fact(request.person)),
        "clauses": [str(policy_for(assessment.cycle).clause_of(card_of(assessment)))],
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
    lower = bool(request.GET.get("below")) and assesses_lower(cycle)
    form = FactForm(request.POST or None, cycle=cycle, department=request.GET.get("department", ""), lower=lower)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        department = (lower_in if lower else department_in)(cycle, form.cleaned_data["department"])
        try:
            if department is None:
                raise mistaken("没有这个部门", where="department")
            record_fact(cycle=cycle, department=department, data=form.told, person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已登记。重新计算考核得分后生效。")
            return go(request, "assessment:below" if lower else "assessment:facts")
    context = {"form": form, "cycle": cycle, "refusals": refusals, "name": f"登记 {cycle.budget_year} 年度考核外部事实"}
    draw = invalid if form.is_bound else render
    return draw(request, "assessment/fact.html", context)


@page(may=may_withdraw_fact, record=visible_facts, methods=("POST",))
def fact_withdraw(request: PageRequest, fact: OutsideFact) -> HttpResponse:
    """Take a fact back, with the reason."""
    withdraw_fact(fact=fact, reason=request.POST.get("reason", ""), person=request.person)
    messages.success(request, "已撤销，重新计算考核得分后生效。")
    return go(request, "assessment:facts")
