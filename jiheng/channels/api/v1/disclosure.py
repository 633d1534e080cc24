"""Disclosure: what is due, what was published, publishing and withdrawing."""

from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked
from jiheng.channels.api.problem import Stop
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Reason, Strict
from jiheng.foundation.accounts.person import Person
from jiheng.rules.refusal import mistake
from jiheng.stages.disclosure.access import may_publish, may_see_publications, visible_publications
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.pages import PUBLICATIONS
from jiheng.stages.disclosure.queries import due_list, due_seen
from jiheng.stages.disclosure.services import publish_all, withdraw

AREA = Area("disclosure")
PUBLICATION = Shape(Publication)

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
    """What may be published and is not."""

    items: list[DueRow] = Field(description="逐项")


@AREA.telling("publications-due", summary="待公开清单", may=may_see_publications, page="disclosure:due")
def due(person: Person, *, budget_year: Year | None = None) -> DueList:
    """可以公开而还没有公开的，最紧的在前。"""
    cycle = cycle_asked(person, budget_year)
    found = due_seen(cycle, person) if cycle else []
    return DueList(
        items=[
            DueRow(
                kind=one.kind,
                label=one.label,
                id=one.source.pk,
                name=one.source.subject_year.name,
                due=one.due.isoformat() if one.due else None,
                overdue=one.overdue,
            )
            for one in found
        ]
    )


class Source(Strict):
    """One record to be published."""

    kind: str = Field(pattern="^(goal|self_evaluation|evaluation)$", description="类别")
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
    known = {(one.kind, one.source.pk): one.source for one in (due_list(cycle) if cycle else [])}
    wanted = dict.fromkeys((one.kind, one.id) for one in sources)
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
