"""Pages of proposals for the library: the list, one proposal with what it would change, writing and moving one."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, whole
from jiheng.foundation.web.record import TitleLine, asked, next_step, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.indicators.access import (
    may_act_on_proposal,
    may_propose,
    may_rewrite,
    may_see_library,
    own_indicators,
    visible_proposals,
)
from jiheng.registers.indicators.forms import EndForm, ProposalForm, initial_of
from jiheng.registers.indicators.models import LibraryIndicator, Proposal
from jiheng.registers.indicators.portable import Entry, entries_from, of_codes
from jiheng.registers.indicators.proposing import act_on, propose, rewrite, workflow_of
from jiheng.registers.indicators.queries import sheet_from, sheet_of, use_of
from jiheng.rules.indicator_sheet import Difference, differences

SHOWN = 100
"""Entries of a proposed list that stand on its page; all of them are in the workbook."""

STATES = (
    ("proposed", "待审核"),
    ("reviewed", "待发布"),
    ("drafted", "待提交"),
    ("published", "已发布"),
    ("declined", "不采纳"),
    ("withdrawn", "已撤回"),
)


def _state(one: Proposal) -> Any:
    return workflow_of(one.place).states[one.state]


PROPOSALS = Table(
    key="proposals",
    title="指标建议",
    columns=(
        Column("name", "指标", "name", sort="name", card=True, link=lambda one: reverse("indicators:proposal", args=[one.pk])),
        Column("kind", "建议", lambda one: one.get_kind_display(), sort="kind", card=True),
        Column("organisation", "提出单位", lambda one: one.organisation.name, sort="organisation__name", card=True),
        Column("proposer", "提出人", "proposer", sort="proposer", shown=False),
        Column("ground", "理由", "ground"),
        Column("created_at", "提出时间", "created_at", kind="day", sort="created_at"),
        Column("state", "状态", lambda one: _state(one).label, kind="state", sort="state", tone=lambda one: _state(one).tone),
    ),
    facets=(
        Facet("state", "状态", STATES),
        Facet("kind", "建议", tuple(Proposal.KINDS)),
    ),
    search=("name", "ground", "organisation__name"),
    search_label="指标、理由、单位",
    order="-created_at",
    unit="件",
    empty=Empty("还没有指标建议", "单位、主管部门和股室都可以提出新增、修订、停用或合并；审核、发布后才写进指标库。"),
)  # fmt: skip


@page(may=may_see_library)
def proposal_list(request: PageRequest) -> HttpResponse:
    """What has been proposed for the library of the place."""
    rows = visible_proposals(request.person).select_related("organisation", "place").defer("content")
    context = {"may_propose": bool(may_propose(request.person))}
    return list_page(request, PROPOSALS, rows, template="indicators/proposals.html", context=context)


@page(may=may_see_library, record=visible_proposals)
def proposal_detail(request: PageRequest, proposal: Proposal) -> HttpResponse:
    """One proposal: what it would change, who uses the indicator, the next step."""
    person, state = request.person, _state(proposal)
    workflow, indicator = workflow_of(proposal.place), proposal.indicator
    entries = entries_from(proposal.content) if proposal.kind == "list" else []
    sheet = sheet_from(proposal.content) if proposal.content and not entries else None
    before = sheet_of(indicator) if indicator and proposal.kind == "revise" and proposal.state != "published" else None
    stale = indicator is not None and proposal.revision and indicator.revision != proposal.revision
    context = {
        "proposal": proposal,
        "indicator": indicator,
        "title": TitleLine(str(proposal), unit=proposal.organisation.name, state=state.label, tone=state.tone),
        "differences": differences(before, sheet) if sheet else [],
        "compared": before is not None,
        "entries": _against(proposal, entries[:SHOWN]),
        "entries_left": max(0, len(entries) - SHOWN),
        "stale": stale and proposal.state not in workflow.final,
        "use": use_of(indicator) if indicator and proposal.kind != "new" else None,
        "may_rewrite": bool(may_rewrite(person, proposal)) and sheet is not None,
        "next": next_step(
            proposal, workflow, person, reverse("indicators:proposal_act", args=[proposal.pk]),
            may=bool(may_act_on_proposal(person, proposal)), hidden=("propose",) if sheet else (),
            confirm={"publish": "发布后立即进入指标库，供各单位选用。"},
        ),
        "history": told(history(proposal), workflow),
    }  # fmt: skip
    return render(request, "indicators/proposal.html", context)


def _against(proposal: Proposal, entries: Sequence[Entry]) -> list[tuple[Entry, list[Difference]]]:
    """Return the first entries of a list with what each changes while that can still be told: all of a new one."""
    codes = [one.code for one in entries if one.revision] if proposal.state != "published" else []
    known = {one.code: sheet_of(one) for one in of_codes(proposal.place, codes)}
    return [(one, differences(known[one.code], one.sheet) if one.code in known else []) for one in entries]


@page(may=may_propose, methods=("GET", "POST"))
def proposal_add(request: PageRequest) -> HttpResponse:
    """Propose a new indicator, or with ?indicator= other words for one of the library."""
    indicator = _asked_for(request)
    form = ProposalForm(request.POST or None, initial=initial_of(sheet_of(indicator) if indicator else None))
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        kind = "revise" if indicator else "new"
        try:
            made = propose(
                kind=kind, ground=form.cleaned_data["ground"], person=request.person, sheet=form.told(), indicator=indicator
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已提交建议，待财政局审核。")
            return go(request, "indicators:proposal", made.pk)
    name = f"建议修订：{indicator.name}" if indicator else "建议新增指标"
    return _drawn(request, form, name, refusals, "提交建议")


@page(may=may_rewrite, record=visible_proposals, methods=("GET", "POST"))
def proposal_edit(request: PageRequest, proposal: Proposal) -> HttpResponse:
    """Change a proposal that was sent back, and send it again."""
    if not proposal.content or proposal.kind == "list":
        raise mistaken("停用、恢复、合并和整批增改的建议不能在页面上修改", remedy="请撤回后重新提出")
    initial = {**initial_of(sheet_from(proposal.content)), "ground": proposal.ground}
    form = ProposalForm(request.POST or None, initial=initial)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            rewrite(proposal=proposal, sheet=form.told(), ground=form.cleaned_data["ground"], person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已重新提交，待财政局审核。")
            return go(request, "indicators:proposal", proposal.pk)
    return _drawn(request, form, f"修改建议：{proposal.name}", refusals, "重新提交")


@page(may=may_propose, record=own_indicators, methods=("POST",))
def proposal_end(request: PageRequest, indicator: LibraryIndicator) -> HttpResponse:
    """Propose that an indicator is retired, merged into another one, or put back into use when it was retired."""
    form = EndForm(request.POST)
    if not form.is_valid():
        raise mistaken("请写明理由，最多 300 字", where="reason")
    code = form.cleaned_data["into"].strip()
    target = own_indicators(request.person).filter(code=code).first() if code else None
    if code and target is None:
        raise mistaken(f"指标库中没有编号“{code}”", remedy="请核对编号", where="into")
    made = propose(
        kind=ending(indicator, target),
        ground=form.cleaned_data["reason"],
        person=request.person,
        indicator=indicator,
        target=target,
    )
    messages.success(request, "已提交建议，待财政局审核。")
    return go(request, "indicators:proposal", made.pk)


@page(may=may_act_on_proposal, record=visible_proposals, methods=("POST",))
def proposal_act(request: PageRequest, proposal: Proposal) -> HttpResponse:
    """Review, return, decline, publish or withdraw a proposal."""
    want = asked(request)
    act_on(proposal=proposal, action=want.action, comment=want.comment, person=request.person, version=want.version)
    messages.success(request, f"已办理：{_state(proposal).label}。")
    return go(request, "indicators:proposal", proposal.pk)


def ending(indicator: LibraryIndicator, target: LibraryIndicator | None) -> str:
    """Return the kind of proposal that a reason without a sheet makes."""
    if target is not None:
        return "merge"
    return "restore" if indicator.retired_on else "retire"


def _asked_for(request: PageRequest) -> LibraryIndicator | None:
    given = request.GET.get("indicator", "")
    if not given:
        return None
    found = own_indicators(request.person).filter(pk=whole(given) or 0).first()
    if found is None:
        raise Http404("没有这项指标")
    return found


def _drawn(request: PageRequest, form: ProposalForm, name: str, refusals: list[Any], verb: str) -> HttpResponse:
    draw = invalid if form.is_bound else render
    context = {"form": form, "name": name, "refusals": refusals, "verb": verb}
    return draw(request, "indicators/edit.html", context)
