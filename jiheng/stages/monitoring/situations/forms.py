"""Forms of reported situations."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from jiheng.foundation.web.fields import DayField
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.monitoring.situations.services import LONGEST, SituationData


def _area(label: str, help_text: str = "", *, required: bool = True, rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST, required=required, help_text=help_text, widget=widget)


class SituationForm(forms.Form):
    """One situation in the unit's words."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    occurred_on = DayField(label="发生日期")
    facts = _area("情况", "发生了什么，现在怎样。")
    effect = _area("对绩效目标、支出进度和实施进程的影响", "写明哪些指标会受影响、预计差多少。")
    needed = _area("需要的支持", "不需要的不填。", required=False, rows=2)

    def told(self) -> SituationData:
        """Return what was written for the service."""
        data = self.cleaned_data
        return SituationData(data["occurred_on"], data["facts"], data["effect"], data["needed"])


class NewSituationForm(SituationForm):
    """A situation of one of the unit's projects."""

    year = forms.ModelChoiceField(label="项目", queryset=SubjectYear.objects.none(), empty_label="请选择")

    def __init__(self, data: Any, *, years: QuerySet[SubjectYear], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["year"].queryset = years  # type: ignore[attr-defined]
