"""Pages of sharing money out: the year's schemes, one scheme with its table, writing it, the workbook."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.export import sheet_response
from jiheng.foundation.web.lists import list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, seen_version
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.allocation import parts_in_words
from jiheng.rules.refusal import Refusal
from jiheng.stages.results.allocation.access import (
    lines_in_sight,
    may_draft,
    may_edit_allocation,
    may_move_allocation,
    may_see_allocations,
    visible_allocations,
)
from jiheng.stages.results.allocation.facts import factors_of, floor_of
from jiheng.stages.results.allocation.forms import BodiesForm, SchemeForm, ValuesForm, initial_of
from jiheng.stages.results.allocation.services import (
    begin_allocation,
    move_allocation,
    save_bodies,
    save_scheme,
)
from jiheng.stages.results.allocation.tables import (
    ALLOCATIONS,
    WAYS,
    cells_of,
    missing_of,
    sheet_of,
    state_of,
)
from jiheng.stages.results.decision_pages import waiting_counts
from jiheng.stages.results.models import Allocation


@page(may=may_see_allocations)
def allocation_list(request: PageRequest) -> HttpResponse:
    """The schemes of the chosen budget year."""
    cycle, person = current_cycle(request), request.person
    rows = visible_allocations(person)
    rows = rows.filter(cycle=cycle) if cycle is not None else rows.none()
    context = {
        "cycle": cycle,
        "may_begin": cycle is not None and bool(may_draft(person)),
        "counts": waiting_counts(person, cycle),
        "floor": floor_of(cycle) if cycle is not None else None,
    }
    return list_page(request, ALLOCATIONS, rows, template="results/allocations.html", context=context)


@page(may=may_draft, methods=("GET", "POST"))
def allocation_begin(request: PageRequest) -> HttpResponse:
    """Write down what is shared out and by which factors."""
    cycle = current_cycle(request)
    if cycle is None:
        raise mistaken("还没有开启预算年度")
    return _scheme(request, cycle, None)


@page(may=may_edit_allocation, record=visible_allocations, methods=("GET", "POST"))
def allocation_edit(request: PageRequest, allocation: Allocation) -> HttpResponse:
    """Write a scheme anew while it is a draft."""
    return _scheme(request, allocation.cycle, allocation)


def _scheme(request: PageRequest, cycle: Cycle, allocation: Allocation | None) -> HttpResponse:
    floor = floor_of(cycle)
    initial: dict[str, Any] = {"results_year": cycle.budget_year - 2, "result_weight": floor.minimum if floor else None}
    form = SchemeForm(
        request.POST or None,
        initial=initial_of(allocation) if allocation else initial,
        in_principle=floor is not None and floor.in_principle,
    )
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            if allocation is None:
                allocation = begin_allocation(cycle=cycle, scheme=form.scheme, person=request.person)
            else:
                save_scheme(
                    allocation=allocation, scheme=form.scheme, person=request.person, version=seen_version(request)
                )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已保存分配方案，请选择参加分配的单位并填写数值。")
            return go(request, "results:allocation", allocation.pk)
    context = {
        "form": form, "cycle": cycle, "allocation": allocation, "floor": floor, "refusals": refusals,
        "name": "资金分配方案",
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "results/allocation_scheme.html", context)


@page(may=may_see_allocations, record=visible_allocations)
def allocation_detail(request: PageRequest, allocation: Allocation) -> HttpResponse:
    """One scheme: factors and weights, what the rules demand, what every body gets, to the fen."""
    person, workflow = request.person, policy_for(allocation.cycle).workflows["allocation"]
    label, tone = state_of(allocation)
    lines = list(lines_in_sight(person, allocation))
    editing = bool(may_edit_allocation(person, allocation))
    factors = factors_of(allocation)
    sheet = sheet_of(allocation)
    context = {
        "allocation": allocation,
        "title": TitleLine(
            allocation.name, year=f"{allocation.cycle.budget_year} 年度", money_fen=allocation.total_fen,
            money_label="分配总额", state=label, tone=tone,
        ),
        "stage": "allocation",
        "next": next_step(
            allocation, workflow, person, reverse("results:allocation_act", args=[allocation.pk]),
            may=bool(may_move_allocation(person, allocation)),
        ),
        "factors": factors,
        "floor": floor_of(allocation.cycle),
        "parts": parts_in_words(allocation.total_fen, factors) if factors else [],
        "lacking": missing_of(allocation),
        "way": WAYS.get(allocation.without_result, ""),
        "columns": sheet.columns[1:-1],
        "rows": [list(zip(sheet.columns[1:-1], cells[1:-1], strict=True)) for cells in cells_of(allocation, lines)],
        "whole": person.sees_whole_place,
        "computed": person.sees_whole_place and bool(lines) and all(line.amount_fen is not None for line in lines),
        "total": sum(line.amount_fen or 0 for line in lines),
        "may_edit": editing,
        "values": ValuesForm(None, allocation=allocation, lines=lines) if editing else None,
        "bodies": BodiesForm(None, place_id=allocation.place_id) if editing else None,
        "clauses": [allocation.clause],
        "files": [FileLink("分配表（Excel）", reverse("results:allocation_sheet", args=[allocation.pk]))],
        "history": told(history(allocation), workflow),
    }  # fmt: skip
    return render(request, "results/allocation.html", context)


@page(may=may_edit_allocation, record=visible_allocations, methods=("POST",))
def allocation_add(request: PageRequest, allocation: Allocation) -> HttpResponse:
    """Let more bodies share."""
    form = BodiesForm(request.POST, place_id=allocation.place_id)
    if not form.is_valid() or not form.cleaned_data["bodies"]:
        raise mistaken("没有选择单位，或所选的不是本地区的部门和单位", remedy="请在名单中选择，可以多选")
    lines = list(allocation.lines.all())
    kept = {line.body_id: [_number(one) for one in line.values] for line in lines}
    wanted = [*kept, *(body.pk for body in form.cleaned_data["bodies"])]
    version = seen_version(request)
    count = save_bodies(allocation=allocation, bodies=wanted, values=kept, person=request.person, version=version)
    messages.success(request, f"参加分配的单位现有 {count} 个，请填写数值。")
    return go(request, "results:allocation", allocation.pk)


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


@page(may=may_edit_allocation, record=visible_allocations, methods=("POST",))
def allocation_values(request: PageRequest, allocation: Allocation) -> HttpResponse:
    """Keep the values of the bodies; those marked leave."""
    form = ValuesForm(request.POST, allocation=allocation, lines=list(allocation.lines.select_related("body")))
    if not form.is_valid():
        raise mistaken("；".join(f"{form.fields[name].label}：{errors[0]}" for name, errors in form.errors.items()))
    version = seen_version(request)
    save_bodies(allocation=allocation, bodies=form.kept, values=form.values, person=request.person, version=version)
    messages.success(request, "已保存。提交时按当时的评价结果计算各单位分得的金额。")
    return go(request, "results:allocation", allocation.pk)


@page(may=may_move_allocation, record=visible_allocations, methods=("POST",))
def allocation_act(request: PageRequest, allocation: Allocation) -> HttpResponse:
    """Hand in, decide or return; below the weight that the rules demand neither of the first two goes."""
    want = asked(request)
    move_allocation(allocation=allocation, action=want.action, person=request.person, comment=want.comment, version=want.version)
    messages.success(request, f"已办理，现为“{state_of(allocation)[0]}”。")
    return go(request, "results:allocation", allocation.pk)


@page(may=may_see_allocations, record=visible_allocations)
def allocation_sheet(request: PageRequest, allocation: Allocation) -> HttpResponse:
    """The table of one scheme as a workbook, as far as it is in sight, with its sums and grounds."""
    return sheet_response(sheet_of(allocation), cells_of(allocation, lines_in_sight(request.person, allocation)))
