"""Face-to-face sessions: called, agenda and parties, opened, decided item by item, said, sealed, corrected."""

from datetime import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, needed_cycle, of_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import LARGEST, Action, Comment, Day, Ids, Strict, state_label, steps_by
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.models import ReviewSession, SessionItem
from jiheng.stages.goals.sessions.access import (
    may_correct,
    may_move_session,
    may_plan,
    may_prepare,
    may_see_sessions,
    visible_items,
    visible_sessions,
)
from jiheng.stages.goals.sessions.queries import slots_of
from jiheng.stages.goals.sessions.services import (
    Plan,
    add_party,
    amend_on_the_spot,
    correct,
    decide_item,
    drop_item,
    move_session,
    plan_session,
    put_on_agenda,
    remove_party,
    save_session,
    say,
    shift_item,
)
from jiheng.stages.goals.sessions.tables import SESSIONS, state_of

AREA = Area("goals")


class AgendaLine(BaseModel):
    """One goal on the agenda."""

    id: int = Field(description="议程项编号")
    goal_id: int = Field(description="绩效目标编号")
    name: str = Field(description="项目")
    unit: str = Field(description="实施单位")
    number: int | None = Field(description="次序；撤出议程的为空")
    begins: str | None = Field(description="预定时间，如 09:00—09:20；没有排定为空")
    outcome: str = Field(description="结论：passed 通过、returned 退回修改、postponed 缓议、dropped 撤出议程；没有结论为空")
    outcome_label: str = Field(description="结论，中文")
    reason: str = Field(description="意见")
    changes: list[dict[str, str]] = Field(description="当场修改：what 内容、before 修改前、after 修改后")


class PartyLine(BaseModel):
    """A body at the table."""

    id: int = Field(description="编号")
    kind: str = Field(description="类别")
    body: str = Field(description="单位或机构")
    names: str = Field(description="到会人员")
    duty: str = Field(description="在会上的职责")


def _agenda(session: ReviewSession, person: Person) -> list[dict[str, Any]]:
    """A body reads its own goals alone, as on the page."""
    return [
        {
            "id": one.item.pk, "goal_id": one.item.goal_id, "name": one.item.goal.subject_year.name,
            "unit": str(one.item.goal.subject_year.unit), "number": one.number, "begins": one.when or None,
            "outcome": one.item.outcome, "outcome_label": one.item.get_outcome_display() if one.item.outcome else "",
            "reason": one.item.reason, "changes": one.item.changes,
        }
        for one in slots_of(session, person)
    ]  # fmt: skip


def _parties(session: ReviewSession, _: Person) -> list[dict[str, Any]]:
    rows = session.parties.filter(removed_at=None)
    return [
        {"id": one.pk, "kind": one.kind, "body": one.body, "names": one.names, "duty": one.duty} for one in rows
    ]


SESSION = Shape(
    ReviewSession,
    more={
        "state_label": state_label(lambda one: state_of(one)[0]),
        "actions": steps_by("review_session", may_move_session),
        "agenda": (Annotated[list[AgendaLine], Field(description="议程；单位和主管部门只见自己的绩效目标")], _agenda),
        "parties": (Annotated[list[PartyLine], Field(description="到会单位和人员")], _parties),
    },
)

AREA.listing(
    "sessions", SESSIONS, summary="面对面会审清单", may=may_see_sessions, rows=of_cycle(visible_sessions),
    page="goals:sessions", cycle=True, names={"held": "held_on"},
)  # fmt: skip
AREA.reading(
    "sessions/{pk}", SESSION, summary="一场会审", record=visible_sessions, may=may_see_sessions,
    page=("goals:session", "goals:session_item"),
)  # fmt: skip


class PlanBody(Strict):
    """When, where, who chairs."""

    title: str = Field(min_length=1, max_length=120, description="会审名称")
    held_on: Day = Field(description="会审日期")
    chair: Id = Field(description="主持人的任职编号")
    begins_at: time | None = Field(None, description="开始时间，如 09:00")
    venue: str = Field("", max_length=120, description="地点")
    slot_minutes: int = Field(15, ge=1, le=240, description="每项时间（分钟）")
    note: str = Field("", max_length=500, description="说明")

    @property
    def plan(self) -> Plan:
        """What was sent, as the services take it."""
        begins = self.begins_at.replace(tzinfo=None) if self.begins_at else None
        return Plan(self.title, self.held_on, self.chair, begins, self.venue, self.slot_minutes, self.note)


class NewPlanBody(PlanBody):
    """A session of one budget year."""

    budget_year: Year | None = None


@AREA.act("sessions/plan", summary="召集会审", may=may_plan, page="goals:session_new", answer=SESSION)
def call_session(person: Person, *, body: NewPlanBody) -> ReviewSession:
    """写明时间、地点和主持人；没有写年度的为最近一年。"""
    return plan_session(cycle=needed_cycle(person, body.budget_year), plan=body.plan, person=person)


@AREA.act(
    "sessions/{pk}/edit", summary="修改会审安排", record=visible_sessions, may=may_prepare,
    page="goals:session_edit", answer=SESSION,
)  # fmt: skip
def edit(person: Person, record: ReviewSession, *, body: PlanBody) -> ReviewSession:
    """封存以前可以修改。"""
    save_session(session=record, plan=body.plan, person=person)
    return record


@AREA.act(
    "sessions/{pk}/agenda", summary="排入议程", record=visible_sessions, may=may_prepare,
    page="goals:session_agenda", answer=SESSION,
)  # fmt: skip
def schedule(person: Person, record: ReviewSession, *, goals: Ids) -> ReviewSession:
    """把待审核的绩效目标排入议程末尾；有一项不能排入的，整批不排。"""
    found = {one.pk: one for one in visible_goals(person).filter(pk__in=goals)}
    if missing := [pk for pk in goals if pk not in found]:
        raise mistaken(f"没有编号为 {missing[0]} 的绩效目标，或不在您可以查看的范围内", where="goals")
    put_on_agenda(session=record, goals=[found[pk] for pk in goals], person=person)
    return record


Outcome = Literal["passed", "returned", "postponed", "dropped"]


@AREA.act(
    "sessions/{pk}/decide", summary="当场作出结论或撤出议程", record=visible_sessions, may=may_prepare,
    page=("goals:session_decide", "goals:session_place"), answer=SESSION,
)  # fmt: skip
def decide(
    person: Person,
    record: ReviewSession,
    *,
    item_id: Id,
    outcome: Annotated[Outcome, Field(description="结论：passed 通过、returned 退回修改、postponed 缓议、dropped 撤出议程")],
    reason: Annotated[str, Field(max_length=1000, description="意见；通过以外须写明")] = "",
) -> ReviewSession:
    """通过、退回按绩效目标自己的流程办理，谁能办由流程规定；结论作出以后不能更改。"""
    item = _item(person, record, item_id)
    if outcome == "dropped":
        drop_item(item=item, reason=reason, person=person)
    else:
        decide_item(item=item, outcome=outcome, reason=reason, person=person)
    return record


@AREA.act(
    "sessions/{pk}/shift", summary="调整议程次序", record=visible_sessions, may=may_prepare,
    page="goals:session_place", answer=SESSION,
)  # fmt: skip
def shift(
    person: Person, record: ReviewSession, *, item_id: Id, up: Annotated[bool, Field(description="上移；否则下移")]
) -> ReviewSession:
    """在没有结论的各项之间移动一位。"""
    shift_item(item=_item(person, record, item_id), up=up, person=person)
    return record


@AREA.act(
    "sessions/{pk}/amend", summary="交单位当场修改", record=visible_sessions, may=may_prepare,
    page="goals:session_amend", answer=SESSION,
)  # fmt: skip
def amend(person: Person, record: ReviewSession, *, item_id: Id) -> ReviewSession:
    """单位改完、两位经办重新签署后回到会审；流程没有这一步的，请退回修改。"""
    amend_on_the_spot(item=_item(person, record, item_id), person=person)
    return record


PartyKind = Literal["bureau", "department", "unit", "congress", "cppcc", "supervisor", "expert", "audit", "other"]


@AREA.act(
    "sessions/{pk}/parties", summary="登记到会单位", record=visible_sessions, may=may_prepare,
    page="goals:session_party", answer=SESSION,
)  # fmt: skip
def join(
    person: Person,
    record: ReviewSession,
    *,
    kind: Annotated[
        PartyKind,
        Field(
            description="类别：bureau 财政部门、department 主管部门、unit 预算单位、congress 人大代表、cppcc 政协委员、"
            "supervisor 财政部监管局、expert 专家、audit 审计和纪检、other 其他"
        ),
    ],
    body_name: Annotated[str, Field(min_length=1, max_length=100, description="单位或机构")],
    names: Annotated[str, Field(max_length=200, description="到会人员")] = "",
    duty: Annotated[str, Field(max_length=60, description="在会上的职责")] = "",
) -> ReviewSession:
    """登记到会的单位和人员，外请的人大代表、政协委员、监管局也在内。"""
    add_party(session=record, kind=kind, body=body_name, names=names, duty=duty, person=person)
    return record


@AREA.act(
    "sessions/{pk}/strike", summary="划去到会单位", record=visible_sessions, may=may_prepare,
    page="goals:session_party", answer=SESSION,
)  # fmt: skip
def leave(person: Person, record: ReviewSession, *, party_id: Id) -> ReviewSession:
    """登记错的、没有到会的划去。"""
    remove_party(session=record, party=party_id, person=person)
    return record


@AREA.act(
    "sessions/{pk}/say", summary="记录发言", record=visible_sessions, may=may_prepare,
    page="goals:session_say", answer=SESSION,
)  # fmt: skip
def speak(
    person: Person,
    record: ReviewSession,
    *,
    text: Annotated[str, Field(min_length=1, max_length=1000, description="内容")],
    speaker: Annotated[str, Field(max_length=120, description="发言人")] = "",
    item_id: Annotated[int | None, Field(ge=1, le=LARGEST, description="议程项编号；不写为整场会审")] = None,
) -> ReviewSession:
    """记在某一项下，或记在整场会审下；记下的不能改。"""
    item = _item(person, record, item_id) if item_id is not None else None
    say(session=record, text=text, speaker=speaker, item=item, person=person)
    return record


@AREA.act(
    "sessions/{pk}/correct", summary="另记更正", record=visible_sessions, may=may_correct,
    page="goals:session_correct", answer=SESSION,
)  # fmt: skip
def amend_minutes(
    person: Person,
    record: ReviewSession,
    *,
    text: Annotated[str, Field(min_length=1, max_length=1000, description="更正内容")],
) -> ReviewSession:
    """封存以后，原纪要不动，更正另记一条。"""
    correct(session=record, text=text, person=person)
    return record


@AREA.act(
    "sessions/{pk}/act", summary="开始会审或封存纪要", record=visible_sessions, may=may_move_session,
    page="goals:session_act", answer=SESSION,
)  # fmt: skip
def move(person: Person, record: ReviewSession, *, action: Action, comment: Comment = "", version: int) -> ReviewSession:
    """每一项都有结论，才能由主持人封存；封存以后不能修改。"""
    move_session(session=record, action=action, person=person, comment=comment, version=version)
    return record


def _item(person: Person, session: ReviewSession, pk: int) -> SessionItem:
    found = visible_items(person).filter(session=session, pk=pk).first()
    if found is None:
        raise mistaken("这一项不在本次会审的议程上", remedy="请重新读取议程", where="item_id")
    return found
