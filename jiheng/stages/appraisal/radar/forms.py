"""The form of a decision about projects that are alike."""

from django import forms

from jiheng.stages.appraisal.models import RadarHit

LONGEST = 500


class JudgeForm(forms.Form):
    """Whether projects are repeats, and why."""

    verdict = forms.ChoiceField(label="判断", choices=[("", "请选择"), *RadarHit.VERDICTS[2:]])
    reason = forms.CharField(
        label="理由", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="重复的写明并入哪一个、不安排哪一个；不重复的写明对象、内容、受益人有什么不同。",
    )  # fmt: skip
