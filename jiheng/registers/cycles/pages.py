"""Pages of budget years: the list, opening one, its calendar with windows and extensions."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation import clock
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.access import (
    may_ask_extension,
    may_open_cycle,
    may_see_cycles,
    visible_extensions,
)
from jiheng.registers.cycles.forms import OpenCycleForm
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.months import year_calendar
from jiheng.registers.cycles.queries import cycles_in_sight, policy_for
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.policies.queries import current_policy, may_see_amendments, open_assumptions
from jiheng.registers.policies.reading import packs_of
from jiheng.rules.policy.overrides import overrides


@page(may=may_see_cycles)
def cycle_list(request: PageRequest) -> HttpResponse:
    """All budget years of the place."""
    cycles = cycles_in_sight(request.person).annotate(subjects=Count("subject_years"))
    rows = [(one, packs_of(policy_for(one))) for one in cycles]
    return render(
        request, "cycles/list.html", {"cycles": rows, "may_open": bool(may_open_cycle(request.person))}
    )


@page(may=may_open_cycle, methods=("GET", "POST"))
def cycle_open(request: PageRequest) -> HttpResponse:
    """Open a budget year under the pack as it stands; what is still assumed stops it."""
    place = place_of(request.person)
    waiting = open_assumptions(current_policy(place), place)
    newest = cycles_in_sight(request.person).first()
    following = (newest.budget_year if newest else clock.today().year) + 1
    form = OpenCycleForm(request.POST or None, initial={"budget_year": following})
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            cycle = open_cycle(
                place=place, budget_year=form.cleaned_data["budget_year"], person=request.person
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已开启 {cycle.budget_year} 年度，制度已按现行版本固化。")
            return go(request, "cycles:detail", cycle.pk)
    context = {"form": form, "name": "开启预算年度", "refusals": refusals, "waiting": len(waiting)}
    draw = invalid if form.is_bound else render
    return draw(request, "cycles/open.html", context)


@page(may=may_see_cycles, record=cycles_in_sight)
def cycle_detail(request: PageRequest, cycle: Cycle) -> HttpResponse:
    """The calendar of a year: every task with its window, its clause and who got more time."""
    policy = policy_for(cycle)
    labels = {stage.key: stage.label for stage in stages()}
    lines = [(labels.get(task.line.stage, ""), task) for task in year_calendar(cycle).tasks]
    asked = visible_extensions(request.person).filter(cycle=cycle).exclude(state="granted").order_by("-pk")
    context = {
        "cycle": cycle,
        "title": TitleLine(
            f"{cycle.budget_year} 年度",
            unit=f"{cycle.place}，按“{policy.name}”制度",
            state=cycle.get_state_display(),
            tone="blue" if cycle.state == "open" else "grey",
        ),
        "packs": packs_of(policy),
        "lines": lines,
        "today": clock.today(),
        "asked": [(policy.calendar[one.item].label, one) for one in asked if one.item in policy.calendar],
        "may_extend": bool(may_ask_extension(request.person, cycle)),
        "may_adopt": bool(may_see_amendments(request.person)),
        "changes": overrides(policy, current_policy(cycle.place), cycle.budget_year, clock.today()),
        "history": told(history(cycle)),
    }
    return render(request, "cycles/detail.html", context)
