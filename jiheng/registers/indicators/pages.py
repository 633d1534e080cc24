"""Pages of the indicator library: the list, one indicator, its versions and reach, loading the starter set."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.registers.indicators.access import (
    may_keep_library,
    may_propose,
    may_see_library,
    visible_indicators,
)
from jiheng.registers.indicators.forms import EndForm, ReachForm
from jiheng.registers.indicators.mapping import twin_of
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.queries import (
    categories_of,
    compared,
    library_rows,
    limits_of,
    sectors_of,
    sheet_from,
    sheet_of,
    use_of,
)
from jiheng.registers.indicators.search import asking
from jiheng.registers.indicators.services import (
    load_library,
    set_reach,
)
from jiheng.registers.indicators.starter import starter_library
from jiheng.rules.formula import FormulaFault, NotComputable, figures_of, read_formula
from jiheng.rules.indicator_sheet import RANKS, differences
from jiheng.rules.scoring.method import plain
from jiheng.rules.scoring.registry import METHODS

LONGEST_FIGURES = 300
"""Characters of what may be typed for one figure of a formula."""


def _state(one: LibraryIndicator) -> str:
    if one.merged_into_id:
        return "已合并"
    return "已停用" if one.retired_on else "使用中"


def _sectors(person: Person) -> list[tuple[str, str]]:
    return [(one, one) for one in sectors_of(person)]


def _categories(person: Person) -> list[tuple[str, str]]:
    return [(one, one) for one in categories_of(person)]


def _in_use(rows: Any, value: str) -> Any:
    return rows.filter(retired_on__isnull=value == "used")


def reference(one: LibraryIndicator) -> str:
    """Return the reference value with its sign and unit."""
    if one.operator == "qualitative" or one.method == "date_target":
        return one.value
    sign = {">=": "≥", "<=": "≤"}.get(one.operator, one.operator)
    return f"{sign}{one.value}{one.unit}"


@dataclass(frozen=True)
class Run:
    """A formula with the figures that were typed for it: name, kind and text of each; the result or what is wrong."""

    cells: list[tuple[str, str, str]]
    result: str = ""
    problem: str = ""


def _run(one: LibraryIndicator, texts: Sequence[str]) -> Run | None:
    """Work an indicator's formula out with typed figures, in the order that it wants them; None where it is a rule in words."""
    try:
        formula = read_formula(one.formula, one.unit)
    except FormulaFault:
        return None
    padded = [*(text.strip()[:LONGEST_FIGURES] for text in texts), *[""] * len(formula.wants)]
    cells = [(name, kind, text) for (name, kind), text in zip(formula.wants, padded, strict=False)]
    if not any(text for _, _, text in cells):
        return Run(cells)
    try:
        result = formula.run(figures_of(formula, {name: text for name, _, text in cells}))
    except (FormulaFault, NotComputable) as fault:
        return Run(cells, problem=str(fault))
    return Run(cells, result=f"{result.normalize():f}{one.unit}")


LIBRARY = Table(
    key="indicators",
    title="指标库",
    columns=(
        Column("name", "指标", "name", sort="name", card=True, link=lambda one: reverse("indicators:detail", args=[one.pk])),
        Column("code", "编号", "code", sort="code", shown=False),
        Column("sector", "领域", "sector", sort="sector"),
        Column("category", "类别", "category", sort="category", card=True),
        Column("purpose", "用途", "purpose", sort="purpose", shown=False),
        Column("level1", "一级指标", "level1", sort="level1"),
        Column("level2", "二级指标", "level2", sort="level2"),
        Column("value", "参考值", reference, card=True),
        Column("method", "赋分方法", lambda one: METHODS[one.method].label if one.method in METHODS else one.method, sort="method"),
        Column("rank", "重要程度", lambda one: one.get_rank_display(), sort="rank", help="核心指标选用和推荐时排在前面"),
        Column("basis", "依据", "basis", sort="basis", shown=False),
        Column("origin", "来源", "origin", sort="origin", shown=False),
        Column("reach", "使用范围", lambda one: one.get_reach_display(), sort="reach", shown=False),
        Column("uses", "已用", "uses", kind="number", sort="uses", help="被绩效目标选用的次数"),
        Column("state", "状态", _state, kind="state", tone=lambda one: "grey" if one.retired_on else "green"),
    ),
    facets=(
        Facet("sector", "领域", _sectors),
        Facet("category", "类别", _categories),
        Facet("level1", "一级指标", (("产出指标", "产出指标"), ("效益指标", "效益指标"), ("满意度指标", "满意度指标"))),
        Facet("state", "状态", (("used", "使用中"), ("retired", "已停用")), apply=_in_use),
        Facet("rank", "重要程度", tuple(RANKS.items())),
        Facet("reach", "使用范围", tuple(LibraryIndicator.REACHES)),
    ),
    search=("name", "definition", "category", "code", "basis"),
    search_label="名称、拼音首字母、解释、类别、依据",
    find=asking,
    order="code",
    unit="项",
    empty=Empty("指标库还是空的", "由财政局绩效管理股载入起步指标库，再按本地情况建议增补、修订、停用，经审核、发布后生效。"),
)  # fmt: skip


@page(may=may_see_library)
def indicator_list(request: PageRequest) -> HttpResponse:
    """The library of the place."""
    person = request.person
    starter = {one.code for one in starter_library().indicators} if may_keep_library(person) else set()
    known = set(visible_indicators(person).filter(code__in=starter).values_list("code", flat=True))
    context = {
        "may_keep": bool(may_keep_library(person)),
        "may_propose": bool(may_propose(person)),
        "missing": len(starter - known),
    }
    return list_page(request, LIBRARY, library_rows(person), template="indicators/list.html", context=context)


@page(may=may_see_library, record=visible_indicators, methods=("GET",))
def indicator_detail(request: PageRequest, indicator: LibraryIndicator) -> HttpResponse:
    """One indicator: how it is counted, scored and proved, on which ground, how often it is used."""
    person, method = request.person, METHODS.get(indicator.method)
    own = indicator.place_id == person.place_id
    cycle = current_cycle(request)
    limits = limits_of(place_of(person))
    references, spread = compared(indicator, person, cycle.budget_year if cycle else clock.today().year, limits)
    context = {
        "indicator": indicator,
        "title": TitleLine(
            indicator.name,
            unit=" · ".join(filter(None, (indicator.sector, indicator.category, indicator.purpose))),
            state=_state(indicator),
            tone="grey" if indicator.retired_on else "green",
            code=indicator.code,
        ),
        "reference": reference(indicator),
        "references": references,
        "spread": [plain(one) for one in (spread.low, spread.middle, spread.high)] if spread else None,
        "promised": spread.number if spread else 0,
        "enough": limits.enough,
        "run": _run(indicator, request.GET.getlist("figure")),
        "method": (method.label, method.rule) if method else None,  # a template would call the method itself
        "use": use_of(indicator),
        "merged": list(indicator.merged.all()),
        "former": indicator.former.count(),
        "own": own,
        "twin": (twin := twin_of(indicator) if own else None),
        "may_keep": bool(may_keep_library(person, indicator)),
        "may_propose": own and bool(may_propose(person)),
        "end_form": EndForm(initial={"into": twin[0].code} if twin and request.GET.get("into") == twin[0].code else None),
        "reach_form": ReachForm(initial={"reach": indicator.reach}),
        "history": told(history(indicator)),
    }
    return render(request, "indicators/detail.html", context)


@page(may=may_see_library, record=visible_indicators)
def indicator_versions(request: PageRequest, indicator: LibraryIndicator) -> HttpResponse:
    """Every revision of an indicator, the newest first, each with what it changed, by whom and why."""
    later, steps = sheet_of(indicator), []
    for one in indicator.former.all():
        before = sheet_from(one.content)
        steps.append((one.revision + 1, one, differences(before, later)))
        later = before
    context = {"indicator": indicator, "steps": steps, "first": later, "name": f"{indicator.name}　各版本"}
    return render(request, "indicators/versions.html", context)


@page(may=may_keep_library, record=visible_indicators, methods=("POST",))
def indicator_reach(request: PageRequest, indicator: LibraryIndicator) -> HttpResponse:
    """Share an indicator with the neighbours, hand it down, or keep it to the own place."""
    set_reach(indicator=indicator, reach=request.POST.get("reach", ""), person=request.person)
    messages.success(request, f"使用范围：{indicator.get_reach_display()}。")
    return go(request, "indicators:detail", indicator.pk)


@page(may=may_keep_library, methods=("POST",))
def indicator_load(request: PageRequest) -> HttpResponse:
    """Take in what of the starter library the place does not have yet."""
    place = place_of(request.person)
    added = load_library(place=place, person=request.person)
    messages.success(request, f"已载入 {added} 项指标。")
    return go(request, "indicators:list")
