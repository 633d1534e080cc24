"""Pages of rectification: findings without an order, the ledger, one order, its report, more time."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.files.services import attach, evidence_of
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.lists import BulkAction, Column, Empty, Facet, Table, chosen, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.workflow.advance import Refused, standing_signatures
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.facets import department_facet
from jiheng.registers.subjects.life import life_of
from jiheng.registers.subjects.pages import record_url
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.evaluation.models import Evaluation, Finding
from jiheng.stages.results.access import (
    findings_to_order,
    may_accept,
    may_act,
    may_extend,
    may_issue,
    may_report,
    may_see_rectifications,
    may_see_waiting,
    rectification_table,
    visible_rectifications,
)
from jiheng.stages.results.accountability.access import may_open
from jiheng.stages.results.accountability.facts import rules_of
from jiheng.stages.results.decision_pages import waiting_counts
from jiheng.stages.results.forms import ExtendForm, IssueForm, ReportForm
from jiheng.stages.results.models import Rectification
from jiheng.stages.results.queries import grade_label, overdue, rectifications_in, waiting_findings
from jiheng.stages.results.services import (
    accept_rectification,
    extend_rectification,
    issue_all,
    issue_rectification,
    report_rectification,
    return_rectification,
    save_rectification,
)

STATES = (("issued", "待整改"), ("reported", "已报整改情况"), ("closed", "已销号"))
LATE = (("1", "逾期未销号"), ("0", "未逾期"))


def is_late(record: Rectification) -> bool:
    """Whether it is not closed though its day has passed."""
    return record.state != "closed" and record.due < clock.today()


def state_of(record: Rectification) -> tuple[str, Tone]:
    """Return how a rectification stands, in words and colour; overdue ones say so."""
    state = policy_for(record.cycle).workflows["rectification"].states[record.state]
    return (f"{state.label}（逾期）", "red") if is_late(record) else (state.label, state.tone)


def _late(rows: QuerySet[Rectification], value: str) -> QuerySet[Rectification]:
    late = overdue(rows)
    return late if value == "1" else rows.exclude(pk__in=late.order_by().values("pk"))


def _cut(record: Rectification) -> int | None:
    decision = getattr(record.finding.evaluation, "decision", None)
    return decision.amount_fen if decision is not None and decision.state == "decided" else None


def _year(record: Rectification) -> Any:
    return record.finding.evaluation.subject_year


LEDGER = Table(
    key="rectifications",
    title="整改台账",
    columns=(
        Column(
            "finding", "问题", "finding.text", card=True,
            link=lambda r: reverse("results:rectification", args=[r.pk]),
        ),
        Column("category", "类别", lambda r: r.finding.get_category_display(), sort="finding__category"),
        Column("name", "项目", lambda r: _year(r).name, sort="finding__evaluation__subject_year__name"),
        Column("unit", "责任单位", "unit.name", sort="unit__name"),
        Column("department", "主管部门", lambda r: _year(r).department.name, shown=False),
        Column("source", "来源", lambda r: r.finding.evaluation.kind_words, shown=False),
        Column("score", "评价得分", "finding.evaluation.total", kind="points", sort="finding__evaluation__total", shown=False),
        Column("grade", "等级", lambda r: grade_label(r.finding.evaluation), shown=False),
        Column("money", "涉及金额", "finding.amount_fen", kind="wan", sort="finding__amount_fen", total="finding__amount_fen"),
        Column("requirement", "整改要求", "requirement", shown=False),
        Column("responsible", "责任人", "responsible", shown=False),
        Column("issued", "下达日期", "issued_on", kind="day", sort="issued_on", shown=False),
        Column("due", "整改时限", lambda r: r.due if r.state != "closed" else None, kind="due", sort="due", card=True),
        Column("measure", "整改措施", "measure", shown=False),
        Column("outcome", "整改结果", "outcome", shown=False),
        Column("reported", "报告日期", "reported_on", kind="day", sort="reported_on", shown=False),
        Column("files", "佐证", "files", kind="number", sort="files"),
        Column("note", "复核意见", "acceptance_note", shown=False),
        Column("closed", "销号日期", "closed_on", kind="day", sort="closed_on"),
        Column("cut", "预算调减", _cut, kind="wan", help="同一评价结果决定的核减金额", shown=False),
        Column("state", "状态", lambda r: state_of(r)[0], kind="state", tone=lambda r: state_of(r)[1], sort="state", card=True),
    ),
    facets=(
        Facet("state", "状态", STATES),
        Facet("late", "时限", LATE, apply=_late),
        Facet("category", "问题类别", Finding.CATEGORIES, field="finding__category"),
        Facet("source", "来源", Evaluation.KINDS, field="finding__evaluation__kind"),
        department_facet("finding__evaluation__subject_year__"),
    ),
    search=("finding__text", "requirement", "finding__evaluation__subject_year__name", "unit__name"),
    search_label="问题、项目、单位",
    order="due",
    empty=Empty("还没有下达整改", "评价结果确定后，逐个问题下达整改，在这里跟到销号。"),
    row_tone=lambda r: "red" if is_late(r) else "grey",
)  # fmt: skip


@page(may=may_see_rectifications)
def rectification_list(request: PageRequest) -> HttpResponse:
    """The ledger of rectification of the chosen budget year, one line a finding."""
    cycle = current_cycle(request)
    rows = rectifications_in(request.person, cycle)
    context = {"cycle": cycle, "counts": waiting_counts(request.person, cycle)}
    return list_page(request, LEDGER, rows, template="results/rectifications.html", context=context)


FINDINGS = Table(
    key="findings",
    title="待下达整改",
    unit="个问题",
    columns=(
        Column("text", "问题", "text", card=True, link=lambda f: reverse("results:issue", args=[f.pk])),
        Column("category", "类别", lambda f: f.get_category_display(), sort="category", card=True),
        Column("name", "项目", "evaluation.subject_year.name", sort="evaluation__subject_year__name"),
        Column("unit", "责任单位", "evaluation.subject_year.unit.name", sort="evaluation__subject_year__unit__name"),
        Column("source", "来源", lambda f: f.evaluation.kind_words, sort="evaluation__kind"),
        Column("money", "涉及金额", "amount_fen", kind="wan", sort="amount_fen", total="amount_fen"),
        Column("advice", "整改建议", "advice"),
        Column("day", "结果确定日期", "evaluation.confirmed_on", kind="day", sort="evaluation__confirmed_on", card=True),
    ),
    facets=(
        Facet("category", "问题类别", Finding.CATEGORIES),
        Facet("source", "来源", Evaluation.KINDS, field="evaluation__kind"),
        department_facet("evaluation__subject_year__"),
    ),
    search=("text", "advice", "evaluation__subject_year__name"),
    search_label="问题、建议、项目",
    order="day",
    empty=Empty("没有待下达整改的问题", "评价结果确定后，报告中的问题会逐条列在这里。"),
    bulk=(
        BulkAction(
            "issue", "按建议下达整改", cast(str, reverse_lazy("results:issue_chosen")),
            "将按评价建议下达 {count} 个问题的整改，通知责任单位。", roles=frozenset({"performance_office"}),
        ),
    ),
)  # fmt: skip


@page(may=may_see_waiting)
def finding_list(request: PageRequest) -> HttpResponse:
    """Findings of confirmed results that nobody has ordered to be put right."""
    cycle = current_cycle(request)
    context = {"cycle": cycle, "counts": waiting_counts(request.person, cycle)}
    rows = waiting_findings(request.person, cycle)
    return list_page(request, FINDINGS, rows, template="results/findings.html", context=context)


@page(may=may_issue, methods=("POST",))
def issue_chosen(request: PageRequest) -> HttpResponse:
    """Order the chosen findings to be put right as advised, all or none."""
    rows = chosen(request, findings_to_order(request.person))
    if not rows:
        raise mistaken("没有选择问题", remedy="在列表左侧勾选后再下达")
    made = issue_all(findings=rows, person=request.person)
    messages.success(request, f"已下达 {len(made)} 个问题的整改。")
    return go(request, "results:rectifications")


@page(may=may_issue, record=findings_to_order, methods=("GET", "POST"))
def issue(request: PageRequest, finding: Finding) -> HttpResponse:
    """Order one finding to be put right, in the bureau's own words."""
    form = IssueForm(request.POST or None, initial={"requirement": finding.advice})
    if request.method == "POST" and form.is_valid():
        made = issue_rectification(finding=finding, person=request.person, **form.cleaned_data)
        messages.success(request, f"已下达整改，时限 {made.due}。")
        return go(request, "results:rectification", made.pk)
    draw = invalid if form.is_bound else render
    context = {"form": form, "finding": finding, "name": "下达整改"}
    return draw(request, "results/issue.html", context)


def _files(record: Rectification) -> list[FileLink]:
    return [
        FileLink(one.name, reverse("files:download", args=[one.pk]), one.uploaded_by, one.file.size)
        for one in evidence_of(record)
    ]


@page(may=may_see_rectifications, record=visible_rectifications)
def rectification_detail(request: PageRequest, record: Rectification) -> HttpResponse:
    """One order: the finding, what is demanded, what was done, the proof, who accepted."""
    person, evaluation, year = request.person, record.finding.evaluation, _year(record)
    workflow = rectification_table(record)
    label, tone = state_of(record)
    context = {
        "record": record,
        "finding": record.finding,
        "evaluation": evaluation,
        "year": year,
        "title": TitleLine(
            f"{year.name}　整改",
            unit=str(record.unit),
            year=f"{evaluation.evaluated_year} 年度{evaluation.kind_words}",
            state=label,
            tone=tone,
            due=record.due if record.state != "closed" else None,
        ),
        "milestones": life_of(year, person),
        "stage": "rectification",
        "next": next_step(
            record,
            workflow,
            person,
            reverse("results:rectification_act", args=[record.pk]),
            may=bool(may_accept(person, record)),
            hidden=("report",) if may_report(person, record) else (),
            due=record.due if record.state != "closed" else None,
        ),
        "grade": grade_label(evaluation),
        "evaluation_url": record_url(subject_key(evaluation)),
        "decision": getattr(evaluation, "decision", None),
        "cut_fen": _cut(record),
        "extensions": record.extensions.all(),
        "signed": [one for one in standing_signatures(record) if one.action == "accept"],
        "may_report": bool(may_report(person, record)),
        "may_extend": bool(may_extend(person, record)),
        "may_call": is_late(record) and rules_of(record.cycle) is not None and bool(may_open(person)),
        "extend_form": ExtendForm(initial={"version": record.version}),
        "clauses": [record.clause],
        "files": _files(record),
        "history": told(history(record), workflow),
    }
    return render(request, "results/rectification.html", context)


@page(may=may_act, record=visible_rectifications, methods=("POST",))
def rectification_act(request: PageRequest, record: Rectification) -> HttpResponse:
    """Accept or send back a report."""
    want = asked(request)
    if want.action == "accept":
        accept_rectification(rectification=record, note=want.comment, person=request.person, version=want.version)
        closed = record.state in rectification_table(record).final
        messages.success(request, "已验收销号。" if closed else "已签署验收，待另一方签署后销号。")
    elif want.action == "return":
        return_rectification(rectification=record, comment=want.comment, person=request.person, version=want.version)
        messages.success(request, "已退回继续整改。")
    else:
        raise mistaken("整改情况在“填报整改情况”页面报送", remedy="请打开该页面填写")
    return go(request, "results:rectification", record.pk)


@page(may=may_report, record=visible_rectifications, methods=("GET", "POST"))
def report(request: PageRequest, record: Rectification) -> HttpResponse:
    """Write what was done, upload proof, save or send."""
    form = ReportForm(request.POST or None, request.FILES or None, rectification=record)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            sent = _send(request, record, form)
        except Refused as refused:
            refusals = refused.refusals
            record.refresh_from_db()
        else:
            messages.success(request, "整改情况已报送，待绩效管理股验收。" if sent else "已保存。")
            return go(request, "results:rectification" if sent else "results:report", record.pk)
    context = {
        "form": form,
        "record": record,
        "refusals": refusals,
        "files": _files(record),
        "multipart": True,
        "name": f"填报整改情况：{_year(record).name}",
    }
    draw = invalid if form.is_bound else render
    return draw(request, "results/report.html", context)


def _send(request: PageRequest, record: Rectification, form: ReportForm) -> bool:
    """Keep the file first, so that it stays when the report itself is refused."""
    file = form.cleaned_data["file"]
    if file is not None:
        attach(subject=record, row="", name=file.name, content=file.read(), person=request.person)
    version = form.cleaned_data["version"]
    if request.POST.get("do") != "report":
        save_rectification(rectification=record, person=request.person, version=version, **form.told)
        return False
    report_rectification(rectification=record, person=request.person, version=version, **form.told)
    return True


@page(may=may_extend, record=visible_rectifications, methods=("POST",))
def extend(request: PageRequest, record: Rectification) -> HttpResponse:
    """Give more time, with the reason."""
    form = ExtendForm(request.POST)
    if not form.is_valid():
        raise Refused([mistake(str(error), where=name) for name, errors in form.errors.items() for error in errors])
    made = extend_rectification(rectification=record, person=request.person, **form.cleaned_data)
    messages.success(request, f"整改时限已延至 {made.after}。")
    return go(request, "results:rectification", record.pk)
