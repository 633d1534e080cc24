"""Duties, main works of the year, and what of money and indicators serves them."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, in_rows, needed_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Day, Reason, Strict
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.duties.access import (
    may_end,
    may_own_work,
    may_see_duties,
    may_share,
    may_write,
    visible_duties,
    visible_works,
)
from jiheng.registers.duties.models import Duty, DutyShare, MainWork
from jiheng.registers.duties.pages import DUTIES, WORKS
from jiheng.registers.duties.queries import bodies_to_write_for, in_force_in
from jiheng.registers.duties.services import (
    DutyData,
    WorkData,
    end_duty,
    own_work,
    share_money,
    write_duties,
    write_works,
)
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.duties.access import may_link, may_see_links
from jiheng.stages.goals.duties.queries import links_of
from jiheng.stages.goals.duties.services import Answers, link_rows, rows_of
from jiheng.stages.goals.models import Goal

AREA = Area("registers")
GOALS = Area("goals")
DUTY = Shape(Duty)
WORK = Shape(MainWork)
Code = Annotated[str, Field(min_length=1, max_length=20, description="编号")]
Source = Annotated[str, Field(min_length=1, max_length=200, description="依据文件")]


def _duties(person: Person, cycle: Cycle | None) -> Any:
    found = visible_duties(person)
    return found.filter(in_force_in(cycle.budget_year)) if cycle else found


def _works(person: Person, cycle: Cycle | None) -> Any:
    return visible_works(person).filter(cycle=cycle) if cycle else visible_works(person).none()


def _body(person: Person, number: int) -> Organisation:
    found: list[Organisation] = in_rows(bodies_to_write_for(person), [number], "organisation_id")
    return found[0]


AREA.listing("duties", DUTIES, summary="职责", may=may_see_duties, rows=_duties, page="duties:list", cycle=True)
AREA.listing("main-works", WORKS, summary="年度重点工作", may=may_see_duties, rows=_works, page="duties:works", cycle=True)
AREA.reading("duties/{pk}", DUTY, summary="一项职责", record=visible_duties, may=may_see_duties, page="duties:duty")
AREA.reading("main-works/{pk}", WORK, summary="一项重点工作", record=visible_works, may=may_see_duties, page="duties:work")


@AREA.act("duties/write", summary="登记职责", may=may_write, page="duties:write", answer=DUTY)
def write(
    person: Person,
    *,
    organisation_id: Annotated[Id, Field(description="单位编号：本单位或所属单位")],
    code: Code,
    text: Annotated[str, Field(min_length=1, max_length=300, description="职责")],
    main: Annotated[bool, Field(description="是否主要职责")],
    source: Source,
    valid_from: Annotated[Day, Field(description="生效日期")],
) -> Duty:
    """按三定规定登记一项职责；同一单位的编号不能相同。"""
    data = DutyData(_body(person, organisation_id), code, text, main, source, valid_from)
    return write_duties(rows=[data], person=person)[0]


@AREA.act("duties/{pk}/end", summary="终止职责", record=visible_duties, may=may_end, page="duties:end", answer=DUTY)
def end(person: Person, duty: Duty, *, day: Annotated[Day, Field(description="最后一天")], reason: Reason) -> Duty:
    """写明理由；原来的内容和对应关系保留。"""
    end_duty(duty=duty, day=day, reason=reason, person=person)
    return duty


@AREA.act("main-works/write", summary="登记重点工作", may=may_write, page="duties:work_write", answer=WORK)
def write_work(
    person: Person,
    *,
    organisation_id: Annotated[Id, Field(description="单位编号：本单位或所属单位")],
    code: Code,
    name: Annotated[str, Field(min_length=1, max_length=200, description="重点工作")],
    source: Source,
    duty_id: Annotated[Id | None, Field(description="对应职责编号；没有的不填")] = None,
    budget_year: Year | None = None,
) -> MainWork:
    """登记一个年度的重点工作。"""
    duty = in_rows(visible_duties(person), [duty_id], "duty_id")[0] if duty_id else None
    data = WorkData(_body(person, organisation_id), code, name, source, duty)
    return write_works(cycle=needed_cycle(person, budget_year), rows=[data], person=person)[0]


@AREA.act(
    "main-works/{pk}/duty", summary="登记重点工作对应的职责", record=visible_works, may=may_own_work, page="duties:work",
    answer=WORK,
)  # fmt: skip
def own(person: Person, work: MainWork, *, duty_id: Annotated[Id, Field(description="职责编号")]) -> MainWork:
    """本单位或主管部门本年度有效的职责。"""
    (duty,) = in_rows(Duty.objects.filter(organisation__place_id=person.place_id), [duty_id], "duty_id")
    own_work(work=work, duty=duty, person=person)
    return work


class ShareLine(Strict):
    """How much of a project's money serves one duty."""

    duty_id: Id = Field(description="职责编号")
    percent: Decimal = Field(gt=0, le=100, decimal_places=2, description="百分数，写成文字")


class ShareList(BaseModel):
    """The duties that a project's money serves."""

    items: list[ShareLine] = Field(description="各项职责和比例；没有对应的为空")


def _shares(year: SubjectYear) -> ShareList:
    held = DutyShare.objects.filter(subject_year=year)
    return ShareList(items=[ShareLine(duty_id=one.duty_id, percent=one.percent) for one in held])


@AREA.telling(
    "subject-years/{pk}/duties", summary="资金对应的职责", record=visible_subject_years, may=may_see_duties, page="duties:shares"
)
def shares(_: Person, year: SubjectYear) -> ShareList:
    """一个项目的资金用于各项职责的比例。"""
    return _shares(year)


@AREA.act(
    "subject-years/{pk}/duties", summary="登记资金对应的职责", record=visible_subject_years, may=may_share, page="duties:shares"
)
def share(
    person: Person,
    year: SubjectYear,
    *,
    items: Annotated[list[ShareLine], Field(max_length=200, description="各项职责和比例，合计100；空为没有对应")],
) -> ShareList:
    """整组替换；原来的比例留在审计链。"""
    share_money(year=year, shares={one.duty_id: one.percent for one in items}, person=person)
    return _shares(year)


class RowAnswer(Strict):
    """Which duty or main work one row of a whole department's goal answers for."""

    part: str = Field(pattern="^(indicator|task)$", description="indicator 指标，task 任务")
    key: str = Field(max_length=200, description="指标的 lineage，或任务的名称")
    duty_id: Id | None = Field(default=None, description="职责编号；都不填为没有对应")
    work_id: Id | None = Field(default=None, description="重点工作编号；填了的按它的职责")


class RowAnswers(BaseModel):
    """The rows of a whole department's goal with their duties."""

    items: list[RowAnswer] = Field(description="各行")


def _answers(goal: Goal) -> RowAnswers:
    held = links_of(goal)
    found = []
    for part, key in rows_of(goal):
        link = held.get((part, key))
        told = {"duty_id": link.duty_id, "work_id": link.work_id} if link else {}
        found.append(RowAnswer(part=part, key=key, **told))
    return RowAnswers(items=found)


@GOALS.telling("goals/{pk}/duties", summary="目标各行对应的职责", record=visible_goals, may=may_see_links, page="goals:duties")
def answers(_: Person, goal: Goal) -> RowAnswers:
    """部门整体支出绩效目标的任务和指标各对应哪项职责。"""
    return _answers(goal)


@GOALS.act("goals/{pk}/duties", summary="登记目标各行对应的职责", record=visible_goals, may=may_link, page="goals:duties")
def answer(
    person: Person,
    goal: Goal,
    *,
    items: Annotated[list[RowAnswer], Field(min_length=1, max_length=500, description="要改的各行")],
) -> RowAnswers:
    """只改所列的行；目标的内容不变。"""
    links = {
        (one.part, one.key): Answers(one.duty_id, one.work_id) if one.duty_id or one.work_id else None for one in items
    }
    link_rows(goal=goal, links=links, person=person)
    return _answers(goal)
