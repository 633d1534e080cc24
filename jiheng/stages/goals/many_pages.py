"""Pages for many goals in one file: handing it out, looking at what came back, learning a layout, taking it over."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.layouts import headings_of, suggested
from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.sheets.patch import signed
from jiheng.foundation.sheets.upload import keep_workbook
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, whole
from jiheng.foundation.web.remembered import Remembered, remembered, token_of
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.edit_pages import choices_in
from jiheng.stages.goals.forms import UploadForm
from jiheng.stages.goals.many import (
    Many,
    apply_many,
    fillable,
    handed_out,
    learn_layout,
    marked_many,
    may_fill_many,
    read_many,
    updated,
)
from jiheng.stages.goals.many_book import LIST
from jiheng.stages.goals.uploads import content_of

MOST_SHOWN = 300
"""Mistakes, changes and conflicts of each kind shown on the page; the marked copy holds all mistakes."""


def _cycle(request: PageRequest) -> Cycle:
    """The budget year at the top of the page. Raises Refused when none is open."""
    cycle = cast(Cycle | None, current_cycle(request))
    if cycle is None:
        raise mistaken("还没有开启任何预算年度", remedy="由财政局绩效管理股开启年度后再填报")
    return cycle


@page(may=may_fill_many, methods=("GET", "POST"))
def goal_many(request: PageRequest) -> HttpResponse:
    """Hand out all projects in one file, and look at what comes back: nothing is written here but a learned layout."""
    cycle, person = _cycle(request), request.person
    form = UploadForm(request.POST if "file" in request.FILES else None, request.FILES or None)
    refusals: list[Refusal] = []
    told: Many | None = None
    token = ""
    known = remembered(cycle, request.POST.get("token", "")) if request.method == "POST" else None
    try:
        if request.method == "POST" and request.FILES and form.is_valid():
            file = form.cleaned_data["file"]
            stored = keep_workbook(name=file.name, content=file.read())
            known = Remembered(file.name, stored.digest, 0)
        elif known is not None and "learn" in request.POST:
            _learn(request, known)
            messages.success(request, "已记住这种表样，以后同样表头的文件直接读取。")
        if known is not None:
            told = read_many(person, cycle, known.name, known.digest)
            told.signed = signed(content_of(known.digest))
            token = token_of(cycle, Remembered(known.name, known.digest, told.seen))
    except Refused as refused:
        refusals = refused.refusals
        if known is not None:
            told = read_many(person, cycle, known.name, known.digest)
            token = token_of(cycle, Remembered(known.name, known.digest, told.seen))
    if request.method == "POST" and known is None and not refusals:
        form.is_valid()
    bad = bool(refusals or (told and (not told.ok or not told.mapped)) or (request.method == "POST" and told is None))
    draw = invalid if bad else render
    return draw(request, "goals/many.html", _context(request, cycle, form, told, token, refusals))


def _learn(request: PageRequest, known: Remembered) -> None:
    try:
        headings = headings_of(content_of(known.digest), known.name)
    except Unreadable as broken:
        raise mistaken(str(broken)) from broken
    if headings is None:
        raise mistaken("文件里没有找到表头", remedy="请核对文件是否选错")
    chosen = {one.key: request.POST.get(f"column-{one.key}", "") for one in LIST.columns}
    places = {key: whole(at) for key, at in chosen.items()}
    labels = dict(enumerate(headings.labels))
    columns = {key: labels[at] for key, at in places.items() if at is not None and at in labels}
    learn_layout(person=request.person, headings=headings, columns=columns)


def _context(
    request: PageRequest, cycle: Cycle, form: UploadForm, told: Many | None, token: str, refusals: list[Refusal]
) -> dict[str, Any]:
    mapping = bool(told and (not told.mapped or "map" in request.POST or told.drift))
    pairs = fillable(request.person, cycle)
    clashes = told.clashes if told else []
    changes = [(one, change) for one in told.changed for change in one.changes] if told else []
    done = request.GET.get("done", "")
    return {
        "name": "多个项目一个文件",
        "cycle": cycle,
        "form": form,
        "multipart": True,
        "refusals": refusals,
        "projects": len(pairs),
        "waiting": sum(goal is None for _, goal in pairs),
        "half": told.half if told else ("money" if request.person.role == "unit_finance" else "content"),
        "told": told,
        "token": token,
        "problems": told.problems[:MOST_SHOWN] if told else [],
        "clashes": clashes[:MOST_SHOWN],
        "clash_count": len(clashes),
        "hidden_clashes": clashes[MOST_SHOWN:],
        "changes": changes[:MOST_SHOWN],
        "change_count": len(changes),
        "ready": bool(told and told.ok and told.mapped and (changes or clashes)),
        "mapping": _mapping(told) if mapping and told else [],
        "done": done if done and remembered(cycle, done) else "",
    }


def _mapping(told: Many) -> list[dict[str, Any]]:
    """Each column of the list with the headings of the file to choose from; what is known or likely is chosen."""
    if told.headings is None:
        return []
    labels = told.headings.labels
    likely = suggested(LIST, labels)
    if told.known is not None:
        likely |= {key: one for key, one in told.known.columns.items() if one in labels}
    choices = [(at, label, told.headings.examples[at]) for at, label in enumerate(labels) if label]
    return [
        {"column": one, "chosen": likely.get(one.key, ""), "choices": choices}
        for one in LIST.columns
        if one.key != "id"
    ]


def _expired(request: PageRequest) -> HttpResponse:
    messages.error(request, "核对页已过期，请重新上传。")
    return go(request, "goals:many")


@page(may=may_fill_many)
def goal_many_file(request: PageRequest) -> HttpResponse:
    """All projects that the person writes, in one workbook."""
    cycle = _cycle(request)
    return sent(handed_out(request.person, cycle), f"绩效目标清单{cycle.budget_year}.xlsx")


@page(may=may_fill_many, methods=("POST",))
def goal_many_apply(request: PageRequest) -> HttpResponse:
    """Write what the file changes after the person has seen it: all projects or none."""
    cycle = _cycle(request)
    kept = remembered(cycle, request.POST.get("token", ""))
    if kept is None:
        return _expired(request)
    count = apply_many(
        person=request.person,
        cycle=cycle,
        name=kept.name,
        digest=kept.digest,
        seen=kept.seen,
        choices=choices_in(request.POST),
    )
    messages.success(request, f"已写入 {count} 个项目。")
    return HttpResponseRedirect(f"{reverse('goals:many')}?done={token_of(cycle, kept)}")


@page(may=may_fill_many)
def goal_many_marked(request: PageRequest) -> HttpResponse:
    """The person's own file with every mistake marked at its cell."""
    cycle = _cycle(request)
    kept = remembered(cycle, request.GET.get("file", ""))
    if kept is None:
        return _expired(request)
    content = marked_many(request.person, cycle, kept.name, kept.digest)
    return sent(content, f"{kept.name.removesuffix('.xlsx')}（已标注）.xlsx")


@page(may=may_fill_many)
def goal_many_updated(request: PageRequest) -> HttpResponse:
    """The person's own file with the present state put into its cells; all else in it stays."""
    cycle = _cycle(request)
    kept = remembered(cycle, request.GET.get("file", ""))
    if kept is None:
        return _expired(request)
    try:
        made = updated(request.person, cycle, kept.name, kept.digest)
    except Unreadable as broken:
        raise mistaken(str(broken)) from broken
    return sent(made.content, f"{kept.name.removesuffix('.xlsx')}（已更新）.xlsx")
