"""Pages of evaluation plans: the year's plans, one plan with its shares and what may still be chosen."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, page, seen_version, whole
from jiheng.foundation.web.record import TitleLine, asked, next_step, told
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.evaluation.models import EvaluationPlan
from jiheng.stages.evaluation.partners import joint_rule, partners_of
from jiheng.stages.evaluation.plans.access import (
    may_begin_plan,
    may_edit_plan,
    may_move_plan,
    may_see_plans,
    visible_plans,
)
from jiheng.stages.evaluation.plans.services import add_lines, begin_plan, move_plan, remove_line
from jiheng.stages.evaluation.plans.shares import choices_of, criteria_of, demands_of, without_reason

SHOWN = 200


class ReasonForm(forms.Form):
    """Why subjects are chosen, in one's own words."""

    reason = forms.CharField(label="理由", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))


@page(may=may_see_plans)
def plan_list(request: PageRequest) -> HttpResponse:
    """The plans of the chosen year, each with what it reaches."""
    cycle = current_cycle(request)
    plans = list(visible_plans(request.person).filter(cycle=cycle).order_by("kind", "body__code")) if cycle else []
    rows = [(one, _label(one), demands_of(one)) for one in plans]
    context = {"cycle": cycle, "rows": rows, "may_begin": cycle is not None and bool(may_begin_plan(request.person))}
    return render(request, "evaluation/plans.html", context)


def _label(plan: EvaluationPlan) -> tuple[str, Tone]:
    state = policy_for(plan.cycle).workflows["evaluation_plan"].states[plan.state]
    return state.label, state.tone


@page(may=may_begin_plan, methods=("POST",))
def plan_begin(request: PageRequest) -> HttpResponse:
    """Begin the plan of one's own body, or go on with it."""
    cycle = current_cycle(request)
    if cycle is None:
        raise mistaken("还没有开启预算年度")
    return go(request, "evaluation:plan", begin_plan(cycle=cycle, person=request.person).pk)


@page(may=may_see_plans, record=visible_plans)
def plan_detail(request: PageRequest, plan: EvaluationPlan) -> HttpResponse:
    """One plan: the shares reached and missing, what is chosen and why, what may be added."""
    person, workflow = request.person, policy_for(plan.cycle).workflows["evaluation_plan"]
    label, tone = _label(plan)
    lines = list(plan.lines.select_related("subject_year__unit", "subject_year__subject", "partner"))
    money = dict(choices_of(plan).filter(pk__in=[one.subject_year_id for one in lines]).values_list("pk", "money_fen"))
    editing = bool(may_edit_plan(person, plan))
    rest = choices_of(plan).exclude(plan_lines__plan=plan)
    criteria, clause = criteria_of(plan)
    context = {
        "plan": plan,
        "title": TitleLine(str(plan), year=f"评价 {plan.cycle.budget_year} 年度", state=label, tone=tone),
        "stage": "evaluation",
        "next": next_step(
            plan, workflow, person, reverse("evaluation:plan_act", args=[plan.pk]), may=bool(may_move_plan(person, plan))
        ),
        "demands": demands_of(plan),
        "lines": [(one, money.get(one.subject_year_id, 0)) for one in lines],
        "bare": set(without_reason(plan)),
        "may_edit": editing,
        "choices": list(rest[:SHOWN]) if editing else [],
        "more": max(rest.count() - SHOWN, 0) if editing else 0,
        "criteria": criteria,
        "form": ReasonForm(),
        "partners": partners_of(plan.cycle) if editing else [],
        "joint": joint_rule(plan.cycle),
        "clause": clause,
        "clauses": [clause],
        "history": told(history(plan), workflow),
    }
    return render(request, "evaluation/plan.html", context)


@page(may=may_edit_plan, record=visible_plans, methods=("POST",))
def plan_add(request: PageRequest, plan: EvaluationPlan) -> HttpResponse:
    """Put chosen subjects into the plan with the reasons."""
    given = request.POST
    chosen = [key for one in given.getlist("subject") if (key := whole(one)) is not None]
    wanted = whole(given.get("partner", ""))
    partner = next((one for one in partners_of(plan.cycle) if one.pk == wanted), None)
    if wanted is not None and partner is None:
        raise mistaken("所选的合作方不能参加联合评价", remedy="请刷新页面后重新选择", where="partner")
    count = add_lines(
        plan=plan,
        subjects=chosen,
        criteria=given.getlist("criteria"),
        reason=given.get("reason", ""),
        partner=partner,
        person=request.person,
        version=seen_version(request),
    )
    messages.success(request, f"已列入 {count} 个项目。")
    return go(request, "evaluation:plan", plan.pk)


@page(may=may_edit_plan, record=visible_plans, methods=("POST",))
def plan_remove(request: PageRequest, plan: EvaluationPlan) -> HttpResponse:
    """Take one subject out of the plan."""
    key = request.POST.get("line", "")
    line = plan.lines.filter(pk=whole(key) or 0).first()
    if line is None:
        raise mistaken("计划中没有这个项目", remedy="请刷新页面")
    remove_line(line=line, person=request.person, version=seen_version(request))
    messages.success(request, "已移出计划。")
    return go(request, "evaluation:plan", plan.pk)


@page(may=may_move_plan, record=visible_plans, methods=("POST",))
def plan_act(request: PageRequest, plan: EvaluationPlan) -> HttpResponse:
    """Hand in, adopt or return; below the shares of the rules neither of the first two goes."""
    want = asked(request)
    move_plan(plan=plan, action=want.action, person=request.person, comment=want.comment, version=want.version)
    messages.success(request, f"已办理，现为“{_label(plan)[0]}”。")
    return go(request, "evaluation:plan", plan.pk)
