"""Pages of reported situations: the list, writing one, one with its next step."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, asked, next_step, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.monitoring.models import SituationReport
from jiheng.stages.monitoring.situations.access import (
    may_begin_situation,
    may_move_situation,
    may_see_situations,
    may_write_situation,
    visible_situations,
    way_of_reporting,
    workflow_of,
)
from jiheng.stages.monitoring.situations.forms import NewSituationForm, SituationForm
from jiheng.stages.monitoring.situations.services import (
    LONGEST,
    begin_situation,
    move_situation,
    save_situation,
)

STATES = (
    ("draft", "填写中"), ("reported", "待主管部门签收"), ("handling", "主管部门办理中"), ("handed", "待财政部门签收"),
    ("bureau", "财政部门办理中"), ("closed", "已办结"), ("withdrawn", "已撤回"),
)  # fmt: skip
OPEN = ("reported", "handling", "handed", "bureau")


def state_of(one: SituationReport) -> tuple[str, Tone]:
    """Return how a situation stands, in words and colour; what was or is handled after its day says so."""
    state = workflow_of(one).states[one.state]
    waits = one.state in OPEN and one.due is not None and one.due < clock.today()
    return (f"{state.label}（逾期）", "red") if waits or one.late else (state.label, state.tone)


SITUATIONS = Table(
    key="situations",
    title="情况反映",
    unit="件",
    columns=(
        Column("name", "项目", "subject_year.name", sort="subject_year__name", card=True,
               link=lambda r: reverse("monitoring:situation", args=[r.pk])),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name", card=True),
        Column("department", "主管部门", "subject_year.department.name", sort="subject_year__department__name", shown=False),
        Column("facts", "情况", lambda r: r.facts[:60], card=True),
        Column("needed", "需要的支持", lambda r: r.needed[:40], shown=False),
        Column("day", "发生日期", "occurred_on", kind="day", sort="occurred_on"),
        Column("submitted", "报送日期", "submitted_on", kind="day", sort="submitted_on"),
        Column("due", "办理期限", lambda r: r.due if r.state in OPEN else None, kind="due", sort="due", card=True),
        Column("outcome", "办理结果", lambda r: r.outcome[:60]),
        Column("state", "状态", lambda r: state_of(r)[0], kind="state", tone=lambda r: state_of(r)[1], sort="state", card=True),
    ),
    facets=(Facet("state", "状态", STATES),),
    search=("subject_year__name", "subject_year__subject__code", "subject_year__unit__name", "facts", "outcome"),
    search_label="项目、代码、单位、情况",
    order="-day",
    empty=Empty("还没有反映的情况", "两个监控时点之间遇到影响绩效目标、支出进度或实施进程的情况，由项目实施单位在这里反映。"),
)  # fmt: skip


@page(may=may_see_situations)
def situation_list(request: PageRequest) -> HttpResponse:
    """What units reported in the chosen year."""
    cycle = current_cycle(request)
    rows = visible_situations(request.person)
    rows = rows.filter(cycle=cycle) if cycle is not None else rows.none()
    rule = way_of_reporting(cycle) if cycle is not None else None
    context = {
        "cycle": cycle,
        "rule": rule,
        "may_begin": rule is not None and cycle is not None and cycle.state == "open" and bool(may_begin_situation(request.person)),
    }
    return list_page(request, SITUATIONS, rows, template="monitoring/situations.html", context=context)


@page(may=may_begin_situation, methods=("GET", "POST"))
def situation_begin(request: PageRequest) -> HttpResponse:
    """Write down a situation of one of the unit's projects."""
    cycle = current_cycle(request)
    if cycle is None or way_of_reporting(cycle) is None:
        raise mistaken("本年度的制度没有规定情况反映", remedy="请在监控表的情况说明中写明")
    years = visible_subject_years(request.person).filter(cycle=cycle).order_by("subject__code")
    initial = {"occurred_on": clock.today(), "year": request.GET.get("year", "")}
    form = NewSituationForm(request.POST or None, years=years, initial=initial)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = begin_situation(year=form.cleaned_data["year"], told=form.told(), person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已保存，核对后请报送主管部门。")
            return go(request, "monitoring:situation", made.pk)
    draw = invalid if form.is_bound else render
    return draw(request, "monitoring/situation_begin.html", {"form": form, "refusals": refusals, "name": "反映情况"})


@page(may=may_see_situations, record=visible_situations)
def situation_detail(request: PageRequest, situation: SituationReport) -> HttpResponse:
    """One situation: what it is, what it does to the goal, who has it, what came of it."""
    workflow, person = workflow_of(situation), request.person
    label, tone = state_of(situation)
    initial = {key: getattr(situation, key) for key in ("occurred_on", "facts", "effect", "needed", "version")}
    context = {
        "situation": situation,
        "title": TitleLine(
            f"{situation.subject_year.name}　情况反映", unit=situation.subject_year.unit.name,
            year=f"{situation.cycle.budget_year} 年度", state=label, tone=tone,
            due=situation.due if situation.state in OPEN else None,
        ),
        "stage": "monitoring",
        "next": next_step(
            situation, workflow, person, reverse("monitoring:situation_act", args=[situation.pk]),
            may=bool(may_move_situation(person, situation)), due=situation.due if situation.state in OPEN else None,
            onward=("submit", "close"),
        ),
        "form": SituationForm(initial=initial) if may_write_situation(person, situation) else None,
        "clauses": list(dict.fromkeys(one for one in (situation.clause, situation.due_clause) if one)),
        "history": told(history(situation), workflow),
    }  # fmt: skip
    return render(request, "monitoring/situation.html", context)


@page(may=may_write_situation, record=visible_situations, methods=("POST",))
def situation_save(request: PageRequest, situation: SituationReport) -> HttpResponse:
    """Keep what was written."""
    form = SituationForm(request.POST)
    if not form.is_valid():
        raise mistaken(f"请写明发生日期、情况和影响，每部分最多 {LONGEST} 字", where="facts")
    save_situation(situation=situation, told=form.told(), person=request.person, version=form.cleaned_data["version"])
    messages.success(request, "已保存。")
    return go(request, "monitoring:situation", situation.pk)


@page(may=may_move_situation, record=visible_situations, methods=("POST",))
def situation_act(request: PageRequest, situation: SituationReport) -> HttpResponse:
    """Hand in, receive, hand on, send back, close or withdraw."""
    want = asked(request)
    move_situation(situation=situation, action=want.action, person=request.person, comment=want.comment, version=want.version)
    messages.success(request, f"已办理：{state_of(situation)[0]}。")
    return go(request, "monitoring:situation", situation.pk)
