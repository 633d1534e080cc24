"""Pages on which a unit writes the report of its self-evaluation, and the report to be printed."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.printing import report_file
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.seen import SeenForm
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.policy.outline import Outline
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.access import visible_self_evaluations
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.evaluation.parts import parts_to_write, typed_parts
from jiheng.stages.evaluation.queries import self_due
from jiheng.stages.evaluation.self_outlines import outline_for
from jiheng.stages.evaluation.selfreport.access import may_see_report, may_write_report
from jiheng.stages.evaluation.selfreport.documents import report_of
from jiheng.stages.evaluation.selfreport.drafting import drafted
from jiheng.stages.evaluation.selfreport.services import save_self_report


def _outline(record: SelfEvaluation) -> Outline:
    outline = outline_for(record)
    if outline is None:
        raise mistaken("这项自评不用写报告")
    return outline


@page(may=may_write_report, record=visible_self_evaluations, methods=("GET", "POST"))
def self_report(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Write the report of a self-evaluation in the outline that the rules name."""
    initial = {"seen": record.report_version, "page": uuid.uuid4().hex}
    form = SeenForm(request.POST if request.method == "POST" else None, initial=initial)
    refusals: list[Refusal] = []
    if form.is_bound and form.is_valid():
        try:
            _save(request, record, form)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "自评报告已保存。")
            where = "self_report" if request.POST.get("do") == "save" else "self_detail"
            return go(request, f"evaluation:{where}", record.pk)
    context = _context(record, request.POST if form.is_bound else None)
    context |= {"form": form, "refusals": refusals, "autosave": reverse("evaluation:self_report_autosave", args=[record.pk])}
    return (invalid if form.is_bound else render)(request, "evaluation/self_report.html", context)


@page(may=may_write_report, record=visible_self_evaluations, methods=("POST",))
def self_report_autosave(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Keep the report as it is typed, without an entry in the chain."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    _save(request, record, form, draft=True)
    return HttpResponse(status=204)


@page(may=may_see_report, record=visible_self_evaluations)
def self_report_file(request: PageRequest, record: SelfEvaluation, kind: str) -> HttpResponse:
    """The report of a self-evaluation, as Word or PDF."""
    name = f"{record.subject_year.name}自评报告{record.subject_year.budget_year}"
    return report_file(kind, _outline(record), report_of(record), name, request.person)


def _save(request: PageRequest, record: SelfEvaluation, form: SeenForm, *, draft: bool = False) -> None:
    save_self_report(
        evaluation=record,
        sections=typed_parts(_outline(record), request.POST),
        person=request.person,
        seen=form.told_seen(),
        draft=draft,
    )


def _context(record: SelfEvaluation, posted: QueryDict | None) -> dict[str, Any]:
    """Gather the parts of the outline: as typed, as stored, or as the record can say them by itself."""
    outline = _outline(record)
    typed = None if posted is None else typed_parts(outline, posted)
    return {
        "record": record,
        "year": record.subject_year,
        "name": "撰写自评报告",
        "due": self_due(record),
        "outline": outline,
        "clause": str(policy_for(record.cycle).clause_of(outline)),
        "sections": parts_to_write(outline, written=record.sections, made=drafted(record), typed=typed),
    }
