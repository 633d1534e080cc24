"""Forms of an evaluation's work: the plan, its argument, requests of material, records."""

from typing import Any, cast

from django import forms

from jiheng.foundation.web.fields import DayField
from jiheng.stages.evaluation.fieldwork.queries import STEPS, item_labels
from jiheng.stages.evaluation.fieldwork.services import LONGEST, LONGEST_RECORD, LONGEST_SCHEME, RecordData
from jiheng.stages.evaluation.models import Evaluation, FieldRecord

FILES = "PDF、PNG、JPG、不含宏的 DOCX 和 XLSX，不超过 20MB。"


class SchemeForm(forms.Form):
    """The plan in words, and the steps that it provides for."""

    text = forms.CharField(
        label="方案内容", max_length=LONGEST_SCHEME, required=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="评价内容和重点、指标和标准、数据来源和表式、人员分工、进度安排。",
    )  # fmt: skip
    steps = forms.MultipleChoiceField(
        label="安排的步骤", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(key, label) for key, label in STEPS.items() if key != "scheme"],
    )  # fmt: skip


class ArgueForm(forms.Form):
    """Who argued the plan, and what came of it."""

    people = forms.CharField(label="参加论证", max_length=200, required=False)
    opinion = forms.CharField(label="论证意见", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class _ItemForm(forms.Form):
    item = forms.ChoiceField(label="所证指标", required=False)

    def __init__(self, data: Any = None, *, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choice = cast(forms.ChoiceField, self.fields["item"])
        choice.choices = [("", "不限于一项"), *item_labels(evaluation).items()]


class AskForm(_ItemForm):
    """What the unit is asked to bring."""

    text = forms.CharField(label="调取的材料", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("text", "item")


class RecordForm(_ItemForm):
    """One visit, questionnaire or judgement."""

    kind = forms.ChoiceField(label="类别", choices=FieldRecord.KINDS)
    made_on = DayField(label="日期")
    venue = forms.CharField(label="地点或调查对象", max_length=200, required=False, help_text="现场考察须填写地点。")
    people = forms.CharField(label="参加人员", max_length=200, required=False, help_text="现场考察、专家评价须填写。")
    text = forms.CharField(label="情况和结论", max_length=LONGEST_RECORD, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sent = forms.IntegerField(label="问卷发放份数", min_value=0, max_value=10**6, required=False)
    returned = forms.IntegerField(label="收回份数", min_value=0, max_value=10**6, required=False)
    satisfied = forms.IntegerField(label="其中满意份数", min_value=0, max_value=10**6, required=False)
    field_order = ("kind", "made_on", "venue", "people", "text", "sent", "returned", "satisfied", "item")

    @property
    def told(self) -> RecordData:
        """What was written, as the service takes it."""
        return RecordData(**self.cleaned_data)


class FileForm(forms.Form):
    """One file."""

    file = forms.FileField(label="文件", help_text=FILES)


class NoteForm(forms.Form):
    """That all is brought, and what has to be said of it."""

    note = forms.CharField(label="说明", max_length=LONGEST, required=False, help_text="原件在现场查阅的，写明地点。")


class ReasonForm(forms.Form):
    """Why material is not brought, or a record struck."""

    reason = forms.CharField(label="理由", max_length=LONGEST, required=False)
