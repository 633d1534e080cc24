"""Pages of evaluations on scorecards: list, order, one record, its steps, its papers and documents."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.printing import form_file, report_file
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in, rules_at, window
from jiheng.registers.subjects.facets import department_facet, unit_facet
from jiheng.registers.subjects.life import life_of
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.warrants import warrants_context
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.fitting import fitting_cards
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.evaluation.access import (
    OUTSIDE,
    evaluation_workflow,
    may_answer,
    may_attach,
    may_move_evaluation,
    may_rate_agency,
    may_recheck_evaluation,
    may_respond,
    may_score,
    may_see_evaluations,
    may_see_ratings,
    may_start_evaluation,
    scheme_waits,
    visible_evaluations,
    visible_ratings,
    visible_years,
)
from jiheng.stages.evaluation.basis_pages import basis_context
from jiheng.stages.evaluation.documents import grade_words, outline_of, report_of, score_form
from jiheng.stages.evaluation.drafting import own_rows, self_evaluation_of
from jiheng.stages.evaluation.facts import response_due
from jiheng.stages.evaluation.fieldwork.access import may_see_fieldwork
from jiheng.stages.evaluation.fieldwork.queries import step_lines
from jiheng.stages.evaluation.forms import EvidenceForm, OrderForm
from jiheng.stages.evaluation.joint.access import may_see_joint, visible_partner_findings
from jiheng.stages.evaluation.judging import grade_label
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.plans.access import may_see_plans
from jiheng.stages.evaluation.queries import (
    candidates,
    evaluation_rows,
    evaluators_for,
    grade_choices,
    level_totals,
    recheck_waits,
    score_rows,
    signatures_for,
    state_choices,
)
from jiheng.stages.evaluation.review_tables import reviewed
from jiheng.stages.evaluation.reviews.access import may_see_reviews
from jiheng.stages.evaluation.services.evaluations import (
    EvaluationOrder,
    attach_paper,
    card_of,
    move_evaluation,
    review_actions,
    start_evaluation,
)
from jiheng.stages.evaluation.services.evaluator_draws import drawing_rule, open_draw
from jiheng.stages.evaluation.signed import hash_of
from jiheng.stages.evaluation.years import facts_of, money_of, years_of, years_recorded
from jiheng.stages.goals.queries import value_words
from jiheng.stages.goals.softening import adjusted


def state_label(record: Evaluation) -> str:
    """Return the record's state in the words of its table."""
    return evaluation_workflow(record).states[record.state].label


def state_tone(record: Evaluation) -> Tone:
    """Return the colour beside it."""
    return evaluation_workflow(record).states[record.state].tone


def _due(record: Evaluation) -> date | None:
    return None if record.state == "confirmed" else record.due


EVALUATIONS = Table(
    key="evaluations",
    title="绩效评价",
    columns=(
        Column(
            "name", "评价对象", "subject_year.name", sort="subject_year__name", card=True,
            link=lambda one: reverse("evaluation:detail", args=[one.pk]),
        ),
        Column("kind", "类型", "kind_words", sort="kind"),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("department", "主管部门", "subject_year.department.name", sort="subject_year__department__name", shown=False),
        Column("evaluator", "评价机构", "evaluator.name", sort="evaluator__name"),
        Column("amount", "涉及金额", "amount_fen", kind="wan", sort="amount_fen", total="amount_fen", card=True),
        Column("total", "得分", "total", kind="points", sort="total", card=True),
        Column("grade", "等级", grade_words, sort="grade"),
        Column("state", "状态", state_label, kind="state", tone=state_tone, sort="state", card=True),
        Column("due", "完成期限", _due, kind="due", sort="due"),
        Column("confirmed", "结果确定", "confirmed_on", kind="day", sort="confirmed_on", shown=False),
    ),
    facets=(
        Facet("kind", "类型", Evaluation.KINDS),
        Facet("state", "状态", lambda person: state_choices(person, "evaluation")),
        Facet("grade", "等级", grade_choices),
        department_facet("subject_year__"),
        unit_facet("subject_year__"),
    ),
    search=("subject_year__name", "subject_year__subject__code", "subject_year__unit__name", "evaluator__name"),
    search_label="对象、代码、单位、机构",
    order="-amount",
    empty=Empty("还没有绩效评价", "绩效管理股、绩效评价中心和主管部门在“安排评价”中选择对象、评分表和评价机构。"),
    row_tone=lambda one: "amber" if one.grade in {"fair", "poor"} else "grey",
)  # fmt: skip


def _own_score(year: Any) -> Any:
    own = getattr(year, "self_evaluation", None)
    return own.total if own is not None and own.state != "draft" else None


CANDIDATES = Table(
    key="evaluation_candidates",
    title="选择评价对象",
    columns=(
        Column("name", "项目", "name", sort="name", card=True, link=lambda one: reverse("evaluation:order", args=[one.pk])),
        Column("code", "代码", "subject.code", sort="subject__code", shown=False),
        Column("unit", "实施单位", "unit.name", sort="unit__name"),
        Column("department", "主管部门", "department.name", sort="department__name", shown=False),
        Column("money", "申报金额", "requested_fen", kind="wan", sort="requested_fen", total="requested_fen", card=True),
        Column("change", "属性", lambda one: one.get_change_display() + ("·重大" if one.is_major else ""), sort="change"),
        Column("own", "自评得分", _own_score, kind="points", sort="self_evaluation__total", card=True),
        Column("number", "已安排评价", "evaluation_count", kind="number", sort="evaluation_count"),
    ),
    facets=(
        department_facet(),
        unit_facet(),
        Facet("major", "重大", (("1", "重大项目"), ("0", "其他")), field="is_major"),
        Facet(
            "done", "评价", (("no", "尚未安排"), ("yes", "已安排")),
            apply=lambda rows, value: rows.filter(evaluation_count__gt=0) if value == "yes" else rows.filter(evaluation_count=0),
        ),
    ),
    search=("name", "subject__code", "unit__name"),
    search_label="项目、代码、单位",
    order="-money",
    empty=Empty("没有可以评价的对象", "项目入库或安排预算后可以评价。"),
)  # fmt: skip


@page(may=may_see_evaluations)
def evaluation_list(request: PageRequest) -> HttpResponse:
    """The evaluations of the chosen budget year; outside evaluators see all that was given to them."""
    cycle: Cycle | None = None if request.person.role in OUTSIDE else current_cycle(request)
    context = {
        "cycle": cycle,
        "outside": request.person.role in OUTSIDE,
        "sees_plans": may_see_plans(request.person),
        "sees_ratings": bool(may_see_ratings(request.person)),
        "may_start": bool(may_start_evaluation(request.person)),
    }
    rows = evaluation_rows(request.person, cycle)
    return list_page(request, EVALUATIONS, rows, template="evaluation/list.html", context=context)


@page(may=may_start_evaluation)
def choose(request: PageRequest) -> HttpResponse:
    """Choose what to evaluate."""
    cycle: Cycle | None = current_cycle(request)
    rows = candidates(request.person, cycle)
    return list_page(request, CANDIDATES, rows, template="evaluation/choose.html", context={"cycle": cycle})


@page(may=may_start_evaluation, record=visible_years, methods=("GET", "POST"))
def order(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Order an evaluation: kind, scorecard, evaluator, until when."""
    bodies = {str(one.pk): one for one in evaluators_for(year, request.person, clock.today())}
    form = OrderForm(
        request.POST or None,
        choices=_order_choices(year, request.person, bodies),
        initial=_usual(year, request.person),
    )
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = EvaluationOrder(
            year,
            given["kind"],
            given["scorecard"],
            given["amount_fen"],
            bodies[given["evaluator"]],
            given["due"],
            given["span"],
            int(given["first_year"]) if given["first_year"] else None,
        )
        try:
            made = start_evaluation(order=wanted, person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已下达给{made.evaluator}，{made.due:%Y-%m-%d} 前完成。")
            return go(request, "evaluation:detail", made.pk)
    context = {"form": form, "year": year, "refusals": refusals, "name": "安排评价", "rules": _rules(year)}
    context["drawing"] = drawing_rule(year.cycle)
    if spans := _spans(year):
        context |= {"spans": spans, "span_rule": rule_in(year.cycle, "evaluation_multi_year")}
        context["years"] = [facts_of(one) for one in years_recorded(year)]
    return (invalid if form.is_bound else render)(request, "evaluation/order.html", context)


def _order_choices(year: SubjectYear, person: Person, bodies: Any) -> dict[str, list[tuple[str, str]]]:
    cards = policy_for(year.cycle).scorecards
    kinds = [
        one for one in Evaluation.KINDS if person.role != "department_reviewer" or one[0] == "department"
    ]
    fits = dict.fromkeys(card for kind, _ in kinds for card in fitting_cards(kind, year.kind, cards))
    return {
        "kind": kinds,
        "scorecard": [(key, cards[key].label) for key in fits],
        "evaluator": [(key, f"{body.name}（{body.get_kind_display()}）") for key, body in bodies.items()],
        "span": [("", "不跨年度，只评本年度"), *_spans(year)],
        "first_year": [("", "本年度"), *((str(one.budget_year), f"{one.budget_year} 年") for one in years_recorded(year)[:-1])],
    }


def _spans(year: SubjectYear) -> list[tuple[str, str]]:
    """Return the multi-year evaluations that the rules name."""
    rule = rule_in(year.cycle, "evaluation_multi_year")
    rows = rule.value if rule is not None else []
    return [(str(one["key"]), str(one["label"])) for one in rows if isinstance(one, dict)]


def _usual(year: SubjectYear, person: Person) -> dict[str, Any]:
    kind = "department" if person.role == "department_reviewer" else "fiscal"
    due = window(year.cycle, "evaluation_report")
    return {
        "kind": kind,
        "scorecard": next(iter(fitting_cards(kind, year.kind, policy_for(year.cycle).scorecards)), None),
        "due": due.due if due and due.days_left >= 0 else None,
        "amount_fen": balance(year.pk).budget or year.requested_fen,
        "evaluator": str(drawn.chosen.organisation_id) if (drawn := open_draw(year, kind)) else None,
    }


def _rules(year: SubjectYear) -> list[Any]:
    rules = rules_at(year.cycle)
    keys = ("evaluation_result_weight_min", "evaluator_separate")
    return [one for one in (rules.get(key) for key in keys) if one is not None]


# --- one record


@page(may=may_see_evaluations, record=visible_evaluations)
def evaluation_detail(request: PageRequest, record: Evaluation) -> HttpResponse:
    """One evaluation, whole: scores, report, problems, the unit's comments with answers, signatures."""
    return render(request, "evaluation/detail.html", detail_context(request, record))


def title_of(record: Evaluation) -> TitleLine:
    """Return the head of the record's pages."""
    year = record.subject_year
    return TitleLine(
        f"{year.name}　{record.kind_words}",
        unit=str(year.unit) if year.unit_id == year.department_id else f"{year.department} · {year.unit}",
        year=f"{record.years_words}度",
        money_fen=record.amount_fen,
        money_label="涉及金额",
        state=state_label(record),
        tone=state_tone(record),
        code=year.subject.code,
        due=_due(record),
    )


def detail_context(request: PageRequest, record: Evaluation) -> dict[str, Any]:
    """Gather what the page of an evaluation shows."""
    person, year, workflow, card = (
        request.person,
        record.subject_year,
        evaluation_workflow(record),
        card_of(record),
    )
    rows = score_rows(record, card)
    files = list(evidence_of(record))
    due = response_due(record)
    may_write = bool(may_score(person, record))
    wait = rules_at(record.cycle).value("evaluation_response_days")
    outside = person.role in OUTSIDE
    return {
        **warrants_context(year, "evaluation", person),
        "record": record,
        "year": year,
        "title": title_of(record),
        "milestones": [
            point
            for point in life_of(year, person)
            if not outside or point.stage.endswith("_evaluation")
        ],
        "stage": f"{record.kind}_evaluation",
        "next": next_step(
            record,
            workflow,
            person,
            reverse("evaluation:act", args=[record.pk]),
            may=bool(may_move_evaluation(person, record)),
            hidden=("respond", "start"),
            onward=review_actions(record),
            confirm={"confirm": "确认后得分和等级即为结果，用于结果应用和公开，不能再改。"},
            due=due or _due(record),
        ),
        "card": card,
        "rows": rows,
        "levels": level_totals(rows),
        "scored": sum(row.points is not None for row in rows),
        "grade": grade_words(record),
        "versions": [
            (one, policy_for(record.cycle).grades[card.grades].band(one.grade).label) for one in record.versions.all()
        ],
        "fieldwork": step_lines(record) if may_see_fieldwork(person) else [],
        "waits": scheme_waits(record),
        "reviewed": reviewed(record.cycle) if may_see_reviews(person) else [],
        "sees_joint": record.partner is not None and bool(may_see_joint(person)),
        "partner_findings": visible_partner_findings(person).filter(evaluation=record) if record.state != "confirmed" else (),
        "may_recheck": bool(may_recheck_evaluation(person, record)) and recheck_waits(record),
        "may_rate": bool(may_rate_agency(person, record)),
        "rating": visible_ratings(person).filter(evaluation=record).first(),
        "before": record.before,
        "before_grade": policy_for(record.cycle).grades[card.grades].band(record.before["grade"]).label
        if record.before.get("grade")
        else "",
        "sections": [(one, record.sections.get(one.key, "")) for one in outline_of(record).sections],
        **basis_context(record, person),
        "findings": list(record.findings.all()),
        "comments": list(record.comments.all()),
        "this_round": [one for one in record.comments.all() if one.round == record.round],
        "response_due": due,
        "signatures": signatures_for(record, workflow, hash_of(record)),
        "may_write": may_write,
        "may_respond": bool(may_respond(person, record)),
        "may_answer": bool(may_answer(person, record)),
        "evidence_form": EvidenceForm() if may_write or may_respond(person, record) else None,
        "outside": outside,
        "clauses": sorted(
            {
                str(policy_for(record.cycle).clause_of(card)),
                str(policy_for(record.cycle).clause_of(outline_of(record))),
            }
            | ({str(wait.clause)} if due else set())
        ),
        "files": [
            FileLink(one.name, reverse("files:download", args=[one.pk]), one.row, one.file.size)
            for one in files
        ],
        "history": told(history(record), workflow),
        **material(record),
    }


def material(record: Evaluation) -> dict[str, Any]:
    """Gather what the evaluator judges: the goal's rows, the unit's own evaluation and its proof."""
    own = self_evaluation_of(record)
    goal_rows = [] if own or record.goal is None else list(record.goal.indicators.all())
    years = years_of(record)
    return {
        "years": years,
        "years_money": money_of(years),
        "own": own,
        "own_rows": own_rows(own) if own else [],
        "own_grade": grade_label(own, own.grade) if own else "",
        "own_files": list(evidence_of(own)) if own else [],
        "goal_rows": [(one.name, value_words(one), one.weight) for one in goal_rows],
        "adjusted": adjusted(goal) if (goal := own.goal if own else record.goal) is not None else None,
    }


@page(may=may_move_evaluation, record=visible_evaluations, methods=("POST",))
def evaluation_act(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Take the step whose button was pressed."""
    want = asked(request)
    move_evaluation(
        evaluation=record,
        person=request.person,
        action=want.action,
        comment=want.comment,
        version=want.version,
    )
    messages.success(request, f"已办理，现为“{state_label(record)}”。")
    if not visible_evaluations(request.person).filter(pk=record.pk).exists():
        return go(request, "evaluation:evaluations")
    return go(request, "evaluation:detail", record.pk)


@page(may=may_attach, record=visible_evaluations, methods=("POST",))
def evaluation_attach(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Add a working paper or proof."""
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        raise mistaken("没有选择文件", remedy="请选择文件后再上传", where="file")
    file = form.cleaned_data["file"]
    attach_paper(evaluation=record, row="", name=file.name, content=file.read(), person=request.person)
    messages.success(request, f"已上传“{file.name}”。")
    return go(request, "evaluation:detail", record.pk)


@page(may=may_see_evaluations, record=visible_evaluations)
def evaluation_form_file(request: PageRequest, record: Evaluation, kind: str) -> HttpResponse:
    """The score sheet (F7), in Excel or PDF."""
    name = f"{record.subject_year.name}{record.kind_words}评分表{record.evaluated_year}"
    return form_file(kind, score_form(record), name, request.person)


@page(may=may_see_evaluations, record=visible_evaluations)
def evaluation_report_file(request: PageRequest, record: Evaluation, kind: str) -> HttpResponse:
    """The evaluation report in the required outline, as Word or PDF."""
    name = f"{record.subject_year.name}{record.kind_words}报告{record.evaluated_year}"
    return report_file(kind, outline_of(record), report_of(record, request.person), name, request.person)
