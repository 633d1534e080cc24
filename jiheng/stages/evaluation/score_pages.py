"""Pages where an evaluator works, and where the unit is heard: scores, report and findings, comments, answers."""

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.web.pages import PageRequest, go, invalid, page, part, seen_version
from jiheng.foundation.web.seen import SeenForm
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.access import may_answer, may_respond, may_score, visible_evaluations
from jiheng.stages.evaluation.documents import outline_of
from jiheng.stages.evaluation.drafting import drafted
from jiheng.stages.evaluation.facts import response_due
from jiheng.stages.evaluation.forms import (
    FindingSet,
    PointSet,
    bare,
    findings_in,
    typed_answers,
    typed_points,
)
from jiheng.stages.evaluation.models import Comment, Evaluation
from jiheng.stages.evaluation.pages import material, title_of
from jiheng.stages.evaluation.parts import parts_to_write, typed_parts
from jiheng.stages.evaluation.queries import score_rows
from jiheng.stages.evaluation.services.evaluations import (
    NO_COMMENT,
    answer_comments,
    card_of,
    respond,
    save_report,
    save_scores,
    score_problems,
    total_and_grade,
)


def _keys(record: Evaluation) -> dict[str, str]:
    return {item.key: item.label for item in card_of(record).items}


def _seen_form(request: PageRequest, record: Evaluation) -> SeenForm:
    initial = {"seen": record.content_version, "page": uuid.uuid4().hex}
    return SeenForm(request.POST if request.method == "POST" else None, initial=initial)


# --- scores


@page(may=may_score, record=visible_evaluations, methods=("GET", "POST"))
def score(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Score the items of the card, each lost point with its reason."""
    form = _seen_form(request, record)
    refusals: list[Refusal] = []
    if form.is_bound and form.is_valid():
        refusals = _save_scores(request, record, form)
        if not refusals:
            left = len(card_of(record).items) - record.lines.count()
            messages.success(request, "评分已保存。" if not left else f"评分已保存，还有 {left} 项没有评分。")
            where = {"save": "score", "report": "report"}.get(request.POST.get("do", ""), "detail")
            return go(request, f"evaluation:{where}", record.pk)
    context = score_context(record, request.POST if form.is_bound else None)
    context["autosave"] = reverse("evaluation:score_autosave", args=[record.pk])
    context |= {
        "form": form,
        "refusals": refusals,
        "name": "评分",
        "title": title_of(record),
        **material(record),
    }
    return (invalid if form.is_bound else render)(request, "evaluation/score.html", context)


def _save_scores(
    request: PageRequest, record: Evaluation, form: SeenForm, *, draft: bool = False
) -> list[Refusal]:
    """Give the typed points to the service; return every refusal, those of unreadable points first."""
    points, reasons, unread = typed_points(_keys(record), request.POST)
    if unread and not draft:
        return [*unread, *score_problems(record, card_of(record), points, reasons)]
    try:
        save_scores(
            evaluation=record,
            points=points,
            reasons=reasons,
            person=request.person,
            seen=form.told_seen(),
            draft=draft,
        )
    except Refused as refused:
        return refused.refusals
    return []


def score_context(record: Evaluation, posted: QueryDict | None) -> dict[str, Any]:
    """Gather the card's items with what is typed or stored, the total and what is wrong in each row."""
    card = card_of(record)
    rows = score_rows(record, card)
    if posted is None:
        points = {row.item.key: row.points for row in rows if row.points is not None}
        reasons = {row.item.key: row.reason for row in rows}
        unread: list[Refusal] = []
        texts = {key: bare(value) for key, value in points.items()}
    else:
        points, reasons, unread = typed_points(_keys(record), posted)
        texts = {row.item.key: posted.get(f"points-{row.item.key}", "") for row in rows}
    problems: dict[str, list[Refusal]] = {}
    for one in [*unread, *score_problems(record, card, points, reasons)]:
        problems.setdefault(one.where, []).append(one)
    fit = {key: value for key, value in points.items() if 0 <= value <= card.item(key).points}
    total, grade = total_and_grade(record, card, fit)
    grades = policy_for(record.cycle).grades[card.grades]
    return {
        "record": record,
        "year": record.subject_year,
        "card": card,
        "items": [
            {
                "row": row,
                "points": texts.get(row.item.key, ""),
                "reason": reasons.get(row.item.key, ""),
                "wrong": problems.get(row.item.key, []),
            }
            for row in rows
        ],
        "total": total,
        "grade": grades.band(grade).label if grade else "",
        "so_far": sum(fit.values(), Decimal(0)),
        "left": len(rows) - len(fit),
        "bands": grades.falling,
        "typed": posted is not None,
    }


@page(may=may_score, record=visible_evaluations, methods=("POST",))
def score_total(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Say what the items come to as they stand on the page now; nothing is saved."""
    return part(request, "evaluation/_score_total.html", score_context(record, request.POST))


@page(may=may_score, record=visible_evaluations, methods=("POST",))
def score_autosave(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Keep the points as they are typed, without an entry in the chain."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    _save_scores(request, record, form, draft=True)
    return HttpResponse(status=204)


# --- report and findings


@page(may=may_score, record=visible_evaluations, methods=("GET", "POST"))
def report(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Write the report in the required outline and list the problems found."""
    form, formset = _seen_form(request, record), _finding_set(request, record)
    refusals: list[Refusal] = []
    if form.is_bound and form.is_valid() and formset.is_valid():
        try:
            _save_report(request, record, form, formset)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "报告已保存。")
            return go(
                request, f"evaluation:{'report' if request.POST.get('do') == 'save' else 'detail'}", record.pk
            )
    context = _report_context(record, request.POST if form.is_bound else None)
    context["autosave"] = reverse("evaluation:report_autosave", args=[record.pk])
    context |= {"form": form, "formset": formset, "refusals": refusals, "title": title_of(record)}
    return (invalid if form.is_bound else render)(request, "evaluation/report.html", context)


def _finding_set(request: PageRequest, record: Evaluation) -> Any:
    initial = [
        {
            "category": one.category,
            "text": one.text,
            "advice": one.advice,
            "amount_fen": one.amount_fen or None,
        }
        for one in record.findings.all()
    ]
    if request.method == "POST":
        return FindingSet(request.POST, prefix="findings")
    return FindingSet(initial=initial, prefix="findings")


def _save_report(
    request: PageRequest, record: Evaluation, form: SeenForm, formset: Any, *, draft: bool = False
) -> None:
    save_report(
        evaluation=record,
        sections=typed_parts(outline_of(record), request.POST),
        findings=findings_in(formset),
        person=request.person,
        seen=form.told_seen(),
        draft=draft,
    )


def _report_context(record: Evaluation, posted: QueryDict | None) -> dict[str, Any]:
    """Gather the parts of the outline: as typed, as stored, or as the record can say them by itself."""
    outline = outline_of(record)
    typed = None if posted is None else typed_parts(outline, posted)
    return {
        "record": record,
        "year": record.subject_year,
        "name": "撰写报告",
        "outline": outline,
        "sections": parts_to_write(outline, written=record.sections, made=drafted(record), typed=typed),
    }


@page(may=may_score, record=visible_evaluations, methods=("POST",))
def report_autosave(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Keep the report as it is typed, without an entry in the chain."""
    form, formset = SeenForm(request.POST), FindingSet(request.POST, prefix="findings")
    if not form.is_valid() or not formset.is_valid():
        return HttpResponse(status=422)
    _save_report(request, record, form, formset, draft=True)
    return HttpResponse(status=204)


# --- the unit is heard


@page(may=may_respond, record=visible_evaluations, methods=("GET", "POST"))
def evaluation_respond(request: PageRequest, record: Evaluation) -> HttpResponse:
    """The unit answers the draft point by point, or says that it has nothing against it."""
    initial = [{"text": one.text} for one in record.comments.filter(round=record.round)]
    formset = PointSet(
        request.POST or None, initial=None if request.method == "POST" else initial, prefix="points"
    )
    refusals: list[Refusal] = []
    if request.method == "POST" and formset.is_valid():
        none = request.POST.get("do") == "none"
        told = [
            one.cleaned_data.get("text", "") for one in formset.forms if not one.cleaned_data.get("DELETE")
        ]
        try:
            respond(
                evaluation=record,
                reply=NO_COMMENT if none else "",
                comments=[] if none else told,
                person=request.person,
                version=seen_version(request),
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已答复：{record.unit_reply}。")
            return go(request, "evaluation:detail", record.pk)
    context = {
        "record": record,
        "year": record.subject_year,
        "formset": formset,
        "refusals": refusals,
        "name": "答复评价报告",
        "due": response_due(record),
        "title": title_of(record),
    }
    return (invalid if request.method == "POST" else render)(request, "evaluation/respond.html", context)


@page(may=may_answer, record=visible_evaluations, methods=("GET", "POST"))
def evaluation_answers(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Say of each comment of the unit whether it is adopted, and why."""
    comments = list(record.comments.filter(round=record.round))
    posted = request.method == "POST"
    answers = typed_answers(comments, request.POST)
    refusals: list[Refusal] = []
    if posted:
        try:
            version = seen_version(request)
            answer_comments(evaluation=record, answers=answers, person=request.person, version=version)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已逐条答复。采纳后须改报告的，请办理“按意见修改报告”。")
            return go(request, "evaluation:detail", record.pk)
    wrong = {one.where: one for one in refusals}
    context = {
        "record": record,
        "year": record.subject_year,
        "name": "答复单位意见",
        "seen": request.POST.get("version", record.version),
        "refusals": refusals,
        "verdicts": Comment.VERDICTS,
        "title": title_of(record),
        "lines": [
            {
                "comment": one,
                "verdict": answers[one.pk].verdict if posted else one.verdict,
                "answer": answers[one.pk].answer if posted else one.answer,
                "wrong": wrong.get(f"comment-{one.pk}"),
            }
            for one in comments
        ],
    }
    return (invalid if posted else render)(request, "evaluation/answers.html", context)
