"""Pages of monitoring: the overview of a checkpoint, lists, one report, who did not report, measures."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, Verdict
from jiheng.foundation.audit.kept import exactly, kept
from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.web.charts import chart_script
from jiheng.foundation.web.lists import BulkAction, Column, Empty, Facet, Table, chosen, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, page
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.facets import department_facet, unit_facet
from jiheng.registers.subjects.life import life_of
from jiheng.rules.monitoring import SITUATIONS
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.goals.keyreview.queries import has_key_reviews
from jiheng.stages.goals.queries import value_words
from jiheng.stages.monitoring.access import (
    being_filled,
    may_fill_report,
    may_follow,
    may_follow_up,
    may_move,
    may_move_in_bulk,
    may_open_checkpoints,
    may_refresh,
    may_see_reports,
    may_urge,
    visible_measures,
    visible_reports,
    workflow_of,
)
from jiheng.stages.monitoring.charts import quadrant
from jiheng.stages.monitoring.documents import report_pdf, report_xlsx
from jiheng.stages.monitoring.forms import OutcomeForm
from jiheng.stages.monitoring.labels import LIGHT_CHOICES, LIGHT_TONES, light_label, state_label, state_tone
from jiheng.stages.monitoring.models import Checkpoint, Measure, MonitoringReport
from jiheng.stages.monitoring.progress.access import may_see_progress
from jiheng.stages.monitoring.queries import (
    LISTS,
    MOST_POINTS,
    by_department,
    calendar_of_checkpoints,
    checkpoint_in,
    expected_progress,
    forecast_words,
    ledger_now,
    measure_rows,
    missing_units,
    money_lines,
    monitoring_statistics,
    opened_checkpoints,
    overdue_count,
    positions,
    reading_lines,
    readings_of,
    report_rows,
    saved_warnings,
    signatures_for,
    sister_reports,
    situations,
    warnings_of,
    which,
)
from jiheng.stages.monitoring.reduction.access import may_apply_reduction, visible_reductions
from jiheng.stages.monitoring.reduction.asked import asking_kinds
from jiheng.stages.monitoring.reduction.tables import state_of as reduction_state
from jiheng.stages.monitoring.services import follow_up, move_many, move_report, open_checkpoint, urge_units
from jiheng.stages.monitoring.services.filling import cause_kinds, measure_kinds
from jiheng.stages.monitoring.situations.access import way_of_reporting

FIGURES = (
    ("due", "应监控", "已批复绩效目标的项目，每项一份监控表"),
    ("reported", "已报送", "监控表已离开单位"),
    ("closed", "已办结", "财政部门已办结"),
    ("missing", "未报送", "仍在单位填报或签署"),
    ("slow", "支出偏慢", "执行率低于最低要求或序时进度"),
    ("off_target", "偏离目标", "指标低于应达到的水平，或全年可能完不成"),
)


GROUPS = 50
"""So many departments or units stand on one page."""

# --- the overview


@page(may=may_see_reports)
def overview(request: PageRequest) -> HttpResponse:
    """One checkpoint: how many are due, reported, slow, off target; money against work; by department."""
    cycle: Cycle | None = current_cycle(request)
    lines = exactly(request.person, f"checkpoints:{cycle.pk}", partial(calendar_of_checkpoints, cycle, request.person)) if cycle else []
    checkpoint = checkpoint_in(cycle, request.GET.get("checkpoint", "")) if cycle else None
    context: dict[str, Any] = {
        "cycle": cycle,
        "lines": lines,
        "checkpoint": checkpoint,
        "may_open": may_open_checkpoints(request.person),
        "sees_progress": may_see_progress(request.person),
        "reports_situations": cycle is not None and way_of_reporting(cycle) is not None,
        "knows_reduction": cycle is not None and bool(asking_kinds(cycle)),
    }
    if checkpoint is not None and cycle is not None:
        person, year, at = request.person, cycle, checkpoint
        key = f"monitoring:overview:{at.pk}:{person.role}:{person.organisation_id}"
        figures = kept(person.place_id, key, lambda: _figures(person, year, at))
        context |= figures.value | {"counted_at": figures.at} | _departments(request, at, figures.value, key)
    return render(request, "monitoring/overview.html", context)


def _departments(request: PageRequest, at: Checkpoint, figures: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a page of the departments whose name holds what was typed.

    All of them are kept apart from the figures: most visitors look at the first page, and should not wait until
    thousands are read out of the store.
    """
    words = request.GET.get("q", "").strip()[:100]
    number, count = request.GET.get("page"), figures["department_count"]
    shown: dict[str, Any] = {"many_departments": count > GROUPS, "q": words, "asked": _asked(request, words)}
    if not words and number in (None, "", "1"):
        pages: Paginator[Any] = Paginator(range(count), GROUPS)
        return shown | {"departments": Page(figures["departments"], 1, pages)}
    person = request.person
    told = kept(person.place_id, f"{key}:departments", lambda: by_department(at, person))
    found = [one for one in told.value if all(word in one.name for word in words.split())]
    return shown | {"departments": Paginator(found, GROUPS).get_page(number), "counted_at": told.at}


def _asked(request: PageRequest, words: str) -> str:
    """Return what the address asks apart from the page, to be followed by it."""
    asked = {"checkpoint": request.GET.get("checkpoint", ""), "q": words}
    return urlencode({key: value for key, value in asked.items() if value} | {"page": ""})


def _figures(person: Person, cycle: Cycle, checkpoint: Checkpoint) -> dict[str, Any]:
    found = monitoring_statistics(checkpoint, person)
    placed = positions(checkpoint, person)
    expected = expected_progress(checkpoint)
    departments = by_department(checkpoint, person)
    drawn = [one for one in placed if one.rate is not None and one.progress is not None]
    return {
        "statistics": found,
        "figures": [(key, label, note, getattr(found, key)) for key, label, note in FIGURES],
        "lights": [(key, label, found.lights.get(key, 0), LIGHT_TONES[key]) for key, label in LIGHT_CHOICES],
        "unlit": found.lights.get("", 0),
        "situations": situations(checkpoint, person),
        "departments": departments[:GROUPS],
        "department_count": len(departments),
        "chart": chart_script("quadrant", quadrant(drawn, expected)),
        "drawn": len(drawn),
        "undrawn": len(placed) - len(drawn),
        "smaller": found.due - len(placed) if len(placed) == MOST_POINTS else 0,
        "expected": expected,
        "overdue_measures": overdue_count(person, cycle),
        "late": checkpoint.due < clock.today(),
    }


@page(may=may_open_checkpoints, methods=("POST",))
def open_page(request: PageRequest) -> HttpResponse:
    """Open a checkpoint whose day has come."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        raise refuse("还没有开启预算年度", national_clause("duty_year"))
    made = open_checkpoint(cycle=cycle, key=request.POST.get("key", ""), person=request.person)
    messages.success(request, f"已开启{made.label}监控，已通知各单位 {made.due} 前报送。")
    return go(request, "monitoring:overview")


# --- lists


def _ratio(report: MonitoringReport) -> Decimal | None:
    return Decimal(report.executed_fen) / report.budget_fen if report.budget_fen > 0 else None


def _light(report: MonitoringReport) -> str:
    return light_label(report.light)


def _bulk_url(action: str) -> str:
    return cast(str, reverse_lazy("monitoring:bulk", args=[action]))


def _key_reviewed(rows: Any, _value: str) -> Any:
    """The projects on the year's list of key reviews: what the bureau monitors specially."""
    return rows.filter(subject_year__key_review__isnull=False, subject_year__key_review__struck_on=None)


REPORTS = Table(
    key="monitoring",
    title="监控表",
    columns=(
        Column("name", "项目", "subject_year.name", sort="subject_year__name", card=True,
               link=lambda r: reverse("monitoring:detail", args=[r.pk])),
        Column("code", "代码", "subject_year.subject.code", sort="subject_year__subject__code", shown=False),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("department", "主管部门", "subject_year.department.name", sort="subject_year__department__name", shown=False),
        Column("checkpoint", "监控期", "checkpoint.label", sort="checkpoint__as_of"),
        Column("budget", "预算", "budget_fen", kind="wan", sort="budget_fen", total="budget_fen", help="截至监控时点的预算，取自台账"),
        Column("paid", "已执行", "executed_fen", kind="wan", sort="executed_fen", total="executed_fen", help="截至监控时点的支付，取自台账"),
        Column("rate", "执行率", _ratio, kind="percent", sort="rate", card=True),
        Column("light", "监控结论", _light, kind="state", tone=lambda r: LIGHT_TONES[r.light], sort="light", card=True),
        Column("warnings", "偏差", "deviations", kind="number", sort="deviations", help="按规则发现的偏差个数"),
        Column("state", "状态", state_label, kind="state", tone=state_tone, sort="state", card=True),
        Column("due", "报送期限", lambda r: r.checkpoint.due if r.state == "draft" else None, kind="due", sort="checkpoint__due"),
        Column("moved", "最近办理", "moved_at", kind="day", sort="moved_at", shown=False),
    ),
    facets=(
        Facet("what", "范围", (*LISTS.items(), *((one.key, one.label) for one in SITUATIONS)), apply=which),
        Facet("light", "监控结论", LIGHT_CHOICES),
        department_facet("subject_year__"),
        unit_facet("subject_year__"),
    ),
    search=("subject_year__name", "subject_year__subject__code", "subject_year__unit__name"),
    search_label="项目、代码、单位",
    order="checkpoint",
    unit="项",
    empty=Empty("还没有监控表", "监控时点到期后开启，每个已批复的绩效目标一份。"),
    bulk=(
        BulkAction("confirm", "批量审核通过", _bulk_url("confirm"),
                   "将审核通过所选 {count} 项中没有偏差的监控表；有偏差的不动，并逐项说明。", roles=frozenset({"department_reviewer"})),
        BulkAction("close", "批量办结", _bulk_url("close"),
                   "将办结所选 {count} 项中没有偏差的监控表；有偏差的不动，并逐项说明。",
                   roles=frozenset({"division", "performance_office", "evaluation_centre"})),
    ),
    row_tone=lambda r: "red" if r.light == "red" else "amber" if r.light == "yellow" else "grey",
)  # fmt: skip


def _table(cycle: Cycle | None) -> Table:
    """The list with the cycle's own checkpoints and states as choices."""
    if cycle is None:
        return REPORTS
    opened = opened_checkpoints(cycle)
    states = policy_for(cycle).workflows["monitoring"].states
    facets: tuple[Facet, ...] = (
        Facet(
            "checkpoint",
            "监控期",
            [(str(one.pk), one.label) for one in opened],
            field="checkpoint_id",
            default=str(opened[-1].pk) if opened else "",
        ),
        Facet("state", "状态", [(key, state.label) for key, state in states.items()]),
    )
    if has_key_reviews(cycle):
        facets = (*facets, Facet("special", "专项监控", [("key", "重点审核的项目")], apply=_key_reviewed))
    return replace(REPORTS, facets=(*facets, *REPORTS.facets))


@page(may=may_see_reports)
def report_list(request: PageRequest) -> HttpResponse:
    """The monitoring reports of the chosen year."""
    cycle: Cycle | None = current_cycle(request)
    rows = report_rows(request.person, cycle)
    return list_page(request, _table(cycle), rows, template="monitoring/list.html", context={"cycle": cycle})


@page(may=may_move_in_bulk, methods=("POST",))
def report_bulk(request: PageRequest, action: str) -> HttpResponse:
    """Move the chosen reports that have no deviation; the others are named with the reason."""
    rows = chosen(request, visible_reports(request.person))
    outcome = move_many(reports=rows, person=request.person, action=action)
    if outcome.done:
        messages.success(request, f"已办理 {len(outcome.done)} 项。")
    for report, refusals in outcome.refused[:20]:
        messages.warning(request, f"{report.subject_year.name}：未办理。{refusals[0]}")
    if len(outcome.refused) > 20:
        messages.warning(request, f"另有 {len(outcome.refused) - 20} 项未办理。")
    return go(request, "monitoring:list")


@page(may=may_see_reports)
def missing_page(request: PageRequest) -> HttpResponse:
    """Who did not report, unit by unit."""
    cycle: Cycle | None = current_cycle(request)
    checkpoint = checkpoint_in(cycle, request.GET.get("checkpoint", "")) if cycle else None
    units = missing_units(checkpoint, request.person) if checkpoint else []
    words = request.GET.get("q", "").strip()[:100]
    found = [one for one in units if all(word in f"{one.name} {one.department}" for word in words.split())]
    context = {
        "cycle": cycle,
        "checkpoint": checkpoint,
        "units": units,
        "page": Paginator(found, GROUPS).get_page(request.GET.get("page")),
        "q": words,
        "many": len(units) > GROUPS,
        "asked": _asked(request, words),
        "reports": sum(one.reports for one in units),
        "money": sum(one.money_fen for one in units),
        "may_urge": may_urge(request.person),
        "late": checkpoint is not None and checkpoint.due < clock.today(),
    }
    return render(request, "monitoring/missing.html", context)


@page(may=may_urge, methods=("POST",))
def urge_page(request: PageRequest) -> HttpResponse:
    """Urge the units that have not reported."""
    cycle: Cycle | None = current_cycle(request)
    checkpoint = checkpoint_in(cycle, request.POST.get("checkpoint", "")) if cycle else None
    if checkpoint is None:
        raise refuse("还没有开启监控", national_clause("monitoring_checkpoints"))
    count = urge_units(checkpoint=checkpoint, person=request.person)
    messages.success(request, f"已提醒 {count} 个单位；同一天不重复提醒。")
    return HttpResponseRedirect(f"{reverse('monitoring:missing')}?checkpoint={checkpoint.pk}")


def _measure_state(measure: Measure) -> str:
    if measure.done_on:
        return "已落实"
    return "已逾期" if measure.due < clock.today() else "落实中"


def _measures(rows: Any, value: str) -> Any:
    if value == "done":
        return rows.filter(done_on__isnull=False)
    rows = rows.filter(done_on__isnull=True)
    return rows.filter(due__lt=clock.today()) if value == "overdue" else rows


MEASURE_TONES: dict[str, Tone] = {"已落实": "green", "已逾期": "red", "落实中": "blue"}
MEASURES = Table(
    key="measures",
    title="纠偏措施",
    unit="条",
    columns=(
        Column("text", "措施", "text", card=True,
               link=lambda m: reverse("monitoring:detail", args=[m.report_id]) + "#measures"),
        Column("project", "项目", "report.subject_year.name", sort="report__subject_year__name", card=True),
        Column("unit", "实施单位", "report.subject_year.unit.name", sort="report__subject_year__unit__name"),
        Column("checkpoint", "监控期", "report.checkpoint.label", sort="report__checkpoint__as_of"),
        Column("responsible", "责任岗位", "responsible"),
        Column("due", "期限", lambda m: None if m.done_on else m.due, kind="due", sort="due", card=True),
        Column("state", "状态", _measure_state, kind="state",
               tone=lambda m: MEASURE_TONES[_measure_state(m)]),
        Column("outcome", "落实情况", "outcome"),
        Column("done", "完成日期", "done_on", kind="day", sort="done_on"),
    ),
    facets=(
        Facet("open", "状态", (("open", "未落实"), ("overdue", "已逾期"), ("done", "已落实")),
              apply=_measures, default="open"),
        unit_facet("report__subject_year__"),
    ),
    search=("text", "report__subject_year__name", "outcome"),
    search_label="措施、项目、落实情况",
    order="due",
    empty=Empty("没有纠偏措施", "监控发现偏差的项目，单位在监控表中写明措施，落实情况在这里跟踪。"),
    row_tone=lambda m: "red" if _measure_state(m) == "已逾期" else "grey",
)  # fmt: skip


@page(may=may_see_reports)
def measure_list(request: PageRequest) -> HttpResponse:
    """The corrective measures of the chosen year, those still open first."""
    cycle: Cycle | None = current_cycle(request)
    rows = measure_rows(request.person, cycle)
    return list_page(request, MEASURES, rows, template="monitoring/measures.html", context={"cycle": cycle})


@page(may=may_follow, record=visible_measures, methods=("POST",))
def follow_page(request: PageRequest, measure: Measure) -> HttpResponse:
    """Write what came of a measure."""
    form = OutcomeForm(request.POST)
    outcome = form.cleaned_data["outcome"] if form.is_valid() else ""
    follow_up(measure=measure, outcome=outcome, person=request.person)
    messages.success(request, "已记录落实情况。")
    return go(request, "monitoring:detail", measure.report_id)


# --- one report


def title_of(report: MonitoringReport) -> TitleLine:
    """Return the head of a report's pages."""
    year = report.subject_year
    return TitleLine(
        year.name,
        unit=str(year.unit) if year.unit_id == year.department_id else f"{year.department} · {year.unit}",
        year=f"{year.budget_year} 年度{report.checkpoint.label}监控",
        money_fen=report.budget_fen,
        state=state_label(report),
        tone=state_tone(report),
        code=year.subject.code,
        due=report.checkpoint.due if being_filled(report) else None,
    )


@page(may=may_see_reports, record=visible_reports)
def report_detail(request: PageRequest, report: MonitoringReport) -> HttpResponse:
    """One report, whole: money from the ledger, readings with their deviations, measures, who signed."""
    return render(request, "monitoring/detail.html", detail_context(request, report))


def detail_context(request: HttpRequest, report: MonitoringReport) -> dict[str, Any]:
    """Gather what the page of a report shows."""
    person: Person = request.person  # type: ignore[attr-defined]
    workflow, warnings = workflow_of(report), warnings_of(report)
    causes, kinds, now = cause_kinds(report), measure_kinds(report), ledger_now(report)
    lines = reading_lines(report, readings_of(report), warnings)
    return {
        "report": report,
        "year": report.subject_year,
        "title": title_of(report),
        "milestones": life_of(report.subject_year, person),
        "stage": "monitoring",
        "next": next_step(
            report,
            workflow,
            person,
            reverse("monitoring:act", args=[report.pk]),
            may=bool(may_move(person, report)),
            due=report.checkpoint.due if being_filled(report) else None,
        ),
        "light": light_label(report.light),
        "light_tone": LIGHT_TONES[report.light],
        "money": money_lines(report),
        "forecast": forecast_words(report),
        "gap": being_filled(report)
        and (now.executed != report.executed_fen or now.budget != report.budget_fen),
        "now": now,
        "lines": [
            {
                "line": line,
                "value": value_words(line.reading.indicator),
                "causes": "、".join(causes.get(key, key) for key in line.reading.causes),
            }
            for line in lines
        ],
        "found": saved_warnings(report),
        "money_warnings": [one for one in warnings if one.reading_id is None],
        "measures": [
            (one, kinds.get(one.kind, one.kind), _measure_state(one)) for one in report.measures.all()
        ],
        "signatures": signatures_for(report),
        "sisters": sister_reports(report),
        "may_fill": may_fill_report(person, report),
        "may_refresh": may_refresh(person, report),
        "may_follow": may_follow_up(person, report),
        "may_reduce": bool(may_apply_reduction(person, report)),
        "reductions": [(one, *reduction_state(one)) for one in visible_reductions(person).filter(report=report)],
        "today": clock.today(),
        "clauses": sorted({one.clause for one in warnings if one.clause}),
        "files": [
            FileLink(one.name, reverse("files:download", args=[one.pk]), one.row, one.file.size)
            for one in evidence_of(report)
        ],
        "history": told(history(report), workflow),
    }


@page(may=may_move, record=visible_reports, methods=("POST",))
def report_act(request: PageRequest, report: MonitoringReport) -> HttpResponse:
    """Take the step whose button was pressed."""
    want, before = asked(request), report.state
    move_report(
        report=report, person=request.person, action=want.action, comment=want.comment, version=want.version
    )
    if report.state == before:
        messages.success(request, "已签署，另一位经办签署后即报送。")
    else:
        messages.success(request, f"已办理，现为“{state_label(report)}”。")
    return go(request, "monitoring:detail", report.pk)


def may_print(person: Person, _: MonitoringReport) -> Verdict:
    """Whoever sees a report may print it."""
    return may_see_reports(person)


@page(may=may_print, record=visible_reports)
def report_form_file(request: PageRequest, report: MonitoringReport, kind: str) -> HttpResponse:
    """The report as form F4, in Excel or PDF."""
    person = request.person
    name = f"{report.subject_year.name}{report.checkpoint.label}监控表{report.subject_year.budget_year}"
    if kind == "pdf":
        return sent(report_pdf(report, f"{person.organisation_name} {person.name} 打印"), f"{name}.pdf")
    return sent(report_xlsx(report), f"{name}.xlsx")
