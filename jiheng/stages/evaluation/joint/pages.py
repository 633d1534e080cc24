"""Pages of a joint evaluation: one page with the four parts of it, and what each side does there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, tried
from jiheng.foundation.web.record import FileLink
from jiheng.stages.evaluation.access import OUTSIDE, visible_evaluations
from jiheng.stages.evaluation.fieldwork.forms import FileForm
from jiheng.stages.evaluation.fieldwork.queries import scheme_of
from jiheng.stages.evaluation.fieldwork.services import scheme_facts
from jiheng.stages.evaluation.joint.access import (
    joint_clause,
    may_answer_proposal,
    may_attach_finding,
    may_file_finding,
    may_propose_indicator,
    may_see_joint,
    may_take_over,
    visible_partner_findings,
    visible_proposals,
)
from jiheng.stages.evaluation.joint.forms import AnswerForm, FindingForm, ProposalForm, UseForm
from jiheng.stages.evaluation.joint.services import (
    answer_proposal,
    attach_finding,
    file_finding,
    propose_indicator,
    take_over,
)
from jiheng.stages.evaluation.models import Evaluation, IndicatorProposal, PartnerFinding
from jiheng.stages.evaluation.partners import joint_rule, taking_of


@page(may=may_see_joint, record=visible_evaluations)
def joint(request: PageRequest, record: Evaluation) -> HttpResponse:
    """The four parts of a joint evaluation: indicators, information, result, rectification."""
    return render(request, "evaluation/joint.html", _shown(request, record))


def files_of(finding: PartnerFinding) -> list[FileLink]:
    """Return the papers that prove a finding."""
    return [
        FileLink(one.name, reverse("files:download", args=[one.pk]), one.row, one.file.size) for one in evidence_of(finding)
    ]


def _shown(request: PageRequest, record: Evaluation, **forms_: Any) -> dict[str, Any]:
    person = request.person
    rule = joint_rule(record.cycle)
    scheme = scheme_of(record)
    answered: int | None = forms_.get("answered")
    proposals = []
    for one in record.indicator_proposals.all():
        form = forms_.get("answer") if one.pk == answered else AnswerForm(prefix=f"proposal{one.pk}")
        proposals.append({"one": one, "form": form if may_answer_proposal(person, one) else None})
    findings = [
        {"one": one, "files": files_of(one), "may_attach": bool(may_attach_finding(person, one))}
        for one in record.partner_findings.all()
    ]
    taken_up = record.findings.filter(partner_finding__isnull=False).count()
    return {
        "record": record,
        "year": record.subject_year,
        "rule": rule,
        "label": rule.value["label"] if rule is not None else "联合评价",
        "clause": joint_clause(record.cycle),
        "scheme": scheme,
        "agreed": scheme_facts(scheme)["partner_agreed"] if scheme is not None else False,
        "proposals": proposals,
        "findings": findings,
        "taken_up": taken_up,
        "taking": taking_of(record),
        "propose": (forms_.get("propose") or ProposalForm()) if may_propose_indicator(person, record) else None,
        "file_form": (forms_.get("finding") or FindingForm()) if may_file_finding(person, record) else None,
        "take": (forms_.get("take") or UseForm()) if may_take_over(person, record) else None,
        "outside": person.role in OUTSIDE,
        "refusals": forms_.get("refusals", []),
    }


@page(may=may_propose_indicator, record=visible_evaluations, methods=("POST",))
def joint_propose(request: PageRequest, record: Evaluation) -> HttpResponse:
    """The partner proposes an indicator."""
    form = ProposalForm(request.POST)
    outcome = tried(form, lambda: propose_indicator(evaluation=record, person=request.person, **form.cleaned_data))
    if outcome.done:
        messages.success(request, "已提出指标建议，等待答复。")
        return go(request, "evaluation:joint", record.pk)
    return invalid(request, "evaluation/joint.html", _shown(request, record, propose=form, refusals=outcome.refusals))


@page(may=may_answer_proposal, record=visible_proposals, methods=("POST",))
def joint_answer(request: PageRequest, proposal: IndicatorProposal) -> HttpResponse:
    """The finance side or the evaluator answers a proposed indicator."""
    form = AnswerForm(request.POST, prefix=f"proposal{proposal.pk}")
    outcome = tried(form, lambda: answer_proposal(proposal=proposal, person=request.person, **form.cleaned_data))
    if outcome.done:
        messages.success(request, f"已答复：{proposal.get_verdict_display()}。")
        return go(request, "evaluation:joint", proposal.evaluation_id)
    shown = _shown(request, proposal.evaluation, answer=form, answered=proposal.pk, refusals=outcome.refusals)
    return invalid(request, "evaluation/joint.html", shown)


@page(may=may_file_finding, record=visible_evaluations, methods=("POST",))
def joint_find(request: PageRequest, record: Evaluation) -> HttpResponse:
    """The partner files what it found."""
    form = FindingForm(request.POST)
    outcome = tried(form, lambda: file_finding(evaluation=record, told=form.told, person=request.person))
    if outcome.done:
        messages.success(request, "已登记，评价结果确定时并入问题清单。")
        return go(request, "evaluation:joint", record.pk)
    return invalid(request, "evaluation/joint.html", _shown(request, record, finding=form, refusals=outcome.refusals))


@page(may=may_attach_finding, record=visible_partner_findings, methods=("POST",))
def joint_attach(request: PageRequest, finding: PartnerFinding) -> HttpResponse:
    """A paper that proves a finding."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise mistaken("没有选择文件", remedy="请选择文件后再上传", where="file")
    file = form.cleaned_data["file"]
    attach_finding(finding=finding, name=file.name, content=file.read(), person=request.person)
    messages.success(request, f"已上传“{file.name}”。")
    return go(request, "evaluation:joint", finding.evaluation_id)


@page(may=may_take_over, record=visible_evaluations, methods=("POST",))
def joint_take(request: PageRequest, record: Evaluation) -> HttpResponse:
    """The partner takes the result over."""
    form = UseForm(request.POST)
    outcome = tried(form, lambda: take_over(evaluation=record, person=request.person, **form.cleaned_data))
    if outcome.done:
        messages.success(request, "已接收评价结果。")
        return go(request, "evaluation:joint", record.pk)
    return invalid(request, "evaluation/joint.html", _shown(request, record, take=form, refusals=outcome.refusals))
