"""Forms of duties and main works."""

from datetime import date
from typing import Any, cast

from django import forms

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.duties.models import Duty
from jiheng.registers.duties.queries import bodies_to_write_for, duties_to_serve
from jiheng.registers.duties.services import DutyData, WorkData


class _OwnForm(forms.Form):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="单位", empty_label=None)

    def __init__(self, data: Any, *, person: Person, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        field = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        field.queryset = bodies_to_write_for(person)


class DutyForm(_OwnForm):
    """A duty as the 三定方案 states it."""

    code = forms.CharField(label="职责编号", max_length=20, help_text="按三定规定的次序，如 1、2（1）。")
    text = forms.CharField(label="职责", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text="照三定规定的原文填写。")
    main = forms.BooleanField(label="主要职责（须有资金、有指标、有重点工作）", required=False)
    source = forms.CharField(label="依据文件", max_length=200, help_text="三定规定的名称和文号。")
    valid_from = forms.DateField(label="生效日期", widget=forms.DateInput(attrs={"type": "date"}))

    def told(self) -> DutyData:
        """Return what was filled in."""
        told = self.cleaned_data
        return DutyData(**{key: told[key] for key in ("organisation", "code", "text", "main", "source", "valid_from")})


class EndForm(forms.Form):
    """The last day of a duty, and why."""

    day = forms.DateField(label="最后一天", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="终止理由", max_length=300, help_text="如机构改革划转，注明文件。")

    def told(self) -> tuple[date, str]:
        """Return the day and the reason."""
        return self.cleaned_data["day"], self.cleaned_data["reason"]


class WorkForm(_OwnForm):
    """A main work of the year."""

    code = forms.CharField(label="工作编号", max_length=20)
    name = forms.CharField(label="重点工作", max_length=200)
    source = forms.CharField(label="来源文件", max_length=200, help_text="如政府工作报告、部门年度工作要点。")
    duty = forms.ModelChoiceField(Duty.objects.none(), label="对应职责", required=False, empty_label="暂不对应")

    def __init__(self, data: Any, *, person: Person, cycle: Cycle) -> None:
        super().__init__(data, person=person)
        field = cast("forms.ModelChoiceField[Duty]", self.fields["duty"])
        field.queryset = duties_to_serve(bodies_to_write_for(person), cycle.budget_year)

    def told(self) -> WorkData:
        """Return what was filled in."""
        told = self.cleaned_data
        return WorkData(**{key: told[key] for key in ("organisation", "code", "name", "source", "duty")})


class OwnForm(forms.Form):
    """Which duty a main work serves."""

    duty = forms.ModelChoiceField(Duty.objects.none(), label="对应职责", empty_label="请选择")

    def __init__(self, data: Any, *, body: Organisation, year: int, chosen: int | None) -> None:
        super().__init__(data, initial={"duty": chosen})
        cast("forms.ModelChoiceField[Duty]", self.fields["duty"]).queryset = duties_to_serve([body], year)
