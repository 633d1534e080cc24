"""Taking up a plan, reporting, accepting; tasks close themselves when the system's own data prove them."""

from django.db import IntegrityError

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.plans.access import may_accept, may_report, may_take_up
from jiheng.registers.plans.evidence import told_files
from jiheng.registers.plans.measures import measured
from jiheng.registers.plans.models import Plan, PlanTask
from jiheng.registers.plans.reading import plan_files

LONGEST = 300
BY_DATA = "系统数据"


def take_up(*, cycle: Cycle, key: str, person: Person) -> Plan:
    """Take a plan file over for a year: each task with its day in that year."""
    require(may_take_up(person, cycle))
    told = plan_files().get(key)
    if told is None:
        raise mistaken("没有这份行动计划", where="key")
    try:
        with act(person):
            plan = Plan.objects.create(
                cycle=cycle, key=key, name=told.name, source=told.source, taken_at=clock.now(), taken_by=str(person)
            )
            tasks = PlanTask.objects.bulk_create(
                PlanTask(
                    plan=plan,
                    position=number,
                    label=task.label,
                    aspect=task.aspect,
                    role=task.role,
                    due=task.due.of(cycle.budget_year),
                    clause=f"{told.source}：{task.clause}",
                    assumed=task.assumed,
                    note=task.note,
                    measure=task.measure.model_dump() if task.measure else {},
                )
                for number, task in enumerate(told.tasks, 1)
            )
            record("plan.take_up", plan, {"key": key, "tasks": len(told.tasks)})
            written_along(tasks)
    except IntegrityError:
        raise mistaken("本年度已经采用这份行动计划") from None
    return plan


def report_task(*, task: PlanTask, progress: int, text: str, evidence: str, finished: bool, person: Person) -> None:
    """Report on a task; finished ones go to acceptance with their evidence. Raises Refused with reason and clause."""
    require(may_report(person, task))
    cycle = task.plan.cycle
    if not 0 <= progress <= 100:
        raise mistaken("进度在 0 至 100 之间", where="progress")
    if not text.strip():
        raise refuse("须写明进展", clause_in(cycle, "duty_reasons"), where="text")
    if max(len(text.strip()), len(evidence.strip())) > LONGEST:
        raise mistaken(f"进展和佐证各不超过 {LONGEST} 字", where="text")
    files = told_files(task)
    if finished and not (evidence.strip() or files):
        remedy = "先上传佐证文件，或写明文号、文件或记录的出处"
        raise refuse("报完成须有佐证", clause_in(cycle, "duty_vouchers"), remedy, "evidence")
    with act(person):
        made = PlanTask.objects.filter(pk=task.pk, state="open").update(
            progress=100 if finished else progress,
            report=text.strip(),
            evidence=evidence.strip(),
            state="reported" if finished else "open",
            reported_by_id=person.user_id,
            reporter=str(person),
            reported_at=clock.now(),
        )
        if made != 1:
            raise mistaken("任务刚由他人办理", remedy="请刷新页面")
        detail = {"progress": progress, "text": text.strip(), "evidence": evidence.strip(), "finished": finished}
        record("plan.report", task, detail | {"files": files})
        if finished:
            _tell(task, ("performance_office", "bureau_leader"), f"“{task.label}”报完成，待验收")
    task.refresh_from_db()


def accept_task(*, task: PlanTask, granted: bool, opinion: str, person: Person) -> None:
    """Accept a reported task, or send it back with the reason; never by who reported it."""
    require(may_accept(person, task))
    text = opinion.strip()
    if not granted and not text:
        raise refuse("退回须写明意见", clause_in(task.plan.cycle, "duty_reasons"), where="opinion")
    if len(text) > LONGEST:
        raise mistaken(f"意见不超过 {LONGEST} 字", where="opinion")
    files = told_files(task)
    words = [one for one in (task.evidence, *(one["name"] for one in files)) if one]
    with act(person):
        waiting = PlanTask.objects.filter(pk=task.pk, state="reported")
        if granted:
            proof = f"验收佐证：{'；'.join(words)}"[:LONGEST]
            made = waiting.update(state="done", done_on=clock.today(), accepter=str(person), proof=proof)
        else:
            made = waiting.update(state="open")
        if made != 1:
            raise mistaken("任务不在待验收状态", remedy="请刷新页面")
        record("plan.accept" if granted else "plan.return", task, {"opinion": text, "evidence": task.evidence, "files": files})
        if not granted:
            _tell(task, (task.role,), f"“{task.label}”未通过验收：{text}")
    task.refresh_from_db()


def close_proven() -> int:
    """Close every open task of open years that the system's own data prove; return how many."""
    closed = 0
    waiting = PlanTask.objects.exclude(state="done").exclude(measure={}).filter(plan__cycle__state="open")
    rows = waiting.select_related("plan__cycle__snapshot", "plan__cycle__place")
    for task in rows.defer("plan__cycle__snapshot__content"):
        found = measured(task.plan.cycle, task.measure)
        if found is None or not found.proven:
            continue
        with act(None, place=task.plan.cycle.place):
            same = PlanTask.objects.filter(pk=task.pk, state=task.state)
            if same.update(state="done", progress=100, done_on=clock.today(), accepter=BY_DATA, proof=found.text):
                record("plan.prove", task, {"measure": task.measure, "figures": found.text})
                closed += 1
    return closed


def _tell(task: PlanTask, roles: tuple[str, ...], text: str) -> None:
    for bureau in bureaus_of(task.plan.cycle.place_id):
        for role in roles:
            notify(organisation=bureau, role=role, text=text, link=f"/plans/tasks/{task.pk}/", about=task)
