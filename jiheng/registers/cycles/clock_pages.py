"""The statutory clocks of a year: who holds each, until when; recording and withdrawing their events."""

from collections import Counter
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.access import may_record_events, may_see_cycles, visible_events
from jiheng.registers.cycles.clocks import Clock, clocks_of, events_of
from jiheng.registers.cycles.forms import EventForm, ReasonForm
from jiheng.registers.cycles.legal_events import record_event, withdraw_event
from jiheng.registers.cycles.models import Cycle, LegalEvent
from jiheng.registers.cycles.queries import cycles_in_sight

PER_PAGE = 50
"""So many clocks, and so many events, stand on one page."""


def gathered(clocks: list[Clock]) -> list[Clock]:
    """Show once what waits for the same event at many departments; what runs or ended stands singly."""
    waiting = Counter(one.key for one in clocks if one.started is None)
    found: list[Clock] = []
    for one in clocks:
        many = waiting[one.key] if one.started is None else 0
        if many > 1 and any(other.key == one.key and other.started is None for other in found):
            continue
        held = f"{many} 个部门" if one.holder_kind == "department" else f"{one.holder_name}（{many} 个部门）"
        found.append(replace(one, label=one.plain, holder_name=held) if many > 1 else one)
    return found


@page(may=may_see_cycles, record=cycles_in_sight)
def cycle_clocks(request: PageRequest, cycle: Cycle) -> HttpResponse:
    """Every statutory clock of the year, what is overdue first, and the events that were recorded."""
    names = events_of(cycle)
    events = visible_events(request.person).filter(cycle=cycle).order_by("-day", "-pk")
    clocks = clocks_of(cycle)
    words = request.GET.get("q", "").strip()[:100]
    listed = [one for one in gathered(clocks) if all(word in f"{one.label} {one.holder_name}" for word in words.split())]
    noted = Paginator(events, PER_PAGE).get_page(request.GET.get("noted"))
    context = {
        "cycle": cycle,
        "clocks": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "q": words,
        "asked": urlencode({"q": words}),
        "noted": noted,
        "overdue": sum(one.overdue for one in clocks),
        "running": sum(one.due is not None and one.done is None for one in clocks),
        "events": [(names.get(one.key, {}).get("label", one.key), one) for one in noted],
        "may_record": bool(may_record_events(request.person, cycle)),
    }
    return render(request, "cycles/clocks.html", context)


@page(may=may_record_events, record=cycles_in_sight, methods=("GET", "POST"))
def event_record(request: PageRequest, cycle: Cycle) -> HttpResponse:
    """Record an event with its document."""
    form = EventForm(request.POST or None, cycle=cycle, person=request.person)
    refused: list[object] = []
    if request.method == "POST" and form.is_valid():
        try:
            record_event(cycle=cycle, person=request.person, **form.cleaned_data)
        except Refused as error:
            refused = list(error.refusals)
        else:
            messages.success(request, "已登记，法定期限据此起算或办结。")
            return go(request, "cycles:clocks", cycle.pk)
    context = {"form": form, "name": "登记法定事件", "cycle": cycle, "refusals": refused}
    return (invalid if form.is_bound else render)(request, "cycles/event_form.html", context)


def may_see_event(person: object, event: LegalEvent) -> object:
    """Events belong to the calendar of the year."""
    return may_see_cycles(person, event.cycle)  # type: ignore[arg-type]


@page(may=may_see_event, record=visible_events, methods=("GET", "POST"))  # type: ignore[arg-type]
def event_detail(request: PageRequest, event: LegalEvent) -> HttpResponse:
    """One event: its document, who recorded it; a wrong one is withdrawn here."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_event(event=event, reason=form.cleaned_data["reason"], person=request.person)
        messages.success(request, "已撤销，请登记正确的事件。")
        return go(request, "cycles:event", event.pk)
    label = events_of(event.cycle).get(event.key, {}).get("label", event.key)
    gone = event.withdrawn_at is not None
    context = {
        "event": event,
        "title": TitleLine(
            label,
            unit=str(event.organisation or ""),
            year=str(event.cycle),
            state="已撤销" if gone else "已登记",
            tone="grey" if gone else "green",
        ),
        "form": form,
        "may": not gone and bool(may_record_events(request.person, event.cycle)),
        "history": told(history(event)),
    }
    return (invalid if form.is_bound else render)(request, "cycles/event.html", context)
