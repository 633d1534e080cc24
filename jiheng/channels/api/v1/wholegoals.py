"""What a whole department's goal is worked out from: reading it, binding a row or a task to projects, releasing it."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id
from jiheng.channels.api.v1.kinds import Strict
from jiheng.foundation.accounts.person import Person
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.whole.access import may_bind, may_see_tree
from jiheng.stages.goals.whole.queries import bound_of
from jiheng.stages.goals.whole.services import bind, release

AREA = Area("goals")


class SourceRow(Strict):
    """One project, and one of its indicator rows."""

    subject_year_id: Id = Field(description="项目年度的编号")
    lineage: UUID | None = Field(None, description="项目指标的 lineage；任务取项目资金的不写")


class SourceTold(SourceRow):
    """As it is read: with what the project says now."""

    name: str = Field(description="项目名称")
    value: str = Field(description="项目目标中的值")


class BoundTold(BaseModel):
    """One row or task that is worked out."""

    id: int = Field(description="汇总关系的编号")
    part: str = Field(description="indicator 指标，task 任务")
    key: str = Field(description="指标的 lineage，或任务的名称")
    name: str = Field(description="名称")
    method: str = Field(description="sum 合计，mean 按资金加权平均，count 项目个数，reached 达到界限的项目占比，money 项目资金合计")
    line: Decimal | None = Field(description="界限")
    value: str = Field(description="部门目标中的值")
    worked_out: str = Field(description="按项目目标现在的值；不能汇总的为空")
    faults: list[str] = Field(description="不能汇总的原因")
    sources: list[SourceTold] = Field(description="各项目")


class BoundRows(BaseModel):
    """Everything in a goal that is worked out from projects."""

    items: list[BoundTold] = Field(description="各行")


def _told(goal: Goal) -> BoundRows:
    return BoundRows(
        items=[
            BoundTold(
                id=one.binding.pk,
                part=one.binding.part,
                key=one.binding.key,
                name=one.name,
                method=one.binding.method,
                line=one.binding.line,
                value=one.here,
                worked_out="" if one.faults else one.now,
                faults=list(one.faults),
                sources=[
                    SourceTold(
                        subject_year_id=behind.project.pk,
                        lineage=behind.row.lineage if behind.row else None,
                        name=behind.project.name,
                        value=behind.told,
                    )
                    for behind in one.behind
                ],
            )
            for one in bound_of(goal)
        ]
    )


@AREA.telling("goals/{pk}/tree", summary="部门整体目标由哪些项目目标汇总", record=visible_goals, may=may_see_tree, page="goals:tree")
def worked_out(_: Person, goal: Goal) -> BoundRows:
    """部门目标中的值，按项目目标现在应为多少，不一致和不能汇总的原因。"""
    return _told(goal)


@AREA.act("goals/{pk}/tree/bind", summary="由项目目标汇总一行", record=visible_goals, may=may_bind, page="goals:tree")
def bind_row(
    person: Person,
    goal: Goal,
    *,
    part: Annotated[str, Field(pattern="^(indicator|task)$", description="indicator 指标，task 任务")],
    key: Annotated[str, Field(min_length=1, max_length=200, description="指标的 lineage，或任务的名称")],
    method: Annotated[str, Field(max_length=10, description="sum、mean、count、reached；任务为 money")],
    sources: Annotated[list[SourceRow], Field(min_length=1, max_length=500, description="各项目")],
    line: Annotated[
        Decimal | None, Field(default=None, max_digits=24, decimal_places=6, allow_inf_nan=False, description="界限，只用于 reached")
    ] = None,
) -> BoundRows:
    """值当场算出写入；单位不能换算、符号不同的退回。"""
    wanted = [(one.subject_year_id, one.lineage) for one in sources]
    bind(goal=goal, part=part, key=key, method=method, sources=wanted, line=line, person=person)
    return _told(goal)


@AREA.act("goals/{pk}/tree/release", summary="解除由项目目标汇总", record=visible_goals, may=may_bind, page="goals:tree")
def release_row(
    person: Person,
    goal: Goal,
    *,
    id: Annotated[Id, Field(description="汇总关系的编号")],  # noqa: A002
    reason: Annotated[str, Field(max_length=300, description="理由")],
) -> BoundRows:
    """原来的值留在目标中，此后由填报人填写。"""
    release(goal=goal, binding=id, reason=reason, person=person)
    return _told(goal)
