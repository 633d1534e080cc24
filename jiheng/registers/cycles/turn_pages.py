"""Closing a year and opening it again: what is open, what is public, who asked, who decides."""

from dataclasses import replace

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.navigation import where
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.access import may_ask_turn, may_decide_turn, may_see_cycles
from jiheng.registers.cycles.closing import ask_turn, closing_refusals, decide_turn, published_figures
from jiheng.registers.cycles.forms import DecisionForm, ReasonForm
from jiheng.registers.cycles.models import Cycle, Turn
from jiheng.registers.cycles.queries import cycles_in_sight
from jiheng.rules.refusal import Refusal

SHOWN = 200
"""Published figures on the page; the rest is counted."""


@page(may=may_see_cycles, record=cycles_in_sight, methods=("GET", "POST"))
def cycle_turn(request: PageRequest, cycle: Cycle) -> HttpResponse:
    """Ask for the closing or the reopening of a year, or decide on what was asked."""
    waiting = cycle.turns.filter(state="asked").first()
    form = (DecisionForm if waiting else ReasonForm)(request.POST or None)
    refused: list[object] = []
    if request.method == "POST" and form.is_valid():
        try:
            told_ = _decide(request, waiting, form) if waiting else _ask(request, cycle, form)
        except Refused as error:
            refused = list(error.refusals)
        else:
            messages.success(request, told_)
            return go(request, "cycles:turn", cycle.pk)
    opened = cycle.state == "open"
    figures = [] if opened else published_figures(cycle)
    context = {
        "cycle": cycle,
        "title": TitleLine(
            f"{'关闭' if opened else '重新开启'} {cycle.budget_year} 年度",
            state=cycle.get_state_display(),
            tone="blue" if opened else "grey",
        ),
        "waiting": waiting,
        "form": form,
        "refusals": refused,
        "against": _against(request.person, cycle) if opened else [],
        "figures": figures[:SHOWN],
        "more": max(0, len(figures) - SHOWN),
        "may": bool(may_decide_turn(request.person, waiting) if waiting else may_ask_turn(request.person, cycle)),
        "turns": cycle.turns.exclude(state="asked"),
        "history": told(history(cycle)),
    }
    return (invalid if form.is_bound else render)(request, "cycles/turn.html", context)


def _against(person: Person, cycle: Cycle) -> list[Refusal]:
    """Return what keeps the year from being closed, with the way there only for those who may go it."""
    found = closing_refusals(cycle)
    return [one if where(person, one.where) else replace(one, where="") for one in found]


def _ask(request: PageRequest, cycle: Cycle, form: Form) -> str:
    kind = "close" if cycle.state == "open" else "reopen"
    made = ask_turn(cycle=cycle, kind=kind, reason=form.cleaned_data["reason"], person=request.person)
    return f"已申请{made.get_kind_display()}，待局领导批准。"


def _decide(request: PageRequest, waiting: Turn, form: Form) -> str:
    granted = form.cleaned_data["granted"] == "1"
    decide_turn(turn=waiting, granted=granted, opinion=form.cleaned_data["opinion"], person=request.person)
    return "已批准。" if granted else "未批准。"
