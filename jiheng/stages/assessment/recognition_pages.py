"""Pages of what a result leads to (praise, reward, criticism, budget): proposed and decided on the page of the assessment; the notice."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.export import neutral
from jiheng.foundation.web.fields import AmountField
from jiheng.foundation.web.pages import PageRequest, go, page
from jiheng.foundation.web.sending import sent
from jiheng.rules.assessment import MONEY
from jiheng.stages.assessment.access import visible_assessments
from jiheng.stages.assessment.facts import kind_label
from jiheng.stages.assessment.models import Assessment, Recognition
from jiheng.stages.assessment.recognition import (
    NOTICE,
    consequence_of,
    decide_recognition,
    may_decide_recognition,
    may_recognise,
    may_see_recognitions,
    places_open,
    recognise,
    recognition_notice,
    visible_recognitions,
)


class RecogniseForm(forms.Form):
    """Why, and how much where it takes an amount."""

    amount_fen = AmountField(required=False, help_text="制度没有写明幅度的，由绩效管理股提出、局领导决定。")
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, money: str | None = "") -> None:
        super().__init__(data)
        if money is None:
            del self.fields["amount_fen"]
        else:
            self.fields["amount_fen"].label = f"{money}金额（万元）"


@page(may=may_recognise, record=visible_assessments, methods=("POST",))
def recognition_propose(request: PageRequest, assessment: Assessment) -> HttpResponse:
    """Propose what the rules attach to the grade."""
    form = RecogniseForm(request.POST)
    if not form.is_valid():
        raise mistaken("；".join(f"{form.fields[key].label}：{errors[0]}" for key, errors in form.errors.items()))
    given = form.cleaned_data
    recognise(assessment=assessment, reason=given["reason"], person=request.person, amount_fen=given["amount_fen"] or 0)
    messages.success(request, "已提出，待局领导决定。")
    return go(request, "assessment:detail", assessment.pk)


@page(may=may_decide_recognition, record=visible_recognitions, methods=("POST",))
def recognition_decide(request: PageRequest, one: Recognition) -> HttpResponse:
    """Agree or not, with an opinion."""
    agree = request.POST.get("do") == "agree"
    decide_recognition(one=one, agree=agree, opinion=request.POST.get("opinion", ""), person=request.person)
    messages.success(request, "已同意，并告知被考核的一方。" if agree else "已决定不同意。")
    return go(request, "assessment:detail", one.assessment_id)


def recognition_context(person: Person, assessment: Assessment) -> dict[str, Any]:
    """Gather what the page of an assessment shows of it."""
    found = consequence_of(assessment)
    one = visible_recognitions(person).filter(assessment=assessment).first()
    return {
        "consequence": found[0] if found else None,
        "consequence_clause": found[1] if found else "",
        "recognition": one,
        "may_recognise": bool(may_recognise(person, assessment)),
        "recognition_money": f"{MONEY.get(one.action, '')}金额" if one else "",
        "kind_label": kind_label(assessment),
        "places_open": places_open(assessment.cycle, assessment.scorecard),
        "recognise_form": RecogniseForm(money=MONEY.get(str(found[0].get("action", "")))) if found else None,
        "may_decide_recognition": one is not None and bool(may_decide_recognition(person, one)),
    }


def _download(one: Recognition, content: bytes, ending: str) -> HttpResponse:
    return sent(content, neutral(f"{one.assessment.department}考核结果通报.{ending}"))


@page(may=may_see_recognitions, record=visible_recognitions)
def recognition_docx(_: PageRequest, one: Recognition) -> HttpResponse:
    """The notice as Word."""
    return _download(one, report_docx(NOTICE, recognition_notice(one)), "docx")


@page(may=may_see_recognitions, record=visible_recognitions)
def recognition_pdf(request: PageRequest, one: Recognition) -> HttpResponse:
    """The notice as PDF."""
    content = report_pdf(NOTICE, recognition_notice(one), stamp=f"打印：{request.person}")
    return _download(one, content, "pdf")
