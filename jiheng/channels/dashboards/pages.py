"""The overview of a budget year, and the subjects behind each of its figures."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from jiheng.channels.dashboards.access import may_see_dashboards, visible_lower_places
from jiheng.channels.dashboards.charts import NAMES, cover_bars, flow_bars
from jiheng.channels.dashboards.metrics.late import lines as late_lines
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
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.kept import kept
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, page, whole
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.facets import department_facet, unit_facet
from jiheng.registers.subjects.labels import BOOKS, LIBRARY_TONES, book_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.queries import organisations_in_sight
from jiheng.stages.monitoring.queries import situations

LIBRARY = dict(SubjectYear.LIBRARY)
FEW, MANY = 2, 6
LISTED = 200
"""Departments or units in the table: the least covered ones; of more, one would not find one's own anyway."""


def _scope(request: PageRequest, cycle: Cycle) -> Scope:
    return Scope(request.person, cycle, whole(request.GET.get("department")))


@page(may=may_see_dashboards)
def home(request: PageRequest) -> HttpResponse:
    """The year at a glance: cover, deviations, flow of money, results, what is late, what is not public."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        has_lower = visible_lower_places(request.person).exists()
        return render(request, "dashboards/empty.html", {"has_lower": has_lower})
    scope = _scope(request, cycle)
    person = request.person
    key = f"dashboard:{person.role}:{person.organisation_id}:{cycle.pk}:{scope.department}"

    def drawn() -> SafeString:
        return render_to_string("dashboards/_overview.html", _overview(scope))

    return render(request, "dashboards/home.html", {"overview": kept(person.place_id, key, drawn)})


def _overview(scope: Scope) -> dict[str, Any]:
    """Return everything that the overview shows."""
    divided, steps, books = parts(scope), flow(scope), lines_by(scope, "book")
    return {
        "cycle": scope.cycle,
        "scope": scope,
        "whose": _whose(scope.person, scope),
        "covers": shown(scope, covers=True),
        "others": shown(scope, covers=False),
        "parts": divided,
        "divisions": divisions(scope, divided.what, divided.lines[:LISTED], divided.urls[:LISTED]),
        "unlisted": max(0, len(divided.lines) - LISTED),
        "books": divisions(scope, "book", books, [""] * len(books)),
        "names": NAMES,
        "cover_chart": cover_bars(divided.lines, divided.urls),
        "size": "tall" if len(divided.lines) > MANY else "low" if len(divided.lines) <= FEW else "",
        "steps": steps,
        "flow_chart": flow_bars(steps),
        "grades": grade_lines(scope),
        "bands": bands(scope),
        "late": late_lines(scope),
        "situations": _situations(scope),
        "has_lower": visible_lower_places(scope.person).exists(),
    }


def _whose(person: Person, scope: Scope) -> str:
    if scope.department is not None:
        return department_name(scope.department)
    return person.place_name if person.sees_whole_place else person.organisation_name


def _situations(scope: Scope) -> list[tuple[Any, str]]:
    """The four situations of money and work, each with the address of its reports; the whole of the sight only."""
    if scope.checkpoint is None or scope.department is not None:
        return []
    url = reverse("monitoring:list")
    return [
        (one, f"{url}?checkpoint={scope.checkpoint.pk}&what={one.key}")
        for one in situations(scope.checkpoint, scope.person)
    ]


def _rate(year: Any) -> Decimal | None:
    return Decimal(year.paid_fen) / Decimal(year.budget_fen) if year.budget_fen > 0 else None


def plain_table(reader: Person, title: str) -> Table:
    """Return the list of subjects for somebody of an upper place: nothing in it opens."""

    def choices(kind: str) -> list[tuple[str, str]]:
        return organisations_in_sight(reader, kind)

    table = _table(title)
    name = replace(table.columns[0], link=None)
    facets = (
        Facet("department", "主管部门", choices("department"), field="department_id"),
        Facet("unit", "实施单位", choices("unit"), field="unit_id"),
        *table.facets[2:],
    )
    return replace(table, key="place-rows", columns=(name, *table.columns[1:]), facets=facets)


def _table(title: str) -> Table:
    return Table(
        key="dashboard-rows",
        title=title,
        columns=(
            Column("name", "项目", "name", sort="name", card=True, link=lambda y: reverse("subjects:detail", args=[y.pk])),
            Column("unit", "实施单位", "unit.name", sort="unit__name"),
            Column("department", "主管部门", "department.name", sort="department__name"),
            Column("book", "预算类别", lambda y: book_label(y.book), sort="book", shown=False),
            Column("asked", "申报", "requested_fen", kind="wan", sort="requested_fen", total="requested_fen"),
            Column("budget", "预算", "budget_fen", kind="wan", sort="budget_fen", total="budget_fen", card=True),
            Column("paid", "已执行", "paid_fen", kind="wan", sort="paid_fen", total="paid_fen"),
            Column("rate", "执行率", _rate, kind="percent", sort="rate", card=True),
            Column(
                "state", "入库状态", lambda y: LIBRARY[y.library_state], kind="state", sort="library_state",
                tone=lambda y: LIBRARY_TONES[y.library_state],
            ),
        ),
        facets=(
            department_facet(),
            unit_facet(label="实施单位"),
            Facet("book", "预算类别", BOOKS),
        ),
        search=("name", "subject__code", "unit__name"),
        search_label="名称、代码、单位",
        order="-budget",
        empty=Empty("没有这样的项目", "这个数字现在是零。"),
    )  # fmt: skip


@page(may=may_see_dashboards)
def rows(request: PageRequest, key: str, part: str) -> HttpResponse:
    """The subjects behind one figure, with the figure's definition."""
    cycle: Cycle | None = current_cycle(request)
    found = part_of(key, part)
    if cycle is None or found is None:
        raise Http404("没有这个指标。")
    metric, label = found
    scope = _scope(request, cycle)
    context = {"cycle": cycle, "metric": metric, "clause": metric.clause(scope)}
    behind = rows_behind(scope, metric, part)
    return list_page(request, _table(label), behind, template="dashboards/rows.html", context=context)
