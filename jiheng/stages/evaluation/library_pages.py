"""Pages on how the indicators of the library fare, with the rows behind each number."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.web.lists import Column, Empty, Table, list_page
from jiheng.foundation.web.pages import PageRequest, go, page
from jiheng.registers.indicators.access import may_see_library, visible_indicators
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.rules.indicator_statistics import ENOUGH, Counts
from jiheng.stages.evaluation.access import may_propose_retiring
from jiheng.stages.evaluation.library_statistics import (
    of_indicator,
    propose_retiring,
    returns_of,
    rows_of,
    statistics_of,
    to_retire,
)

SHOWN = 100
VIEWS: Mapping[str, tuple[str, Callable[[Counts], bool], Callable[[Counts], Any]]] = {
    "picked": ("选用最多", lambda one: one.picks > 0, lambda one: -one.picks),
    "returned": ("退回最多", lambda one: one.returns > 0, lambda one: -one.returns),
    "low": ("达成率最低", lambda one: one.judged > 0, lambda one: (one.reach, -one.judged)),
    "same": ("总是达到", lambda one: one.always_met, lambda one: -one.judged),
}


def _year(one: Any) -> int:
    return int(one.goal.subject_year.cycle.budget_year)


ROWS = Table(
    key="library_rows",
    title="指标使用明细",
    columns=(
        Column("subject", "项目", lambda one: one.goal.subject_year.name, card=True, link=lambda one: reverse("goals:detail", args=[one.goal_id])),
        Column("unit", "单位", lambda one: one.goal.subject_year.unit.name, card=True),
        Column("year", "年度", _year),
        Column("name", "指标", "name", sort="name"),
        Column("target", "指标值", "target_text", card=True),
        Column("weight", "分值", "weight", kind="points", sort="weight"),
        Column("points", "得分", "judged_points", kind="points", sort="judged_points", card=True),
    ),
    search=("goal__subject_year__name", "goal__subject_year__unit__name"),
    search_label="项目、单位",
    unit="行",
    empty=Empty("没有这样的行", "还没有目标选用这项指标，或者还没有自评。"),
)  # fmt: skip
RETURNED = Table(
    key="library_returned",
    title="被退回的指标行",
    columns=(
        Column("subject", "项目", lambda one: one.subject_year.name, card=True),
        Column("unit", "单位", lambda one: one.subject_year.unit.name, card=True),
        Column("name", "指标", "name", sort="name"),
        Column("target", "指标值", "target_text"),
        Column("reason", "退回原因", "reason", card=True),
        Column("returned_on", "退回日期", "returned_on", kind="day", sort="returned_on"),
    ),
    search=("subject_year__name", "reason"),
    search_label="项目、原因",
    order="-returned_on",
    unit="行",
    empty=Empty("没有被退回的行", "审核人退回单个指标后在这里列出。"),
)  # fmt: skip


@page(may=may_see_library)
def library(request: PageRequest) -> HttpResponse:
    """How the indicators fare, in one of four orders; what everybody always met can be proposed for retirement."""
    person = request.person
    view = request.GET.get("view", "picked")
    if view not in VIEWS:
        raise Http404("没有这种排列。")
    label, wanted, order = VIEWS[view]
    told = statistics_of(person)
    chosen = [(pk, one) for pk, one in told.value.items() if wanted(one)]
    chosen.sort(key=lambda pair: (order(pair[1]), pair[0]))
    seen = visible_indicators(person).defer("pieces").in_bulk([pk for pk, _ in chosen[: 2 * SHOWN]])
    rows = [(seen[pk], one) for pk, one in chosen if pk in seen][:SHOWN]
    context = {
        "name": "指标使用统计",
        "view": view,
        "label": label,
        "views": [(key, one[0], sum(map(one[1], told.value.values()))) for key, one in VIEWS.items()],
        "rows": [(one, counts, _percent(counts.reach), _spread(counts)) for one, counts in rows],
        "number": len(chosen),
        "enough": ENOUGH,
        "counted_at": told.at,
        "retiring": len(to_retire(person)) if view == "same" and may_propose_retiring(person) else 0,
    }
    return render(request, "evaluation/library.html", context)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value * 100:.1f}%"


def _spread(one: Counts) -> str:
    return "" if one.discrimination is None else f"{one.discrimination:.3f}"


@page(may=may_see_library, record=visible_indicators)
def library_rows(request: PageRequest, indicator: LibraryIndicator, part: str) -> HttpResponse:
    """The rows behind one number of an indicator."""
    person = request.person
    if part == "returned":
        returned = returns_of(person).filter(of_indicator(indicator)).select_related("subject_year__unit")
        return list_page(request, RETURNED, returned)
    rows = rows_of(person).filter(of_indicator(indicator))
    if part in {"judged", "met"}:
        rows = rows.filter(judged_points__isnull=False)
    elif part != "picked":
        raise Http404("没有这种明细。")
    if part == "met":
        rows = rows.filter(judged_points__gte=F("weight"))
    related = ("goal__subject_year__unit", "goal__subject_year__cycle")
    return list_page(request, ROWS, rows.select_related(*related))


@page(may=may_propose_retiring, methods=("POST",))
def library_retire(request: PageRequest) -> HttpResponse:
    """Propose the retirement of what everybody always met."""
    number = propose_retiring(person=request.person)
    messages.success(request, f"已提出 {number} 件停用建议，待审核、发布。")
    return go(request, "indicators:proposals")
