"""Action plans of a year: tasks with what proves them, progress, evidence, acceptance."""

from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, needed_cycle, of_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Name, Paper, Reason, papers
from jiheng.foundation.accounts.person import Person
from jiheng.registers.plans.access import may_accept, may_report, may_see_plans, may_take_up, visible_tasks
from jiheng.registers.plans.evidence import attach_evidence, shared_by, take_back_evidence
from jiheng.registers.plans.measures import measured
from jiheng.registers.plans.models import Plan, PlanTask
from jiheng.registers.plans.services import accept_task, report_task, take_up

AREA = Area("registers")
PLAN = Shape(Plan, title="ActionPlan")


def _figures(task: PlanTask, _: Person) -> str:
    found = measured(task.plan.cycle, task.measure)
    return found.text if found is not None else ""


def _shared(task: PlanTask, _: Person) -> list[str]:
    return [f"{one.task.plan.cycle} {one.task.label}：{one.name}" for one in shared_by([task]).get(task.pk, [])]


TASK = Shape(
    PlanTask,
    title="ActionTask",
    more={
        "figures": (Annotated[str, Field(description="系统数据现在的情况；不能由系统数据证明的为空")], _figures),
        "files": papers(),
        "shared": (Annotated[list[str], Field(description="同样的佐证还用在哪些任务")], _shared),
    },
)
TASK_ROW = Shape(PlanTask, title="ActionTaskRow")
TASK_SCHEMA = TASK_ROW.schema()


class TaskList(BaseModel):
    """The tasks of the year's plans."""

    items: list[TASK_SCHEMA] = Field(description="各项任务")  # type: ignore[valid-type]


@AREA.telling("plan-tasks", summary="行动计划的任务", may=may_see_plans, page="plans:list")
def tasks(person: Person, *, budget_year: Year | None = None) -> TaskList:
    """一个年度各行动计划的任务、责任岗位、时限和进度。"""
    found = of_cycle(visible_tasks, "plan__cycle")(person, cycle_asked(person, budget_year))
    return TaskList(items=[TASK_ROW.read(one, person) for one in found.order_by("plan", "position")])


AREA.reading(
    "plan-tasks/{pk}", TASK, summary="一项任务", record=visible_tasks, may=may_see_plans, page="plans:task"
)


@AREA.act("plans/take-up", summary="采用行动计划", may=may_take_up, page="plans:take_up", answer=PLAN)
def adopt(
    person: Person,
    *,
    key: Annotated[str, Field(max_length=60, description="行动计划的键，如 qufu-2022")],
    budget_year: Year | None = None,
) -> Plan:
    """为一个年度采用系统所带的一份行动计划。"""
    return take_up(cycle=needed_cycle(person, budget_year), key=key, person=person)


@AREA.act(
    "plan-tasks/{pk}/report", summary="填报任务进展", record=visible_tasks, may=may_report, page="plans:task", answer=TASK
)
def report(
    person: Person,
    task: PlanTask,
    *,
    progress: Annotated[int, Field(ge=0, le=100, description="进度，百分之几")],
    text: Annotated[str, Field(max_length=300, description="进展")],
    evidence: Annotated[str, Field(max_length=300, description="佐证的文号或出处")] = "",
    finished: Annotated[bool, Field(description="已经完成，报请验收")] = False,
) -> PlanTask:
    """责任岗位填报进展；报完成须有佐证文件或写明出处。"""
    report_task(task=task, progress=progress, text=text, evidence=evidence, finished=finished, person=person)
    return task


@AREA.act(
    "plan-tasks/{pk}/accept", summary="验收任务", record=visible_tasks, may=may_accept, page="plans:task", answer=TASK
)
def accept(
    person: Person,
    task: PlanTask,
    *,
    granted: Annotated[bool, Field(description="是否通过")],
    opinion: Annotated[Reason, Field(description="意见；退回的必填")] = "",
) -> PlanTask:
    """由另一人验收，通过或退回。"""
    accept_task(task=task, granted=granted, opinion=opinion, person=person)
    return task


@AREA.act(
    "plan-tasks/{pk}/files", summary="上传任务佐证", record=visible_tasks, may=may_report, page="plans:attach", upload=True
)
def add_file(person: Person, task: PlanTask, *, name: Name, content: bytes) -> Paper:
    """上传一份佐证：请求的内容就是文件本身；有害的文件拒收。"""
    made = attach_evidence(task=task, name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)


@AREA.act(
    "plan-tasks/{pk}/files/take-back", summary="撤回任务佐证", record=visible_tasks, may=may_report,
    page="plans:take_back", answer=TASK,
)  # fmt: skip
def take_back(person: Person, task: PlanTask, *, file_id: Annotated[Id, Field(description="附件编号")]) -> PlanTask:
    """撤回传错的一份佐证。"""
    take_back_evidence(task=task, evidence_id=file_id, person=person)
    return task
