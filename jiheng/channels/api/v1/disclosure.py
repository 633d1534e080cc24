"""Disclosure: what is due, what was published, publishing and withdrawing."""

from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, needed_cycle
from jiheng.channels.api.problem import Stop
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Day, Key, Reason, Strict
from jiheng.foundation.accounts.person import Person
from jiheng.rules.refusal import mistake
from jiheng.stages.disclosure.access import (
    may_publish,
    may_see_publications,
    visible_publications,
    waiting_for,
)
from jiheng.stages.disclosure.models import Dispatch, Publication
from jiheng.stages.disclosure.pages import PUBLICATIONS
from jiheng.stages.disclosure.queries import DuePage, chosen_sources, due_page
from jiheng.stages.disclosure.reporting.access import (
    may_dispatch,
    may_note_receipt,
    may_see_dispatches,
    visible_dispatches,
)
from jiheng.stages.disclosure.reporting.queries import lines_of
from jiheng.stages.disclosure.reporting.services import Paper, note_dispatch, note_receipt
from jiheng.stages.disclosure.services import publish_all, withdraw

AREA = Area("disclosure")
PUBLICATION = Shape(Publication)
DISPATCH = Shape(Dispatch)

AREA.listing(
    "publications", PUBLICATIONS, summary="已公开清单", may=may_see_publications,
    rows=lambda person: visible_publications(person).select_related("replaced_by"), page="disclosure:list",
)  # fmt: skip
AREA.reading(
    "publications/{pk}", PUBLICATION, summary="一项公开", record=visible_publications, may=may_see_publications,
    page="disclosure:detail",
)  # fmt: skip


class DueRow(BaseModel):
    """One record that may be published and is not."""

    kind: str = Field(description="类别")
    label: str = Field(description="类别，中文")
    id: int = Field(description="记录编号")
    name: str = Field(description="名称")
    due: str | None = Field(description="应公开日期", json_schema_extra={"format": "date"})
    overdue: bool = Field(description="已逾期")


class DueList(BaseModel):
    """Some of what may be published and is not."""

    items: list[DueRow] = Field(description="逐项")
    next: str | None = Field(description="下一页的 after；没有了为空")


@AREA.telling("publications-due", summary="待公开清单", may=may_see_publications, page="disclosure:due")
def due(
    person: Person,
    *,
    budget_year: Year | None = None,
    after: Annotated[str, Field(max_length=100, description="上一页的 next，照原样")] = "",
    limit: Annotated[int, Field(ge=1, le=500, description="一页几项")] = 100,
) -> DueList:
    """可以公开而还没有公开的，最紧的在前，逐页给出。"""
    cycle = cycle_asked(person, budget_year)
    listed = due_page(cycle, waiting_for(person), after=after, size=limit) if cycle else DuePage(())
    return DueList(
        items=[
            DueRow(
                kind=one.kind,
                label=one.label,
                id=one.source.pk,
                name=one.about.name,
                due=one.due.isoformat() if one.due else None,
                overdue=one.overdue,
            )
            for one in listed.rows
        ],
        next=listed.next or None,
    )


class Source(Strict):
    """One record to be published."""

    kind: str = Field(pattern="^(goal|self_evaluation|evaluation|assessment)$", description="类别")
    id: Id = Field(description="记录编号")


class Published(BaseModel):
    """What was published."""

    ids: list[int] = Field(description="公开记录的编号")


@AREA.act("publications/publish", summary="办理公开", may=may_publish, page="disclosure:publish")
def publish(
    person: Person,
    *,
    sources: Annotated[list[Source], Field(min_length=1, max_length=500, description="要公开的记录")],
    budget_year: Year | None = None,
) -> Published:
    """公开所选的各项，全部公开或一项也不公开。"""
    cycle = cycle_asked(person, budget_year)
    wanted = dict.fromkeys((one.kind, one.id) for one in sources)
    known = chosen_sources(cycle, wanted) if cycle else {}
    if missing := [key for key in wanted if key not in known]:
        words = f"不在待公开清单中：{'、'.join(f'{kind} {pk}' for kind, pk in missing[:20])}"
        raise Stop(422, words, [mistake(words, "可公开的见 /api/v1/publications-due", "sources")])
    made = publish_all(sources=[known[key] for key in wanted], person=person)
    return Published(ids=[one.pk for one in made])


@AREA.act(
    "publications/{pk}/withdraw", summary="撤回公开", record=visible_publications, may=may_publish,
    page="disclosure:withdraw", answer=PUBLICATION,
)  # fmt: skip
def take_back(person: Person, publication: Publication, *, reason: Reason) -> Publication:
    """撤回一项公开，理由随之公开。"""
    withdraw(publication=publication, reason=reason, person=person)
    return publication


# --- what is reported upward or handed over


class ReportingLine(BaseModel):
    """One recipient that the rules name, with what was sent to it."""

    matter: str = Field(description="事项的键，取自制度参数")
    label: str = Field(description="事项")
    recipient: str = Field(description="报送对象")
    state: str = Field(description="办到哪一步，中文")
    clause: str = Field(description="依据")
    dispatch_ids: list[int] = Field(description="已登记的报送记录编号")


class ReportingList(BaseModel):
    """Whom the rules of the year name."""

    items: list[ReportingLine] = Field(description="逐个报送对象；移送只列给看得到的岗位")


@AREA.telling("dispatches", summary="报送登记", may=may_see_dispatches, page="disclosure:reporting")
def reporting(person: Person, *, budget_year: Year | None = None) -> ReportingList:
    """制度写明报送给谁的，各到哪一步。"""
    cycle = cycle_asked(person, budget_year)
    return ReportingList(
        items=[
            ReportingLine(
                matter=one.matter,
                label=one.label,
                recipient=one.recipient,
                state=one.state[0],
                clause=one.clause,
                dispatch_ids=[sent.pk for sent in one.sent],
            )
            for one in (lines_of(cycle, person) if cycle is not None else [])
        ]
    )


AREA.reading(
    "dispatches/{pk}", DISPATCH, summary="一份报送", record=visible_dispatches, may=may_see_dispatches,
    page="disclosure:reporting",
)  # fmt: skip


@AREA.act(
    "dispatches/new", summary="登记报送或移送", may=may_dispatch, page="disclosure:reporting_send", answer=DISPATCH
)
def send(
    person: Person,
    *,
    matter: Annotated[Key, Field(description="事项的键，取自报送登记；移送为 accountability_referred_to")],
    recipient: Annotated[str, Field(min_length=1, max_length=200, description="报送对象或移送机关")],
    title: Annotated[str, Field(min_length=1, max_length=200, description="文件标题")],
    sent_on: Annotated[Day, Field(description="报送日期")],
    reference: Annotated[str, Field(max_length=80, description="文号")] = "",
    note: Annotated[str, Field(max_length=500, description="说明；移送须写明事实")] = "",
    budget_year: Year | None = None,
) -> Dispatch:
    """登记一份：报送对象须是制度写明的，移送须写明事实；登记以后不能改动。"""
    paper = Paper(matter, recipient, title, sent_on, reference, note)
    return note_dispatch(cycle=needed_cycle(person, budget_year), paper=paper, person=person)


@AREA.act(
    "dispatches/{pk}/receipt", summary="登记回执", record=visible_dispatches, may=may_note_receipt,
    page="disclosure:reporting_receipt", answer=DISPATCH,
)  # fmt: skip
def receive(
    person: Person,
    dispatch: Dispatch,
    *,
    received_on: Annotated[Day, Field(description="收到日期，在报送日期至今天之间")],
    receipt: Annotated[str, Field(max_length=200, description="回执")] = "",
) -> Dispatch:
    """登记收到日期和回执，只登记一次。"""
    note_receipt(dispatch=dispatch, day=received_on, receipt=receipt, person=person)
    return dispatch
