"""Pages of an evaluation's work: its steps, the plan, the material asked of units, the records."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, seen_version, tried
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.subjects.facets import department_facet, unit_facet
from jiheng.stages.evaluation.access import OUTSIDE, scheme_waits, visible_evaluations
from jiheng.stages.evaluation.fieldwork.access import (
    may_argue_scheme,
    may_ask_material,
    may_begin_scheme,
    may_bring,
    may_change_record,
    may_edit_scheme,
    may_move_scheme,
    may_receive,
    may_record,
    may_refuse,
    may_see_fieldwork,
    may_see_materials,
    scheme_steps,
    scheme_workflow,
    visible_records,
    visible_requests,
    visible_schemes,
)
from jiheng.stages.evaluation.fieldwork.forms import (
    ArgueForm,
    AskForm,
    FileForm,
    NoteForm,
    ReasonForm,
    RecordForm,
    SchemeForm,
)
from jiheng.stages.evaluation.fieldwork.queries import (
    STEPS,
    item_labels,
    satisfaction,
    scheme_of,
    standing,
    step_lines,
    withheld,
)
from jiheng.stages.evaluation.fieldwork.services import (
    add_material,
    add_record,
    argue_scheme,
    ask_material,
    attach_record,
    begin_scheme,
    deliver_material,
    move_scheme,
    receive_request,
    refuse_material,
    save_scheme,
    strike_record,
)
from jiheng.stages.evaluation.models import Evaluation, EvaluationScheme, FieldRecord, MaterialRequest
from jiheng.stages.evaluation.review_tables import reviewed

STANDS = (("open", "待提供"), ("withheld", "拒绝或逾期"), ("done", "已提供"))


def _standing(rows: Any, value: str) -> Any:
    if value == "withheld":
        return withheld(rows)
    return rows.filter(delivered_on__isnull=value == "open")


MATERIALS = Table(
    key="materials",
    title="评价材料",
    columns=(
        Column("text", "调取的材料", "text", card=True, link=lambda one: reverse("evaluation:material", args=[one.pk])),
        Column("name", "评价对象", "evaluation.subject_year.name", sort="evaluation__subject_year__name", card=True),
        Column("unit", "单位", "evaluation.subject_year.unit.name", sort="evaluation__subject_year__unit__name"),
        Column("asked", "通知日期", "asked_on", kind="day", sort="asked_on"),
        Column("due", "提供期限", "due", kind="day", sort="due", card=True),
        Column("delivered", "提供日期", "delivered_on", kind="day", sort="delivered_on", shown=False),
        Column("state", "状态", lambda one: standing(one).words, kind="state", tone=lambda one: standing(one).tone, card=True),
    ),
    facets=(
        Facet("stand", "状态", STANDS, apply=_standing),
        department_facet("evaluation__subject_year__"),
        unit_facet("evaluation__subject_year__"),
    ),
    search=("text", "evaluation__subject_year__name", "evaluation__subject_year__subject__code"),
    search_label="材料、对象、代码",
    order="due",
    empty=Empty("没有向单位调取材料", "评价机构或组织评价的一方在“评价过程”中向被评价单位调取材料。"),
)  # fmt: skip


@page(may=may_see_materials)
def material_list(request: PageRequest) -> HttpResponse:
    """What evaluations of the chosen year asked for; outside evaluators see all that is theirs."""
    rows = visible_requests(request.person)
    cycle = None if request.person.role in OUTSIDE else current_cycle(request)
    if request.person.role not in OUTSIDE:
        rows = rows.filter(evaluation__cycle=cycle) if cycle is not None else rows.none()
    return list_page(request, MATERIALS, rows, template="evaluation/materials.html", context={"cycle": cycle})


@page(may=may_see_fieldwork, record=visible_evaluations)
def fieldwork(request: PageRequest, record: Evaluation) -> HttpResponse:
    """The steps of an evaluation's work, and everything that was done."""
    return render(request, "evaluation/fieldwork.html", _shown(request, record))


def _shown(request: PageRequest, record: Evaluation, **forms_: Any) -> dict[str, Any]:
    person, labels = request.person, item_labels(record)
    scheme = scheme_of(record)
    rule = rule_in(record.cycle, "evaluation_fieldwork")
    requests = [(one, standing(one), labels.get(one.item, "")) for one in record.material_requests.all()]
    return {
        "record": record,
        "year": record.subject_year,
        "steps": step_lines(record),
        "clause": str(rule.clause) if rule is not None else "",
        "waits": scheme_waits(record),
        "scheme": scheme,
        "scheme_state": scheme_workflow(scheme).states[scheme.state] if scheme is not None else None,
        "may_begin": bool(may_begin_scheme(person, record)),
        "requests": requests,
        "records": [_record_line(request, one, labels) for one in record.field_records.all()],
        "ask": (forms_.get("ask") or AskForm(evaluation=record)) if may_ask_material(person, record) else None,
        "form": (forms_.get("form") or RecordForm(evaluation=record)) if may_record(person, record) else None,
        "file": FileForm(),
        "reason": ReasonForm(),
        "refusals": forms_.get("refusals", []),
        "days": rule_in(record.cycle, "material_delivery_days"),
    }


def _record_line(request: PageRequest, one: FieldRecord, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "row": one,
        "item": labels.get(one.item, ""),
        "satisfaction": satisfaction(one),
        "files": [FileLink(file.name, reverse("files:download", args=[file.pk]), file.row, file.file.size) for file in evidence_of(one)],
        "may_change": bool(may_change_record(request.person, one)),
    }


# --- the plan


@page(may=may_begin_scheme, record=visible_evaluations, methods=("POST",))
def scheme_begin(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Begin the work plan."""
    return go(request, "evaluation:scheme", begin_scheme(evaluation=record, person=request.person).pk)


@page(may=may_see_fieldwork, record=visible_schemes)
def scheme(request: PageRequest, plan: EvaluationScheme) -> HttpResponse:
    """One work plan: what it says, how it was argued, what is next."""
    return render(request, "evaluation/scheme.html", _plan(request, plan))


def _plan(request: PageRequest, plan: EvaluationScheme, **forms_: Any) -> dict[str, Any]:
    person, workflow, one = request.person, scheme_workflow(plan), plan.evaluation
    state = workflow.states[plan.state]
    return {
        "plan": plan,
        "record": one,
        "title": TitleLine(
            f"{one.subject_year.name}　评价工作方案", unit=str(one.evaluator), year=f"{one.evaluated_year} 年度",
            state=state.label, tone=state.tone, code=one.subject_year.subject.code,
        ),
        "stage": "evaluation",
        "next": next_step(
            plan, workflow, person, reverse("evaluation:scheme_act", args=[plan.pk]), may=bool(may_move_scheme(person, plan)),
            hidden=() if scheme_steps(person, plan) else [step.action for step in workflow.steps],
            onward={step.action for step in workflow.steps} - {"return"},
        ),
        "steps": [STEPS[key] for key in plan.steps],
        "argued": any("scheme_argued" in step.requires for step in workflow.steps),
        "reviewed": "indicators" in reviewed(plan.cycle),
        "adopted": one.indicator_proposals.filter(verdict="adopted"),
        "card": policy_for(one.cycle).scorecards[one.scorecard],
        "form": forms_.get("form") or SchemeForm(initial={"text": plan.text, "steps": plan.steps}),
        "may_edit": bool(may_edit_scheme(person, plan)),
        "argue": forms_.get("argue") or ArgueForm(initial={"people": plan.argued_by, "opinion": plan.argument}),
        "may_argue": bool(may_argue_scheme(person, plan)),
        "refusals": forms_.get("refusals", []),
        "clauses": [workflow.clause_of(workflow.steps[0])],
        "history": told(history(plan), workflow),
    }  # fmt: skip


@page(may=may_edit_scheme, record=visible_schemes, methods=("POST",))
def scheme_save(request: PageRequest, plan: EvaluationScheme) -> HttpResponse:
    """Write the plan."""
    form = SchemeForm(request.POST)
    if not form.is_valid():
        return invalid(request, "evaluation/scheme.html", _plan(request, plan, form=form))
    save_scheme(scheme=plan, person=request.person, version=seen_version(request), **form.cleaned_data)
    messages.success(request, "工作方案已保存。")
    return go(request, "evaluation:scheme", plan.pk)


@page(may=may_argue_scheme, record=visible_schemes, methods=("POST",))
def scheme_argue(request: PageRequest, plan: EvaluationScheme) -> HttpResponse:
    """Note how the plan was argued."""
    form = ArgueForm(request.POST)
    outcome = tried(
        form, lambda: argue_scheme(scheme=plan, person=request.person, version=seen_version(request), **form.cleaned_data)
    )
    if outcome.done:
        messages.success(request, "论证意见已记录。")
        return go(request, "evaluation:scheme", plan.pk)
    return invalid(request, "evaluation/scheme.html", _plan(request, plan, argue=form, refusals=outcome.refusals))


@page(may=may_move_scheme, record=visible_schemes, methods=("POST",))
def scheme_act(request: PageRequest, plan: EvaluationScheme) -> HttpResponse:
    """Hand in, send back or approve."""
    want = asked(request)
    move_scheme(scheme=plan, action=want.action, person=request.person, comment=want.comment, version=want.version)
    messages.success(request, f"已办理，现为“{scheme_workflow(plan).states[plan.state].label}”。")
    return go(request, "evaluation:scheme", plan.pk)


# --- material


@page(may=may_ask_material, record=visible_evaluations, methods=("POST",))
def material_ask(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Ask the unit for material."""
    form = AskForm(request.POST, evaluation=record)
    outcome = tried(form, lambda: ask_material(evaluation=record, person=request.person, **form.cleaned_data))
    if outcome.done:
        messages.success(request, f"已通知{record.subject_year.unit}，{outcome.made.due:%Y-%m-%d} 前提供。")
        return go(request, "evaluation:fieldwork", record.pk)
    return invalid(request, "evaluation/fieldwork.html", _shown(request, record, ask=form, refusals=outcome.refusals))


@page(may=may_see_materials, record=visible_requests)
def material(request: PageRequest, one: MaterialRequest) -> HttpResponse:
    """One request: what is asked until when, what came of it, and what the unit does next."""
    return render(request, "evaluation/material.html", _request(request, one))


def _request(request: PageRequest, one: MaterialRequest, **forms_: Any) -> dict[str, Any]:
    person, stands = request.person, standing(one)
    return {
        "one": one,
        "record": one.evaluation,
        "stands": stands,
        "item": item_labels(one.evaluation).get(one.item, ""),
        "files": [FileLink(file.name, reverse("files:download", args=[file.pk]), file.row, file.file.size) for file in evidence_of(one)],
        "sees_work": bool(may_see_fieldwork(person)),
        "may_receive": bool(may_receive(person, one)),
        "may_bring": bool(may_bring(person, one)),
        "may_refuse": bool(may_refuse(person, one)),
        "file": FileForm(),
        "note": forms_.get("note") or NoteForm(),
        "reason": forms_.get("reason") or ReasonForm(),
        "refusals": forms_.get("refusals", []),
    }


@page(may=may_receive, record=visible_requests, methods=("POST",))
def material_receive(request: PageRequest, one: MaterialRequest) -> HttpResponse:
    """The unit got the request."""
    receive_request(asked=one, person=request.person)
    messages.success(request, f"已签收，请于 {one.due:%Y-%m-%d} 前提供。")
    return go(request, "evaluation:material", one.pk)


@page(may=may_bring, record=visible_requests, methods=("POST",))
def material_attach(request: PageRequest, one: MaterialRequest) -> HttpResponse:
    """Add a file."""
    name, content = _file(request)
    add_material(asked=one, name=name, content=content, person=request.person)
    messages.success(request, f"已上传“{name}”。全部上传后，请点“提供完毕”。")
    return go(request, "evaluation:material", one.pk)


@page(may=may_bring, record=visible_requests, methods=("POST",))
def material_deliver(request: PageRequest, one: MaterialRequest) -> HttpResponse:
    """Everything is brought."""
    return _answer(request, one, NoteForm(request.POST), "note", "已记为提供完毕。")


@page(may=may_refuse, record=visible_requests, methods=("POST",))
def material_refuse(request: PageRequest, one: MaterialRequest) -> HttpResponse:
    """The unit does not bring it, and says why."""
    return _answer(request, one, ReasonForm(request.POST), "reason", "已答复不提供。以后仍可以提供。")


def _answer(request: PageRequest, one: MaterialRequest, form: forms.Form, key: str, done: str) -> HttpResponse:
    deed = deliver_material if key == "note" else refuse_material
    outcome = tried(form, lambda: deed(asked=one, person=request.person, **form.cleaned_data))
    if outcome.done:
        messages.success(request, done)
        return go(request, "evaluation:material", one.pk)
    return invalid(request, "evaluation/material.html", _request(request, one, refusals=outcome.refusals, **{key: form}))


# --- records


@page(may=may_record, record=visible_evaluations, methods=("POST",))
def field_record(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Note a visit, a questionnaire or a judgement."""
    form = RecordForm(request.POST, evaluation=record)
    outcome = tried(form, lambda: add_record(evaluation=record, told=form.told, person=request.person))
    if outcome.done:
        messages.success(request, f"已登记{outcome.made.get_kind_display()}。")
        return go(request, "evaluation:fieldwork", record.pk)
    return invalid(request, "evaluation/fieldwork.html", _shown(request, record, form=form, refusals=outcome.refusals))


@page(may=may_change_record, record=visible_records, methods=("POST",))
def field_attach(request: PageRequest, row: FieldRecord) -> HttpResponse:
    """Add a file to a record."""
    name, content = _file(request)
    attach_record(row=row, name=name, content=content, person=request.person)
    messages.success(request, f"已上传“{name}”。")
    return go(request, "evaluation:fieldwork", row.evaluation_id)


@page(may=may_change_record, record=visible_records, methods=("POST",))
def field_strike(request: PageRequest, row: FieldRecord) -> HttpResponse:
    """Strike a record that is wrong."""
    strike_record(row=row, reason=request.POST.get("reason", ""), person=request.person)
    messages.success(request, "已作废，原记录留存。")
    return go(request, "evaluation:fieldwork", row.evaluation_id)


def _file(request: PageRequest) -> tuple[str, bytes]:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise mistaken("没有选择文件", remedy="请选择文件后再上传", where="file")
    file = form.cleaned_data["file"]
    return file.name, file.read()
