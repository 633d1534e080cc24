"""Pages on which another library is set beside the own one: the mappings, one with its rows, one row."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.web.lists import BulkAction, Column, Empty, Facet, Table, chosen, list_page
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.registers.indicators.access import may_keep_library, may_see_library
from jiheng.registers.indicators.forms import CodeForm, MappingForm
from jiheng.registers.indicators.mapping import (
    choose,
    confirm,
    coverage_of,
    make_mapping,
    set_aside,
    visible_mapped,
    visible_mappings,
    withdraw,
)
from jiheng.registers.indicators.models import LibraryMapping, MappedIndicator
from jiheng.registers.indicators.portable import sheets_in_text
from jiheng.rules.workflow.steps import Tone

LARGEST = 20 * 2**20
TONES: dict[str, Tone] = {"proposed": "amber", "confirmed": "green", "none": "grey"}


def _has(rows: Any, value: str) -> Any:
    return rows.filter(own__isnull=value == "no")


def _table(mapping: LibraryMapping, losses: dict[Any, str]) -> Table:
    def act(key: str, label: str, words: str) -> BulkAction:
        address = reverse("indicators:mapping_decide", args=[mapping.pk, key])
        return BulkAction(key, label, address, words, roles=frozenset({"performance_office"}))

    return Table(
        key="mapping",
        title=f"指标库对照 {mapping.name}",
        columns=(
            Column("name", "对照库的指标", "name", sort="name", card=True, link=lambda one: reverse("indicators:mapped", args=[one.pk])),
            Column("code", "编号", "code", sort="code"),
            Column("level2", "二级指标", "level2", sort="level2"),
            Column("unit", "单位", "unit"),
            Column("own", "本库的指标", lambda one: one.own.name if one.own else "", card=True),
            Column("own_code", "本库编号", lambda one: one.own.code if one.own else "", shown=False),
            Column("own_unit", "本库单位", lambda one: one.own.unit if one.own else "", shown=False),
            Column("likeness", "相似度", lambda one: f"{one.likeness:.0%}" if one.own else "", sort="likeness"),
            Column("ground", "理由", "ground"),
            Column("loss", "转换的损失", lambda one: losses.get(one.pk, "")),
            Column("state", "状态", lambda one: one.get_state_display(), kind="state", sort="state", tone=lambda one: TONES[one.state], card=True),
            Column("decided_by", "确认人", "decided_by", shown=False),
        ),
        facets=(
            Facet("state", "状态", tuple(MappedIndicator.STATES)),
            Facet("found", "对应的指标", (("yes", "有"), ("no", "没有")), apply=_has),
        ),
        search=("name", "code", "own__name", "own__code"),
        search_label="名称、编号",
        order="code",
        unit="项",
        bulk=(act("confirm", "确认对应", "将确认 {count} 项的对应关系。"), act("none", "没有对应", "将把 {count} 项记为没有对应。"),
              act("withdraw", "撤回确认", "将撤回 {count} 项的确认，重新待确认；原来的决定留在审计链上。")),
        empty=Empty("没有符合的指标", "换一个条件再找。"),
    )  # fmt: skip


@page(may=may_see_library)
def mappings(request: PageRequest) -> HttpResponse:
    """The libraries that stand beside the own one, each with its coverage."""
    rows = [(one, coverage_of(one)) for one in visible_mappings(request.person)]
    context = {
        "name": "指标库对照",
        "rows": [(one, told, _percent(told.share), _percent(told.own_share)) for one, told in rows],
        "may_keep": bool(may_keep_library(request.person)),
    }
    return render(request, "indicators/mappings.html", context)


def _percent(share: float) -> str:
    return f"{share:.1%}"


@page(may=may_keep_library, methods=("GET", "POST"))
def mapping_new(request: PageRequest) -> HttpResponse:
    """Set another library, as a JSON file, beside the own one."""
    form = MappingForm(request.POST or None, request.FILES or None)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file.size > LARGEST:
                raise mistaken(f"文件“{file.name}”超过 20MB", where="file")
            made = make_mapping(
                name=form.cleaned_data["name"], told=sheets_in_text(file.read()), person=request.person
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已逐项提出对应关系，请核对、确认。")
            return go(request, "indicators:mapping", made.pk)
    context = {"form": form, "refusals": refusals, "name": "对照另一个指标库", "multipart": True}
    return (invalid if form.is_bound else render)(request, "indicators/mapping_new.html", context)


@page(may=may_see_library, record=visible_mappings)
def mapping(request: PageRequest, mapping: LibraryMapping) -> HttpResponse:
    """One mapping: how much is covered, what is lost, row by row; can be filtered and downloaded."""
    told = coverage_of(mapping)
    rows = visible_mapped(request.person).filter(mapping=mapping)
    states = [(label, rows.filter(state=key).count()) for key, label in MappedIndicator.STATES]
    context = {
        "mapping": mapping,
        "told": told,
        "share": _percent(told.share),
        "own_share": _percent(told.own_share),
        "states": states,
    }
    return list_page(request, _table(mapping, told.losses), rows, template="indicators/mapping.html", context=context)


@page(may=may_keep_library, record=visible_mappings, methods=("POST",))
def mapping_decide(request: PageRequest, mapping: LibraryMapping, what: str) -> HttpResponse:
    """Confirm the chosen rows, say that they have no counterpart, or take back what was decided."""
    decide = {"confirm": confirm, "none": set_aside, "withdraw": withdraw}.get(what)
    if decide is None:
        raise Http404("没有这种办理。")
    number = decide(rows=chosen(request, visible_mapped(request.person).filter(mapping=mapping)), person=request.person)
    messages.success(request, f"已办理 {number} 项。")
    return go(request, "indicators:mapping", mapping.pk)


@page(may=may_see_library, record=visible_mapped, methods=("GET", "POST"))
def mapped(request: PageRequest, mapped: MappedIndicator) -> HttpResponse:
    """One row: the two indicators side by side; another counterpart can be chosen by its code."""
    form = CodeForm(request.POST or None, initial={"code": mapped.own.code if mapped.own else ""})
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            choose(row=mapped, code=form.cleaned_data["code"], person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"“{mapped.name}”已对应到“{mapped.own}”。")
            return go(request, "indicators:mapping", mapped.mapping_id)
    context = {
        "mapped": mapped,
        "form": form,
        "refusals": refusals,
        "name": mapped.name,
        "may_keep": bool(may_keep_library(request.person)),
    }
    return (invalid if form.is_bound else render)(request, "indicators/mapped.html", context)
