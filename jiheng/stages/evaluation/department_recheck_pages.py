"""The page on which the bureau scores a department's evaluation again, item by item, with its opinion."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.workflow.advance import Refused
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.access import may_recheck_evaluation, visible_evaluations
from jiheng.stages.evaluation.forms import bare, typed_points
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.pages import title_of
from jiheng.stages.evaluation.queries import score_rows
from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.evaluation.services.rechecks import recheck_clause, recheck_evaluation


@page(may=may_recheck_evaluation, record=visible_evaluations, methods=("GET", "POST"))
def department_recheck(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Score again what was drawn; every problem is named at its row."""
    card = card_of(record)
    rows = score_rows(record, card)
    posted = request.POST if request.method == "POST" else None
    refusals: list[Refusal] = []
    if posted is not None:
        points, reasons, refusals = typed_points({item.key: item.label for item in card.items}, posted)
        if not refusals:
            try:
                made = recheck_evaluation(
                    evaluation=record, points=points, reasons=reasons, opinion=posted.get("opinion", ""), person=request.person
                )
            except Refused as refused:
                refusals = refused.refusals
            else:
                messages.success(request, f"复核完成：{made.total} 分，原来的结果保留。")
                return go(request, "evaluation:detail", record.pk)
    wrong: dict[str, list[Refusal]] = {}
    for one in refusals:
        wrong.setdefault(one.where, []).append(one)
    context = {
        "record": record,
        "year": record.subject_year,
        "title": title_of(record),
        "name": "抽查复核部门评价",
        "rows": [
            {
                "row": row,
                "points": posted.get(f"points-{row.item.key}", "") if posted is not None else bare(row.points),
                "reason": posted.get(f"reason-{row.item.key}", "") if posted is not None else row.reason,
                "wrong": wrong.get(row.item.key, []),
            }
            for row in rows
        ],
        "files": list(evidence_of(record)),
        "opinion": posted.get("opinion", "") if posted is not None else "",
        "clause": recheck_clause(record),
        "refusals": refusals,
    }
    return (invalid if posted is not None else render)(request, "evaluation/department_recheck.html", context)
