"""Pages by which the library leaves and comes back as JSON, and the rows of a proposed list as a workbook."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render

from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.web.export import Sheet as Exported
from jiheng.foundation.web.export import sheet_response
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.sending import sent
from jiheng.registers.indicators.access import may_propose, may_see_library, visible_proposals
from jiheng.registers.indicators.forms import TextForm
from jiheng.registers.indicators.models import Proposal
from jiheng.registers.indicators.portable import entries_from, library_text, sheets_in_text, words_of
from jiheng.registers.indicators.proposing import propose_list
from jiheng.rules.indicator_sheet import LABELS

LARGEST = 20 * 2**20


@page(may=may_propose, methods=("GET", "POST"))
def library_json(request: PageRequest) -> HttpResponse:
    """Propose the indicators of a JSON file; everything that is wrong with it is told at once."""
    form = TextForm(request.POST or None, request.FILES or None)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file.size > LARGEST:
                raise mistaken(f"文件“{file.name}”超过 20MB", remedy="请拆成几个文件上传", where="file")
            told = sheets_in_text(file.read())
            made = propose_list(told=told, ground=form.cleaned_data["ground"], person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已提交建议，待财政局审核。")
            return go(request, "indicators:proposal", made.pk)
    context = {"form": form, "refusals": refusals, "name": "指标库的导出和传回（JSON）", "multipart": True}
    return (invalid if form.is_bound else render)(request, "indicators/json.html", context)


@page(may=may_see_library)
def library_json_file(request: PageRequest) -> HttpResponse:
    """What the place keeps and uses, to be kept, compared or taken in elsewhere."""
    place = place_of(request.person)
    return sent(library_text(place), f"指标库-{place.name}.json", "application/json; charset=utf-8")


@page(may=may_see_library, record=visible_proposals)
def proposal_rows(_request: PageRequest, proposal: Proposal) -> HttpResponse:
    """Every row of a proposed list, as a workbook."""
    if proposal.kind != "list":
        raise Http404("这件建议不是整批增改。")
    columns = [("编号", "text"), ("建议", "text"), *((label, "text") for label in LABELS.values())]
    sheet = Exported(f"指标建议-{proposal.name}", columns, [False] * len(columns))
    rows = (
        (one.code, "修订" if one.revision else "新增", *(words_of(one.sheet)[key] for key in LABELS))
        for one in entries_from(proposal.content)
    )
    return sheet_response(sheet, rows)
