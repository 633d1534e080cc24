"""Pages for many goals in one file: handing it out, what came back, learning a layout, taking it over."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation import clock
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.layouts import Headings, suggested
from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, part, whole
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.goals.edit_pages import choices_in
from jiheng.stages.goals.forms import UploadForm
from jiheng.stages.goals.many import (
    fillable,
    half_of,
    handed_out,
    layout_for,
    may_fill_many,
    points_in,
    updated,
)
from jiheng.stages.goals.many_batches import (
    Shown,
    Stale,
    at_work,
    cycle_of_batch,
    headings_in,
    learn_from,
    read_again,
    shown,
    upload_many,
    visible_many,
    write_many,
)
from jiheng.stages.goals.many_book import LIST, with_points
from jiheng.stages.goals.uploads import content_of

RECENT = 5
"""Uploads that the page lists, to come back to."""


def _cycle(request: PageRequest) -> Cycle:
    """The budget year at the top of the page. Raises Refused when none is open."""
    cycle = cast(Cycle | None, current_cycle(request))
    if cycle is None:
        raise mistaken("还没有开启任何预算年度", remedy="由财政局绩效管理股开启年度后再填报")
    return cycle


@page(may=may_fill_many, methods=("GET", "POST"))
def goal_many(request: PageRequest) -> HttpResponse:
    """Hand out all projects in one file, and take in what comes back: it is read, no goal is changed here."""
    cycle, person = _cycle(request), request.person
    form = UploadForm(request.POST if request.method == "POST" else None, request.FILES or None)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = upload_many(person=person, cycle=cycle, name=file.name, content=file.read())
        except Refused as refused:
            refusals = refused.refusals
        else:
            return go(request, "goals:many_batch", batch.pk)
    pairs = fillable(person, cycle)
    context = {
        "name": "多个项目一个文件",
        "cycle": cycle,
        "form": form,
        "multipart": True,
        "refusals": refusals,
        "projects": len(pairs),
        "waiting": sum(goal is None for _, goal in pairs),
        "half": half_of(person),
        "recent": [(one, *_state(one)) for one in visible_many(person)[:RECENT]],
    }
    draw = invalid if form.is_bound else render
    return draw(request, "goals/many.html", context)


def _state(batch: ImportBatch) -> tuple[str, Tone]:
    """What an upload waits for, in words and colour."""
    if batch.phase != "preview":
        return "已写入", "green"
    if at_work(batch):
        return DOING[batch.report["job"]["doing"]], "blue"
    told = shown(batch)
    if told is None:
        return "没有读成", "amber"
    if not told.mapped:
        return "待指明各列", "amber"
    return ("待写入", "blue") if told.ok else ("须改正", "amber")


DOING = {"reading": "正在核对", "writing": "正在写入"}


@page(may=may_fill_many)
def goal_many_file(request: PageRequest) -> HttpResponse:
    """All projects that the person writes, in one workbook."""
    cycle = _cycle(request)
    return sent(handed_out(request.person, cycle), f"绩效目标清单{cycle.budget_year}.xlsx")


@page(may=may_fill_many, record=visible_many, methods=("GET", "POST"))
def goal_many_batch(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """One upload: what it would change, every mistake at its cell; the meaning of columns is told here."""
    refusals: list[Refusal] = []
    if request.method == "POST" and "learn" in request.POST:
        places = {one.key: whole(request.POST.get(f"column-{one.key}")) for one in LIST.columns}
        try:
            learn_from(batch=batch, person=request.person, places=places)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已记住这种表样，以后同样表头的文件直接读取。")
            return go(request, "goals:many_batch", batch.pk)
    if at_work(batch):
        return render(request, "goals/many_waiting.html", _waiting(batch))
    told = shown(batch)
    mapping = bool(told and batch.phase == "preview" and (not told.mapped or told.drifted or "map" in request.GET))
    headings = headings_in(batch) if mapping else None
    state, tone = _state(batch)
    cycle = cycle_of_batch(batch)
    context = {
        "name": batch.name,
        "batch": batch,
        "cycle": cycle,
        "state": state,
        "tone": tone,
        "told": told,
        "refusals": refusals,
        "readonly": not mapping,
        "headings": headings,
        "mapping": _mapping(request, cycle, headings) if headings else [],
        "drift": layout_for(request.person.place_id, headings) if headings and told and told.drifted else None,
        "unwritten": batch.report.get("unwritten", []),
        "written": batch.report.get("written"),
    }
    draw = invalid if refusals else render
    return draw(request, "goals/many_batch.html", context)


def _waiting(batch: ImportBatch) -> dict[str, Any]:
    """What the page of a large upload says while a worker reads or writes it; it asks again by itself."""
    told: Shown | None = shown(batch)
    job = batch.report["job"]
    return {
        "batch": batch,
        "doing": DOING[job["doing"]],
        "projects": told.changed if told else 0,
        "seconds": int((clock.now() - datetime.fromisoformat(job["since"])).total_seconds()),
    }


@page(may=may_fill_many, record=visible_many)
def goal_many_progress(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """Whether a large upload has been read or written: the page asks for this part every two seconds."""
    if at_work(batch):
        return part(request, "goals/_many_waiting.html", _waiting(batch))
    return go(request, "goals:many_batch", batch.pk)


def _mapping(request: PageRequest, cycle: Cycle, headings: Headings) -> list[dict[str, Any]]:
    """Each column of the list with the headings of the file to choose from; what is known or likely is chosen."""
    labels = headings.labels
    definition = with_points(LIST, points_in(cycle))
    likely = suggested(definition, labels)
    known, _ = layout_for(request.person.place_id, headings)
    if known is not None:
        likely |= {key: one for key, one in known.columns.items() if one in labels}
    choices = [(at, label, headings.examples[at]) for at, label in enumerate(labels) if label]
    return [
        {"column": one, "chosen": likely.get(one.key, ""), "choices": choices}
        for one in definition.columns
        if one.key != "id"
    ]


@page(may=may_fill_many, record=visible_many, methods=("POST",))
def goal_many_again(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """Hold an upload against the goals as they are now."""
    read_again(batch=batch, person=request.person)
    return go(request, "goals:many_batch", batch.pk)


@page(may=may_fill_many, record=visible_many, methods=("POST",))
def goal_many_apply(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """Write what the upload changes after the person has seen it: all projects or none."""
    try:
        write_many(batch=batch, person=request.person, choices=choices_in(request.POST))
    except Stale as stale:
        messages.warning(request, f"{stale.refusals[0].message}。{stale.refusals[0].remedy}。")
    else:
        written = batch.report.get("written")
        if written:
            messages.success(request, f"已写入 {written['projects']} 个项目。")
    return go(request, "goals:many_batch", batch.pk)


@page(may=may_fill_many, record=visible_many)
def goal_many_marked(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """The person's own file with every mistake marked at its cell."""
    if "marked" not in batch.report:
        return go(request, "goals:many_batch", batch.pk)
    return sent(content_of(batch.report["marked"]), f"{batch.name.removesuffix('.xlsx')}（已标注）.xlsx")


@page(may=may_fill_many, record=visible_many)
def goal_many_updated(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """The person's own file with the present state put into its cells; all else in it stays."""
    try:
        made = updated(request.person, cycle_of_batch(batch), batch.name, batch.file.digest)
    except Unreadable as broken:
        raise mistaken(str(broken)) from broken
    return sent(made.content, f"{batch.name.removesuffix('.xlsx')}（已更新）.xlsx")
