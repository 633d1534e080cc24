"""Pages of repeated, finished and expired policies: what has run out, what was marked, one case, its decision."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.facets import department_facet
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import Refusal
from jiheng.rules.result_grounds import ACTIONS, USUAL
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.results.decision_pages import waiting_counts
from jiheng.stages.results.grounds.access import (
    RULE,
    candidates_in_sight,
    may_decide_ground,
    may_mark,
    may_see_candidates,
    may_see_ground_cases,
    visible_ground_cases,
)
from jiheng.stages.results.grounds.queries import (
    allowed_of,
    cases_in,
    ground_choices,
    led_by_results,
    run_out,
)
from jiheng.stages.results.grounds.services import (
    GroundData,
    GroundDecision,
    decide_ground,
    mark_ground,
    needed_year,
)
from jiheng.stages.results.models import GroundCase


def state_of(case: GroundCase) -> tuple[str, Tone]:
    """Return how a case stands, and the colour beside it."""
    if case.decided_on is None:
        return "待决定", "amber"
    return case.get_action_display(), "grey" if case.action == "dismiss" else "green"


CASES = Table(
    key="ground_cases",
    title="重复和到期政策",
    unit="项",
    columns=(
        Column(
            "name", "政策或项目", "subject_year.name", sort="subject_year__name", card=True,
            link=lambda c: reverse("results:groundcase", args=[c.pk]),
        ),
        Column("unit", "单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("ground", "情形", "ground_text", sort="ground", card=True),
        Column("other", "与哪个重复", lambda c: c.other.name if c.other else "", shown=False),
        Column("base", "计算基数", "base_fen", kind="wan", sort="base_fen", total="base_fen"),
        Column("cut", "减少", "amount_fen", kind="wan", sort="amount_fen", total="amount_fen", card=True),
        Column("into", "并入", lambda c: c.into.name if c.into else ""),
        Column("for", "适用年度", "for_budget_year", sort="for_budget_year", shown=False),
        Column("marked", "提出日期", "marked_on", kind="day", sort="marked_on"),
        Column("state", "状态", lambda c: state_of(c)[0], kind="state", tone=lambda c: state_of(c)[1], sort="action", card=True),
    ),
    facets=(
        Facet("action", "处理", tuple(ACTIONS.items())),
        department_facet("subject_year__"),
    ),
    search=("subject_year__name", "subject_year__unit__name", "subject_year__subject__code"),
    search_label="项目、单位、代码",
    order="-marked",
    empty=Empty("还没有提出过", "交叉重复、目标已完成或到期的政策和项目，从项目页或“到期清单”提出，由局领导决定压减、整合或取消。"),
)  # fmt: skip


CANDIDATES = Table(
    key="run_out",
    title="到期的政策和项目",
    unit="项",
    columns=(
        Column("name", "政策或项目", "name", sort="name", card=True, link=lambda y: reverse("results:ground_mark", args=[y.pk])),
        Column("code", "代码", "subject.code", sort="subject__code", shown=False),
        Column("unit", "单位", "unit.name", sort="unit__name"),
        Column("first", "起始年", "first_year", sort="first_year"),
        Column("last", "终止年", "last_year", sort="last_year", card=True),
        Column("money", "申报金额", "requested_fen", kind="wan", sort="requested_fen", total="requested_fen", card=True),
        Column("marked", "是否已提出", lambda y: "已提出" if y.marked else "", sort="marked"),
    ),
    facets=(department_facet(), Facet("marked", "提出", (("1", "已提出"), ("0", "未提出")), field="marked")),
    search=("name", "subject__code", "unit__name"),
    search_label="项目、代码、单位",
    order="-money",
    empty=Empty("没有到期的政策和项目", "终止年不晚于本年度的政策、多年期项目列在这里。"),
)  # fmt: skip


RESULTS = Table(
    key="ground_results",
    title="评价结果要求调整的政策",
    unit="项",
    columns=(
        Column("name", "政策或项目", "name", sort="name", card=True, link=lambda y: reverse("results:ground_mark", args=[y.pk])),
        Column("code", "代码", "subject.code", sort="subject__code", shown=False),
        Column("unit", "单位", "unit.name", sort="unit__name"),
        Column("money", "申报金额", "requested_fen", kind="wan", sort="requested_fen", total="requested_fen", card=True),
    ),
    facets=(department_facet(),),
    search=("name", "subject__code", "unit__name"),
    search_label="项目、代码、单位",
    order="-money",
    empty=Empty("没有须提出的政策", "评价结果属于制度列出的情形、还没有提出的政策，评价结果确定后列在这里。"),
)  # fmt: skip


@page(may=may_see_candidates)
def ground_results(request: PageRequest) -> HttpResponse:
    """Policies whose confirmed results ask for a decision, not marked yet."""
    cycle = current_cycle(request)
    context = {"cycle": cycle, "rule": rule_in(cycle, RULE) if cycle is not None else None}
    return list_page(request, RESULTS, led_by_results(request.person, cycle), template="results/ground_results.html", context=context)


@page(may=may_see_ground_cases)
def ground_list(request: PageRequest) -> HttpResponse:
    """What was marked in the chosen budget year."""
    cycle, person = current_cycle(request), request.person
    context = {
        "cycle": cycle,
        "counts": waiting_counts(person, cycle),
        "sees_candidates": bool(may_see_candidates(person)),
        "rule": rule_in(cycle, RULE) if cycle is not None else None,
    }
    return list_page(request, CASES, cases_in(person, cycle), template="results/grounds.html", context=context)


@page(may=may_see_candidates)
def ground_candidates(request: PageRequest) -> HttpResponse:
    """What has reached its end in the chosen budget year and asks for a decision before the next one."""
    cycle = current_cycle(request)
    rows = run_out(request.person, cycle)
    return list_page(request, CANDIDATES, rows, template="results/ground_candidates.html", context={"cycle": cycle})


class MarkForm(forms.Form):
    """On which ground, with which facts."""

    ground = forms.ChoiceField(label="情形")
    other = forms.CharField(label="与哪个重复（代码）", max_length=40, required=False, help_text="交叉重复的，填另一个政策或项目的代码。")
    facts = forms.CharField(label="事实", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, *, grounds: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]


@page(may=may_mark, record=candidates_in_sight, methods=("GET", "POST"))
def ground_mark(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Mark a policy or project on one of the grounds of the rules."""
    form = MarkForm(request.POST or None, grounds=ground_choices(year.cycle))
    rule = rule_in(year.cycle, RULE)
    clause = str(rule.clause) if rule else ""
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            other = needed_year(year.place_id, year.cycle_id, given["other"], clause, "other")
            made = mark_ground(year=year, told=GroundData(given["ground"], given["facts"], other), person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已提出，待局领导决定。")
            return go(request, "results:groundcase", made.pk)
    context = {"form": form, "year": year, "refusals": refusals, "clause": clause, "name": f"提出：{year.name}"}
    return (invalid if form.is_bound else render)(request, "results/ground_mark.html", context)


class DecideGroundForm(forms.Form):
    """What is decided, and why."""

    action = forms.ChoiceField(label="处理", choices=tuple(ACTIONS.items()))
    ratio = forms.DecimalField(label="压减比例（%）", max_digits=5, decimal_places=2, required=False)
    into = forms.CharField(label="并入哪一个（代码）", max_length=40, required=False, help_text="整合的填写。")
    reason = forms.CharField(
        label="决定理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text="调整政策的，写明调整什么。"
    )

    def __init__(self, data: Any = None, *, allowed: tuple[str, ...] = USUAL) -> None:
        super().__init__(data)
        self.fields["action"].choices = [(key, ACTIONS[key]) for key in allowed]  # type: ignore[attr-defined]


@page(may=may_see_ground_cases, record=visible_ground_cases)
def ground_detail(request: PageRequest, case: GroundCase) -> HttpResponse:
    """One case: the facts, the decision with both sides of a merge, what it leaves to the next budget."""
    return render(request, "results/ground.html", _context(request.person, case))


def _context(person: Person, case: GroundCase) -> dict[str, Any]:
    state, tone = state_of(case)
    return {
        "case": case,
        "title": TitleLine(
            f"{case.subject_year.name}　{case.ground_text}", unit=str(case.subject_year.unit),
            year=f"{case.cycle.budget_year} 年度，用于 {case.for_budget_year} 年度预算", money_fen=case.base_fen,
            money_label="计算基数", state=state, tone=tone,
        ),
        "ceiling_fen": case.base_fen - (case.amount_fen or 0),
        "may_decide": bool(may_decide_ground(person, case)),
        "clauses": [case.clause],
        "history": told(history(case)),
    }  # fmt: skip


@page(may=may_decide_ground, record=visible_ground_cases, methods=("GET", "POST"))
def ground_decide(request: PageRequest, case: GroundCase) -> HttpResponse:
    """Cut, merge, cancel, or find that the ground is not there."""
    form = DecideGroundForm(request.POST or None, allowed=allowed_of(case))
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            into = needed_year(case.place_id, case.cycle_id, given["into"], case.clause, "into")
            decision = GroundDecision(given["action"], given["reason"], given["ratio"], into)
            outcome = decide_ground(case=case, told=decision, person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已决定。{outcome.text}。")
            return go(request, "results:groundcase", case.pk)
    context = {"form": form, "case": case, "refusals": refusals, "name": f"作出决定：{case.subject_year.name}"}
    return (invalid if form.is_bound else render)(request, "results/ground_decide.html", context)
