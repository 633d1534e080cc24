"""Pages of what a project's money was worked out from, and of the standards that are missing."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, tried
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.standards.access import (
    may_except,
    may_see_lines,
    may_see_missing,
    may_withdraw_line,
    may_write_lines,
    visible_lines,
)
from jiheng.registers.standards.forms import LineForm, ReasonForm
from jiheng.registers.standards.models import CostLine
from jiheng.registers.standards.pages import _tabs
from jiheng.registers.standards.queries import (
    asking_clause,
    gate_in,
    judged,
    lines_of,
    missing_in,
    refusals_of,
    wanting,
)
from jiheng.registers.standards.services import except_line, withdraw_line, write_line
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear

MOST_LINES = 300
"""Lines shown below the work list; the list itself is whole."""


@page(may=may_see_lines, record=visible_subject_years)
def lines(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """The lines with their standards, what is above them, what has none, and what that means for the budget."""
    person = request.person
    rows = list(lines_of(year))
    gate = gate_in(year.cycle)
    context = {
        "year": year,
        "rows": [
            (row, line, refusal, bool(may_withdraw_line(person, row)), refusal is not None and bool(may_except(person, row)))
            for row, line, refusal in judged(rows, asking_clause(year.cycle))
        ],
        "total": sum(one.amount_fen for one in rows),
        "gate": gate,
        "refusals": refusals_of(year),
        "withdrawn": visible_lines(person).filter(subject_year=year, withdrawn_on__isnull=False),
        "may_write": bool(may_write_lines(person, year)),
    }
    return render(request, "standards/lines.html", context)


@page(may=may_write_lines, record=visible_subject_years, methods=("GET", "POST"))
def line_write(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Write one line of a project's cost."""
    form = LineForm(request.POST or None, year=year)
    refusals = []
    if request.method == "POST":
        done = tried(form, lambda: write_line(year=year, data=form.told(), person=request.person))
        if done.done:
            messages.success(request, "已登记一行测算。")
            return go(request, "standards:line_write" if request.POST.get("do") == "more" else "standards:lines", year.pk)
        refusals = list(done.refusals)
    back = reverse("standards:lines", args=[year.pk])
    context = {"form": form, "year": year, "name": "登记一行测算", "refusals": refusals, "back": back}
    return (invalid if form.is_bound else render)(request, "standards/line_form.html", context)


def _reason(request: PageRequest) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


@page(may=may_withdraw_line, record=visible_lines, methods=("POST",))
def line_withdraw(request: PageRequest, line: CostLine) -> HttpResponse:
    """Withdraw a line, saying why."""
    withdraw_line(line=line, reason=_reason(request), person=request.person)
    messages.success(request, "已撤回，原来的内容保留。")
    return go(request, "standards:lines", line.subject_year_id)


@page(may=may_except, record=visible_lines, methods=("POST",))
def line_except(request: PageRequest, line: CostLine) -> HttpResponse:
    """Let a line pass without a standard or above it, saying why."""
    except_line(line=line, reason=_reason(request), person=request.person)
    messages.success(request, "已列入例外。")
    return go(request, "standards:lines", line.subject_year_id)


@page(may=may_see_missing)
def missing(request: PageRequest) -> HttpResponse:
    """Which standards are missing in the chosen year, most money first, and the lines that wait for them."""
    cycle = cast(Cycle | None, current_cycle(request))
    found = missing_in(cycle) if cycle else []
    rows = list(wanting(cycle)[: MOST_LINES + 1]) if cycle else []
    context = _tabs(request, "missing") | {
        "cycle": cycle,
        "gate": gate_in(cycle) if cycle else None,
        "found": found,
        "total": sum(one.amount_fen for one in found),
        "rows": rows[:MOST_LINES],
        "more": len(rows) > MOST_LINES,
    }
    return render(request, "standards/missing.html", context)
