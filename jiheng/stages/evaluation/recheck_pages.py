"""Pages of the re-check: the random draw that anybody can repeat, and the rows scored again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.web.lists import Column, Empty, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, part, seen_version
from jiheng.foundation.web.record import told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rules_at, window
from jiheng.rules.refusal import Refusal
from jiheng.rules.sampling import population_text, recipe, script
from jiheng.stages.evaluation.access import (
    may_draw,
    may_recheck,
    may_see_draws,
    visible_draws,
    visible_self_evaluations,
)
from jiheng.stages.evaluation.forms import DrawForm, bare, stored_lines, typed_points
from jiheng.stages.evaluation.judging import grade_label
from jiheng.stages.evaluation.models import Draw, SelfEvaluation
from jiheng.stages.evaluation.queries import (
    draw_population,
    draw_rule,
    drawn_ids,
    members_of,
    usual_draw,
    verify_draw,
)
from jiheng.stages.evaluation.rows import recheck_sum, result_rows
from jiheng.stages.evaluation.self_outlines import parts_of
from jiheng.stages.evaluation.self_pages import title_of
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.self_evaluations import recheck_self_evaluation

DRAWS = Table(
    key="draws",
    title="抽取记录",
    unit="次",
    order="-drawn",
    columns=(
        Column(
            "drawn", "抽取时间", lambda one: one.drawn_at.date(), kind="day", sort="drawn_at", card=True,
            link=lambda one: reverse("evaluation:draw", args=[one.pk]),
        ),
        Column("purpose", "用途", lambda one: one.get_purpose_display(), card=True),
        Column("population", "总体（份）", lambda one: len(one.population), kind="number"),
        Column("chosen", "抽中（份）", lambda one: len(one.chosen), kind="number", card=True),
        Column("seed", "随机种子", "seed", card=True),
        Column("digest", "总体摘要", lambda one: one.population_digest[:16] + "…"),
        Column("by", "抽取人", "drawn_by"),
    ),
    empty=Empty("还没有抽取", "主管部门审核通过的自评可以抽取复核；种子在抽取前公开，谁都能重算。"),
)  # fmt: skip


PURPOSES = dict(Draw.PURPOSES)


def _has(cycle: Cycle | None, purpose: str) -> bool:
    """Whether the page offers a draw: of monitoring only where the rules name a spot check."""
    return purpose != "monitoring" or (cycle is not None and draw_rule(cycle, purpose) is not None)


def _part(request: PageRequest, cycle: Cycle | None, purpose: str, data: Any = None) -> dict[str, Any]:
    """Return what the list of draws shows about one purpose, with its form."""
    population = len(draw_population(cycle, purpose)) if cycle else 0
    initial = {"count": usual_draw(cycle, population, purpose) if cycle else None}
    return {
        "cycle": cycle,
        "purpose": purpose,
        "what": PURPOSES[purpose],
        "form": DrawForm(data, initial=initial, prefix=None if purpose == "recheck" else purpose),
        "population": population,
        "drawn": len(drawn_ids(cycle, purpose)) if cycle else 0,
        "share": draw_rule(cycle, purpose) if cycle else None,
        "may": may_draw(request.person),
    }


@page(may=may_see_draws)
def draws(request: PageRequest) -> HttpResponse:
    """The draws of the chosen budget year, and the form for another one."""
    cycle: Cycle | None = current_cycle(request)
    rows = visible_draws(request.person).filter(cycle=cycle)
    context = {
        "cycle": cycle,
        "span": window(cycle, "self_evaluation_recheck") if cycle else None,
        "parts": [_part(request, cycle, purpose) for purpose in PURPOSES if _has(cycle, purpose)],
    }
    return list_page(request, DRAWS, rows, template="evaluation/draws.html", context=context)


@page(may=may_draw, methods=("POST",))
def draw_new(request: PageRequest) -> HttpResponse:
    """Draw, and go to the record of the draw; what is refused is said beside the form."""
    cycle: Cycle | None = current_cycle(request)
    asked = request.POST.get("purpose", "")
    context = _part(request, cycle, asked if asked in PURPOSES else "recheck", request.POST)
    form, refusals = context["form"], list[Refusal]()
    if cycle is not None and form.is_valid():
        try:
            made = draw_rechecks(cycle=cycle, person=request.person, purpose=context["purpose"], **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已抽取 {len(made.chosen)} 份，抽取记录不可更改。")
            return go(request, "evaluation:draw", made.pk)
    return invalid(request, "evaluation/draw_again.html", context | {"refusals": refusals})


@page(may=may_see_draws, record=visible_draws)
def draw(request: PageRequest, drawn: Draw) -> HttpResponse:
    """One draw: seed, population with its digest, what was drawn, and the way to repeat it."""
    members = members_of(drawn)
    context = {
        "drawn": drawn,
        "members": members,
        "chosen": [one for one in members if one.place is not None],
        "left": [one for one in members if one.place is None],
        "may_draw": bool(may_draw(request.person)) and drawn.cycle.state == "open",
        "population": population_text(drawn.population),
        "recipe": recipe(len(drawn.chosen)),
        "script": script(drawn.seed, len(drawn.chosen)),
        "history": told(history(drawn)),
    }
    return render(request, "evaluation/draw.html", context)


@page(may=may_see_draws, record=visible_draws)
def draw_population_text(_: PageRequest, drawn: Draw) -> HttpResponse:
    """The population as the very bytes of which its digest is made: `sha256sum` of the file gives the digest."""
    response = HttpResponse(population_text(drawn.population), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="population.txt"'
    return response


@page(may=may_see_draws, record=visible_draws)
def draw_verify(request: PageRequest, drawn: Draw) -> HttpResponse:
    """Repeat the draw from its seed and population, now, and say whether it comes out the same."""
    return part(request, "evaluation/_verified.html", {"problems": verify_draw(drawn), "drawn": drawn})


@page(may=may_recheck, record=visible_self_evaluations, methods=("GET", "POST"))
def self_recheck(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Score the rows of a self-evaluation again, each difference with its reason."""
    lines = list(record.lines.select_related("indicator"))
    posted = request.method == "POST"
    points, reasons, problems = typed_points({str(one.pk): one.indicator.name for one in lines}, request.POST)
    note, refusals = request.POST.get("note", ""), problems
    if posted and not problems:
        try:
            recheck_self_evaluation(
                evaluation=record,
                points={int(key): (value, reasons[key]) for key, value in points.items()},
                note=note,
                person=request.person,
                version=seen_version(request),
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"复核完成：{record.recheck_total} 分，自评 {record.total} 分。")
            return go(request, "evaluation:self_detail", record.pk)
    context = recheck_context(record, lines, request.POST if posted else None)
    context |= {"refusals": refusals, "note": note}
    wrong: dict[str, list[Refusal]] = {}
    for one in refusals:
        wrong.setdefault(one.where, []).append(one)
    for row in context["lines"]:
        row["wrong"] = wrong.get(f"line-{row['row'].line.pk}", []) + wrong.get(str(row["row"].line.pk), [])
    return (invalid if posted else render)(request, "evaluation/recheck.html", context)


def recheck_context(record: SelfEvaluation, lines: list[Any], posted: Any) -> dict[str, Any]:
    """Gather the rows with their own points and what is typed; at first each row keeps its own points."""
    rows = result_rows(record, lines, stored_lines(lines), list(evidence_of(record)))
    keys = {str(one.pk): one.indicator.name for one in lines}
    points, _, _ = typed_points(
        keys, posted or {f"points-{row.line.pk}": bare(row.line.points) for row in rows}
    )
    total, grade = recheck_sum(record, lines, points)
    line_of = rules_at(record.cycle).get("recheck_difference_line")
    return {
        "record": record,
        "year": record.subject_year,
        "title": title_of(record),
        "name": "复核自评",
        "evidence": list(evidence_of(record)),
        "report": parts_of(record),
        "lines": [
            {
                "row": row,
                "points": posted.get(f"points-{row.line.pk}", "") if posted else bare(row.line.points),
                "reason": posted.get(f"reason-{row.line.pk}", "") if posted else row.line.recheck_reason,
            }
            for row in rows
        ],
        "total": total,
        "grade": grade,
        "own_grade": grade_label(record, record.grade),
        "difference": total - record.total if total is not None and record.total is not None else None,
        "line": line_of,
    }


@page(may=may_recheck, record=visible_self_evaluations, methods=("POST",))
def self_recheck_total(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Say what the re-checked rows come to as they stand on the page now; nothing is saved."""
    lines = list(record.lines.select_related("indicator"))
    return part(request, "evaluation/_recheck_total.html", recheck_context(record, lines, request.POST))
