"""Forms of the register: entry and exit."""

from typing import Any, cast

from django import forms

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.services import EvaluatorData


class EvaluatorForm(forms.Form):
    """What is told about an agency, expert or institute."""

    kind = forms.ChoiceField(label="类别", choices=Evaluator.KINDS)
    name = forms.CharField(label="名称", max_length=200)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="所在机构",
        empty_label="请选择机构",
        help_text="登录账号任职的机构；评价任务按机构分派。",
    )
    fields_of_work = forms.CharField(
        label="专业领域", max_length=200, help_text="如教育、水利、工程造价，用顿号分开。"
    )
    qualification = forms.CharField(label="资质", max_length=200, required=False)
    entered_on = forms.DateField(label="入库日期", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, person: Person) -> None:
        super().__init__(data, initial={"entered_on": clock.today()})
        bodies = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        held = Organisation.objects.filter(place_id=person.place_id, kind__in=("agency", "expert_pool"))
        bodies.queryset = held.order_by("code")

    def told(self) -> EvaluatorData:
        """Return what the service takes."""
        given = dict(self.cleaned_data)
        return EvaluatorData(fields=given.pop("fields_of_work"), **given)


class LeaveForm(forms.Form):
    """From when and why an entry leaves."""

    day = forms.DateField(label="出库日期", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="出库原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"day": clock.today()})
