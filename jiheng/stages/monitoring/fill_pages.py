"""Pages where a report is filled in: readings and measures, deviations found while typing."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.web.pages import PageRequest, go, invalid, page, part
from jiheng.foundation.workflow.advance import Refused
from jiheng.rules.refusal import Refusal
from jiheng.stages.monitoring.access import may_fill_report, may_refresh, visible_reports
from jiheng.stages.monitoring.forms import FillForms
from jiheng.stages.monitoring.models import MonitoringReport
from jiheng.stages.monitoring.pages import title_of
from jiheng.stages.monitoring.queries import (
    Found,
    found_in,
    ledger_now,
    money_lines,
    reading_lines,
    readings_of,
    saved_warnings,
)
from jiheng.stages.monitoring.services import refresh_money, save_readings
from jiheng.stages.monitoring.services.filling import fill


@page(may=may_fill_report, record=visible_reports, methods=("GET", "POST"))
def report_fill(request: PageRequest, report: MonitoringReport) -> HttpResponse:
    """Fill in readings and measures; the money stands beside, from the ledger."""
    data = request.POST if request.method == "POST" else None
    lines = reading_lines(report, readings_of(report), ())
    forms = FillForms(report, lines, data, page=uuid.uuid4().hex)
    refusals: list[Refusal] = []
    if data is not None and forms.is_valid():
        try:
            save_readings(report=report, person=request.person, **forms.told())
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已保存，偏差已按规则重新计算。")
            return go(
                request, "monitoring:fill" if data.get("do") == "save" else "monitoring:detail", report.pk
            )
    draw = invalid if data is not None else render
    return draw(request, "monitoring/fill.html", _context(report, forms, refusals))


def _context(report: MonitoringReport, forms: FillForms, refusals: list[Refusal]) -> dict[str, Any]:
    now = ledger_now(report)
    found = saved_warnings(report) if not forms.form.is_bound else live(report, forms)
    return {
        "report": report,
        "year": report.subject_year,
        "title": title_of(report),
        "name": "填写监控表",
        "form": forms.form,
        "readings": forms.readings,
        "measures": forms.measures,
        "formset": forms.measures,
        "refusals": refusals,
        "wrong_rows": {one.where: one for one in refusals},
        "money": money_lines(report),
        "gap": now.executed - report.executed_fen or now.budget - report.budget_fen,
        "now": now,
        "found": found,
        "autosave": reverse("monitoring:autosave", args=[report.pk]),
    }


def live(report: MonitoringReport, forms: FillForms) -> list[Found]:
    """Return the deviations of what stands on the page now, and which of them lack a reason; nothing is saved."""
    rows = list(readings_of(report))
    typed = forms.told_readings()
    wrong = [one for row in rows if row.pk in typed for one in fill(row, typed[row.pk])]
    note = str(forms.form.data.get("note", ""))
    return found_in(report, rows, note, [one.message for one in wrong])


@page(may=may_fill_report, record=visible_reports, methods=("POST",))
def report_autosave(request: PageRequest, report: MonitoringReport) -> HttpResponse:
    """Keep a draft without an entry in the chain; 422 when something cannot be read."""
    forms = FillForms(report, reading_lines(report, readings_of(report), ()), request.POST)
    if not forms.is_valid():
        return HttpResponse(status=422)
    save_readings(report=report, person=request.person, draft=True, **forms.told())
    return HttpResponse(status=204)


@page(may=may_fill_report, record=visible_reports, methods=("POST",))
def report_check(request: PageRequest, report: MonitoringReport) -> HttpResponse:
    """Say what deviates in what stands on the page now; nothing is saved."""
    forms = FillForms(report, reading_lines(report, readings_of(report), ()), request.POST)
    forms.is_valid()
    return part(request, "monitoring/_found.html", {"report": report, "found": live(report, forms)})


@page(may=may_refresh, record=visible_reports, methods=("POST",))
def report_refresh(request: PageRequest, report: MonitoringReport) -> HttpResponse:
    """Take the money from the ledger again."""
    refresh_money(report=report, person=request.person)
    messages.success(request, "已按台账更新预算数和执行数，偏差已重新计算。")
    return go(request, "monitoring:detail", report.pk)
