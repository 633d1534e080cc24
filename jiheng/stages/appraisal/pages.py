"""Pages of ex-ante appraisal: list, record, scores of both sides, texts, conclusion, gate, statistics."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.audit.queries import history
from jiheng.foundation.audit.services import act
from jiheng.foundation.documents.forms import form_pdf
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sealed import while_open
from jiheng.foundation.sheets.write import write_form
from jiheng.foundation.web.lists import BulkAction, Column, Empty, Facet, Table, chosen, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for, visible_cycles
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.facets import department_facet
from jiheng.registers.subjects.life import life_of
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.warrants import warrants_context
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.appraisal.access import (
    GATEKEEPERS,
    actions_of,
    may_act,
    may_answer_condition,
    may_conclude,
    may_enter_library,
    may_meet_condition,
    may_score,
    may_see_appraisals,
    may_see_gate,
    may_simulate,
    may_start,
    may_tell_of_condition,
    may_write_sections,
    visible_appraisals,
)
from jiheng.stages.appraisal.documents import form_data, form_of, outline_of, report_of, tier_label
from jiheng.stages.appraisal.facts import card_in, materials_of, outline_in, proposed_conclusion
from jiheng.stages.appraisal.forms import (
    ConclusionForm,
    ConditionSet,
    GroundForm,
    MaterialForm,
    ProofForm,
    ScoreForm,
    SectionsForm,
    conditions_of,
)
from jiheng.stages.appraisal.joint.access import may_call
from jiheng.stages.appraisal.joint.pages import state_of as joint_state
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.panel.access import may_announce, may_see_panels
from jiheng.stages.appraisal.panel.pages import state_of as panel_state
from jiheng.stages.appraisal.queries import (
    appraisal_of,
    appraisal_required,
    appraisal_statistics,
    at_the_gate,
    compared,
    entry_clause,
    gate_refusals,
    optimism,
    work_years,
)
from jiheng.stages.appraisal.radar.queries import notes as alike_notes
from jiheng.stages.appraisal.reviewing import joint_demanded, joint_of, name_in, panel_of
from jiheng.stages.appraisal.services import (
    MOVES,
    answer_condition,
    attach_material,
    conclude_appraisal,
    enter_library,
    meet_condition,
    save_bureau_lines,
    save_department_lines,
    save_sections,
    start_appraisal,
)

CONCLUSIONS = dict(Appraisal.CONCLUSIONS)
CONCLUSION_TONES: dict[str, Tone] = {
    "supported": "green",
    "supported_after_revision": "amber",
    "not_supported": "red",
}


def state_of(appraisal: Appraisal) -> tuple[str, Tone]:
    """Return how an appraisal stands in words and colour: its conclusion once there is one, else its state."""
    if appraisal.concluded_on is not None:
        return CONCLUSIONS[appraisal.conclusion], CONCLUSION_TONES[appraisal.conclusion]
    state = policy_for(appraisal.cycle).workflows["appraisal"].states[appraisal.state]
    return state.label, state.tone


def _cut(appraisal: Appraisal) -> int | None:
    if appraisal.concluded_on is None or appraisal.agreed_fen is None:
        return None
    return appraisal.asked_fen - appraisal.agreed_fen


def _states(person: Person) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for cycle in visible_cycles(person):
        states = policy_for(cycle).workflows["appraisal"].states
        found |= {key: state.label for key, state in states.items()}
    return list(found.items())


def _years(person: Person) -> list[tuple[str, str]]:
    return [(str(year), f"{year} 年") for year in work_years(person)]


APPRAISALS = Table(
    key="appraisals",
    title="事前绩效评估",
    columns=(
        Column(
            "name", "项目", "subject_year.name", sort="subject_year__name", card=True,
            link=lambda a: reverse("appraisal:detail", args=[a.pk]),
        ),
        Column("code", "代码", "subject_year.subject.code", sort="subject_year__subject__code", shown=False),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("department", "主管部门", "subject_year.department.name", sort="subject_year__department__name", shown=False),
        Column("asked", "申报", "asked_fen", kind="wan", sort="asked_fen", total="asked_fen", card=True),
        Column(
            "agreed", "同意", lambda a: a.agreed_fen if a.concluded_on else None, kind="wan", sort="agreed_fen",
            total="agreed_fen", help="已有结论的建议预算控制数",
        ),
        Column("cut", "核减", _cut, kind="wan", help="申报减同意"),
        Column("theirs", "部门评分", "department_total", kind="points", sort="department_total"),
        Column("ours", "财政评分", "bureau_total", kind="points", sort="bureau_total"),
        Column("day", "结论日期", "concluded_on", kind="day", sort="concluded_on"),
        Column(
            "state", "状态", lambda a: state_of(a)[0], kind="state", sort="state", tone=lambda a: state_of(a)[1],
            card=True,
        ),
    ),
    facets=(
        Facet("state", "环节", _states),
        Facet("conclusion", "结论", Appraisal.CONCLUSIONS),
        Facet("gate", "入库", (("ready", "可以入库"), ("conditions", "须完善事项未完成"), ("entered", "已入库")), apply=at_the_gate),
        Facet("work_year", "工作年度", _years),
        department_facet("subject_year__"),
    ),
    search=("subject_year__name", "subject_year__subject__code", "subject_year__unit__name"),
    search_label="项目、代码、单位",
    order="-asked",
    empty=Empty("还没有事前绩效评估", "新增、调整扩大等须评估的项目登记后，从项目页的“评估与入库”发起。"),
    bulk=(
        BulkAction(
            "enter", "办理入库", cast(str, reverse_lazy("appraisal:enter_many")), "将把 {count} 个项目办理入库；有一项不符合规定的，全部不办。",
            roles=GATEKEEPERS,
        ),
    ),
)  # fmt: skip


@page(may=may_see_appraisals)
def appraisal_list(request: PageRequest) -> HttpResponse:
    """The appraisals of the chosen budget year; with a work year in the address, of all budget years."""
    rows, cycle = visible_appraisals(request.person), current_cycle(request)
    whole = "work_year" in request.GET
    if not whole and cycle is not None:
        rows = rows.filter(cycle=cycle)
    context = {"cycle": None if whole else cycle, "may_simulate": bool(may_simulate(request.person))}
    return list_page(request, APPRAISALS, rows, template="appraisal/list.html", context=context)


def _files(appraisal: Appraisal) -> tuple[list[dict[str, Any]], list[FileLink]]:
    """The list of materials with what was handed in, and every file for the rail."""
    labels = {one.key: one.label for one in materials_of(appraisal.subject_year)}
    files = [
        (
            one.row,
            FileLink(
                one.name, reverse("files:download", args=[one.pk]), labels.get(one.row, ""), one.file.size
            ),
        )
        for one in evidence_of(appraisal)
    ]
    listed = [
        {"material": one, "files": [link for row, link in files if row == one.key]}
        for one in materials_of(appraisal.subject_year)
    ]
    return listed, [link for _, link in files]


def _texts(appraisal: Appraisal) -> list[tuple[Any, str]]:
    return [
        (section, appraisal.sections.get(section.key, "")) for section in outline_in(appraisal.cycle).sections
    ]


@page(may=may_see_appraisals, record=visible_appraisals)
def appraisal_detail(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """One appraisal: why it is done, both sides' points beside each other, texts, conclusion, conditions."""
    person, workflow = request.person, policy_for(appraisal.cycle).workflows["appraisal"]
    label, tone = state_of(appraisal)
    listed, files = _files(appraisal)
    dimensions = compared(appraisal)
    year = appraisal.subject_year
    proposed = proposed_conclusion(appraisal)
    panel, joint = panel_of(appraisal), joint_of(appraisal)
    vetoes = {veto.key: veto.label for veto in card_in(appraisal.cycle).vetoes}
    context = {
        "appraisal": appraisal,
        "year": year,
        "title": TitleLine(
            f"{year.name}　事前绩效评估",
            unit=str(year.unit) if year.unit_id == year.department_id else f"{year.department} · {year.unit}",
            year=f"{year.budget_year} 年度",
            money_fen=appraisal.asked_fen,
            money_label="申报",
            state=label,
            tone=tone,
            code=year.subject.code,
        ),
        "milestones": life_of(year, person),
        "stage": "appraisal",
        "next": next_step(
            appraisal,
            workflow,
            person,
            reverse("appraisal:act", args=[appraisal.pk]),
            may=bool(actions_of(appraisal, person)),
            hidden=("conclude",) if may_conclude(person, appraisal) else (),
        ),
        "dimensions": dimensions,
        "scored": any(
            one.department is not None or one.bureau is not None
            for group in dimensions
            for one in group.items
        ),
        "full": card_in(appraisal.cycle).total,
        "gap": _gap(appraisal),
        "cut_fen": _cut(appraisal),
        "proposed": CONCLUSIONS.get(proposed or ""),
        "texts": _texts(appraisal),
        "listed": listed,
        "files": files,
        "vetoes": [vetoes[key] for key in appraisal.vetoes if key in vetoes],
        "conditions": appraisal.conditions.all(),
        "may_score": bool(may_score(person, appraisal)) and (panel is None or person.role == "department_reviewer" or panel.settled_at is not None),
        "panel": panel if may_see_panels(person) else None,
        "panel_state": panel_state(panel) if panel is not None else None,
        "may_announce": bool(may_announce(person, appraisal)),
        "joint": joint,
        "joint_state": joint_state(joint) if joint is not None else None,
        "joint_name": name_in(appraisal.cycle),
        "joint_wanted": joint is None and appraisal.concluded_on is None and joint_demanded(year),
        "may_call": bool(may_call(person, appraisal)),
        "may_write": bool(may_write_sections(person, appraisal)),
        "may_conclude": bool(may_conclude(person, appraisal)),
        "may_answer": bool(may_answer_condition(person, appraisal)),
        "may_meet": bool(may_meet_condition(person, appraisal)),
        "clauses": sorted({appraisal.trigger_clause, entry_clause(appraisal.cycle), _card_clause(appraisal)}),
        **warrants_context(year, "appraisal", person),
        "history": told(history(appraisal), workflow),
    }
    return render(request, "appraisal/detail.html", context)


def _card_clause(appraisal: Appraisal) -> str:
    return str(policy_for(appraisal.cycle).clause_of(card_in(appraisal.cycle)))


def _gap(appraisal: Appraisal) -> Any:
    if appraisal.department_total is None or appraisal.bureau_total is None:
        return None
    return appraisal.department_total - appraisal.bureau_total


@page(may=may_act, record=visible_appraisals, methods=("POST",))
def appraisal_act(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """Take a step of the workflow: submit, withdraw, forward, return."""
    want = asked(request)
    if want.action not in MOVES:
        raise mistaken("没有这一步", remedy="请刷新页面后再办理")
    if not actions_of(appraisal, request.person):
        raise refuse(
            "这份评估现在不由您办理",
            clause_in(appraisal.cycle, "workflows.appraisal"),
            remedy="请刷新页面查看最新状态",
        )
    MOVES[want.action](appraisal=appraisal, person=request.person, comment=want.comment, version=want.version)
    messages.success(request, f"已办理，现在是“{state_of(appraisal)[0]}”。")
    return go(request, "appraisal:detail", appraisal.pk)


@dataclass(frozen=True)
class ScoreRow:
    """One line of the score page: the item, the two inputs, what the other side gave, the problem if any."""

    item: Any
    points: Any
    fact: Any
    other_points: Any
    other_fact: str
    other_tier: str
    problem: str


def _score_rows(appraisal: Appraisal, form: ScoreForm, side: str, problems: dict[str, str]) -> list[Any]:
    card = card_in(appraisal.cycle)
    groups = []
    for dimension in compared(appraisal):
        rows = []
        for one in dimension.items:
            theirs = one.department if side == "bureau" else None
            rows.append(
                ScoreRow(
                    one.item,
                    form[f"p_{one.item.key}"],
                    form[f"f_{one.item.key}"],
                    theirs,
                    one.department_fact if side == "bureau" else "",
                    tier_label(card, one.item, theirs),
                    problems.get(one.item.key, ""),
                )
            )
        groups.append((dimension, rows))
    return groups


@page(may=may_score, record=visible_appraisals, methods=("GET", "POST"))
def appraisal_score(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """Twenty items: points and, where points are lost, the missing fact; the other side's points beside."""
    side = "bureau" if request.person.is_bureau else "department"
    form = ScoreForm(request.POST or None, appraisal=appraisal, side=side)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {
            "points": form.points,
            "missing": form.missing,
            "version": form.cleaned_data["version"],
        }
        try:
            if side == "bureau":
                save_bureau_lines(
                    appraisal=appraisal, person=request.person, vetoes=form.cleaned_data["vetoes"], **given
                )
            else:
                save_department_lines(appraisal=appraisal, person=request.person, **given)
        except Refused as refused:
            refusals = refused.refusals
        else:
            left = len(form.card.items) - len(form.points)
            messages.success(request, "评分已保存。" if not left else f"评分已保存，还有 {left} 项没有评分。")
            return go(request, "appraisal:detail", appraisal.pk)
    problems = {one.where: one.message for one in refusals}
    grades = policy_for(appraisal.cycle).grades[form.card.grades]
    context = {
        "appraisal": appraisal,
        "form": form,
        "name": f"{'财政评估' if side == 'bureau' else '部门自评估'}评分：{appraisal.subject_year.name}",
        "side": side,
        "groups": _score_rows(appraisal, form, side, problems),
        "card": form.card,
        "refusals": refusals,
        "bands": [(band.low, band.label) for band in grades.falling],
        "clause": _card_clause(appraisal),
    }
    draw = invalid if form.is_bound else render
    return draw(request, "appraisal/score.html", context)


@page(may=may_write_sections, record=visible_appraisals, methods=("GET", "POST"))
def appraisal_sections(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """The text of the appraisal report, part by part of the outline."""
    form = SectionsForm(request.POST or None, appraisal=appraisal)
    if request.method == "POST" and form.is_valid():
        save_sections(
            appraisal=appraisal,
            sections=form.sections,
            person=request.person,
            version=form.cleaned_data["version"],
        )
        messages.success(request, "评估说明已保存。")
        return go(request, "appraisal:detail", appraisal.pk)
    context = {"form": form, "appraisal": appraisal, "name": f"评估说明：{appraisal.subject_year.name}"}
    draw = invalid if form.is_bound else render
    return draw(request, "appraisal/sections.html", context)


@page(may=may_write_sections, record=visible_appraisals, methods=("POST",))
def appraisal_attach(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """Hand in one document of the list."""
    form = MaterialForm(request.POST, request.FILES)
    if not form.is_valid():
        raise mistaken("没有选择文件", remedy="请选择材料名称和文件后再上传", where="file")
    sent = form.cleaned_data["file"]
    attach_material(
        appraisal=appraisal, material=form.cleaned_data["material"], name=sent.name, content=sent.read(),
        person=request.person,
    )  # fmt: skip
    messages.success(request, f"已上传“{sent.name}”。")
    return go(request, "appraisal:detail", appraisal.pk)


@page(may=may_conclude, record=visible_appraisals, methods=("GET", "POST"))
def appraisal_conclude(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """The conclusion: what the score proposes, what is agreed and cut, why, and what must be put right."""
    proposed = proposed_conclusion(appraisal)
    agreed = 0 if proposed == "not_supported" else appraisal.asked_fen
    initial = {"conclusion": proposed, "agreed_fen": agreed, "version": appraisal.version}
    form = ConclusionForm(request.POST or None, initial=initial)
    formset = ConditionSet(request.POST or None, prefix="conditions")
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        given = form.cleaned_data
        try:
            conclude_appraisal(
                appraisal=appraisal,
                conclusion=given["conclusion"],
                agreed_fen=given["agreed_fen"],
                reason=given["reason"],
                conditions=conditions_of(formset),
                person=request.person,
                version=given["version"],
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"评估结论：{state_of(appraisal)[0]}。")
            return go(request, "appraisal:detail", appraisal.pk)
    context = {
        "form": form,
        "formset": formset,
        "refusals": refusals,
        "name": f"评估结论：{appraisal.subject_year.name}",
        "appraisal": appraisal,
        "proposed": CONCLUSIONS.get(proposed or ""),
        "clause": entry_clause(appraisal.cycle),
        "gap": _gap(appraisal),
        "vetoes": [veto.label for veto in card_in(appraisal.cycle).vetoes if veto.key in appraisal.vetoes],
    }
    draw = invalid if form.is_bound else render
    return draw(request, "appraisal/conclude.html", context)


@page(may=may_tell_of_condition, record=visible_appraisals, methods=("POST",))
def appraisal_condition(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """The unit says what it put right, or the bureau confirms it."""
    form = ProofForm(request.POST, appraisal=appraisal)
    if not form.is_valid():
        raise Http404("没有这一条须完善事项。")
    given = form.cleaned_data
    if given["do"] == "meet":
        meet_condition(condition=given["condition"], proof=given["proof"], person=request.person)
        messages.success(request, "已确认完成。")
    else:
        answer_condition(condition=given["condition"], proof=given["proof"], person=request.person)
        messages.success(request, "已登记完成情况，等待财政局确认。")
    return go(request, "appraisal:detail", appraisal.pk)


def visible_years(person: Person) -> QuerySet[SubjectYear]:
    """Return the subjects and years that the person may see."""
    return visible_subject_years(person)


@page(may=may_see_gate, record=visible_years)
def gate(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """What the entry of a project to the library still lacks, with the clause of each, and the two doors."""
    appraisal = appraisal_of(year)
    context = {
        "year": year,
        "trigger": appraisal_required(year),
        "appraisal": appraisal,
        "state": state_of(appraisal) if appraisal else None,
        "refusals": gate_refusals(year) if year.library_state == "proposed" else [],
        "may_start": appraisal is None
        and year.library_state == "proposed"
        and bool(may_start(request.person, year)),
        "may_enter": year.library_state == "proposed" and bool(may_enter_library(request.person, year)),
        "clause": entry_clause(year.cycle),
        "conditions": appraisal.conditions.all() if appraisal else [],
        "milestones": life_of(year, request.person),
        "alike": alike_notes(year, request.person),
    }
    return render(request, "appraisal/gate.html", context)


@while_open
def may_start_here(person: Person, year: SubjectYear) -> Verdict:
    """Who may start the appraisal of this project."""
    return may_start(person, year)


@page(may=may_start_here, record=visible_years, methods=("POST",))
def appraisal_start(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Open the appraisal of a project."""
    form = GroundForm(request.POST)
    ground = form.cleaned_data["ground"] if form.is_valid() else ""
    made = start_appraisal(year=year, person=request.person, ground=ground)
    messages.success(request, "已发起事前绩效评估，请填写评估说明、上传材料后提交。")
    return go(request, "appraisal:detail", made.pk)


@page(may=may_enter_library, record=visible_years, methods=("POST",))
def library_enter(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Let a project into the library, or say with the clause why not."""
    enter_library(year=year, person=request.person)
    messages.success(request, f"“{year.name}”已入库。")
    return go(request, "appraisal:gate", year.pk)


def may_enter_many(person: Person) -> Verdict:
    """Who lets projects into the library."""
    if person.role in GATEKEEPERS:
        return allow()
    return deny("入库由财政局业务股室或绩效管理股办理", national_clause("duty_project_library"))


@page(may=may_enter_many, methods=("POST",))
def library_enter_many(request: PageRequest) -> HttpResponse:
    """Let all ticked projects in, or none and say which one stands against it."""
    rows = list(chosen(request, visible_appraisals(request.person)))
    found: list[Refusal] = []
    with act(request.person):
        for appraisal in rows:
            try:
                enter_library(year=appraisal.subject_year, person=request.person)
            except Refused as refused:
                name = appraisal.subject_year.name
                found += [Refusal(one.message, one.clause, one.remedy, name) for one in refused.refusals]
        if found:
            raise Refused(found)
    messages.success(request, f"已将 {len(rows)} 个项目办理入库。")
    return go(request, "appraisal:list")


@page(may=may_see_appraisals)
def statistics(request: PageRequest) -> HttpResponse:
    """The work years in numbers: asked, cut, agreed, rate, by conclusion; how optimistic departments are."""
    years = [appraisal_statistics(request.person, year) for year in work_years(request.person)]
    context = {
        "years": [
            (one, [(key, CONCLUSIONS[key], row) for key, row in one.by_conclusion.items()]) for one in years
        ],
        "optimism": optimism(request.person),
    }
    return render(request, "appraisal/statistics.html", context)




@page(may=may_see_appraisals, record=visible_appraisals)
def appraisal_xlsx(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """The official scoring form as a workbook."""
    content = write_form(form_of(appraisal), form_data(appraisal), place=request.person.place_name)
    return sent(content, f"事前绩效评估评分表-{appraisal.subject_year.name}.xlsx")


@page(may=may_see_appraisals, record=visible_appraisals)
def appraisal_pdf(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """The official scoring form for printing."""
    content = form_pdf(form_of(appraisal), form_data(appraisal), stamp=str(request.person))
    return sent(content, f"事前绩效评估评分表-{appraisal.subject_year.name}.pdf")


@page(may=may_see_appraisals, record=visible_appraisals)
def report_word(_: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """The appraisal report in the prescribed outline, to be edited."""
    content = report_docx(outline_of(appraisal), report_of(appraisal))
    return sent(content, f"事前绩效评估报告-{appraisal.subject_year.name}.docx")


@page(may=may_see_appraisals, record=visible_appraisals)
def report_print(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """The appraisal report in the prescribed outline, for printing."""
    content = report_pdf(outline_of(appraisal), report_of(appraisal), stamp=str(request.person))
    return sent(content, f"事前绩效评估报告-{appraisal.subject_year.name}.pdf")
