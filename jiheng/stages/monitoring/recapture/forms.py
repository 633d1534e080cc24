"""Forms of recapture: the decision, proposing again."""

from typing import Any

from django import forms

from jiheng.foundation.web.fields import AmountField
from jiheng.stages.monitoring.models import Recapture


class DecideRecaptureForm(forms.Form):
    """How much, why; the exception, the delay and the next year's need where there are such."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    amount_fen = AmountField(label="收回金额（万元）", required=False, help_text="不超过没有支出的预算；不收回的留空，按“不予收回”。")
    reason = forms.CharField(
        label="决定理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写入台账和通知书，单位能够看到。",
    )
    exception_reason = forms.CharField(
        label="例外理由", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="制度写的是“原则上”。收回少于应收回的金额时必填。",
    )
    late_reason = forms.CharField(
        label="逾期理由", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="已过收回期限，写明为什么这时办理；记录会标明逾期。",
    )
    need_fen = AmountField(label="下年度调剂（万元）", required=False, help_text="确需继续实施的，在下年度部门预算中调剂的金额；没有的留空。")
    need_reason = forms.CharField(
        label="继续实施的理由", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any, *, recapture: Recapture, late: bool) -> None:
        super().__init__(data, initial={"amount_fen": recapture.proposed_fen, "version": recapture.version})
        if not recapture.in_principle:
            del self.fields["exception_reason"]
        if not late:
            del self.fields["late_reason"]


class ProposeAgainForm(forms.Form):
    """The note of another proposal after a return."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(label="提出意见的说明", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class NoteForm(forms.Form):
    """What is said with a proposal from the list."""

    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
