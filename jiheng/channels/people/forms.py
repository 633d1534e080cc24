"""Forms of people and appointments: register, appoint, end, and the reason of every act on an account."""

from typing import Any

from django import forms

from jiheng.channels.people.queries import bodies, roles_for
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.fields import DayField

LONG = forms.Textarea(attrs={"rows": 2})


class ReasonForm(forms.Form):
    """Why an act on an account is needed."""

    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写入审计链，如申请单、本人到场核实。",
    )


class AppointForm(forms.Form):
    """An appointment: where, as what, from when to when, on what ground."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="单位", empty_label="请选择单位")
    role = forms.ChoiceField(label="岗位", choices=())
    valid_from = DayField(label="任职起日")
    valid_to = DayField(
        label="任职止日", required=False, help_text="不写为长期；临时代理、借调请写明最后一天。"
    )
    reason = forms.CharField(
        label="任职依据",
        max_length=200,
        widget=LONG,
        help_text="任职文件名称和文号，或申请单编号；写入审计链。",
    )

    def __init__(self, data: Any, *, person: Person) -> None:
        super().__init__(data, initial={"valid_from": clock.today()})
        self.fields["organisation"].queryset = bodies(person)  # type: ignore[attr-defined]
        self.fields["role"].choices = [("", "请选择岗位"), *roles_for()]  # type: ignore[attr-defined]


class RegisterForm(AppointForm):
    """Somebody new with a first appointment."""

    username = forms.CharField(
        label="登录名",
        max_length=60,
        help_text="小写字母、数字、点、横线、下划线，如 zhangyimin；以后不能改。",
    )
    name = forms.CharField(label="姓名", max_length=60, help_text="真实姓名，出现在签署和审计链里。")
    field_order = ("username", "name", "organisation", "role", "valid_from", "valid_to", "reason")


class EndForm(forms.Form):
    """From which day on, and why, an appointment is over."""

    day = DayField(label="最后一天", help_text="这一天还在任，第二天起不能再以此岗位办理。")
    reason = forms.CharField(
        label="结束理由", max_length=200, widget=LONG, help_text="如调离、轮岗、退休；写入审计链。"
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"day": clock.today()})
