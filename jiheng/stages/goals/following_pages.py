"""The page on which a unit says why a change of content does not touch the goal."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.workflow.advance import Refused
from jiheng.rules.content_change import differences
from jiheng.stages.goals.access import may_adjust, visible_goals
from jiheng.stages.goals.following import lagging
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services.following import LONGEST, say_unaffected


class UnaffectedForm(forms.Form):
    """Why the goal is not touched."""

    reason = forms.CharField(
        label="不涉及绩效目标的理由", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="逐项说明改动的内容为什么不影响目标、指标和指标值。",
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)


@page(may=may_adjust, record=visible_goals, methods=("GET", "POST"))
def goal_unaffected(request: PageRequest, goal: Goal) -> HttpResponse:
    """Say why changed content does not touch the goal; the changes are listed above."""
    found = lagging([goal]).get(goal.subject_year_id)
    form = UnaffectedForm(request.POST or None, initial={"seen": found.changes[-1].number if found else 0})
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            say_unaffected(goal=goal, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已写明，不再提示。")
            return go(request, "goals:detail", goal.pk)
    lines = [(one, differences(one.before, one.after)) for one in found.changes] if found else []
    context = {
        "form": form, "goal": goal, "found": found, "lines": lines, "refusals": refusals,
        "name": f"内容修改不涉及绩效目标：{goal.subject_year.name}",
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "goals/unaffected.html", context)
