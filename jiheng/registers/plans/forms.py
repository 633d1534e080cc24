"""Forms of action plans."""

from typing import Any, cast

from django import forms

from jiheng.registers.plans.reading import plan_files


class TakeUpForm(forms.Form):
    """Which plan file."""

    key = forms.ChoiceField(label="行动计划")

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        choices = [(key, f"{one.name}（{len(one.tasks)} 项任务）") for key, one in plan_files().items()]
        cast(forms.ChoiceField, self.fields["key"]).choices = choices


class ReportForm(forms.Form):
    """How far a task is, and what shows it."""

    progress = forms.IntegerField(label="进度", min_value=0, max_value=100, help_text="百分之几")
    text = forms.CharField(label="进展", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.CharField(label="佐证的文号或出处", max_length=300, required=False, help_text="已上传佐证文件的可以不填。")
    finished = forms.BooleanField(label="已经完成，报请验收", required=False)


class ProofForm(forms.Form):
    """A file that proves a task."""

    file = forms.FileField(label="佐证文件", help_text="PDF、PNG、JPG、不含宏的 DOCX 和 XLSX，不超过 20MB。")


class AcceptForm(forms.Form):
    """Accepted or sent back."""

    granted = forms.ChoiceField(label="验收", choices=[("1", "通过"), ("0", "退回")], widget=forms.RadioSelect)
    opinion = forms.CharField(label="意见", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
