"""What projects rest on: by kind, one more, its text, its withdrawal."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Name, Paper, Reason
from jiheng.foundation.accounts.person import Person
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear, Warrant
from jiheng.registers.subjects.warrants import (
    WarrantData,
    attach_warrant,
    file_warrant,
    may_keep_warrant,
    may_see_warrants,
    may_write_warrant,
    shelves_of,
    visible_warrants,
    withdraw_warrant,
)

AREA = Area("registers")
WARRANT = Shape(Warrant)
WARRANT_SCHEMA = WARRANT.schema()


class ShelfRow(BaseModel):
    """One kind of the rules with what is on record under it."""

    kind: str = Field(description="类别的键")
    label: str = Field(description="类别")
    demanded_by: list[str] = Field(description="哪些环节要求有这一类")
    missing: bool = Field(description="要求有而没有")
    items: list[WARRANT_SCHEMA] = Field(description="登记的依据")  # type: ignore[valid-type]


class Shelves(BaseModel):
    """Every kind of the rules."""

    items: list[ShelfRow] = Field(description="各类依据，照制度的次序")


@AREA.telling(
    "subject-years/{pk}/warrants", summary="项目的依据", record=visible_subject_years, may=may_see_warrants,
    page="subjects:warrants",
)  # fmt: skip
def shelves(person: Person, year: SubjectYear) -> Shelves:
    """按制度规定的类别列出登记的依据，要求有而没有的标明。"""
    return Shelves(
        items=[
            ShelfRow(
                kind=one.kind.key, label=one.kind.label, demanded_by=list(one.asked), missing=one.lacking,
                items=[WARRANT.read(row, person) for row in one.warrants],
            )
            for one in shelves_of(year)
        ]
    )  # fmt: skip


@AREA.act(
    "subject-years/{pk}/warrants/write", summary="登记依据", record=visible_subject_years, may=may_write_warrant,
    page="subjects:warrant_write", answer=WARRANT,
)  # fmt: skip
def write(
    person: Person,
    year: SubjectYear,
    *,
    kind: Annotated[str, Field(min_length=1, max_length=40, description="类别的键")],
    title: Annotated[str, Field(min_length=1, max_length=200, description="名称")],
    number: Annotated[str, Field(max_length=80, description="文号")] = "",
    clause: Annotated[str, Field(max_length=100, description="条款")] = "",
    link: Annotated[Literal["project", "appraisal", "evaluation"], Field(description="用于哪个环节")] = "project",
) -> Warrant:
    """登记一件依据，归入制度规定的一类。"""
    return file_warrant(year=year, data=WarrantData(kind, title, number, clause, link), person=person)


@AREA.act(
    "warrants/{pk}/files", summary="上传依据的文件", record=visible_warrants, may=may_keep_warrant,
    page="subjects:warrant_attach", upload=True,
)  # fmt: skip
def add_file(person: Person, warrant: Warrant, *, name: Name, content: bytes) -> Paper:
    """上传依据的文件：请求的内容就是文件本身；有害的文件拒收。"""
    made = attach_warrant(warrant=warrant, name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)


@AREA.act(
    "warrants/{pk}/withdraw", summary="撤回依据", record=visible_warrants, may=may_keep_warrant,
    page="subjects:warrant_withdraw", answer=WARRANT,
)  # fmt: skip
def withdraw(person: Person, warrant: Warrant, *, reason: Reason) -> Warrant:
    """归错、登错的撤回，写明理由；登记过的内容保留。"""
    withdraw_warrant(warrant=warrant, reason=reason, person=person)
    return warrant
