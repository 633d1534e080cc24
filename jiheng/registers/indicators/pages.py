"""Pages of the indicator library: the list, one indicator, adding and changing, loading the starter set."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.indicators.access import may_keep_library, may_see_library, visible_indicators
from jiheng.registers.indicators.forms import IndicatorForm, RetireForm, line_of
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.queries import categories_of, library_rows, place_of, sectors_of, sheet_of
from jiheng.registers.indicators.services import (
    add_indicator,
    change_indicator,
    load_library,
    restore_indicator,
    retire_indicator,
)
from jiheng.registers.indicators.starter import starter_library
from jiheng.rules.formula import FormulaFault, read_formula
from jiheng.rules.scoring.registry import METHODS

FIELDS = tuple(IndicatorForm.base_fields)


def _state(one: LibraryIndicator) -> str:
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


def _wants(one: LibraryIndicator) -> list[tuple[str, str]]:
    """Return what the formula has to be given, as name and kind; nothing where it is a rule in words."""
    try:
        return list(read_formula(one.formula, one.unit).wants)
    except FormulaFault:
        return []


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
        Column("basis", "依据", "basis", sort="basis", shown=False),
        Column("origin", "来源", "origin", sort="origin", shown=False),
        Column("uses", "已用", "uses", kind="number", sort="uses", help="被绩效目标选用的次数"),
        Column("state", "状态", _state, kind="state", tone=lambda one: "grey" if one.retired_on else "green"),
    ),
    facets=(
        Facet("sector", "领域", _sectors),
        Facet("category", "类别", _categories),
        Facet("level1", "一级指标", (("产出指标", "产出指标"), ("效益指标", "效益指标"), ("满意度指标", "满意度指标"))),
        Facet("state", "状态", (("used", "使用中"), ("retired", "已停用")), apply=_in_use),
    ),
    search=("name", "definition", "category", "code", "basis"),
    search_label="名称、解释、类别、依据",
    order="code",
    unit="项",
    empty=Empty("指标库还是空的", "由财政局绩效管理股载入起步指标库，再按本地情况增补、修改、停用。"),
)  # fmt: skip


@page(may=may_see_library)
def indicator_list(request: PageRequest) -> HttpResponse:
    """The library of the place."""
    person = request.person
    starter = {one.code for one in starter_library().indicators} if may_keep_library(person) else set()
    known = set(visible_indicators(person).filter(code__in=starter).values_list("code", flat=True))
    context = {"may_keep": bool(may_keep_library(person)), "missing": len(starter - known)}
    return list_page(request, LIBRARY, library_rows(person), template="indicators/list.html", context=context)


@page(may=may_see_library, record=visible_indicators, methods=("GET",))
def indicator_detail(request: PageRequest, indicator: LibraryIndicator) -> HttpResponse:
    """One indicator: how it is counted, scored and proved, on which ground, how often it is used."""
    method = METHODS.get(indicator.method)
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
        "references": list(indicator.references.all()),
        "wants": _wants(indicator),
        "method": (method.label, method.rule) if method else None,  # a template would call the method itself
        "uses": indicator.used_in.count(),
        "may_keep": bool(may_keep_library(request.person)),
        "form": RetireForm(),
        "history": told(history(indicator)),
    }
    return render(request, "indicators/detail.html", context)


def _initial(indicator: LibraryIndicator) -> dict[str, Any]:
    sheet = sheet_of(indicator)
    told = {key: getattr(sheet, key) for key in FIELDS}
    return {**told, "references": "\n".join(line_of(one) for one in sheet.references)}


def _edited(request: PageRequest, indicator: LibraryIndicator | None) -> HttpResponse:
    initial = _initial(indicator) if indicator else {"operator": ">="}
    form = IndicatorForm(request.POST or None, initial=initial)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            if indicator is None:
                place = place_of(request.person)
                indicator = add_indicator(place=place, data=form.told(), person=request.person)
            else:
                change_indicator(indicator=indicator, data=form.told(), person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已保存“{indicator.name}”。")
            return go(request, "indicators:detail", indicator.pk)
    draw = invalid if form.is_bound else render
    name = f"修改指标：{indicator.name}" if indicator else "增加指标"
    return draw(request, "indicators/edit.html", {"form": form, "name": name, "refusals": refusals})


@page(may=may_keep_library, methods=("GET", "POST"))
def indicator_add(request: PageRequest) -> HttpResponse:
    """Add an own indicator."""
    return _edited(request, None)


@page(may=may_keep_library, record=visible_indicators, methods=("GET", "POST"))
def indicator_edit(request: PageRequest, indicator: LibraryIndicator) -> HttpResponse:
    """Change an indicator; goals that chose it keep their own words and values."""
    return _edited(request, indicator)


@page(may=may_keep_library, record=visible_indicators, methods=("POST",))
def indicator_retire(request: PageRequest, indicator: LibraryIndicator) -> HttpResponse:
    """Take an indicator out of use."""
    retire_indicator(indicator=indicator, reason=request.POST.get("reason", ""), person=request.person)
    messages.success(request, "已停用，已选用它的绩效目标不受影响。")
    return go(request, "indicators:detail", indicator.pk)


@page(may=may_keep_library, record=visible_indicators, methods=("POST",))
def indicator_restore(request: PageRequest, indicator: LibraryIndicator) -> HttpResponse:
    """Put an indicator back into use."""
    restore_indicator(indicator=indicator, person=request.person)
    messages.success(request, "已恢复使用。")
    return go(request, "indicators:detail", indicator.pk)


@page(may=may_keep_library, methods=("POST",))
def indicator_load(request: PageRequest) -> HttpResponse:
    """Take in what of the starter library the place does not have yet."""
    place = place_of(request.person)
    added = load_library(place=place, person=request.person)
    messages.success(request, f"已载入 {added} 项指标。")
    return go(request, "indicators:list")
