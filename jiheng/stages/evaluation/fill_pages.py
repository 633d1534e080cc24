"""Pages where a unit fills its self-evaluation: each side its half, live points, the form filled offline."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.sheets.write import write_template
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, part
from jiheng.foundation.web.remembered import Remembered, remembered, token_of
from jiheng.foundation.web.seen import SeenForm
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused
from jiheng.foundation.workflow.claim import Seen
from jiheng.registers.cycles.queries import policy_for, value_in
from jiheng.registers.exemplars.queries import alike
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.access import (
    may_fill_results,
    may_fill_self_evaluation,
    visible_self_evaluations,
)
from jiheng.stages.evaluation.documents import rate_of, self_form
from jiheng.stages.evaluation.facts import newer_goal
from jiheng.stages.evaluation.forms import (
    ExecutionForm,
    ResultsForm,
    Typed,
    UploadForm,
    stored_lines,
    typed_lines,
)
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.evaluation.queries import self_due
from jiheng.stages.evaluation.rows import result_rows, slow_spending, summed
from jiheng.stages.evaluation.self_pages import title_of
from jiheng.stages.evaluation.services.self_evaluations import (
    LONGEST_EXECUTION_REASON,
    follow_goal,
    save_execution_reason,
    save_results,
)
from jiheng.stages.evaluation.uploads import Uploaded, apply_upload, keep_upload, marked_upload


@page(may=may_fill_self_evaluation, record=visible_self_evaluations, methods=("GET", "POST"))
def self_fill(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Write one half of the self-evaluation: results for project staff, the reason of slow spending for finance."""
    if request.person.role == "unit_finance":
        return _fill_money(request, record)
    return _fill_results(request, record)


def _fill_results(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    lines = list(record.lines.select_related("indicator__library").defer("indicator__library__pieces"))
    form = _results_form(request, record)
    typed = typed_lines(lines, request.POST) if form.is_bound else stored_lines(lines)
    refusals: list[Refusal] = []
    if form.is_bound and form.is_valid():
        refusals = _kept(request, record, form, typed, draft=False)
        if not refusals:
            messages.success(request, "已保存。")
            where = "self_fill" if request.POST.get("do") == "save" else "self_detail"
            return go(request, f"evaluation:{where}", record.pk)
    context = _frame(request, record) | _results(record, lines, typed)
    context |= {"form": form, "refusals": refusals, "name": "填写完成情况", "autosave": _autosave(record)}
    context["good_cases"] = alike(request.person, record.subject_year, "report")
    return (invalid if form.is_bound else render)(request, "evaluation/fill.html", context)


def _autosave(record: SelfEvaluation) -> str:
    return reverse("evaluation:self_autosave", args=[record.pk])


def _results_form(request: PageRequest, record: SelfEvaluation) -> ResultsForm:
    initial = {
        "seen": record.results_version,
        "page": uuid.uuid4().hex,
        "actual_objective": record.actual_objective,
    }
    return ResultsForm(request.POST if request.method == "POST" else None, initial=initial)


def _kept(
    request: PageRequest, record: SelfEvaluation, form: SeenForm, typed: Mapping[int, Typed], *, draft: bool
) -> list[Refusal]:
    """Give the typed half to its service; return every refusal, also of points that are no number."""
    unread = [one.problem for one in typed.values() if one.problem is not None]
    if unread and not draft:
        return _all_problems(record, typed)
    try:
        save_results(
            evaluation=record,
            lines={pk: one.data for pk, one in typed.items()},
            actual_objective=form.cleaned_data["actual_objective"],
            person=request.person,
            seen=form.told_seen(),
            draft=draft,
        )
    except Refused as refused:
        return refused.refusals
    return []


def _all_problems(record: SelfEvaluation, typed: Mapping[int, Typed]) -> list[Refusal]:
    """Return one problem for each row that cannot be read or scored, in the order of the rows."""
    rows = result_rows(record, list(record.lines.select_related("indicator")), typed)
    return [row.problem for row in rows if row.problem is not None]


def _results(record: SelfEvaluation, lines: Any, typed: Mapping[int, Typed]) -> dict[str, Any]:
    rows = result_rows(record, lines, typed, list(evidence_of(record)))
    return {"rows": rows, "sum": summed(record, rows)}


def _frame(request: PageRequest, record: SelfEvaluation) -> dict[str, Any]:
    """Gather what both halves show around what is typed."""
    weight = value_in(record.cycle, "self_evaluation_weights")
    return {
        "record": record,
        "year": record.subject_year,
        "title": title_of(record),
        "due": self_due(record),
        "newer": newer_goal(record),
        "rate": rate_of(record.budget_fen, record.executed_fen),
        "execution_weight": weight.value["execution"] if record.execution_points is not None else None,
        "slow": slow_spending(record),
        "finance": request.person.role == "unit_finance",
    }


def _fill_money(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    initial = {
        "seen": record.money_version,
        "page": uuid.uuid4().hex,
        "execution_reason": record.execution_reason,
    }
    form = ExecutionForm(request.POST if request.method == "POST" else None, initial=initial)
    refusals: list[Refusal] = []
    if form.is_bound and form.is_valid():
        try:
            save_execution_reason(
                evaluation=record,
                reason=form.cleaned_data["execution_reason"],
                person=request.person,
                seen=form.told_seen(),
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已保存，资金已按台账更新。")
            return go(request, "evaluation:self_detail", record.pk)
    lines = list(record.lines.select_related("indicator"))
    context = _frame(request, record) | _results(record, lines, stored_lines(lines))
    context |= {
        "form": form,
        "refusals": refusals,
        "name": "填写执行情况",
        "autosave": _autosave(record),
    }
    return (invalid if form.is_bound else render)(request, "evaluation/fill_money.html", context)


@page(may=may_fill_self_evaluation, record=visible_self_evaluations, methods=("POST",))
def self_autosave(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Keep a draft of the half without an entry in the chain; unreadable values stay as they were typed."""
    if request.person.role == "unit_finance":
        money = ExecutionForm(request.POST)
        reason = str(money.data.get("execution_reason", ""))
        if not money.is_valid() or len(reason.strip()) > LONGEST_EXECUTION_REASON:
            return HttpResponse(status=422)
        save_execution_reason(
            evaluation=record, reason=reason, person=request.person, seen=money.told_seen(), draft=True
        )
        return HttpResponse(status=204)
    form = ResultsForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    lines = list(record.lines.select_related("indicator"))
    _kept(request, record, form, typed_lines(lines, request.POST), draft=True)
    return HttpResponse(status=204)


@page(may=may_fill_results, record=visible_self_evaluations, methods=("POST",))
def self_points(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Say what the rows come to as they stand on the page now; nothing is saved."""
    lines = list(record.lines.select_related("indicator"))
    context = _results(record, lines, typed_lines(lines, request.POST)) | _frame(request, record)
    return part(request, "evaluation/_points.html", context)


@page(may=may_fill_self_evaluation, record=visible_self_evaluations, methods=("POST",))
def self_follow(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Bring the draft in line with the goal that replaced the one it began with."""
    follow_goal(evaluation=record, person=request.person)
    messages.success(request, "已按现行绩效目标更新，相同的指标保留了已填内容，请补填新增的指标。")
    return go(request, "evaluation:self_fill", record.pk)


# --- the form filled offline


@page(may=may_fill_results, record=visible_self_evaluations)
def self_template(_: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """The self-evaluation as a form to be filled in offline; what is known already stands in it."""
    definition, data = self_form(record)
    key = f"evaluation.selfevaluation:{record.pk}"
    content = write_template(definition, data, place=record.place.code, record=key)
    year = record.subject_year
    return sent(content, f"{year.name}自评填报表{year.budget_year}.xlsx")


@page(may=may_fill_results, record=visible_self_evaluations, methods=("GET", "POST"))
def self_upload(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Upload the filled-in form: every mistake at its cell, every difference, nothing changed yet."""
    form = UploadForm(request.POST or None, request.FILES or None)
    uploaded: Uploaded | None = None
    refusals: list[Refusal] = []
    token = ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            uploaded = keep_upload(
                evaluation=record, name=file.name, content=file.read(), person=request.person
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            token = token_of(record, Remembered(file.name, uploaded.digest, record.results_version))
    context = _frame(request, record) | {
        "form": form,
        "name": "导入离线填报表",
        "form_title": policy_for(record.cycle).forms["F5"].label,
        "uploaded": uploaded,
        "token": token,
        "refusals": refusals,
        "multipart": True,
    }
    bad = bool(refusals or (form.is_bound and not form.is_valid()) or (uploaded and not uploaded.ok))
    return (invalid if bad else render)(request, "evaluation/upload.html", context)


@page(may=may_fill_results, record=visible_self_evaluations, methods=("POST",))
def self_upload_apply(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Take over the uploaded form after the person has seen what it changes."""
    kept = remembered(record, request.POST.get("token", ""))
    if kept is None:
        messages.error(request, "核对页已过期，请重新上传。")
        return go(request, "evaluation:self_upload", record.pk)
    apply_upload(
        evaluation=record,
        name=kept.name,
        digest=kept.digest,
        person=request.person,
        seen=Seen(kept.seen),
    )
    messages.success(request, "已按上传的表填入，请核对后签署。")
    return go(request, "evaluation:self_fill", record.pk)


@page(may=may_fill_results, record=visible_self_evaluations)
def self_upload_marked(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """The person's own file with every mistake marked at its cell, for an hour after the upload."""
    kept = remembered(record, request.GET.get("file", ""))
    if kept is None:
        messages.error(request, "核对页已过期，请重新上传。")
        return go(request, "evaluation:self_upload", record.pk)
    content = marked_upload(record, kept.name, kept.digest)
    return sent(content, f"{kept.name.removesuffix('.xlsx')}（已标注）.xlsx")
