"""The case library: approved examples, what was found, nominating, approving, retiring."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Reason
from jiheng.foundation.accounts.person import Person
from jiheng.registers.exemplars.access import (
    may_decide,
    may_find,
    may_nominate,
    may_retire,
    may_see_exemplars,
    visible_exemplars,
)
from jiheng.registers.exemplars.models import Exemplar
from jiheng.registers.exemplars.pages import EXEMPLARS
from jiheng.registers.exemplars.services import decide, find_cases, nominate, retire

AREA = Area("registers")
Word = Annotated[str, Field(max_length=100)]
NO_WORDS: list[str] = []


class Part(BaseModel):
    """One text of a copy with its heading."""

    label: str = Field(description="小标题")
    text: str = Field(description="内容")


def _title(one: Any, person: Person) -> str:
    return str(one.title if _inside(one, person) else one.open_title)


def _inside(one: Any, person: Person) -> bool:
    return visible_exemplars(person).filter(pk=one.pk, inside=True).exists()


def _why(one: Any, person: Person) -> str:
    return str(one.proposal if _inside(one, person) else one.copy.get("why", ""))


def _parts(one: Any, _: Person) -> list[dict[str, str]]:
    return [{"label": label, "text": text} for label, text in one.copy.get("parts", [])]


def _source(one: Any, person: Person) -> str:
    return str(one.source) if _inside(one, person) else ""


EXEMPLAR = Shape(
    Exemplar,
    title="ExemplaryCase",
    fields=(
        "kind", "project_type", "category", "sector", "fund", "budget_year", "score", "ground", "decided_by", "decided_on",
        "state", "found_on", "open_title", "version",
    ),
    more={
        "title": (Annotated[str, Field(description="名称；看不到原件的人得到隐去名称的")], _title),
        "source": (Annotated[str, Field(description="原件，如 goals.goal:12；看不到原件的人得到空文字")], _source),
        "why": (Annotated[str, Field(description="推荐理由；看不到原件的人得到隐去名称的")], _why),
        "parts": (Annotated[list[Part], Field(description="展示的文字，已隐去名称")], _parts),
        "columns": (
            Annotated[list[str], Field(description="展示的表的各列")], lambda one, _: one.copy.get("columns", []),
        ),
        "rows": (
            Annotated[list[list[str]], Field(description="展示的表的各行，已隐去名称")], lambda one, _: one.copy.get("rows", []),
        ),
    },
)  # fmt: skip


class FoundCases(BaseModel):
    """What a search for cases came to."""

    found: int = Field(description="系统找到、尚未推荐的件数")


AREA.listing("exemplars", EXEMPLARS, summary="案例库", may=may_see_exemplars, rows=visible_exemplars, page="exemplars:list")
AREA.reading(
    "exemplars/{pk}", EXEMPLAR, summary="一件案例", record=visible_exemplars, may=may_see_exemplars, page="exemplars:detail"
)


@AREA.act("exemplars/find", summary="查找案例", may=may_find, page="exemplars:find")
def find(person: Person) -> FoundCases:
    """从已经审核、复核、确定的记录里查找每类最好的；每晚自动查找一次。"""
    return FoundCases(found=find_cases(person=person))


@AREA.act(
    "exemplars/{pk}/nominate", summary="推荐案例", record=visible_exemplars, may=may_nominate, page="exemplars:nominate",
    answer=EXEMPLAR,
)  # fmt: skip
def put_forward(
    person: Person,
    exemplar: Exemplar,
    *,
    ground: Reason,
    hide: Annotated[list[Word], Field(max_length=50, description="另行隐去的字样")] = NO_WORDS,
    version: int,
) -> Exemplar:
    """写明理由；展示的内容此时生成，单位、地区、人员名称自动隐去。"""
    nominate(exemplar=exemplar, ground=ground, hide=hide, person=person, version=version)
    return exemplar


@AREA.act(
    "exemplars/{pk}/decide", summary="批准案例", record=visible_exemplars, may=may_decide, page="exemplars:decide", answer=EXEMPLAR
)
def approve(
    person: Person,
    exemplar: Exemplar,
    *,
    granted: Annotated[bool, Field(description="是否批准展示")],
    opinion: Annotated[Reason, Field(description="意见；不批准的必填")] = "",
    version: int,
) -> Exemplar:
    """由推荐人以外的人批准或不批准。"""
    decide(exemplar=exemplar, granted=granted, opinion=opinion, person=person, version=version)
    return exemplar


@AREA.act(
    "exemplars/{pk}/retire", summary="撤下案例", record=visible_exemplars, may=may_retire, page="exemplars:retire", answer=EXEMPLAR
)
def take_off(person: Person, exemplar: Exemplar, *, reason: Reason, version: int) -> Exemplar:
    """写明理由；决定的经过保留。"""
    retire(exemplar=exemplar, reason=reason, person=person, version=version)
    return exemplar
