"""The page of what is reported upward: whom the rules name, what was sent, the receipts; noting both."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation import clock
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.fields import DayField
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, page
from jiheng.stages.disclosure.models import Dispatch
from jiheng.stages.disclosure.reporting.access import (
    REFERRAL,
    may_dispatch,
    may_note_receipt,
    may_see_dispatches,
    visible_dispatches,
)
from jiheng.stages.disclosure.reporting.queries import lines_of, recipients_of
from jiheng.stages.disclosure.reporting.services import Paper, note_dispatch, note_receipt


class PaperForm(forms.Form):
    """What was sent to whom."""

    matter = forms.CharField(max_length=60, widget=forms.HiddenInput)
    recipient = forms.CharField(label="移送机关", max_length=200)
    title = forms.CharField(label="文件标题", max_length=200)
    reference = forms.CharField(label="文号", max_length=80, required=False)
    sent_on = DayField(label="报送日期")
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ReceiptForm(forms.Form):
    """When and how it was received."""

    received_on = DayField(label="收到日期")
    receipt = forms.CharField(label="回执", max_length=200, required=False)


@page(may=may_see_dispatches)
def reporting(request: PageRequest) -> HttpResponse:
    """Whom the rules of the year name, and what was sent to them."""
    cycle, person = current_cycle(request), request.person
    sends = bool(may_dispatch(person))
    may = cycle is not None and cycle.state != "closed" and sends
    lines = lines_of(cycle, person) if cycle is not None else []
    referral = recipients_of(cycle, REFERRAL) if cycle is not None else ([], "", "")
    start: dict[str, Any] = {"sent_on": clock.today()}
    context = {
        "cycle": cycle,
        "may": may,
        "may_receive": sends,
        "closed": cycle is not None and cycle.state == "closed",
        "rows": [
            (line, line.state, PaperForm(initial=start | {"matter": line.matter, "recipient": line.recipient}, prefix=f"p{at}"))
            for at, line in enumerate(lines)
        ],
        "referral": PaperForm(initial=start | {"matter": REFERRAL}, prefix="referral") if may and referral[1] else None,
        "referral_label": referral[1],
        "referral_clause": referral[2],
        "today": clock.today(),
    }
    return render(request, "disclosure/reporting.html", context)


def _wrong(form: forms.Form) -> str:
    return "；".join(f"{form.fields[name].label}：{errors[0]}" for name, errors in form.errors.items())


@page(may=may_dispatch, methods=("POST",))
def reporting_send(request: PageRequest) -> HttpResponse:
    """Note one paper."""
    cycle = current_cycle(request)
    if cycle is None:
        raise mistaken("还没有开启预算年度")
    form = PaperForm(request.POST, prefix=request.POST.get("prefix", "")[:20] or None)
    if not form.is_valid():
        raise mistaken(_wrong(form))
    made = note_dispatch(cycle=cycle, paper=Paper(**form.cleaned_data), person=request.person)
    messages.success(request, f"已登记“{made.title}”。")
    return go(request, "disclosure:reporting")


@page(may=may_note_receipt, record=visible_dispatches, methods=("POST",))
def reporting_receipt(request: PageRequest, dispatch: Dispatch) -> HttpResponse:
    """Note the receipt of one paper."""
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        raise mistaken(_wrong(form))
    told = form.cleaned_data
    note_receipt(dispatch=dispatch, day=told["received_on"], receipt=told["receipt"], person=request.person)
    messages.success(request, "已登记回执。")
    return go(request, "disclosure:reporting")
