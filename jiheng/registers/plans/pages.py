"""Pages of action plans: the tasks of the year, one task, taking up a plan."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation import clock
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, whole
from jiheng.foundation.web.record import TitleLine, told
from jiheng.registers.plans.access import may_accept, may_report, may_see_plans, may_take_up, visible_tasks
from jiheng.registers.plans.evidence import attach_evidence, shared_by, take_back_evidence
from jiheng.registers.plans.forms import AcceptForm, ProofForm, ReportForm, TakeUpForm
from jiheng.registers.plans.measures import measured
from jiheng.registers.plans.models import PlanTask
from jiheng.registers.plans.services import accept_task, report_task, take_up

TONES = {"open": "blue", "reported": "amber", "done": "green"}


@page(may=may_see_plans)
def task_list(request: PageRequest) -> HttpResponse:
    """The tasks of the year's plans, with deadline, progress and what proves them."""
    cycle, today = current_cycle(request), clock.today()
    tasks = list(visible_tasks(request.person).filter(plan__cycle=cycle).order_by("plan", "position")) if cycle else []
    shared = shared_by(tasks)
    context = {
        "cycle": cycle,
        "shared": set(shared),
        "rows": [(one, ROLES[one.role].label, TONES[one.state], one.state != "done" and one.due < today) for one in tasks],
        "done": sum(one.state == "done" for one in tasks),
        "overdue": sum(one.state != "done" and one.due < today for one in tasks),
        "may_take_up": cycle is not None and bool(may_take_up(request.person, cycle)),
    }
    return render(request, "plans/list.html", context)


@page(may=may_take_up, methods=("GET", "POST"))
def plan_take_up(request: PageRequest) -> HttpResponse:
    """Take up a plan file for the year that is chosen at the top."""
    cycle, form = current_cycle(request), TakeUpForm(request.POST or None)
    refused: list[object] = []
    if request.method == "POST" and cycle is not None and form.is_valid():
        try:
            made = take_up(cycle=cycle, key=form.cleaned_data["key"], person=request.person)
        except Refused as error:
            refused = list(error.refusals)
        else:
            messages.success(request, f"已采用“{made}”。")
            return go(request, "plans:list")
    context = {"form": form, "name": "采用行动计划", "cycle": cycle, "refusals": refused}
    return (invalid if form.is_bound else render)(request, "plans/take_up.html", context)


@page(may=may_see_plans, record=visible_tasks, methods=("GET", "POST"))
def task_detail(request: PageRequest, task: PlanTask) -> HttpResponse:
    """One task: what proves it, how far it is; reporting and acceptance."""
    accepting = task.state == "reported"
    form = (AcceptForm if accepting else ReportForm)(request.POST or None, initial=_before(task))
    refused: list[object] = []
    if request.method == "POST" and form.is_valid():
        try:
            said = _accept(request, task, form) if accepting else _report(request, task, form)
        except Refused as error:
            refused = list(error.refusals)
        else:
            messages.success(request, said)
            return go(request, "plans:task", task.pk)
    may = may_accept(request.person, task) if accepting else may_report(request.person, task)
    context = {
        "task": task,
        "title": TitleLine(
            task.label,
            unit=ROLES[task.role].label,
            year=str(task.plan.cycle),
            state=task.get_state_display(),
            tone=TONES[task.state],  # type: ignore[arg-type]
            due=task.due if task.state != "done" else None,
        ),
        "measured": measured(task.plan.cycle, task.measure),
        "form": form,
        "refusals": refused,
        "may": bool(may) and task.state != "done",
        "accepting": accepting,
        "proofs": evidence_of(task),
        "proof_form": ProofForm(),
        "may_attach": bool(may_report(request.person, task)),
        "shared": shared_by([task]).get(task.pk, []),
        "clauses": [task.clause],
        "history": told(history(task)),
    }
    return (invalid if form.is_bound else render)(request, "plans/task.html", context)


def _before(task: PlanTask) -> dict[str, object]:
    return {"progress": task.progress, "text": task.report, "evidence": task.evidence}


def _report(request: PageRequest, task: PlanTask, form: Form) -> str:
    report_task(task=task, person=request.person, **form.cleaned_data)
    return "已报请验收。" if form.cleaned_data["finished"] else "已填报进展。"


def _accept(request: PageRequest, task: PlanTask, form: Form) -> str:
    granted = form.cleaned_data["granted"] == "1"
    accept_task(task=task, granted=granted, opinion=form.cleaned_data["opinion"], person=request.person)
    return "已通过验收。" if granted else "已退回。"


@page(may=may_report, record=visible_tasks, methods=("POST",))
def task_attach(request: PageRequest, task: PlanTask) -> HttpResponse:
    """Hand in a file that proves the task."""
    form = ProofForm(request.POST, request.FILES)
    if not form.is_valid():
        raise mistaken("没有选择文件，或文件是空的", remedy="请选择文件后再上传", where="file")
    file = form.cleaned_data["file"]
    made = attach_evidence(task=task, name=file.name, content=file.read(), person=request.person)
    messages.success(request, f"已上传“{made.name}”。")
    if twins := [one for one in shared_by([task]).get(task.pk, []) if one.name == made.name]:
        names = "、".join(f"“{one.task.label}”" for one in twins)
        messages.warning(request, f"同一份文件也是任务{names}的佐证，请确认没有传错。")
    return go(request, "plans:task", task.pk)


@page(may=may_report, record=visible_tasks, methods=("POST",))
def task_take_back(request: PageRequest, task: PlanTask) -> HttpResponse:
    """Take back a file that was handed in by mistake."""
    take_back_evidence(task=task, evidence_id=whole(request.POST.get("file")) or 0, person=request.person)
    messages.success(request, "已撤回该文件。")
    return go(request, "plans:task", task.pk)
