"""Pages of recapture: what should be taken back, the list, one record, deciding, proposing again, the notice."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.kept import Kept, exactly
from jiheng.foundation.audit.queries import history
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.export import neutral
from jiheng.foundation.web.lists import list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused
from jiheng.foundation.workflow.signed import last_return
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.life import life_of
from jiheng.rules.refusal import Refusal
from jiheng.stages.monitoring.models import Recapture
from jiheng.stages.monitoring.recapture.access import (
    may_act_on_recapture,
    may_decide_recapture,
    may_propose_recapture,
    may_revise_recapture,
    may_see_candidates,
    may_see_recaptures,
    visible_recaptures,
)
from jiheng.stages.monitoring.recapture.counting import Asked, CandidatePage, asked_in_all, candidate_page
from jiheng.stages.monitoring.recapture.documents import recapture_notice, recapture_outline
from jiheng.stages.monitoring.recapture.finding import grounds_of
from jiheng.stages.monitoring.recapture.forms import DecideRecaptureForm, NoteForm, ProposeAgainForm
from jiheng.stages.monitoring.recapture.services import (
    Settled,
    decide_recapture,
    propose_again,
    propose_recaptures,
    return_recapture,
    spare_recapture,
)
from jiheng.stages.monitoring.recapture.tables import OPEN, RECAPTURES, is_late, state_of


@page(may=may_see_recaptures)
def recapture_list(request: PageRequest) -> HttpResponse:
    """What was taken back of the chosen year, and what waits for a decision."""
    cycle, person = current_cycle(request), request.person
    rows = visible_recaptures(person)
    rows = rows.filter(cycle=cycle) if cycle is not None else rows.none()
    sees = bool(may_see_candidates(person)) and cycle is not None
    context = {"cycle": cycle, "waiting": asked_in_all(cycle, person).value.number if sees and cycle else None}
    return list_page(request, RECAPTURES, rows, template="monitoring/recaptures.html", context=context)


@page(may=may_see_candidates)
def recapture_candidates(request: PageRequest) -> HttpResponse:
    """What should be taken back by the rules, page by page with facts and calculation; proposers choose among them."""
    cycle, person = current_cycle(request), request.person
    after = request.GET.get("after", "")
    listed = CandidatePage()
    if cycle is not None:
        year = cycle
        listed = exactly(person, f"recaptures:{year.pk}:{after[:40]}", lambda: candidate_page(year, person, after=after[:40]))
    asked = asked_in_all(cycle, person) if cycle is not None else Kept(Asked())
    context = {
        "cycle": cycle,
        "grounds": grounds_of(cycle) if cycle is not None else [],
        "candidates": listed.rows,
        "count": asked.value.number,
        "money": asked.value.money,
        "counted_at": asked.at,
        "paged": bool(after or listed.next),
        "first": bool(after),
        "next": listed.next,
        "may_propose": bool(may_propose_recapture(request.person)),
        "today": clock.today(),
        "form": NoteForm(),
    }
    return render(request, "monitoring/recapture_candidates.html", context)


@page(may=may_propose_recapture, methods=("POST",))
def recapture_propose(request: PageRequest) -> HttpResponse:
    """Propose to take back what was chosen from the list."""
    cycle = current_cycle(request)
    chosen = [int(one) for one in request.POST.getlist("report") if one.isascii() and one.isdecimal() and len(one) < 19]
    if cycle is None or not chosen:
        raise mistaken("没有选择项目", remedy="请在清单左侧勾选")
    made = propose_recaptures(cycle=cycle, reports=chosen, person=request.person, note=request.POST.get("note", ""))
    messages.success(request, f"已提出收回 {len(made)} 个项目的资金，待局领导决定。")
    return go(request, "monitoring:recapture", made[0].pk) if len(made) == 1 else go(request, "monitoring:recaptures")


@page(may=may_see_recaptures, record=visible_recaptures)
def recapture_detail(request: PageRequest, recapture: Recapture) -> HttpResponse:
    """One recapture: what monitoring found, by which rule how much, what was decided, what the next year gets."""
    person, year = request.person, recapture.subject_year
    workflow = policy_for(recapture.cycle).workflows["recapture"]
    label, tone = state_of(recapture)
    due = recapture.due if recapture.state in OPEN else None
    context = {
        "recapture": recapture,
        "year": year,
        "title": TitleLine(
            f"{year.name}　收回资金",
            unit=str(year.unit) if year.unit_id == year.department_id else f"{year.department} · {year.unit}",
            year=f"{year.budget_year} 年度{recapture.report.checkpoint.label}监控",
            money_fen=recapture.proposed_fen, money_label="应收回", state=label, tone=tone, due=due,
        ),
        "milestones": life_of(year, person),
        "stage": "recapture",
        "next": next_step(
            recapture, workflow, person, reverse("monitoring:recapture_act", args=[recapture.pk]),
            may=bool(may_act_on_recapture(person, recapture)), hidden=("propose", "decide"), due=due,
        ),
        "late": is_late(recapture),
        "may_decide": bool(may_decide_recapture(person, recapture)),
        "may_revise": bool(may_revise_recapture(person, recapture)),
        "entry": recapture.ledger_entry,
        "clauses": sorted({recapture.clause, recapture.due_clause} - {""}),
        "files": [
            FileLink("收回资金通知书（PDF）", reverse("monitoring:recapture_pdf", args=[recapture.pk])),
            FileLink("收回资金通知书（Word）", reverse("monitoring:recapture_docx", args=[recapture.pk])),
        ],
        "history": told(history(recapture), workflow),
    }  # fmt: skip
    return render(request, "monitoring/recapture.html", context)


@page(may=may_act_on_recapture, record=visible_recaptures, methods=("POST",))
def recapture_act(request: PageRequest, recapture: Recapture) -> HttpResponse:
    """Give a proposal back, or decide not to take the money."""
    want, person = asked(request), request.person
    if want.action == "return":
        return_recapture(recapture=recapture, comment=want.comment, person=person, version=want.version)
        messages.success(request, "已退回重提。")
    elif want.action == "spare":
        spare_recapture(recapture=recapture, reason=want.comment, person=person, version=want.version)
        messages.success(request, "已决定不予收回。")
    else:
        raise mistaken("这一步在“决定收回”页面办理", remedy="请打开该页面填写金额和理由")
    return go(request, "monitoring:recapture", recapture.pk)


@page(may=may_decide_recapture, record=visible_recaptures, methods=("GET", "POST"))
def recapture_decide(request: PageRequest, recapture: Recapture) -> HttpResponse:
    """Decide how much is taken back, with the reason; the ledger gets its entry at once."""
    form = DecideRecaptureForm(request.POST or None, recapture=recapture, late=is_late(recapture))
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, recapture, form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已决定收回，并记入台账。")
            return go(request, "monitoring:recapture", recapture.pk)
    money = balance(recapture.subject_year_id)
    context = {
        "form": form, "recapture": recapture, "refusals": refusals, "name": "决定收回", "money": money,
        "unspent": max(money.budget - money.executed, 0), "late": is_late(recapture),
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "monitoring/recapture_decide.html", context)


def _decide(request: PageRequest, recapture: Recapture, given: dict[str, Any]) -> None:
    settled = Settled(
        given["amount_fen"] or 0,
        given["reason"],
        given.get("exception_reason", ""),
        given.get("late_reason", ""),
        given["need_fen"] or 0,
        given["need_reason"],
    )
    decide_recapture(recapture=recapture, settled=settled, person=request.person, version=given["version"])


@page(may=may_revise_recapture, record=visible_recaptures, methods=("GET", "POST"))
def recapture_revise(request: PageRequest, recapture: Recapture) -> HttpResponse:
    """Propose again what came back."""
    form = ProposeAgainForm(request.POST or None, initial={"note": recapture.note, "version": recapture.version})
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            propose_again(recapture=recapture, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已重新提出，待局领导决定。")
            return go(request, "monitoring:recapture", recapture.pk)
    context = {
        "form": form, "recapture": recapture, "refusals": refusals, "name": "重新提出收回",
        "back": last_return(recapture),
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "monitoring/recapture_revise.html", context)


def _download(recapture: Recapture, content: bytes, ending: str) -> HttpResponse:
    return sent(content, neutral(f"{recapture.subject_year.name}收回资金通知书.{ending}"))


@page(may=may_see_recaptures, record=visible_recaptures)
def recapture_docx(_: PageRequest, recapture: Recapture) -> HttpResponse:
    """The notice as Word."""
    outline, report = recapture_outline(recapture), recapture_notice(recapture)
    return _download(recapture, report_docx(outline, report), "docx")


@page(may=may_see_recaptures, record=visible_recaptures)
def recapture_pdf(request: PageRequest, recapture: Recapture) -> HttpResponse:
    """The notice as PDF."""
    outline, report, stamp = recapture_outline(recapture), recapture_notice(recapture), f"打印：{request.person}"
    return _download(recapture, report_pdf(outline, report, stamp=stamp), "pdf")
