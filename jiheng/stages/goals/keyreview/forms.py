"""Forms of key reviews: the list, striking from it, the agreed money, a line or terms to try out."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from jiheng.foundation.web.fields import AmountField, DayField, NumberField
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.models import KeyReview


class ChooseForm(forms.Form):
    """Which projects are reviewed as key ones, why, until when."""

    years = forms.ModelMultipleChoiceField(SubjectYear.objects.none(), label="项目", widget=forms.CheckboxSelectMultiple)
    source = forms.ChoiceField(label="来由", choices=KeyReview.SOURCES)
    reason = forms.CharField(
        label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写明由哪次会议划定，或按推荐列入的原因。",
    )
    due = DayField(label="审核截止日")

    def __init__(self, data: Any, *, rows: QuerySet[SubjectYear], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        cast("forms.ModelMultipleChoiceField[SubjectYear]", self.fields["years"]).queryset = rows


class StrikeForm(forms.Form):
    """Why an entry leaves the list."""

    reason = forms.CharField(label="移出理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class AgreeForm(forms.Form):
    """What the review leaves of the money, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    agreed_fen = AmountField(label="核定资金（万元）", help_text="不高于申报数；核减的，单位须改到核定数以内才能通过。")
    reason = forms.CharField(
        label="核定理由", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="核减的必填。"
    )


class LineForm(forms.Form):
    """Another line to try out."""

    line = NumberField(label="试算的合格线（分）", minimum=Decimal(0), maximum=Decimal(1000))


class TermsForm(forms.Form):
    """Other terms of rewards to try out, and the money there is."""

    line = NumberField(label="最低平均分", minimum=Decimal(0), maximum=Decimal(1000))
    rate = NumberField(label="占核定资金（%）", minimum=Decimal(0), maximum=Decimal(100))
    most_fen = AmountField(label="一个部门至多（万元）")
    pool_fen = AmountField(label="可用机动金（万元）", required=False)
