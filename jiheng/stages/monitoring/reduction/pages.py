"""Pages: the list, applying, one application, its steps, applying again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.fields import AmountField
from jiheng.foundation.web.lists import list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, asked, next_step, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.foundation.workflow.signed import last_return
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.life import life_of
from jiheng.rules.refusal import Refusal
from jiheng.stages.monitoring.access import visible_reports
from jiheng.stages.monitoring.models import MonitoringReport, Reduction
from jiheng.stages.monitoring.reduction.access import (
    may_act_on_reduction,
    may_apply_reduction,
    may_revise_reduction,
    may_see_reductions,
    visible_reductions,
)
from jiheng.stages.monitoring.reduction.asked import WORKFLOW, reduction_rule
from jiheng.stages.monitoring.reduction.services import apply_reduction, move_reduction, revise_reduction
from jiheng.stages.monitoring.reduction.tables import REDUCTIONS, state_of

CONFIRM = {"decide": "决定作出后不能撤销：调减立即记入台账，并告知单位和主管部门。"}
SAID = {
    "check": "已审核，待局领导决定。", "return": "已退回。", "withdraw": "已撤回。",
    "decide": "已决定调减，并记入台账。", "decline": "已决定不予调减。",
}  # fmt: skip


class ReductionForm(forms.Form):
    """How much, and why; `version` is that of the record which the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    amount_fen = AmountField(label="申请调减（万元）", help_text="不超过没有支出的预算。")
    reason = forms.CharField(
        label="申请理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明为什么这笔钱今年不再需要，决定后写入台账摘要。",
    )


@page(may=may_see_reductions)
def reduction_list(request: PageRequest) -> HttpResponse:
    """What was applied for in the chosen year."""
    cycle = current_cycle(request)
    rows = visible_reductions(request.person)
    rows = rows.filter(cycle=cycle) if cycle is not None else rows.none()
    return list_page(request, REDUCTIONS, rows, template="monitoring/reductions.html", context={"cycle": cycle})


@page(may=may_apply_reduction, record=visible_reports, methods=("GET", "POST"))
def reduction_apply(request: PageRequest, report: MonitoringReport) -> HttpResponse:
    """Ask for a reduction on the ground of what a monitoring report found."""
    form = ReductionForm(request.POST or None, initial={"version": report.version})
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = apply_reduction(report=report, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已申请，待财政局审核。")
            return go(request, "monitoring:reduction", made.pk)
    context = {
        "form": form, "refusals": refusals, "name": "申请调减预算", "report": report,
        "back_to": reverse("monitoring:detail", args=[report.pk]), "back_name": "返回监控表",
        "facts": [{"fact": one.fact, "clause": one.clause} for one in report.warnings.order_by("pk")],
    }  # fmt: skip
    return _form_page(request, form, context)


def _form_page(request: PageRequest, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    report: MonitoringReport = context["report"]
    money = balance(report.subject_year_id)
    context |= {
        "year": report.subject_year, "money": money, "unspent": max(money.budget - money.executed, 0),
        "clause": reduction_rule(report.cycle),
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "monitoring/reduction_form.html", context)


@page(may=may_see_reductions, record=visible_reductions)
def reduction_detail(request: PageRequest, reduction: Reduction) -> HttpResponse:
    """One application: what monitoring found, how much is asked for and why, what was decided."""
    person, year = request.person, reduction.subject_year
    workflow = policy_for(reduction.cycle).workflows[WORKFLOW]
    label, tone = state_of(reduction)
    context = {
        "reduction": reduction,
        "year": year,
        "title": TitleLine(
            f"{year.name}　申请调减预算",
            unit=str(year.unit) if year.unit_id == year.department_id else f"{year.department} · {year.unit}",
            year=f"{year.budget_year} 年度{reduction.report.checkpoint.label}监控",
            money_fen=reduction.amount_fen, money_label="申请调减", state=label, tone=tone,
        ),
        "milestones": life_of(year, person),
        "stage": "reduction",
        "next": next_step(
            reduction, workflow, person, reverse("monitoring:reduction_act", args=[reduction.pk]),
            may=bool(may_act_on_reduction(person, reduction)), hidden=("apply",), confirm=CONFIRM,
        ),
        "may_revise": bool(may_revise_reduction(person, reduction)),
        "unspent": max(reduction.budget_fen - reduction.paid_fen, 0),
        "entry": reduction.ledger_entry,
        "clauses": [reduction.clause],
        "history": told(history(reduction), workflow),
    }  # fmt: skip
    return render(request, "monitoring/reduction.html", context)


@page(may=may_act_on_reduction, record=visible_reductions, methods=("POST",))
def reduction_act(request: PageRequest, reduction: Reduction) -> HttpResponse:
    """Check, give back, withdraw, agree or decline."""
    want = asked(request)
    move_reduction(reduction=reduction, action=want.action, comment=want.comment, person=request.person, version=want.version)
    messages.success(request, SAID[want.action])
    return go(request, "monitoring:reduction", reduction.pk)


@page(may=may_revise_reduction, record=visible_reductions, methods=("GET", "POST"))
def reduction_revise(request: PageRequest, reduction: Reduction) -> HttpResponse:
    """Apply again with what came back."""
    initial = {"version": reduction.version, "amount_fen": reduction.amount_fen, "reason": reduction.reason}
    form = ReductionForm(request.POST or None, initial=initial)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            revise_reduction(reduction=reduction, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已重新申请，待财政局审核。")
            return go(request, "monitoring:reduction", reduction.pk)
    context = {
        "form": form, "refusals": refusals, "name": "重新申请调减预算", "report": reduction.report, "facts": reduction.facts,
        "back_to": reverse("monitoring:reduction", args=[reduction.pk]), "back_name": "返回申请", "back": last_return(reduction),
    }  # fmt: skip
    return _form_page(request, form, context)
