"""Pages of decisions: what waits for a proposal, the list, one decision, deciding, proposing again, its notice."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.kept import exactly
from jiheng.foundation.audit.queries import history
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.export import neutral
from jiheng.foundation.web.lists import BulkAction, Column, Empty, Facet, Table, chosen, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.facets import department_facet
from jiheng.registers.subjects.life import life_of
from jiheng.registers.subjects.pages import record_url
from jiheng.rules.money import times
from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.results.access import (
    may_agree,
    may_answer_proposal,
    may_apply,
    may_decide,
    may_propose,
    may_return,
    may_revise,
    may_see_decisions,
    may_see_waiting,
    results_to_propose,
    visible_decisions,
)
from jiheng.stages.results.documents import notice_of, notice_outline
from jiheng.stages.results.forms import DecideForm, ReviseForm
from jiheng.stages.results.models import Decision
from jiheng.stages.results.queries import (
    bands_of,
    ceiling_of,
    decisions_in,
    grade_label,
    later_years,
    ruled,
    standing_of,
    totals_by_action,
    waiting_findings,
    waiting_results,
)
from jiheng.stages.results.services import (
    agree_to_keep,
    apply_decision,
    decide_result,
    propose_all,
    return_decision,
    revise_proposal,
)

ACTIONS = dict(Decision.ACTIONS)
ACTION_TONES: dict[str, Tone] = {"keep": "green", "reduce": "amber", "cut": "amber", "none": "red"}


def state_of(decision: Decision) -> tuple[str, Tone]:
    """Return how a decision stands, in words and colour."""
    state = policy_for(decision.evaluation.cycle).workflows["decision"].states[decision.state]
    return state.label, state.tone


def _states(person: Person) -> list[tuple[str, str]]:
    return [("proposed", "待决定"), ("returned", "退回重提"), ("decided", "已决定")] if person.sees_whole_place else []


def _ratio(decision: Decision) -> Any:
    """The decided ratio, before it the proposed one, as a share of one."""
    ratio = decision.proposed_ratio if decision.ratio is None else decision.ratio
    return ratio / 100 if ratio else None


DECISIONS = Table(
    key="decisions",
    title="评价结果应用",
    columns=(
        Column(
            "name", "项目", "evaluation.subject_year.name", sort="evaluation__subject_year__name", card=True,
            link=lambda d: reverse("results:decision", args=[d.pk]),
        ),
        Column("unit", "单位", "evaluation.subject_year.unit.name", sort="evaluation__subject_year__unit__name"),
        Column(
            "department", "主管部门", "evaluation.subject_year.department.name",
            sort="evaluation__subject_year__department__name", shown=False,
        ),
        Column("kind", "评价类型", lambda d: d.evaluation.kind_words, sort="evaluation__kind"),
        Column("score", "得分", "evaluation.total", kind="points", sort="evaluation__total"),
        Column("grade", "等级", lambda d: grade_label(d.evaluation)),
        Column(
            "base", "计算基数", "base_fen", kind="wan", sort="base_fen", total="base_fen",
            help="被评价年度的预算，取自台账",
        ),
        Column("action", "处理", lambda d: ACTIONS[d.action], kind="state", tone=lambda d: ACTION_TONES[d.action], sort="action"),
        Column("ratio", "比例", _ratio, kind="percent", sort="ratio", help="已决定的为决定比例，未决定的为建议比例"),
        Column(
            "cut", "核减", "amount_fen", kind="wan", sort="amount_fen", total="amount_fen", card=True,
            help="已决定的核减金额",
        ),
        Column("for", "适用年度", "for_budget_year", sort="for_budget_year", shown=False),
        Column("day", "决定日期", "decided_on", kind="day", sort="decided_on"),
        Column("state", "状态", lambda d: state_of(d)[0], kind="state", tone=lambda d: state_of(d)[1], sort="state", card=True),
        Column("reason", "决定理由", "reason", shown=False),
        Column("clause", "依据", "clause", shown=False),
    ),
    facets=(
        Facet("state", "环节", _states),
        Facet("action", "处理", Decision.ACTIONS),
        Facet("kind", "评价类型", Evaluation.KINDS, field="evaluation__kind"),
        department_facet("evaluation__subject_year__"),
    ),
    search=("evaluation__subject_year__name", "evaluation__subject_year__unit__name", "reason"),
    search_label="项目、单位、理由",
    order="-cut",
    empty=Empty("还没有处理意见", "评价结果确定后，由绩效管理股按制度提出处理意见，局领导决定。"),
    bulk=(
        BulkAction(
            "agree", "同意照常安排", cast(str, reverse_lazy("results:agree")),
            "将同意 {count} 个评价结果按制度照常安排；其中有须核减的，全部不办，请逐项决定。",
            roles=frozenset({"bureau_leader"}),
        ),
    ),
)  # fmt: skip


@page(may=may_see_decisions)
def decision_list(request: PageRequest) -> HttpResponse:
    """The decisions of the chosen budget year, with sums by consequence."""
    cycle, person = current_cycle(request), request.person
    rows = decisions_in(person, cycle)
    context = {"cycle": cycle, "totals": totals_by_action(rows), "counts": waiting_counts(person, cycle)}
    return list_page(request, DECISIONS, rows, template="results/decisions.html", context=context)


def waiting_counts(person: Person, cycle: Any) -> dict[str, int]:
    """Return how many results and findings wait, for the links above the lists."""
    if not person.sees_whole_place:
        return {}

    def count() -> dict[str, int]:
        return {"results": waiting_results(person, cycle).count(), "findings": waiting_findings(person, cycle).count()}

    return exactly(person, f"results.waiting:{cycle.pk if cycle is not None else 0}", count)


def _proposed(evaluation: Any) -> str:
    found = ruled(evaluation)
    return found.text if found else "制度没有规定"


WAITING = Table(
    key="waiting-results",
    title="待提出处理意见",
    columns=(
        Column(
            "name", "项目", "subject_year.name", sort="subject_year__name", card=True,
            link=lambda e: record_url(subject_key(e)) or reverse("subjects:detail", args=[e.subject_year_id]),
        ),
        Column("unit", "单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("kind", "评价类型", lambda e: e.kind_words, sort="kind"),
        Column("score", "得分", "total", kind="points", sort="total", card=True),
        Column("grade", "等级", grade_label),
        Column("day", "确定日期", "confirmed_on", kind="day", sort="confirmed_on"),
        Column("base", "计算基数", "base_fen", kind="wan", sort="base_fen", help="被评价年度的预算，取自台账"),
        Column("rule", "制度规定的处理", _proposed),
        Column(
            "cut", "建议核减", lambda e: p.proposed_fen if (p := ruled(e)) else None, kind="wan", card=True,
            help="按得分在规定幅度内推算",
        ),
    ),
    facets=(
        Facet("kind", "评价类型", Evaluation.KINDS),
        department_facet("subject_year__"),
    ),
    search=("subject_year__name", "subject_year__unit__name"),
    search_label="项目、单位",
    order="day",
    empty=Empty("没有待提出处理意见的评价结果", "评价结果确定后会列在这里。"),
    bulk=(
        BulkAction(
            "propose", "提出处理意见", cast(str, reverse_lazy("results:propose")),
            "将按制度为 {count} 个评价结果提出处理意见，报局领导决定。", roles=frozenset({"performance_office"}),
        ),
    ),
)  # fmt: skip


@page(may=may_see_waiting)
def waiting(request: PageRequest) -> HttpResponse:
    """Confirmed results for which nothing has been proposed; what the rule would do stands beside each."""
    cycle = current_cycle(request)
    context = {"cycle": cycle, "counts": waiting_counts(request.person, cycle)}
    rows = waiting_results(request.person, cycle)
    return list_page(request, WAITING, rows, template="results/waiting.html", context=context)


@page(may=may_propose, methods=("POST",))
def propose_chosen(request: PageRequest) -> HttpResponse:
    """Propose by rule for the chosen results, all or none."""
    rows = chosen(request, results_to_propose(request.person))
    if not rows:
        raise mistaken("没有选择评价结果", remedy="在列表左侧勾选后再提出")
    made = propose_all(evaluations=rows, person=request.person)
    messages.success(request, f"已为 {len(made)} 个评价结果提出处理意见，待局领导决定。")
    return go(request, "results:decision", made[0].pk) if len(made) == 1 else go(request, "results:decisions")


@page(may=may_agree, methods=("POST",))
def agree_chosen(request: PageRequest) -> HttpResponse:
    """Decide the chosen proposals that keep their budgets, all or none."""
    rows = chosen(request, visible_decisions(request.person).filter(state="proposed"))
    if not rows:
        raise mistaken("没有选择待决定的处理意见", remedy="在列表左侧勾选“待决定”的后再同意")
    count = agree_to_keep(decisions=rows, person=request.person)
    messages.success(request, f"已同意 {count} 个评价结果照常安排。")
    return go(request, "results:decisions")


@page(may=may_see_decisions, record=visible_decisions)
def decision_detail(request: PageRequest, decision: Decision) -> HttpResponse:
    """One decision: result, rule with clause, calculation, bounds, what was decided, what it leaves."""
    person, evaluation = request.person, decision.evaluation
    year, workflow = evaluation.subject_year, policy_for(evaluation.cycle).workflows["decision"]
    label, tone = state_of(decision)
    later = later_years([decision]).get(decision.pk) if _unposted(decision) else None
    budget = balance(later.pk).budget if later is not None else 0
    context = {
        "decision": decision,
        "evaluation": evaluation,
        "year": year,
        "title": TitleLine(
            f"{year.name}　结果应用",
            unit=str(year.unit) if year.unit_id == year.department_id else f"{year.department} · {year.unit}",
            year=f"{evaluation.evaluated_year} 年度评价，用于 {decision.for_budget_year} 年度预算",
            money_fen=decision.base_fen,
            money_label="计算基数",
            state=label,
            tone=tone,
        ),
        "milestones": life_of(year, person),
        "stage": "results",
        "next": next_step(
            decision,
            workflow,
            person,
            reverse("results:act", args=[decision.pk]),
            may=bool(may_return(person, decision)),
            hidden=("propose", *(("decide",) if may_decide(person, decision) else ())),
        ),
        "grade": grade_label(evaluation),
        "bands": bands_of(evaluation),
        "evaluation_url": record_url(subject_key(evaluation)),
        "action": ACTIONS[decision.action],
        "action_tone": ACTION_TONES[decision.action],
        "low_fen": _share(decision.base_fen, decision.min_ratio),
        "high_fen": _share(decision.base_fen, decision.max_ratio),
        "ceiling_fen": ceiling_of(decision),
        "later_fen": budget,
        "above_fen": budget - ceiling_of(decision),
        "entry": decision.budget_entry,
        "standing": standing_of(decision),
        "later": later,
        "may_decide": bool(may_decide(person, decision)),
        "may_revise": bool(may_revise(person, decision)),
        "may_apply": budget > ceiling_of(decision) and bool(may_apply(person, decision)),
        "findings": evaluation.findings.select_related("rectification"),
        "clauses": [decision.clause],
        "files": [
            FileLink("处理意见书（PDF）", reverse("results:notice_pdf", args=[decision.pk])),
            FileLink("处理意见书（Word）", reverse("results:notice_docx", args=[decision.pk])),
        ],
        "history": told(history(decision), workflow),
    }
    return render(request, "results/decision.html", context)


def _unposted(decision: Decision) -> bool:
    return decision.state == "decided" and bool(decision.amount_fen) and decision.budget_entry_id is None


def _share(base: int, ratio: Any) -> int:
    return times(base, ratio / 100)


@page(may=may_answer_proposal, record=visible_decisions, methods=("POST",))
def decision_act(request: PageRequest, decision: Decision) -> HttpResponse:
    """Give a proposal back; deciding has its own page."""
    want = asked(request)
    if want.action != "return":
        raise mistaken("这一步在“作出决定”页面办理", remedy="请打开该页面填写比例和理由")
    return_decision(decision=decision, person=request.person, comment=want.comment, version=want.version)
    messages.success(request, "已退回绩效管理股重提。")
    return go(request, "results:decision", decision.pk)


@page(may=may_decide, record=visible_decisions, methods=("GET", "POST"))
def decision_decide(request: PageRequest, decision: Decision) -> HttpResponse:
    """Decide the ratio with a reason; the amount runs along."""
    form = DecideForm(request.POST or None, decision=decision)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            decide_result(decision=decision, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已作出决定，并写入下年度的预算约束。")
            return go(request, "results:decision", decision.pk)
    return _form_page(request, decision, form, refusals, "results/decide.html", "作出决定")


@page(may=may_revise, record=visible_decisions, methods=("GET", "POST"))
def decision_revise(request: PageRequest, decision: Decision) -> HttpResponse:
    """Propose again what came back."""
    form = ReviseForm(request.POST or None, decision=decision)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            revise_proposal(decision=decision, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已重新提出处理意见，待局领导决定。")
            return go(request, "results:decision", decision.pk)
    return _form_page(request, decision, form, refusals, "results/revise.html", "重新提出处理意见")


def _form_page(
    request: PageRequest, decision: Decision, form: Any, refusals: list[Refusal], template: str, name: str
) -> HttpResponse:
    context = {
        "decision": decision,
        "form": form,
        "refusals": refusals,
        "name": f"{name}：{decision.evaluation.subject_year.name}",
        "grade": grade_label(decision.evaluation),
        "action": ACTIONS[decision.action],
        "low_fen": _share(decision.base_fen, decision.min_ratio),
        "high_fen": _share(decision.base_fen, decision.max_ratio),
    }
    draw = invalid if form.is_bound else render
    return draw(request, template, context)


@page(may=may_apply, record=visible_decisions, methods=("POST",))
def decision_apply(request: PageRequest, decision: Decision) -> HttpResponse:
    """Post a decided cut to the later budget that has come in the meantime."""
    year = later_years([decision]).get(decision.pk)
    if year is None:
        raise refuse(
            f"台账中还没有 {decision.for_budget_year} 年度预算，不能核减", decision.clause, "待预算登记后再核减"
        )
    entry = apply_decision(decision=decision, year=year, person=request.person)
    messages.success(request, "核减已写入预算台账。" if entry else "预算已在上限之内，不需核减。")
    return go(request, "results:decision", decision.pk)


def _download(content: bytes, name: str) -> HttpResponse:
    return sent(content, neutral(name))


@page(may=may_see_decisions, record=visible_decisions)
def notice_docx(_: PageRequest, decision: Decision) -> HttpResponse:
    """The notice of the decision as Word."""
    content = report_docx(notice_outline(decision), notice_of(decision))
    return _download(content, f"{decision.evaluation.subject_year.name}处理意见书.docx")


@page(may=may_see_decisions, record=visible_decisions)
def notice_pdf(request: PageRequest, decision: Decision) -> HttpResponse:
    """The notice of the decision as PDF."""
    content = report_pdf(notice_outline(decision), notice_of(decision), stamp=f"打印：{request.person}")
    return _download(content, f"{decision.evaluation.subject_year.name}处理意见书.pdf")
