"""Pages of self-evaluations: list, what is missing, one record, its steps, its proof, its official form."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.kept import exactly
from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.printing import form_file
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.lists import BulkAction, Column, Empty, Facet, Table, chosen, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, page, whole
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.workflow.advance import Overtaken, Refused, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in, value_in, window
from jiheng.registers.subjects.facets import department_facet, unit_facet
from jiheng.registers.subjects.life import life_of
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.evaluation.access import (
    FILLERS,
    OUTSIDE,
    may_fill_self_evaluation,
    may_move_self_evaluation,
    may_move_self_in_bulk,
    may_recheck,
    may_review_self,
    may_see_evaluations,
    may_see_self_evaluations,
    may_start_self_evaluation,
    self_workflow,
    visible_self_evaluations,
    visible_years,
)
from jiheng.stages.evaluation.documents import money_parts, printed_self_form, rate_of
from jiheng.stages.evaluation.facts import newer_goal, reasons_missing
from jiheng.stages.evaluation.forms import EvidenceForm, stored_lines
from jiheng.stages.evaluation.judging import grade_label
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.evaluation.queries import (
    draws_of,
    grade_choices,
    halves_signed,
    narrow_drawn,
    not_started,
    self_due,
    self_evaluation_cover,
    self_evaluation_in,
    self_rows,
    self_window,
    signatures_for,
    state_choices,
)
from jiheng.stages.evaluation.rows import result_rows, slow_spending, summed
from jiheng.stages.evaluation.self_outlines import parts_of, report_missing
from jiheng.stages.evaluation.selfreport.access import may_write_report
from jiheng.stages.evaluation.selfreview.pages import reviews_told
from jiheng.stages.evaluation.services.self_evaluations import (
    MOVES,
    attach_evidence,
    hash_of,
    move_self_evaluation,
    start_self_evaluation,
    take_back_evidence,
)
from jiheng.stages.goals.queries import approved_goal
from jiheng.stages.goals.softening import adjusted

STATEMENT = "本单位对自评数据和佐证材料的真实性、合法性、完整性负责。"


def state_label(record: SelfEvaluation) -> str:
    """Return the record's state in the words of its table."""
    return self_workflow(record).states[record.state].label


def state_tone(record: SelfEvaluation) -> Tone:
    """Return the colour beside it."""
    return self_workflow(record).states[record.state].tone


def _rate(record: SelfEvaluation) -> Decimal | None:
    return Decimal(record.executed_fen) / record.budget_fen if record.budget_fen > 0 else None


def _grade(record: SelfEvaluation) -> str:
    return grade_label(record, record.grade)


def _turn(record: SelfEvaluation) -> str:
    """Return who has to act, in the words of the table; the two who sign for a unit are one."""
    names = policy_for(record.cycle).role_labels
    roles = [
        role
        for one in self_workflow(record).steps
        if one.from_state == record.state and not one.comment and not one.own and one.action != "recheck"
        for role in one.by
    ]
    return "、".join(
        dict.fromkeys("填报单位" if role in FILLERS else names.get(role, role) for role in roles)
    )


def _bulk(action: str) -> str:
    return cast(str, reverse_lazy("evaluation:self_bulk", args=[action]))


SELF = Table(
    key="self_evaluations",
    title="单位自评",
    unit="份",
    columns=(
        Column(
            "name", "项目", "subject_year.name", sort="subject_year__name", card=True,
            link=lambda one: reverse("evaluation:self_detail", args=[one.pk]),
        ),
        Column("code", "代码", "subject_year.subject.code", sort="subject_year__subject__code", shown=False),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("department", "主管部门", "subject_year.department.name", sort="subject_year__department__name", shown=False),
        Column("budget", "全年预算", "budget_fen", kind="wan", sort="budget_fen", total="budget_fen", help="台账：年初加调整，减核减和收回"),
        Column("executed", "全年执行", "executed_fen", kind="wan", sort="executed_fen", total="executed_fen", help="台账：支付合计", shown=False),
        Column("rate", "执行率", _rate, kind="percent", help="全年执行 ÷ 全年预算"),
        Column("total", "自评得分", "total", kind="points", sort="total", card=True),
        Column("grade", "等级", _grade, sort="grade"),
        Column("recheck", "复核得分", "recheck_total", kind="points", sort="recheck_total"),
        Column("state", "状态", state_label, kind="state", tone=state_tone, sort="state", card=True),
        Column("turn", "待谁办理", _turn),
        Column("due", "期限", self_due, kind="due"),
        Column("moved", "最近办理", "moved_at", kind="day", sort="moved_at", shown=False),
    ),
    facets=(
        Facet("state", "状态", lambda person: state_choices(person, "self_evaluation")),
        department_facet("subject_year__"),
        unit_facet("subject_year__"),
        Facet("grade", "等级", grade_choices),
        Facet("drawn", "抽查", (("waiting", "抽中待复核"), ("yes", "抽中"), ("no", "未抽中")), apply=narrow_drawn),
    ),
    search=("subject_year__name", "subject_year__subject__code", "subject_year__unit__name"),
    search_label="项目、代码、单位",
    order="-budget",
    empty=Empty("还没有单位自评", "预算年度终了，单位从“未自评项目”逐项开展；这里显示每份自评走到哪一步。"),
    bulk=(
        BulkAction(
            "confirm", "批量审核通过", _bulk("confirm"),
            "将审核通过所选 {count} 份中没有须说明事项的自评；执行率偏低、未得满分或大幅超额完成的不动，并逐份说明。",
            roles=frozenset({"department_reviewer"}),
        ),
        BulkAction(
            "accept", "批量认可", _bulk("accept"),
            "将认可所选 {count} 份中未被抽中复核、没有须说明事项的自评；其余不动，并逐份说明。",
            roles=frozenset({"performance_office", "evaluation_centre"}),
        ),
    ),
    row_tone=lambda one: "amber" if one.grade in {"fair", "poor"} else "grey",
)  # fmt: skip


def _start_link(year: Any) -> str:
    """Return the start page where a goal is approved, else the project."""
    if year.goal_ready:
        return reverse("evaluation:self_start", args=[year.pk])
    return reverse("subjects:detail", args=[year.pk])


MISSING = Table(
    key="without_self_evaluation",
    title="未自评项目",
    columns=(
        Column("name", "项目", "name", sort="name", card=True, link=_start_link),
        Column("code", "代码", "subject.code", sort="subject__code", shown=False),
        Column("unit", "实施单位", "unit.name", sort="unit__name"),
        Column("department", "主管部门", "department.name", sort="department__name"),
        Column("money", "申报金额", "requested_fen", kind="wan", sort="requested_fen", total="requested_fen", card=True),
        Column(
            "goal", "绩效目标", lambda one: "已批复" if one.goal_ready else "未批复，不能自评", kind="state",
            tone=lambda one: "green" if one.goal_ready else "amber", sort="goal_ready", card=True,
        ),
        Column("act", "办理", lambda one: "开展自评" if one.goal_ready else "—", link=_start_link, card=True),
    ),
    facets=(
        department_facet(),
        unit_facet(),
        Facet("goal_ready", "绩效目标", (("1", "已批复"), ("0", "未批复")), apply=lambda rows, value: rows.filter(goal_ready=value == "1")),
    ),
    search=("name", "subject__code", "unit__name"),
    search_label="项目、代码、单位",
    order="-money",
    empty=Empty("没有未自评的项目", "已安排预算的项目都已建立自评。"),
)  # fmt: skip

WATCHED = replace(
    MISSING,
    columns=(
        replace(MISSING.columns[0], link=lambda one: reverse("subjects:detail", args=[one.pk])),
        *MISSING.columns[1:-1],
    ),
)
"""The same list for those who watch and cannot begin."""


@page(may=may_see_evaluations)
def self_list(request: PageRequest) -> HttpResponse:
    """The self-evaluations of the chosen budget year and how far they cover; outside evaluators go to theirs."""
    if request.person.role in OUTSIDE:
        return go(request, "evaluation:evaluations")
    person, cycle = request.person, cast(Cycle | None, current_cycle(request))
    year = cycle.pk if cycle else ""
    context = {
        "cycle": cycle,
        "cover": exactly(person, f"self.cover:{year}", lambda: self_evaluation_cover(cycle, person)) if cycle else None,
        "missing": exactly(person, f"self.missing:{year}", lambda: not_started(person, cycle).count()),
        "sees_draws": request.person.sees_whole_place,
    }
    return list_page(
        request, SELF, self_rows(request.person, cycle), template="evaluation/self_list.html", context=context
    )


@page(may=may_see_self_evaluations)
def missing(request: PageRequest) -> HttpResponse:
    """The budgeted projects of the chosen year that nobody has begun to evaluate."""
    cycle: Cycle | None = current_cycle(request)
    span = window(cycle, "self_evaluation_submit") if cycle else None
    fills = request.person.role in FILLERS
    context = {"cycle": cycle, "span": span, "fills": fills}
    rows = not_started(request.person, cycle)
    return list_page(
        request, MISSING if fills else WATCHED, rows, template="evaluation/missing.html", context=context
    )


@page(may=may_start_self_evaluation, record=visible_years, methods=("GET", "POST"))
def self_start(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Begin the self-evaluation of a project on its approved goal."""
    existing = self_evaluation_in(year)
    if existing is not None:
        return go(request, "evaluation:self_detail", existing.pk)
    goal = approved_goal(year)
    if request.method == "POST":
        if goal is None:
            raise refuse(
                "绩效目标尚未批复，不能开展自评",
                clause_in(year.cycle, "workflows.self_evaluation"),
                remedy="先完成绩效目标批复",
            )
        made = start_self_evaluation(goal=goal, person=request.person)
        messages.success(request, "已建立自评，指标和资金已带入，请填写完成情况。")
        return go(request, "evaluation:self_fill", made.pk)
    span = window(year.cycle, "self_evaluation_submit", year.unit_id)
    rows = list(goal.indicators.all()) if goal else []
    return render(
        request, "evaluation/self_start.html", {"year": year, "goal": goal, "rows": rows, "span": span}
    )


# --- one record


@page(may=may_see_self_evaluations, record=visible_self_evaluations)
def self_detail(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """One self-evaluation, whole: money, results with calculations, what must be explained, proof, signatures."""
    return render(request, "evaluation/self_detail.html", detail_context(request, record))


def title_of(record: SelfEvaluation) -> TitleLine:
    """Return the head of the record's pages."""
    year = record.subject_year
    return TitleLine(
        f"{year.name}　单位自评",
        unit=str(year.unit) if year.unit_id == year.department_id else f"{year.department} · {year.unit}",
        year=f"{year.budget_year} 年度",
        money_fen=record.budget_fen,
        money_label="全年预算",
        state=state_label(record),
        tone=state_tone(record),
        code=year.subject.code,
        due=self_due(record),
    )


def detail_context(request: PageRequest, record: SelfEvaluation) -> dict[str, Any]:
    """Gather what the page of a self-evaluation shows."""
    person, year, workflow = request.person, record.subject_year, self_workflow(record)
    year.cycle = record.cycle  # the same year: its rules need not be read again
    content_hash = hash_of(record)
    lines = list(record.lines.select_related("indicator"))
    files = list(evidence_of(record))
    rows = result_rows(record, lines, stored_lines(lines), files)
    signed = signatures_for(record, workflow, content_hash)
    slow = slow_spending(record)
    span = self_window(record)
    demands = [row.demand for row in rows if row.demand]
    weight, parts = value_in(record.cycle, "self_evaluation_weights"), money_parts(record)
    reported = rule_in(record.cycle, "self_evaluation_report")
    return {
        "record": record,
        "year": year,
        "title": title_of(record),
        "milestones": life_of(year, person),
        "stage": "self_evaluation",
        "next": next_step(
            record,
            workflow,
            person,
            reverse("evaluation:self_act", args=[record.pk]),
            may=bool(may_move_self_evaluation(person, record)),
            hidden=("recheck",),
            confirm={"submit": STATEMENT + "签署后内容再有改动，须重新签署。"},
            due=span.due if span else None,
        ),
        "statement": STATEMENT,
        "decided": record.state != "draft" and record.total is not None,
        "halves": halves_signed(signed, workflow, {key: one.label for key, one in ROLES.items()}),
        "content_hash": content_hash,
        "rows": rows,
        "sum": summed(record, rows),
        "grade": grade_label(record, record.grade),
        "recheck_grade": grade_label(record, record.recheck_grade),
        "difference": record.recheck_total - record.total
        if record.recheck_total is not None and record.total is not None
        else None,
        "execution_weight": weight.value["execution"] if record.execution_points is not None else None,
        "rate": rate_of(record.budget_fen, record.executed_fen),
        "parts": [
            (label, *parts[key])
            for key, label in (
                ("appropriation", "其中：当年财政拨款"),
                ("carryover", "上年结转资金"),
                ("other", "其他资金"),
            )
            if any(parts[key])
        ],
        "slow": slow,
        "unexplained": reasons_missing(record, lines) if record.state == "draft" else [],
        "newer": newer_goal(record),
        "adjusted": adjusted(record.goal),
        "ledger": reverse("subjects:detail", args=[year.pk]) + "#ledger",
        "evidence": files,
        "evidence_form": EvidenceForm(rows=[row.indicator.name for row in rows]),
        "may_fill": bool(may_fill_self_evaluation(person, record)),
        "may_recheck": bool(may_recheck(person, record)),
        "may_review": bool(may_review_self(person, record)),
        "reviews": reviews_told(record),
        "report": parts_of(record),
        "report_missing": report_missing(record),
        "report_clause": str(reported.clause) if reported is not None else "",
        "may_write_report": bool(may_write_report(person, record)),
        "draws": draws_of(record),
        "sees_draws": person.sees_whole_place,
        "clauses": sorted(
            {str(weight.clause), *(one.clause for one in demands), *({slow.clause} if slow else set())}
            | ({span.clause} if span else set())
        ),
        "files": [
            FileLink(one.name, reverse("files:download", args=[one.pk]), one.row, one.file.size)
            for one in files
        ],
        "history": told(history(record), workflow),
    }


@page(may=may_move_self_evaluation, record=visible_self_evaluations, methods=("POST",))
def self_act(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Take the step whose button was pressed."""
    want, before = asked(request), record.state
    move_self_evaluation(
        evaluation=record,
        person=request.person,
        action=want.action,
        comment=want.comment,
        version=want.version,
    )
    if record.state == before:
        messages.success(request, "已签署，另一位经办签署后即提交。")
    else:
        messages.success(request, f"已办理，现为“{state_label(record)}”。")
    return go(request, "evaluation:self_detail", record.pk)


@page(may=may_move_self_in_bulk, methods=("POST",))
def self_bulk(request: PageRequest, action: str) -> HttpResponse:
    """Move the chosen self-evaluations that carry nothing to be looked at; the others are named."""
    if action not in {"confirm", "accept"}:
        raise mistaken("没有这种批量办理")
    done, left = 0, []
    for record in chosen(request, visible_self_evaluations(request.person)):
        reason = attention(record)
        if not reason:
            try:
                MOVES[action](evaluation=record, person=request.person, version=record.version)
            except Refused as refused:
                reason = str(refused.refusals[0]).rstrip("。")
            except Overtaken:
                reason = "刚被他人办理"
        if reason:
            left.append(f"{record.subject_year.name}：未办理。{reason}")
        else:
            done += 1
    if done:
        messages.success(request, f"已办理 {done} 份。")
    for text in left[:20]:
        messages.warning(request, text)
    if len(left) > 20:
        messages.warning(request, f"另有 {len(left) - 20} 份未办理，请逐份打开。")
    return go(request, "evaluation:list")


def attention(record: SelfEvaluation) -> str:
    """Return what somebody should look at before letting a self-evaluation pass, or ""."""
    lines = list(record.lines.select_related("indicator"))
    slow = slow_spending(record)
    if slow is not None:
        return f"预算执行率偏低，请逐份审核。依据：{slow.clause}"
    rows = result_rows(record, lines, stored_lines(lines))
    demanded = [(row.indicator.name, row.demand.clause) for row in rows if row.demand]
    names = "、".join(name for name, _ in demanded[:3])
    clauses = "；".join(dict.fromkeys(clause for _, clause in demanded))
    return f"{names}等须看原因，请逐份审核。依据：{clauses}" if demanded else ""


# --- proof and the official form


@page(may=may_fill_self_evaluation, record=visible_self_evaluations, methods=("POST",))
def self_attach(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Hand in a file that proves a row, or the whole."""
    names = list(record.lines.values_list("indicator__name", flat=True))
    form = EvidenceForm(request.POST, request.FILES, rows=names)
    if not form.is_valid():
        raise mistaken("没有选择文件", remedy="请选择文件后再上传", where="file")
    file = form.cleaned_data["file"]
    attach_evidence(
        evaluation=record,
        row=form.cleaned_data["row"],
        name=file.name,
        content=file.read(),
        person=request.person,
    )
    messages.success(request, f"已上传“{file.name}”。")
    return go(request, "evaluation:self_detail", record.pk)


@page(may=may_fill_self_evaluation, record=visible_self_evaluations, methods=("POST",))
def self_take_back(request: PageRequest, record: SelfEvaluation) -> HttpResponse:
    """Take back a file that was handed in by mistake."""
    key = whole(request.POST.get("file"))
    take_back_evidence(evaluation=record, evidence_id=key or 0, person=request.person)
    messages.success(request, "已撤回该文件。")
    return go(request, "evaluation:self_detail", record.pk)


@page(may=may_see_self_evaluations, record=visible_self_evaluations)
def self_form_file(request: PageRequest, record: SelfEvaluation, kind: str) -> HttpResponse:
    """The self-evaluation as its official form (F5), in Excel or PDF."""
    name = f"{record.subject_year.name}自评表{record.subject_year.budget_year}"
    return form_file(kind, printed_self_form(record), name, request.person)
