"""The calendar by months, more time for one body, and the statutory clocks' own pages stand beside it."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.access import (
    may_ask_extension,
    may_decide_extension,
    may_see_cycles,
    visible_extensions,
)
from jiheng.registers.cycles.extensions import ask_extension, decide_extension
from jiheng.registers.cycles.forms import DecisionForm, ExtensionForm
from jiheng.registers.cycles.models import Cycle, Extension
from jiheng.registers.cycles.months import year_calendar
from jiheng.registers.cycles.queries import cycles_in_sight, policy_for, window

TONES = {"asked": "amber", "granted": "green", "refused": "grey"}


@page(may=may_see_cycles, record=cycles_in_sight)
def cycle_months(request: PageRequest, cycle: Cycle) -> HttpResponse:
    """The year's calendar, a month at a time: what falls due on which day, and how much is still open for it."""
    found = year_calendar(cycle)
    month = _month(request.GET.get("month", "")) or found.first_month()
    context = {"cycle": cycle, "month": month, "months": found.months(month), "weeks": found.weeks(month), "today": clock.today()}
    return render(request, "cycles/months.html", context)


def _month(written: str) -> date | None:
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError:
        return None


@page(may=may_ask_extension, record=cycles_in_sight, methods=("GET", "POST"))
def cycle_extend(request: PageRequest, cycle: Cycle) -> HttpResponse:
    """Ask for more time for one body and one task, with the reason on the record."""
    form = ExtensionForm(request.POST or None, cycle=cycle, person=request.person)
    refused: list[object] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = ask_extension(cycle=cycle, person=request.person, **form.cleaned_data)
        except Refused as error:
            refused = list(error.refusals)
        else:
            messages.success(request, f"已申请将{made.organisation}的期限延至 {made.due.isoformat()}，批准后生效。")
            return go(request, "cycles:extension", made.pk)
    context = {"form": form, "name": "申请延期", "cycle": cycle, "refusals": refused}
    return (invalid if form.is_bound else render)(request, "cycles/extend.html", context)


def may_see_extension(person: object, extension: Extension) -> object:
    """Whoever has it in sight may read it."""
    return may_see_cycles(person, extension.cycle)  # type: ignore[arg-type]


@page(may=may_see_extension, record=visible_extensions, methods=("GET", "POST"))  # type: ignore[arg-type]
def extension_detail(request: PageRequest, extension: Extension) -> HttpResponse:
    """One request for more time; who may decide does so here."""
    form = DecisionForm(request.POST or None)
    may = extension.state == "asked" and bool(may_decide_extension(request.person, extension))
    if request.method == "POST" and form.is_valid():
        granted = form.cleaned_data["granted"] == "1"
        decide_extension(extension=extension, granted=granted, opinion=form.cleaned_data["opinion"], person=request.person)
        messages.success(request, "已批准延期。" if granted else "未批准延期，已告知申请单位。")
        return go(request, "cycles:extension", extension.pk)
    usual = window(extension.cycle, extension.item)
    item = policy_for(extension.cycle).calendar.get(extension.item)
    title = TitleLine(
        f"{extension.organisation}申请延期",
        unit=item.label if item else extension.item,
        year=str(extension.cycle),
        state=extension.get_state_display(),
        tone=TONES[extension.state],  # type: ignore[arg-type]
    )
    context = {
        "extension": extension, "title": title, "usual": usual, "form": form, "may": may, "history": told(history(extension))
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "cycles/extension.html", context)
