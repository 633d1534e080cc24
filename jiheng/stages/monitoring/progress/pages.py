"""Pages of periodic reports: who owes what and when, one report."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, page
from jiheng.foundation.web.record import TitleLine, asked, next_step, told
from jiheng.registers.cycles.queries import policy_for
from jiheng.stages.monitoring.models import ProgressReport
from jiheng.stages.monitoring.progress.access import (
    may_begin_progress,
    may_move_progress,
    may_see_progress,
    may_write_progress,
    visible_progress,
)
from jiheng.stages.monitoring.progress.owed import owed_in
from jiheng.stages.monitoring.progress.services import begin_progress, move_progress, save_progress


class ProgressForm(forms.Form):
    """The two parts of a report."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    done = forms.CharField(label="贯彻落实情况", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 8}))
    progress = forms.CharField(label="工作进展", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 8}))


@page(may=may_see_progress)
def progress_list(request: PageRequest) -> HttpResponse:
    """Which reports departments owe in the chosen year, and how each stands."""
    cycle = current_cycle(request)
    rows = owed_in(cycle, request.person) if cycle is not None else []
    context = {
        "cycle": cycle,
        "rows": rows,
        "late": sum(one.overdue for one in rows),
        "may_begin": bool(may_begin_progress(request.person)),
    }
    return render(request, "monitoring/progress_list.html", context)


@page(may=may_begin_progress, methods=("POST",))
def progress_begin(request: PageRequest) -> HttpResponse:
    """Begin one report, or go on with it."""
    cycle = current_cycle(request)
    if cycle is None:
        raise mistaken("还没有开启预算年度")
    made = begin_progress(cycle=cycle, key=request.POST.get("key", ""), person=request.person)
    return go(request, "monitoring:progress", made.pk)


@page(may=may_see_progress, record=visible_progress)
def progress_detail(request: PageRequest, report: ProgressReport) -> HttpResponse:
    """One report: its two parts, its day, whether it was late."""
    workflow = policy_for(report.cycle).workflows["progress_report"]
    state = workflow.states[report.state]
    context = {
        "report": report,
        "title": TitleLine(
            str(report), year=f"{report.cycle.budget_year} 年度",
            state=f"{state.label}（逾期）" if report.late else state.label, tone="red" if report.late else state.tone,
            due=report.due if report.submitted_on is None else None,
        ),
        "stage": "monitoring",
        "next": next_step(
            report, workflow, request.person, reverse("monitoring:progress_act", args=[report.pk]),
            may=bool(may_move_progress(request.person, report)),
            due=report.due if report.submitted_on is None or report.state == workflow.start else None,
        ),
        "form": ProgressForm(initial={"done": report.done, "progress": report.progress, "version": report.version})
        if may_write_progress(request.person, report)
        else None,
        "clauses": [report.due_clause],
        "history": told(history(report), workflow),
    }  # fmt: skip
    return render(request, "monitoring/progress.html", context)


@page(may=may_write_progress, record=visible_progress, methods=("POST",))
def progress_save(request: PageRequest, report: ProgressReport) -> HttpResponse:
    """Keep what was written."""
    form = ProgressForm(request.POST)
    if not form.is_valid():
        raise mistaken("每部分不超过 5000 字")
    save_progress(report=report, person=request.person, **form.cleaned_data)
    messages.success(request, "已保存。")
    return go(request, "monitoring:progress", report.pk)


@page(may=may_move_progress, record=visible_progress, methods=("POST",))
def progress_act(request: PageRequest, report: ProgressReport) -> HttpResponse:
    """Hand in, receive or send back."""
    want = asked(request)
    move_progress(report=report, action=want.action, person=request.person, comment=want.comment, version=want.version)
    messages.success(request, "已办理。" if not report.late else "已办理；本次报送记为逾期。")
    return go(request, "monitoring:progress", report.pk)
