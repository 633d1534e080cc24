"""Forms of accountability: opening a case, deciding it, handing it over, the report of rectification."""

from typing import Any, cast

from django import forms
from django.db.models import Q

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, valid_on
from jiheng.foundation.web.fields import AmountField, DayField
from jiheng.rules.accountability import touches
from jiheng.stages.results.accountability.facts import Rules
from jiheng.stages.results.models import Accountability

Choices = list[tuple[str, str]]


def choices(rows: list[dict[str, Any]]) -> Choices:
    """The rows of a list of the pack as choices."""
    return [(str(row["key"]), str(row["label"])) for row in rows]


class OpenForm(forms.Form):
    """Against whom, for which situation, on which facts; body and project are given where a record is the source."""

    body = forms.ModelChoiceField(Organisation.objects.none(), label="被问责单位", empty_label="请选择部门或单位")
    project = forms.CharField(
        label="项目编码", max_length=60, required=False,
        help_text="涉及某个项目的，填本年度项目编码；收回、减少安排才能落到台账。",
    )
    situation = forms.ChoiceField(label="问责情形", widget=forms.RadioSelect)
    facts = forms.CharField(label="事实", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}), help_text="写明时间、事项、数额和证据。")
    measures = forms.MultipleChoiceField(
        label="建议的问责方式", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="供局领导决定时参考，可以多选。",
    )

    def __init__(self, data: Any, *, person: Person, rules: Rules, fixed: bool, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        held = Q(place_id=person.place_id, kind__in=("unit", "department")) & valid_on(clock.today())
        bodies = cast("forms.ModelChoiceField[Organisation]", self.fields["body"])
        bodies.queryset = Organisation.objects.filter(held).order_by("code")
        cast(forms.ChoiceField, self.fields["situation"]).choices = choices(rules.situations.value)
        cast(forms.MultipleChoiceField, self.fields["measures"]).choices = choices(rules.measures.value)
        if fixed:
            del self.fields["body"], self.fields["project"]


class DecideAccountabilityForm(forms.Form):
    """Which measures, how much money, why."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    measures = forms.MultipleChoiceField(label="问责方式", required=False, widget=forms.CheckboxSelectMultiple)
    cut_fen = AmountField(
        label="不予安排或减少安排（万元）", required=False,
        help_text="选择了减少安排的填写；以后年度该项目预算、没有项目的该单位预算总额，不得超过余下的数额。",
    )
    recapture_fen = AmountField(label="收回（万元）", required=False, help_text="选择了收回的填写；作出决定时记入台账。")
    reason = forms.CharField(
        label="决定理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明情节轻重和选择这些方式的理由，被问责单位能够看到。",
    )

    def __init__(self, data: Any, *, case: Accountability, rules: Rules) -> None:
        super().__init__(data, initial={"measures": case.asked_measures, "version": case.version})
        rows = rules.measures.value
        field = cast(forms.MultipleChoiceField, self.fields["measures"])
        field.choices = choices(rows)
        field.help_text = "可以单独使用，也可以合并使用。" if rules.combinable else "只能选择一种。"
        keys = [str(row["key"]) for row in rows]
        for action, name in (("cut", "cut_fen"), ("recapture", "recapture_fen")):
            if not touches(rows, keys, action):
                del self.fields[name]


class DeliverForm(forms.Form):
    """On which day and how the decision was handed over."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    day = DayField(label="送达日期")
    how = forms.CharField(label="送达方式", max_length=300, help_text="如：书面送达，收件人签字。")


class AccountabilityReportForm(forms.Form):
    """The report of rectification: problems found, what was done, the signed report as a file."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    problems = forms.CharField(label="查找的问题", max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 5}))
    outcome = forms.CharField(
        label="整改落实情况", max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写明措施、结果和完成时间。报送时必填。",
    )
    file = forms.FileField(
        label="整改报告书", required=False, help_text="盖章的整改报告书，PDF、图片、DOCX，每个不超过 20MB；报送前至少上传一份。",
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.docx"}),
    )  # fmt: skip

    def __init__(self, data: Any, files: Any, *, case: Accountability) -> None:
        initial = {"problems": case.problems, "outcome": case.outcome, "version": case.version}
        super().__init__(data, files, initial=initial)

    @property
    def told(self) -> dict[str, str]:
        """What was written, as the services take it."""
        return {key: self.cleaned_data[key] for key in ("problems", "outcome")}
