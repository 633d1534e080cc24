"""Forms of the calendar: opening a year, asking for more time, closing and reopening, deciding on both."""

from datetime import date
from typing import Any, cast

from django import forms

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.access import OWN_TIME
from jiheng.registers.cycles.clocks import events_of
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for


class OpenCycleForm(forms.Form):
    """Which budget year is opened."""

    budget_year = forms.IntegerField(label="预算年度", min_value=2015, max_value=2100)


class ExtensionForm(forms.Form):
    """More time for one body and one task."""

    item = forms.ChoiceField(label="事项")
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="单位", empty_label="请选择单位")
    due = forms.DateField(label="延至", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, *, cycle: Cycle, person: Person) -> None:
        super().__init__(data)
        self.policy = policy_for(cycle)
        self.year = cycle.budget_year
        items = self.policy.calendar.items()
        cast(forms.ChoiceField, self.fields["item"]).choices = [
            (key, f"{item.label}（{item.due(self.year).isoformat()} 截止）") for key, item in items
        ]
        bodies = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        held = Organisation.objects.filter(place_id=cycle.place_id, kind__in=("department", "unit", "agency"))
        if person.role in OWN_TIME:
            held = held.filter(pk__in=person.own)
            bodies.initial = person.organisation_id
        bodies.queryset = held.order_by("code")

    def clean(self) -> dict[str, Any]:
        """The new day lies behind the ordinary one."""
        found: dict[str, Any] = super().clean() or {}
        item, due = self.policy.calendar.get(found.get("item", "")), found.get("due")
        if item is not None and isinstance(due, date) and due <= item.due(self.year):
            self.add_error("due", f"须晚于原期限 {item.due(self.year).isoformat()}")
        return found


class EventForm(forms.Form):
    """An event that starts or ends a statutory clock, with its document."""

    key = forms.ChoiceField(label="事件")
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="部门", required=False, empty_label="不分部门"
    )
    day = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(label="文号或凭据", max_length=200)
    matter = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, data: Any, *, cycle: Cycle, person: Person) -> None:
        super().__init__(data)
        names, own = events_of(cycle), person.role == "department_reviewer"
        cast(forms.ChoiceField, self.fields["key"]).choices = [
            (key, told["label"] + ("（逐个部门）" if told.get("each") else ""))
            for key, told in names.items()
            if not own or told["by"] == "department"
        ]
        bodies = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        held = Organisation.objects.filter(place_id=cycle.place_id, kind="department")
        bodies.queryset = (held.filter(pk__in=person.own) if own else held).order_by("code")
        if own:
            bodies.initial = person.organisation_id


class ReasonForm(forms.Form):
    """Why a year is to be closed or opened again, or an event withdrawn."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class DecisionForm(forms.Form):
    """Yes or no, with an opinion; a no must have one."""

    granted = forms.ChoiceField(label="决定", choices=[("1", "批准"), ("0", "不批准")], widget=forms.RadioSelect)
    opinion = forms.CharField(label="意见", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
