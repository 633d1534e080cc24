"""What an upper place sees of those below it: the sums of all, one place's overview, the subjects behind a figure.

These are the only pages on which anybody reads another place, and nothing on them leads to its records.
"""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from jiheng.channels.dashboards.access import may_see_places, visible_lower_places
from jiheng.channels.dashboards.pages import plain_table
from jiheng.channels.dashboards.places import own_place, place_level, years_below
from jiheng.channels.dashboards.queries import (
    bands,
    department_name,
    divisions,
    flow,
    grade_lines,
    parts,
    rows_behind,
)
from jiheng.channels.dashboards.registry import part_of, shown
from jiheng.channels.dashboards.scope import Scope, lines_by
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.places import reading
from jiheng.foundation.web.lists import list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, page, whole
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight


def _year(request: PageRequest, years: list[int]) -> int | None:
    """Return the year that is asked for, else that of the chosen cycle, else this one, else the newest."""
    cycle: Cycle | None = current_cycle(request)
    asked = (whole(request.GET.get("year")), cycle.budget_year if cycle is not None else None, clock.today().year)
    return next((one for one in (*asked, *years) if one in years), None)


@page(may=may_see_places)
def places(request: PageRequest) -> HttpResponse:
    """The places below with their sums; a place that has places below it opens these, the others their overview."""
    top = own_place(request.person)
    years = years_below(top)
    year = _year(request, years)
    context: dict[str, Any] = {"top": top, "years": years, "year": year}
    if year is not None:
        try:
            context["level"] = place_level(top, year, whole(request.GET.get("at")))
        except LookupError as unknown:
            raise Http404(str(unknown)) from None
    return render(request, "dashboards/places.html", context)


def _scope(request: PageRequest, below: Place) -> tuple[list[Cycle], Scope | None]:
    """Return the years of a lower place and what the person sees of the chosen one."""
    reader: Person = reading(request.person, below)
    cycles = list(cycles_in_sight(reader))
    year = _year(request, [one.budget_year for one in cycles])
    cycle = next((one for one in cycles if one.budget_year == year), None)
    department = whole(request.GET.get("department"))
    return cycles, Scope(reader, cycle, department) if cycle is not None else None


@page(may=may_see_places, record=visible_lower_places)
def place(request: PageRequest, below: Place) -> HttpResponse:
    """One lower place's year at a glance: cover, money, departments, results; read only."""
    cycles, scope = _scope(request, below)
    context: dict[str, Any] = {"below": below, "cycles": cycles, "scope": scope}
    if scope is not None:
        divided, books = parts(scope), lines_by(scope, "book")
        context |= {
            "covers": shown(scope, covers=True),
            "others": shown(scope, covers=False),
            "parts": divided,
            "divisions": divisions(scope, divided.what, divided.lines, divided.urls),
            "books": divisions(scope, "book", books, [""] * len(books)),
            "steps": flow(scope),
            "grades": grade_lines(scope),
            "bands": bands(scope),
            "department": department_name(scope.department) if scope.department is not None else "",
        }
    return render(request, "dashboards/place.html", context)


@page(may=may_see_places, record=visible_lower_places)
def place_rows(request: PageRequest, below: Place, key: str, part: str) -> HttpResponse:
    """The subjects of a lower place behind one figure; none of them opens."""
    _, scope = _scope(request, below)
    found = part_of(key, part)
    if scope is None or found is None:
        raise Http404("没有这个指标。")
    metric, label = found
    context = {"cycle": scope.cycle, "metric": metric, "clause": metric.clause(scope), "below": below}
    rows = rows_behind(scope, metric, part)
    return list_page(request, plain_table(scope.person, label), rows, template="dashboards/place_rows.html", context=context)
