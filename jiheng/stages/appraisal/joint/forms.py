"""Forms of the review by several parties."""

from typing import Any

from django import forms

from jiheng.stages.appraisal.joint.services import LONGEST, LONGEST_MINUTES
from jiheng.stages.appraisal.models import JointWord


class CallForm(forms.Form):
    """When and where, and what is on the agenda."""

    held_on = forms.DateField(label="会审日期", widget=forms.DateInput(attrs={"type": "date"}))
    venue = forms.CharField(label="地点", max_length=120, required=False)
    agenda = forms.CharField(label="议程", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))


class SayForm(forms.Form):
    """A statement, or a question to one item."""

    kind = forms.ChoiceField(label="类别", choices=JointWord.KINDS)
    item = forms.ChoiceField(label="对应的评估要点", required=False, help_text="质询时选择；针对整体的不选。")
    text = forms.CharField(label="内容", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, items: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["item"].choices = [("", "整体"), *items]  # type: ignore[attr-defined]


class MinutesForm(forms.Form):
    """The minutes."""

    minutes = forms.CharField(label="会审纪要", max_length=LONGEST_MINUTES, widget=forms.Textarea(attrs={"rows": 8}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """An answer."""

    answer = forms.CharField(label="答复", max_length=LONGEST)
