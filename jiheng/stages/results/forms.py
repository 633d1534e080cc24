"""Forms of results: the decision within its bounds, another proposal, the report of rectification, more time."""

from decimal import Decimal
from typing import Any

from django import forms

from jiheng.foundation.web.fields import DayField, NumberField
from jiheng.stages.results.models import Decision, Rectification

RATIO = {"inputmode": "decimal", "maxlength": 6, "data-ratio": "1"}
NOTHING, ALL = Decimal(0), Decimal(100)


class RatioField(NumberField):
    """A ratio in per cent, 0 to 100, with or without the sign."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(minimum=NOTHING, maximum=ALL, widget=forms.TextInput(attrs=RATIO), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Read 20, 20% or ２０％ as 20."""
        return super().to_python(value.strip().removesuffix("%").removesuffix("％") if isinstance(value, str) else value)


class DecideForm(forms.Form):
    """The ratio in per cent, the reason, and the reason for an exception where the rule allows one."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ratio = RatioField(label="核减比例")
    reason = forms.CharField(
        label="决定理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明为什么取这个比例；写入台账和下年度的提示，单位能够看到。",
    )
    exception_reason = forms.CharField(
        label="例外理由",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="制度写的是“原则上”。比例超出规定幅度时必填，写明不按原则办理的事实。",
    )

    def __init__(self, data: Any, *, decision: Decision) -> None:
        initial = {"ratio": decision.proposed_ratio, "version": decision.version}
        super().__init__(data, initial=initial)
        if not decision.in_principle:
            del self.fields["exception_reason"]


class ReviseForm(forms.Form):
    """Another ratio after a return, with its grounds."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ratio = RatioField(label="建议比例")
    comment = forms.CharField(label="提出意见的说明", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, *, decision: Decision) -> None:
        super().__init__(data, initial={"ratio": decision.proposed_ratio, "version": decision.version})


class IssueForm(forms.Form):
    """What the unit must do about one finding."""

    requirement = forms.CharField(
        label="整改要求", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="默认为评价报告提出的建议。"
    )


class ReportForm(forms.Form):
    """What the unit did, who answers for it, and one file of proof at a time."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    responsible = forms.CharField(label="责任人", max_length=60, required=False, help_text="岗位或姓名。")
    measure = forms.CharField(
        label="整改措施", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    outcome = forms.CharField(
        label="整改结果", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明做到什么程度、什么时候完成。报送时必填。",
    )  # fmt: skip
    file = forms.FileField(
        label="佐证材料", required=False, help_text="PDF、图片、DOCX、XLSX，每个不超过 20MB；报送前至少上传一份。",
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}),
    )  # fmt: skip

    def __init__(self, data: Any, files: Any, *, rectification: Rectification) -> None:
        initial = {
            "responsible": rectification.responsible,
            "measure": rectification.measure,
            "outcome": rectification.outcome,
            "version": rectification.version,
        }
        super().__init__(data, files, initial=initial)

    @property
    def told(self) -> dict[str, str]:
        """What was written, as the services take it."""
        return {key: self.cleaned_data[key] for key in ("responsible", "measure", "outcome")}


class ExtendForm(forms.Form):
    """A later day, with the reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    due = DayField(label="延至")
    reason = forms.CharField(label="延期理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
