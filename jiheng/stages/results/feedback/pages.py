"""Pages of results that are given back: what waits, what was given, the letter."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.web.export import neutral
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import FileLink, TitleLine, told
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.subjects.life import life_of
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.access import visible_evaluations
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.results.decision_pages import waiting_counts
from jiheng.stages.results.feedback.access import (
    feedback_rule,
    may_give,
    may_receive_feedback,
    may_see_feedbacks,
    may_see_given,
    to_give,
    visible_feedbacks,
)
from jiheng.stages.results.feedback.documents import feedback_letter, feedback_outline, grade_words
from jiheng.stages.results.feedback.forms import GiveForm, ReceiveForm
from jiheng.stages.results.feedback.services import (
    draft_of,
    give_feedback,
    is_late,
    receive_feedback,
    term_of,
)
from jiheng.stages.results.models import Feedback


def state_of(feedback: Feedback) -> str:
    """Say how it stands: signed for or not, and whether it was given back late."""
    words = "已签收" if feedback.received_on else "待签收"
    return f"{words}（逾期反馈）" if is_late(feedback) else words


FEEDBACKS = Table(
    key="feedbacks",
    title="结果反馈",
    unit="件",
    columns=(
        Column("name", "项目", "evaluation.subject_year.name", sort="evaluation__subject_year__name", card=True,
               link=lambda one: reverse("results:feedback", args=[one.pk])),
        Column("unit", "被评价单位", "evaluation.subject_year.unit.name", sort="evaluation__subject_year__unit__name", card=True),
        Column("kind", "评价", lambda one: one.evaluation.kind_words),
        Column("grade", "等级", grade_words, shown=False),
        Column("total", "得分", "evaluation.total", kind="points", sort="evaluation__total"),
        Column("confirmed", "结果确定", "evaluation.confirmed_on", kind="day", sort="evaluation__confirmed_on"),
        Column("due", "反馈期限", "due", kind="day", sort="due"),
        Column("given", "反馈日期", "given_on", kind="day", sort="given_on"),
        Column("received", "签收日期", "received_on", kind="day", sort="received_on"),
        Column("state", "状态", state_of, kind="state", tone=lambda one: "red" if is_late(one) else ("green" if one.received_on else "amber"),
               card=True),
    ),
    facets=(Facet("open", "签收", (("1", "待签收"), ("0", "已签收")), field="received_on__isnull"),),
    search=("evaluation__subject_year__name", "evaluation__subject_year__unit__name"),
    search_label="项目、单位",
    order="-given",
    empty=Empty("还没有反馈的评价结果", "评价结果确定以后，由组织评价的一方整理、归纳、分析，反馈被评价单位。"),
)  # fmt: skip


@page(may=may_see_feedbacks)
def feedback_list(request: PageRequest) -> HttpResponse:
    """What was given back in the chosen year, above it what waits."""
    cycle, person = current_cycle(request), request.person
    rows = visible_feedbacks(person).filter(cycle=cycle) if cycle is not None else visible_feedbacks(person).none()
    rule = feedback_rule(cycle) if cycle is not None else None
    waiting = list(to_give(person).filter(cycle=cycle)[:200]) if rule is not None else []
    today = clock.today()
    context = {
        "cycle": cycle,
        "rule": rule,
        "waiting": [(one, due, due is not None and due < today) for one in waiting for due, _ in [term_of(one)]],
        "counts": waiting_counts(person, cycle),
    }
    return list_page(request, FEEDBACKS, rows, template="results/feedbacks.html", context=context)


@page(may=may_give, record=visible_evaluations, methods=("GET", "POST"))
def feedback_give(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Write the analysis and advice, and give the result back."""
    analysis, advice = draft_of(record)
    form = GiveForm(request.POST or None, initial={"analysis": analysis, "advice": advice})
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = give_feedback(evaluation=record, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已反馈被评价单位，待签收。")
            return go(request, "results:feedback", made.pk)
    due, clause = term_of(record)
    rule = feedback_rule(record.cycle)
    context = {
        "form": form, "record": record, "due": due, "due_clause": clause, "refusals": refusals, "name": "反馈评价结果",
        "clause": str(rule.clause) if rule is not None else "", "back": reverse("results:feedbacks"),
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "results/feedback_give.html", context)


@page(may=may_see_given, record=visible_feedbacks)
def feedback_detail(request: PageRequest, feedback: Feedback) -> HttpResponse:
    """One result as it was given back, with the signature."""
    person, record = request.person, feedback.evaluation
    year, late = record.subject_year, is_late(feedback)
    context = {
        "feedback": feedback,
        "record": record,
        "grade": grade_words(feedback),
        "title": TitleLine(
            f"{year.name}　评价结果反馈", unit=str(year.unit), year=f"{feedback.cycle.budget_year} 年度",
            state=state_of(feedback), tone="red" if late else ("green" if feedback.received_on else "amber"),
        ),
        "milestones": life_of(year, person),
        "late": late,
        "receive_form": ReceiveForm() if may_receive_feedback(person, feedback) else None,
        "clauses": [one for one in (feedback.clause, feedback.due_clause) if one],
        "files": [
            FileLink("评价结果反馈书（PDF）", reverse("results:feedback_file", args=[feedback.pk, "pdf"])),
            FileLink("评价结果反馈书（Word）", reverse("results:feedback_file", args=[feedback.pk, "docx"])),
        ],
        "history": told(history(feedback)),
    }  # fmt: skip
    return render(request, "results/feedback.html", context)


@page(may=may_receive_feedback, record=visible_feedbacks, methods=("POST",))
def feedback_receive(request: PageRequest, feedback: Feedback) -> HttpResponse:
    """The unit signs for the result."""
    form = ReceiveForm(request.POST)
    reply = form.cleaned_data["reply"] if form.is_valid() else ""
    receive_feedback(feedback=feedback, reply=reply, person=request.person)
    messages.success(request, "已签收。")
    return go(request, "results:feedback", feedback.pk)


@page(may=may_see_given, record=visible_feedbacks)
def feedback_file(request: PageRequest, feedback: Feedback, kind: str) -> HttpResponse:
    """The letter as Word or PDF."""
    outline, letter = feedback_outline(feedback), feedback_letter(feedback)
    content = report_docx(outline, letter) if kind == "docx" else report_pdf(outline, letter, stamp=f"打印：{request.person}")
    return sent(content, neutral(f"{feedback.evaluation.subject_year.name}评价结果反馈书.{kind}"))
