"""The page on which a side scores a self-evaluation, and what its record tells of the reviews."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.web.pages import PageRequest, go, invalid, page, seen_version
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.review_tables import clause_of, grade_by, kept_items, read_answers, typed_items
from jiheng.rules.refusal import Refusal, mistake
from jiheng.stages.evaluation.access import may_review_self, visible_self_evaluations
from jiheng.stages.evaluation.content import hash_of
from jiheng.stages.evaluation.forms import stored_lines
from jiheng.stages.evaluation.models import SelfEvaluation, SelfReview
from jiheng.stages.evaluation.rows import result_rows
from jiheng.stages.evaluation.self_outlines import parts_of
from jiheng.stages.evaluation.selfreview.services import card_of, review_self_evaluation


def reviews_told(record: SelfEvaluation) -> list[dict[str, Any]]:
    """Return the reviews of a self-evaluation, the oldest first, each with its table; stale ones are said to be so."""
    reviews = list(record.reviews.all())
    if not reviews:
        return []
    card, now = card_of(record), hash_of(record)
    return [
        {
            "review": one,
            "grade": grade_by(record.cycle, card, one.total),
            "items": kept_items(card, one.lines),
            "stale": one.content_hash != now,
        }
        for one in reviews
    ]


@page(may=may_review_self, record=visible_self_evaluations, methods=("GET", "POST"))
def self_review(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Score a self-evaluation on the review table, with what was reached beside it."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            made = _scored(request, record)
        except Refused as refused:
            refusals = refused.refusals
        except ValidationError as error:
            refusals = [mistake(one) for one in error.messages]
        else:
            band = grade_by(record.cycle, card_of(record), made.total)
            messages.success(request, f"审核得 {made.total} 分，等级“{band.label}”。")
            return go(request, "evaluation:self_detail", record.pk)
    draw = invalid if request.method == "POST" else render
    return draw(request, "evaluation/self_review.html", _context(request, record, refusals))


def _scored(request: PageRequest, record: SelfEvaluation) -> SelfReview:
    answers = read_answers(card_of(record), request.POST)
    return review_self_evaluation(
        evaluation=record, person=request.person, answers=answers, version=seen_version(request)
    )


def _context(request: PageRequest, record: SelfEvaluation, refusals: list[Refusal]) -> dict[str, Any]:
    card, typed = card_of(record), request.POST
    lines = list(record.lines.select_related("indicator"))
    return {
        "record": record,
        "year": record.subject_year,
        "name": "审核评分",
        "card": card,
        "card_clause": clause_of(record.cycle, card),
        "items": typed_items(card, typed, refusals),
        "opinion": typed.get("opinion", ""),
        "rows": result_rows(record, lines, stored_lines(lines)),
        "report": parts_of(record),
        "refusals": refusals,
    }
