"""The register of bodies: who stands, what became of whom, a year told by today's bodies."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked
from jiheng.channels.api.shapes import Shape, plain
from jiheng.channels.api.v1.kinds import Day, Name, Strict, told
from jiheng.foundation.accounts.models import BodyChange, BodyChangeLine, Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.registers.bodies.access import (
    may_change,
    may_move,
    may_see_bodies,
    visible_bodies,
    visible_changes,
)
from jiheng.registers.bodies.forms import MergeForm, RenameForm, SplitForm
from jiheng.registers.bodies.leads import (
    leads_of,
    may_register_lead,
    may_see_leads,
    register_lead,
    visible_departments,
)
from jiheng.registers.bodies.models import LeadOffice
from jiheng.registers.bodies.pages import CHANGES
from jiheng.registers.bodies.queries import passages_of, with_bodies
from jiheng.registers.bodies.restated import Sums, restate
from jiheng.registers.bodies.services import move_subjects, register_change

AREA = Area("registers")
BODY = Shape(Organisation, title="Body")


def _passages(change: BodyChange, _: Person) -> list[dict[str, Any]]:
    return [
        {
            "subject_year_id": one.subject_year_id,
            "name": one.subject_year.name,
            "from_unit_id": one.from_unit_id,
            "to_unit_id": one.to_unit_id,
        }
        for one in passages_of(change)
    ]


class PassageRow(BaseModel):
    """One project that went from one body to another."""

    subject_year_id: int = Field(description="项目年度编号")
    name: str = Field(description="项目")
    from_unit_id: int = Field(description="原单位编号")
    to_unit_id: int = Field(description="现单位编号")


CHANGE = Shape(
    BodyChange,
    rows={"lines": Shape(BodyChangeLine, without=("change",))},
    more={"passages": (Annotated[list[PassageRow], Field(description="随之划转的项目")], _passages)},
)


class BodyRow(BaseModel):
    """One body in one period of its life."""

    id: int = Field(description="单位编号")
    code: str = Field(description="单位代码")
    name: str = Field(description="单位名称")
    kind: str = Field(description="类型的键")
    parent_id: int | None = Field(description="上级编号")
    valid_from: str = Field(description="生效日期", json_schema_extra={"format": "date"})
    valid_to: str | None = Field(description="失效日期；现有的为空", json_schema_extra={"format": "date"})
    successor_id: int | None = Field(description="承接单位编号")


class BodyList(BaseModel):
    """The bodies of the place in all periods of their lives."""

    items: list[BodyRow] = Field(description="各单位，按代码")


@AREA.telling("bodies", summary="单位名册", may=may_see_bodies, page="bodies:tree")
def bodies(person: Person) -> BodyList:
    """本地区的全部单位，已终止的也在内。"""
    columns = ("code", "name", "kind", "parent_id", "valid_from", "valid_to", "successor_id")
    rows = visible_bodies(person).order_by("code", "valid_from").values("id", *columns)
    return BodyList(items=[BodyRow(**plain(one)) for one in rows])


AREA.reading(
    "bodies/{pk}", BODY, summary="一个单位", record=visible_bodies, may=may_see_bodies, page="bodies:detail"
)
AREA.listing(
    "body-changes", CHANGES, summary="单位变动", may=may_see_bodies, rows=lambda person: with_bodies(visible_changes(person)),
    page="bodies:changes",
)  # fmt: skip
AREA.reading(
    "body-changes/{pk}", CHANGE, summary="一次单位变动", record=visible_changes, may=may_see_bodies,
    page="bodies:change",
)  # fmt: skip
LEAD = Shape(LeadOffice)


class LeadRow(BaseModel):
    """A department with the body that leads inside it."""

    body_id: int = Field(description="部门编号")
    body: str = Field(description="部门")
    name: str = Field(description="牵头机构；没有登记的为空")
    valid_from: str | None = Field(description="起始日期", json_schema_extra={"format": "date"})
    document: str = Field(description="依据文件")


class LeadList(BaseModel):
    """The departments and what leads in each."""

    items: list[LeadRow] = Field(description="各部门，没有登记的在前")


@AREA.telling("lead-offices", summary="绩效管理牵头机构", may=may_see_leads, page="bodies:leads")
def lead_offices(person: Person) -> LeadList:
    """各部门内部牵头绩效管理的机构；主管部门只看自己的。"""
    return LeadList(
        items=[
            LeadRow(
                body_id=one.body.pk,
                body=one.body.name,
                name=one.now.name if one.now else "",
                valid_from=one.now.valid_from.isoformat() if one.now else None,
                document=one.now.document if one.now else "",
            )
            for one in leads_of(person)
        ]
    )


@AREA.act(
    "bodies/{pk}/lead", summary="登记牵头机构", record=visible_departments, may=may_register_lead, page="bodies:lead", answer=LEAD
)
def lead(
    person: Person,
    body: Organisation,
    *,
    name: Annotated[str, Field(max_length=100, description="牵头机构")],
    day: Annotated[date, Field(description="起始日期，不能晚于今天")],
    document: Annotated[str, Field(max_length=300, description="依据文件的名称和文号")],
) -> LeadOffice:
    """原来登记的到前一日止。"""
    return register_lead(body=body, name=name, document=document, day=day, person=person)


From = Annotated[Day, Field(description="生效日期，不能晚于今天")]
Document = Annotated[str, Field(min_length=1, max_length=300, description="批准文件的名称和文号")]
Note = Annotated[str, Field(max_length=300, description="说明")]
Code = Annotated[str, Field(max_length=40, description="单位代码")]
Above = Annotated[Id | None, Field(description="上级编号；直接归本级的不写")]


@AREA.act(
    "bodies/{pk}/rename", summary="更名或改隶", record=visible_bodies, may=may_change, page="bodies:rename", answer=CHANGE
)
def rename(
    person: Person,
    body: Organisation,
    *,
    name: Annotated[Name, Field(description="新名称")],
    code: Annotated[Code, Field(min_length=1)],
    day: From,
    document: Document,
    parent_id: Above = None,
    note: Note = "",
) -> BodyChange:
    """原名称留在以前年度；未关闭年度的项目和未办事项随单位转到新名称下。"""
    given = {
        "name": name, "code": code, "parent": parent_id, "day": day.isoformat(), "document": document, "note": note,
    }  # fmt: skip
    return register_change(data=told(RenameForm(given, body=body)).told(), person=person)


@AREA.act(
    "bodies/{pk}/merge", summary="合并单位", record=visible_bodies, may=may_change, page="bodies:merge", answer=CHANGE
)
def merge(
    person: Person,
    body: Organisation,
    *,
    others: Annotated[list[Code], Field(max_length=40, description="一同合并的单位代码")] = [],  # noqa: B006
    into_id: Annotated[Id | None, Field(description="并入的已有单位编号；合并后是新单位的不写")] = None,
    code: Code = "",
    name: Annotated[str, Field(max_length=200, description="新单位名称")] = "",
    parent_id: Above = None,
    day: From,
    document: Document,
    note: Note = "",
) -> BodyChange:
    """并入已有单位，或合并为新单位。"""
    given = {
        "others": " ".join(others), "into": into_id, "code": code, "name": name, "parent": parent_id,
        "day": day.isoformat(), "document": document, "note": note,
    }  # fmt: skip
    return register_change(data=told(MergeForm(given, body=body)).told(), person=person)


class NewUnit(Strict):
    """One body that comes of a split."""

    code: str = Field(pattern=r"^\S{1,40}$", description="单位代码")
    name: str = Field(pattern=r"^[^\r\n]{1,200}$", description="单位名称")


@AREA.act(
    "bodies/{pk}/split", summary="分立单位", record=visible_bodies, may=may_change, page="bodies:split", answer=CHANGE
)
def split(
    person: Person,
    body: Organisation,
    *,
    bodies: Annotated[list[NewUnit], Field(min_length=1, max_length=15, description="新单位")],
    stays: Annotated[bool, Field(description="原单位是否保留")] = False,
    parent_id: Above = None,
    day: From,
    document: Document,
    note: Note = "",
) -> BodyChange:
    """分立以后逐项划分项目，见划转项目。"""
    given = {
        "bodies": "\n".join(f"{one.code} {one.name}" for one in bodies), "stays": "on" if stays else "",
        "parent": parent_id, "day": day.isoformat(), "document": document, "note": note,
    }  # fmt: skip
    return register_change(data=told(SplitForm(given, body=body)).told(), person=person)


class MoveRow(Strict):
    """One project and the body that it goes to."""

    subject_year_id: Annotated[Id, Field(description="项目年度编号")]
    unit_id: Annotated[Id, Field(description="单位编号")]


class Moved(BaseModel):
    """How many projects went."""

    moved: int = Field(description="划转几个项目")


@AREA.act("body-changes/{pk}/move", summary="划转项目", record=visible_changes, may=may_move, page="bodies:move")
def move(
    person: Person,
    change: BodyChange,
    *,
    moves: Annotated[list[MoveRow], Field(min_length=1, max_length=500, description="哪个项目归哪个单位")],
) -> Moved:
    """分立以后把项目划给其中另一个单位，全部划转或一项也不划。"""
    wanted = {one.subject_year_id: one.unit_id for one in moves}
    return Moved(moved=move_subjects(change=change, moves=wanted, person=person))


class SumsRow(BaseModel):
    """Sums of subjects."""

    subjects: int = Field(description="项目数")
    requested_fen: int = Field(description="申报金额，单位：分")
    budget_fen: int = Field(description="预算数，单位：分")
    paid_fen: int = Field(description="执行数，单位：分")


class RestatedRow(BaseModel):
    """One body: the year as it stood then, and by today's bodies."""

    organisation_id: int = Field(description="单位编号")
    name: str = Field(description="单位")
    until: str | None = Field(description="终止日期；现有的为空", json_schema_extra={"format": "date"})
    stood: SumsRow = Field(description="按当年单位")
    now: SumsRow = Field(description="按现在单位重述")


class DifferenceRow(BaseModel):
    """What went from one body to another between the two."""

    source: str = Field(description="原单位")
    target: str = Field(description="现单位")
    sums: SumsRow = Field(description="划转的数额")
    changes: list[str] = Field(description="哪些变动；单位没有变动、项目另行划转的为空")


class RestatedView(BaseModel):
    """A year told by its own bodies and by today's, with every difference explained."""

    items: list[RestatedRow] = Field(description="各单位")
    differences: list[DifferenceRow] = Field(description="差异的由来")
    total: SumsRow = Field(description="合计，两种口径相同")


def _sums(sums: Sums) -> SumsRow:
    return SumsRow(
        subjects=sums.subjects, requested_fen=sums.requested, budget_fen=sums.budget, paid_fen=sums.paid
    )


@AREA.telling("restated", summary="按现在单位重述", may=may_see_bodies, page="bodies:restated")
def restated(
    person: Person,
    *,
    by: Annotated[str, Field(pattern="^(department|unit)$", description="按主管部门（department）或预算单位（unit）")] = "department",
    budget_year: Year | None = None,
) -> RestatedView:
    """一个年度按当年单位和按现在单位的数，差异逐项说明。"""
    cycle = cycle_asked(person, budget_year)
    if cycle is None:
        return RestatedView(items=[], differences=[], total=_sums(Sums()))
    found = restate(person, cycle, by)
    return RestatedView(
        items=[
            RestatedRow(
                organisation_id=one.body,
                name=one.name,
                until=one.until.isoformat() if one.until else None,
                stood=_sums(one.stood),
                now=_sums(one.now),
            )
            for one in found.lines
        ],
        differences=[
            DifferenceRow(
                source=one.source, target=one.target, sums=_sums(one.sums), changes=[str(each) for each in one.changes]
            )
            for one in found.moves
        ],
        total=_sums(found.total),
    )
