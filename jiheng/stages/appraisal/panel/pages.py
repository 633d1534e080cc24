"""Pages of the experts' scoring: the announcement, the panel with its rounds, an expert's own sheets."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.lists import Column, Empty, Table, list_page
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, seen_version, tried
from jiheng.foundation.web.record import FileLink, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.experts.drawing import in_register
from jiheng.rules.refusal import Refusal
from jiheng.rules.sampling import population_text, recipe, script
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.appraisal.access import visible_appraisals
from jiheng.stages.appraisal.facts import card_in, materials_of, outline_in
from jiheng.stages.appraisal.models import Appraisal, ExpertPanel, PanelSeat, PanelSheet
from jiheng.stages.appraisal.panel.access import (
    may_announce,
    may_note,
    may_replace,
    may_run,
    may_score_sheet,
    may_see_own,
    may_see_panels,
    own_sheets,
    visible_panels,
    visible_seats,
)
from jiheng.stages.appraisal.panel.forms import AnnounceForm, NoteForm, SeedForm, SheetForm
from jiheng.stages.appraisal.panel.queries import conflicts, rounds_of, sheets_in, verify_panel_draw
from jiheng.stages.appraisal.panel.services import (
    Announcement,
    announce_panel,
    close_round,
    draw_panel,
    note_discussion,
    replace_expert,
    save_sheet,
    score_again,
)
from jiheng.stages.appraisal.reviewing import panel_clause, panel_rule


def state_of(panel: ExpertPanel) -> tuple[str, Tone]:
    """Return how the scoring stands, in words and colour."""
    if panel.settled_at is not None:
        return f"评分已确定，{panel.total} 分", "green"
    if panel.drawn_at is None:
        return f"已公告，{panel.draw_on.isoformat()} 抽取", "grey"
    return (f"第{panel.round}轮评分中", "blue") if panel.is_open else ("分差过大，讨论后再评", "amber")


@page(may=may_announce, record=visible_appraisals, methods=("GET", "POST"))
def panel_new(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """Announce whom a draw is to find, by which public number of which later day; who recuses why."""
    rule = panel_rule(appraisal.cycle)
    form = AnnounceForm(request.POST or None, initial={"count": rule.least if rule else 3})
    library = list(in_register(appraisal.place_id, "", "expert"))
    if request.method == "POST":
        field = form.cleaned_data["field"] if form.is_valid() else ""
        known = {one.pk for one in in_register(appraisal.place_id, field, "expert")}
        recusals = {pk: request.POST.get(f"reason-{pk}", "") for pk in known if f"out-{pk}" in request.POST}
        outcome = tried(
            form, lambda: announce_panel(appraisal=appraisal, told=Announcement(recusals=recusals, **form.cleaned_data), person=request.person)
        )
        if outcome.done:
            messages.success(request, "已公告抽取；到抽取日期填入公布的数字。")
            return go(request, "appraisal:panel", outcome.made.pk)
        refusals = outcome.refusals
    else:
        refusals = ()
    away = conflicts(appraisal, library)
    rows = [
        {
            "one": one, "away": away.get(one.pk, ""), "out": f"out-{one.pk}" in request.POST,
            "reason": request.POST.get(f"reason-{one.pk}", ""),
        }
        for one in library
    ]  # fmt: skip
    context = {
        "form": form, "appraisal": appraisal, "rows": rows, "refusals": refusals, "rule": rule,
        "clause": panel_clause(appraisal.cycle), "name": f"公告专家抽取：{appraisal.subject_year.name}",
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "appraisal/panel_new.html", context)


@page(may=may_see_panels, record=visible_panels)
def panel(request: PageRequest, record: ExpertPanel) -> HttpResponse:
    """The experts' scoring of one appraisal: the draw, who has handed in, the closed rounds with their spread."""
    return render(request, "appraisal/panel.html", _shown(request, record))


def _shown(request: PageRequest, record: ExpertPanel, **more: Any) -> dict[str, Any]:
    person, cycle = request.person, record.appraisal.cycle
    outside = person.role == "expert"
    items = [(one.key, one.label) for one in card_in(cycle).items]
    given = {one.seat_id: one.given_at for one in sheets_in(record, record.round)}
    names = {one["key"]: one for one in record.library}
    label, tone = state_of(record)
    own = own_sheets(person).filter(seat__panel=record, round=record.round).first() if outside else None
    labels = dict(items)
    rounds = rounds_of(record)
    return {
        "panel": record,
        "year": record.appraisal.subject_year,
        "state": label,
        "tone": tone,
        "outside": outside,
        "rule": panel_rule(cycle),
        "full": card_in(cycle).total,
        "seats": [{"seat": one, "given": given.get(one.pk)} for one in record.seats.select_related("expert__organisation")],
        "rounds": [
            {"round": one, "notes": [(note, labels.get(note.item, "整体")) for note in one.notes]} for one in reversed(rounds)
        ],
        "wide": [one.item.label for one in rounds[-1].result.items if one.wide] if rounds else [],
        "own": own if own is not None and may_score_sheet(person, own) else None,
        "may_run": bool(may_run(person, record)),
        "may_note": bool(may_note(person, record)),
        "seed_form": more.get("seed_form") or SeedForm(initial={"version": record.version}),
        "note_form": more.get("note_form") or NoteForm(items=items),
        "refusals": more.get("refusals", ()),
        "members": [names[key] for key in record.population if key in names],
        "population": population_text(record.population),
        "recipe": recipe(record.count),
        "script": script(record.seed, record.count) if record.seed else "",
        "problems": verify_panel_draw(record) if record.drawn_at is not None else [],
        "clauses": [record.clause],
        "history": told(history(record)),
    }


@page(may=may_run, record=visible_panels, methods=("POST",))
def panel_draw(request: PageRequest, record: ExpertPanel) -> HttpResponse:
    """Draw by the number that the announcement named."""
    form = SeedForm(request.POST)
    outcome = tried(form, lambda: draw_panel(panel=record, person=request.person, **form.cleaned_data))
    if not outcome.done:
        return invalid(request, "appraisal/panel.html", _shown(request, record, seed_form=form, refusals=outcome.refusals))
    messages.success(request, "已抽取，第1轮评分开始。")
    return go(request, "appraisal:panel", record.pk)


def _seen(request: PageRequest) -> int:
    version = seen_version(request)
    if version is None:
        raise mistaken("没有写明看到的是哪一版", remedy="请重新打开这一页")
    return version


@page(may=may_run, record=visible_panels, methods=("POST",))
def panel_close(request: PageRequest, record: ExpertPanel) -> HttpResponse:
    """End the round: settle, or talk the differences over."""
    result = close_round(panel=record, person=request.person, version=_seen(request))
    words = f"评分已确定：{result.total} 分。" if record.settled_at is not None else f"总分相差 {result.spread} 分，超过规定，请讨论后再评一轮。"
    messages.success(request, words)
    return go(request, "appraisal:panel", record.pk)


@page(may=may_run, record=visible_panels, methods=("POST",))
def panel_again(request: PageRequest, record: ExpertPanel) -> HttpResponse:
    """Begin the next round after the discussion."""
    score_again(panel=record, person=request.person, version=_seen(request))
    messages.success(request, f"第{record.round}轮评分开始。")
    return go(request, "appraisal:panel", record.pk)


@page(may=may_replace, record=visible_seats, methods=("POST",))
def panel_replace(request: PageRequest, seat: PanelSeat) -> HttpResponse:
    """Let the next of the draw take the place of somebody who cannot come."""
    made = replace_expert(seat=seat, reason=request.POST.get("reason", ""), person=request.person)
    messages.success(request, f"已由“{made.expert.name}”递补。")
    return go(request, "appraisal:panel", seat.panel_id)


@page(may=may_note, record=visible_panels, methods=("POST",))
def panel_note(request: PageRequest, record: ExpertPanel) -> HttpResponse:
    """Note what was said between two rounds."""
    form = NoteForm(request.POST, items=[(one.key, one.label) for one in card_in(record.appraisal.cycle).items])
    outcome = tried(form, lambda: note_discussion(panel=record, person=request.person, **form.cleaned_data))
    if not outcome.done:
        return invalid(request, "appraisal/panel.html", _shown(request, record, note_form=form, refusals=outcome.refusals))
    messages.success(request, "已记录。")
    return go(request, "appraisal:panel", record.pk)


def _sheet_state(sheet: PanelSheet) -> tuple[str, Tone]:
    if sheet.given_at is not None:
        return "已交卷", "green"
    record = sheet.seat.panel
    return ("待评分", "amber") if record.is_open and record.round == sheet.round else ("已结束", "grey")


def _door(sheet: PanelSheet) -> str:
    if _sheet_state(sheet)[1] == "amber":
        return reverse("appraisal:sheet", args=[sheet.pk])
    return reverse("appraisal:panel", args=[sheet.seat.panel_id])


SHEETS = Table(
    key="panel-sheets",
    title="专家评分",
    columns=(
        Column("name", "项目", "seat.panel.appraisal.subject_year.name", sort="seat__panel__appraisal__subject_year__name", card=True, link=_door),
        Column("asked", "申报", "seat.panel.appraisal.asked_fen", kind="wan", sort="seat__panel__appraisal__asked_fen", card=True),
        Column("department", "主管部门", "seat.panel.appraisal.subject_year.department.name"),
        Column("round", "轮次", lambda one: f"第{one.round}轮", sort="round"),
        Column("state", "状态", lambda one: _sheet_state(one)[0], kind="state", tone=lambda one: _sheet_state(one)[1], card=True),
    ),
    search=("seat__panel__appraisal__subject_year__name",),
    search_label="项目",
    order="name",
    unit="份",
    empty=Empty("没有请您评分的项目", "抽中您以后，项目会出现在这里，同时通知您。"),
)  # fmt: skip


@page(may=may_see_own)
def sheets(request: PageRequest) -> HttpResponse:
    """An expert's own sheets."""
    return list_page(request, SHEETS, own_sheets(request.person), template="appraisal/sheets.html")


@dataclass(frozen=True)
class Row:
    """One item of the sheet: its two boxes and what is wrong with them."""

    item: Any
    points: Any
    fact: Any
    problem: str


@page(may=may_score_sheet, record=own_sheets, methods=("GET", "POST"))
def sheet(request: PageRequest, record: PanelSheet) -> HttpResponse:
    """Score the card alone; what others give is nowhere on this page."""
    form = SheetForm(request.POST or None, sheet=record)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        hand_in = "hand_in" in request.POST
        try:
            save_sheet(
                sheet=record, points=form.points, missing=form.missing, opinion=form.cleaned_data["opinion"],
                person=request.person, hand_in=hand_in, version=form.cleaned_data["version"],
            )  # fmt: skip
        except Refused as refused:
            refusals = refused.refusals
        else:
            left = len(form.card.items) - len(form.points)
            messages.success(request, "已交卷。" if hand_in else f"已保存，还有 {left} 项没有评分。" if left else "已保存，评完后请交卷。")
            return go(request, "appraisal:sheets") if hand_in else go(request, "appraisal:sheet", record.pk)
    appraisal = record.seat.panel.appraisal
    problems = {one.where: one.message for one in refusals}
    groups: dict[str, tuple[Any, list[Row]]] = {}
    for row in form.card.rows:
        key = row.item.key
        line = Row(row.item, form[f"p_{key}"], form[f"f_{key}"], problems.get(key, ""))
        groups.setdefault(row.level1.key, (row.level1, []))[1].append(line)
    grades = policy_for(appraisal.cycle).grades[form.card.grades]
    labels = {one.key: one.label for one in materials_of(appraisal.subject_year)}
    context = {
        "form": form,
        "sheet": record,
        "appraisal": appraisal,
        "year": appraisal.subject_year,
        "name": f"评分：{appraisal.subject_year.name}",
        "groups": list(groups.values()),
        "card": form.card,
        "refusals": refusals,
        "bands": [(band.low, band.label) for band in grades.falling],
        "clause": record.seat.panel.clause,
        "texts": [(one, appraisal.sections.get(one.key, "")) for one in outline_in(appraisal.cycle).sections],
        "files": [
            FileLink(one.name, reverse("files:download", args=[one.pk]), labels.get(one.row, ""), one.file.size)
            for one in evidence_of(appraisal)
        ],
    }
    return (invalid if form.is_bound else render)(request, "appraisal/sheet.html", context)
