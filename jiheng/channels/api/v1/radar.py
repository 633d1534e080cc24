"""The radar for repeats among projects: the list, one hit, a decision, a new screening."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area
from jiheng.channels.api.shapes import Shape
from jiheng.foundation.accounts.person import Person
from jiheng.stages.appraisal.models import RadarHit
from jiheng.stages.appraisal.radar.access import may_judge, may_screen, may_see_radar, visible_hits
from jiheng.stages.appraisal.radar.pages import RADAR
from jiheng.stages.appraisal.radar.services import judge, screen

AREA = Area("appraisal")


class Judged(BaseModel):
    """One decision about projects that are alike."""

    number: int = Field(description="第几次判断")
    verdict: str = Field(description="判断：merge 整合，reject 不予安排，distinct 不重复")
    reason: str = Field(description="理由")
    decided_by: str = Field(description="判断人")


def _members(one: Any, _: Person) -> list[int]:
    return list(one.members.order_by("position").values_list("year_key", flat=True))


def _decisions(one: Any, _: Person) -> list[dict[str, Any]]:
    return list(one.decisions.order_by("number").values("number", "verdict", "reason", "decided_by"))


HIT = Shape(
    RadarHit,
    title="AlikeProjects",
    fields=(
        "kind", "name", "score", "money_fen", "budget_year", "number", "reasons", "verdict", "current", "found_on", "version",
    ),
    more={
        "subject_years": (Annotated[list[int], Field(description="相似的各个项目和年度")], _members),
        "decisions": (Annotated[list[Judged], Field(description="历次判断")], _decisions),
    },
)  # fmt: skip


class Screened(BaseModel):
    """What a screening came to."""

    projects: int | None = Field(description="筛查的项目数；交后台办理的为空")
    found: int | None = Field(description="报出的处数；交后台办理的为空")


AREA.listing("radar", RADAR, summary="相似的项目", may=may_see_radar, rows=visible_hits, page="appraisal:radar")
AREA.reading("radar/{pk}", HIT, summary="一处相似的项目", record=visible_hits, may=may_see_radar, page="appraisal:radar_hit")


@AREA.act("radar/screen", summary="筛查重复项目", may=may_screen, page="appraisal:radar_screen")
def screen_all(person: Person) -> Screened:
    """筛查本地区全部项目；项目很多的交后台办理。"""
    run = screen(person=person)
    return Screened(projects=run.projects if run else None, found=run.found if run else None)


@AREA.act("radar/{pk}/judge", summary="判断是否重复", record=visible_hits, may=may_judge, page="appraisal:radar_judge", answer=HIT)
def judge_one(
    person: Person,
    hit: RadarHit,
    *,
    verdict: Annotated[Literal["merge", "reject", "distinct"], Field(description="整合、不予安排、不重复")],
    reason: Annotated[str, Field(max_length=500, description="理由")],
    version: int,
) -> RadarHit:
    """写明理由；以前的判断保留。"""
    judge(hit=hit, verdict=verdict, reason=reason, person=person, version=version)
    hit.refresh_from_db()
    return hit
