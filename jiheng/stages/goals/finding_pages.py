"""Pages of one finding of the checks: the unit disputes it, the reviewers answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.workflow.advance import Refused
from jiheng.rules.goal_checks.registry import CHECKS
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.access import may_answer, may_edit, visible_goals
from jiheng.stages.goals.forms import AnswerForm, DisputeForm
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.pages import title_of
from jiheng.stages.goals.services import answer_dispute, dispute_finding
from jiheng.stages.goals.services.disputing import finding_named


@page(may=may_edit, record=visible_goals, methods=("GET", "POST"))
def finding_dispute(request: PageRequest, goal: Goal, key: str) -> HttpResponse:
    """Say why a finding is wrong."""
    form = DisputeForm(request.POST or None)
    refusals: list[Refusal] = []
    if form.is_bound and form.is_valid():
        try:
            dispute_finding(goal=goal, key=key, person=request.person, reason=form.cleaned_data["reason"])
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已提出申辩，审核人答复后在检查结果中看到。")
            return go(request, "goals:detail", goal.pk)
    return _drawn(request, goal, key, form, refusals, "申辩")


@page(may=may_answer, record=visible_goals, methods=("GET", "POST"))
def finding_answer(request: PageRequest, goal: Goal, key: str) -> HttpResponse:
    """Answer what the unit says against a finding."""
    form = AnswerForm(request.POST or None)
    refusals: list[Refusal] = []
    if form.is_bound and form.is_valid():
        try:
            answer_dispute(
                goal=goal,
                key=key,
                person=request.person,
                answer=form.cleaned_data["answer"],
                reason=form.cleaned_data["reason"],
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已答复。")
            return go(request, "goals:detail", goal.pk)
    return _drawn(request, goal, key, form, refusals, "答复申辩")


def _drawn(
    request: PageRequest, goal: Goal, key: str, form: Any, refusals: list[Refusal], name: str
) -> HttpResponse:
    finding = finding_named(goal, key)
    context = {
        "goal": goal,
        "title": title_of(goal),
        "name": name,
        "form": form,
        "finding": finding,
        "rule": CHECKS[finding.check].rule if finding.check in CHECKS else "",
        "refusals": refusals,
    }
    return (invalid if form.is_bound else render)(request, "goals/finding.html", context)
