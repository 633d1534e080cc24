"""Departments' own rules of performance management, how departments stand, full-time people."""

from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, in_rows, needed_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Day, Name, Paper, Reason
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person
from jiheng.registers.rulebooks.access import (
    may_end_specialist,
    may_keep_rule,
    may_see_rules,
    may_write_rules,
    visible_rules,
    visible_specialists,
)
from jiheng.registers.rulebooks.models import DepartmentRule, Specialist
from jiheng.registers.rulebooks.pages import RULES
from jiheng.registers.rulebooks.queries import specialist_role, standing, to_mark
from jiheng.registers.rulebooks.services import (
    RuleData,
    attach_text,
    end_rule,
    end_specialist,
    mark_specialist,
    write_rule,
)

AREA = Area("registers")
RULE = Shape(DepartmentRule)
MARK = Shape(Specialist)
Keys = Annotated[list[str], Field(min_length=1, max_length=50)]


AREA.listing("department-rules", RULES, summary="部门制度办法", may=may_see_rules, rows=visible_rules, page="rulebooks:list")
AREA.reading("department-rules/{pk}", RULE, summary="一件部门制度办法", record=visible_rules, may=may_see_rules, page="rulebooks:rule")


class StandingRow(BaseModel):
    """How one department stands."""

    organisation_id: int = Field(description="部门编号")
    organisation: str = Field(description="部门")
    rules: int = Field(description="执行中的制度办法，件")
    missing: str = Field(description="没有覆盖的环节（对象），中文；没有缺的为空")
    specialists: list[str] = Field(description="专职人员")
    lacks_rules: bool = Field(description="制度办法是否不全；制度没有要求的为否")
    lacks_specialist: bool = Field(description="是否没有专职人员；制度没有要求的为否")


class StandingList(BaseModel):
    """How the departments in sight stand."""

    items: list[StandingRow] = Field(description="各部门")


@AREA.telling("department-rules-standing", summary="各部门的制度和专职人员", may=may_see_rules, page="rulebooks:standing")
def stand(person: Person, *, budget_year: Year | None = None) -> StandingList:
    """各部门的制度办法缺哪些环节和对象，有没有专职人员。"""
    cycle = cycle_asked(person, budget_year)
    lines = standing(person, cycle) if cycle is not None else []
    return StandingList(
        items=[
            StandingRow(
                organisation_id=one.pk, organisation=one.name, rules=one.rules, missing=one.missing,
                specialists=list(one.specialists), lacks_rules=one.lacks_rules, lacks_specialist=one.lacks_specialist,
            )
            for one in lines
        ]
    )  # fmt: skip


@AREA.act("department-rules/write", summary="登记部门制度办法", may=may_write_rules, page="rulebooks:write", answer=RULE)
def write(
    person: Person,
    *,
    title: Annotated[str, Field(min_length=1, max_length=200, description="名称")],
    number: Annotated[str, Field(max_length=80, description="文号")] = "",
    issued: Annotated[Day, Field(description="印发日期")],
    links: Annotated[Keys, Field(description="覆盖的环节：appraisal、goals、monitoring、evaluation、results、disclosure")],
    kinds: Annotated[Keys, Field(description="覆盖的对象类别的键")],
    budget_year: Year | None = None,
) -> DepartmentRule:
    """登记本部门的一件制度办法。"""
    data = RuleData(title, number, issued, links, kinds)
    return write_rule(cycle=needed_cycle(person, budget_year), data=data, person=person)


@AREA.act(
    "department-rules/{pk}/end", summary="停止执行部门制度办法", record=visible_rules, may=may_keep_rule, page="rulebooks:end",
    answer=RULE,
)  # fmt: skip
def end(
    person: Person, record: DepartmentRule, *, day: Annotated[Day, Field(description="最后一天")], reason: Reason
) -> DepartmentRule:
    """写明最后一天和理由；登记过的内容保留。"""
    end_rule(rule=record, day=day, reason=reason, person=person)
    return record


@AREA.act(
    "department-rules/{pk}/files", summary="上传制度文件", record=visible_rules, may=may_keep_rule, page="rulebooks:attach", upload=True
)
def add_file(person: Person, rule: DepartmentRule, *, name: Name, content: bytes) -> Paper:
    """上传制度的文件：请求的内容就是文件本身；有害的文件拒收。"""
    made = attach_text(rule=rule, name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)


@AREA.act("specialists/mark", summary="明确专职人员", may=may_write_rules, page="rulebooks:specialist", answer=MARK)
def mark(
    person: Person,
    *,
    appointment_id: Annotated[Id, Field(description="任职编号：本部门规定岗位的现任")],
    basis: Annotated[str, Field(min_length=1, max_length=200, description="依据")],
    budget_year: Year | None = None,
) -> Specialist:
    """在本部门规定岗位的任职上标明专职。"""
    cycle = needed_cycle(person, budget_year)
    found: list[Appointment] = in_rows(to_mark(person, specialist_role(cycle)), [appointment_id], "appointment_id")
    return mark_specialist(cycle=cycle, appointment=found[0], basis=basis, person=person)


@AREA.act(
    "specialists/{pk}/end", summary="撤销专职", record=visible_specialists, may=may_end_specialist, page="rulebooks:specialist_end",
    answer=MARK,
)  # fmt: skip
def unmark(person: Person, record: Specialist, *, reason: Reason) -> Specialist:
    """不再专职的，写明理由撤销。"""
    end_specialist(mark=record, reason=reason, person=person)
    return record
