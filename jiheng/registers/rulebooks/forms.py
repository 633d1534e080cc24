"""Forms of departments' rules and specialists."""

from typing import Any, cast

from django import forms

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.fields import DayField
from jiheng.registers.rulebooks.queries import to_mark
from jiheng.registers.rulebooks.services import RuleData
from jiheng.rules.rulebooks import LINKS


class RuleForm(forms.Form):
    """A rule as it was issued, and what it covers."""

    title = forms.CharField(label="名称", max_length=200, help_text="照印发的名称，不写书名号。")
    number = forms.CharField(label="文号", max_length=80, required=False)
    issued = DayField(label="印发日期")
    links = forms.MultipleChoiceField(label="覆盖的环节", choices=tuple(LINKS.items()), widget=forms.CheckboxSelectMultiple)
    kinds = forms.MultipleChoiceField(label="覆盖的对象", widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, *, kinds: dict[str, str]) -> None:
        super().__init__(data)
        self.fields["kinds"].choices = tuple(kinds.items())  # type: ignore[attr-defined]

    def told(self) -> RuleData:
        """Return what was filled in."""
        return RuleData(**self.cleaned_data)


class EndForm(forms.Form):
    """The last day of a rule, and why."""

    day = DayField(label="最后一天")
    reason = forms.CharField(label="停止理由", max_length=300, help_text="如被新的办法代替，注明文号。")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"day": clock.today()})


class TextForm(forms.Form):
    """The text of a rule."""

    file = forms.FileField(label="制度文件", help_text="PDF、PNG、JPG、不含宏的 DOCX 和 XLSX，不超过 20MB。")


class SpecialistForm(forms.Form):
    """Which appointment of the own department is full-time, and on what ground."""

    appointment = forms.ModelChoiceField(Appointment.objects.none(), label="专职人员", empty_label="请选择")
    basis = forms.CharField(label="依据", max_length=200, help_text="如部门文件的名称和文号。")

    def __init__(self, data: Any, *, person: Person, role: str) -> None:
        super().__init__(data)
        cast("forms.ModelChoiceField[Appointment]", self.fields["appointment"]).queryset = to_mark(person, role)


class EndSpecialistForm(forms.Form):
    """Why somebody is no longer full-time."""

    reason = forms.CharField(label="撤销理由", max_length=300)
