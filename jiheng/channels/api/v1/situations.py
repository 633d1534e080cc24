"""Situations that units report between two checkpoints of monitoring."""

from datetime import date
from typing import Annotated

from pydantic import Field

from jiheng.channels.api.endpoint import Area, of_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Action, Comment, Id, state_label, steps_by
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.stages.monitoring.models import SituationReport
from jiheng.stages.monitoring.situations.access import (
    may_begin_situation,
    may_move_situation,
    may_see_situations,
    may_write_situation,
    visible_situations,
)
from jiheng.stages.monitoring.situations.pages import SITUATIONS, state_of
from jiheng.stages.monitoring.situations.services import (
    LONGEST,
    SituationData,
    begin_situation,
    move_situation,
    save_situation,
)

AREA = Area("monitoring")
SITUATION = Shape(
    SituationReport,
    more={"state_label": state_label(lambda one: state_of(one)[0]), "actions": steps_by("situation", may_move_situation)},
)
Part = Annotated[str, Field(max_length=LONGEST)]

AREA.listing(
    "situations", SITUATIONS, summary="反映的情况", may=may_see_situations, rows=of_cycle(visible_situations),
    page="monitoring:situations", cycle=True, names={"day": "occurred_on", "submitted": "submitted_on"},
)  # fmt: skip
AREA.reading(
    "situations/{pk}", SITUATION, summary="一件反映的情况", record=visible_situations, may=may_see_situations,
    page="monitoring:situation",
)  # fmt: skip


@AREA.act("situations", summary="反映情况", may=may_begin_situation, page="monitoring:situation_begin", answer=SITUATION)
def begin(
    person: Person,
    *,
    subject_year_id: Annotated[Id, Field(description="项目年度编号")],
    occurred_on: Annotated[date, Field(description="发生日期")],
    facts: Annotated[Part, Field(description="情况")],
    effect: Annotated[Part, Field(description="对绩效目标、支出进度和实施进程的影响")],
    needed: Annotated[Part, Field(description="需要的支持")] = "",
) -> SituationReport:
    """写下一件情况，还没有报送。"""
    year = visible_subject_years(person).filter(pk=subject_year_id).first()
    if year is None:
        raise mistaken("没有这个项目", where="subject_year_id")
    return begin_situation(year=year, told=SituationData(occurred_on, facts, effect, needed), person=person)


@AREA.act(
    "situations/{pk}/save", summary="填写反映的情况", record=visible_situations, may=may_write_situation,
    page="monitoring:situation_save", answer=SITUATION,
)  # fmt: skip
def save(
    person: Person,
    record: SituationReport,
    *,
    occurred_on: Annotated[date, Field(description="发生日期")],
    facts: Annotated[Part, Field(description="情况")],
    effect: Annotated[Part, Field(description="对绩效目标、支出进度和实施进程的影响")],
    needed: Annotated[Part, Field(description="需要的支持")] = "",
    version: int,
) -> SituationReport:
    """保存所写的内容，不报送；别人先改了的要重新打开再写。"""
    told = SituationData(occurred_on, facts, effect, needed)
    save_situation(situation=record, told=told, person=person, version=version)
    return record


@AREA.act(
    "situations/{pk}/act", summary="报送、签收、转报、办结、退回或撤回", record=visible_situations, may=may_move_situation,
    page="monitoring:situation_act", answer=SITUATION,
)  # fmt: skip
def move(person: Person, record: SituationReport, *, action: Action, comment: Comment = "", version: int) -> SituationReport:
    """动作以制度的流程表为准；过了办理期限办结的记为逾期。"""
    move_situation(situation=record, action=action, person=person, comment=comment, version=version)
    return record
