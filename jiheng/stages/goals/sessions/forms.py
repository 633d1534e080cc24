"""Forms of sessions: calling one, choosing goals, parties, decisions, what was said."""

from typing import Any

from django import forms

from jiheng.foundation.web.fields import DayField
from jiheng.stages.goals.models import Goal, ReviewSession, SessionParty
from jiheng.stages.goals.sessions.services import LONGEST_SLOT, Plan, chair_choices


class PlanForm(forms.Form):
    """When, where, who chairs."""

    title = forms.CharField(label="会审名称", max_length=120)
    held_on = DayField(label="会审日期")
    begins_at = forms.TimeField(label="开始时间", required=False, widget=forms.TimeInput(attrs={"placeholder": "09:00"}, format="%H:%M"))
    slot_minutes = forms.IntegerField(label="每项时间（分钟）", min_value=1, max_value=LONGEST_SLOT, initial=15)
    venue = forms.CharField(label="地点", max_length=120, required=False)
    chair = forms.ChoiceField(label="主持人", help_text="纪要由主持人封存。")
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any, *, place_id: int, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        chosen: Any = self.fields["chair"]
        chosen.choices = [("", "请选择"), *chair_choices(place_id)]

    @property
    def plan(self) -> Plan:
        """What was written, as the services take it."""
        told = self.cleaned_data
        return Plan(
            told["title"], told["held_on"], int(told["chair"]), told["begins_at"], told["venue"], told["slot_minutes"], told["note"]
        )


def initial_of(session: ReviewSession, chair: int | None) -> dict[str, Any]:
    """Return a session as the form shows it."""
    kept = ("title", "held_on", "begins_at", "slot_minutes", "venue", "note")
    return {**{key: getattr(session, key) for key in kept}, "chair": str(chair or "")}


class AgendaForm(forms.Form):
    """Goals to put on the agenda."""

    goals = forms.MultipleChoiceField(label="绩效目标", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, *, waiting: list[Goal]) -> None:
        super().__init__(data)
        chosen: Any = self.fields["goals"]
        chosen.choices = [(str(one.pk), one.subject_year.name) for one in waiting]


class PartyForm(forms.Form):
    """A body at the table."""

    kind = forms.ChoiceField(label="类别", choices=SessionParty.KINDS)
    body = forms.CharField(label="单位或机构", max_length=100)
    names = forms.CharField(label="到会人员", max_length=200, required=False)
    duty = forms.CharField(label="在会上的职责", max_length=60, required=False)


class DecideForm(forms.Form):
    """What is decided about the goal on the table."""

    outcome = forms.ChoiceField(
        label="结论", choices=[("passed", "通过"), ("returned", "退回修改"), ("postponed", "缓议")], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="意见", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="退回、缓议须写明。"
    )


class SayForm(forms.Form):
    """What somebody said."""

    speaker = forms.CharField(label="发言人", max_length=120, required=False)
    text = forms.CharField(label="内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class CorrectForm(forms.Form):
    """What stands wrongly in sealed minutes."""

    text = forms.CharField(
        label="更正内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), help_text="原纪要不动，更正另记在后面。"
    )
