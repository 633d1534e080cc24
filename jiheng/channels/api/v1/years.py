"""A budget year: closing and reopening, more time, statutory clocks, amended rules and taking them up."""

from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, of_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Day, Key, Reason, Strict, told
from jiheng.foundation.accounts.person import Person, Verdict
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.refused import Refused
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.access import (
    may_ask_extension,
    may_ask_turn,
    may_decide_extension,
    may_decide_turn,
    may_record_events,
    may_see_cycles,
    visible_events,
    visible_extensions,
    visible_turns,
)
from jiheng.registers.cycles.adopting import (
    against_adoption,
    ask_adoption,
    judge_adoption,
    may_ask_adoption,
    visible_adoptions,
)
from jiheng.registers.cycles.calendar_pages import may_see_extension
from jiheng.registers.cycles.clock_pages import may_see_event
from jiheng.registers.cycles.clocks import clocks_of
from jiheng.registers.cycles.closing import ask_turn, closing_refusals, decide_turn, published_figures
from jiheng.registers.cycles.extensions import ask_extension, decide_extension
from jiheng.registers.cycles.forms import EventForm, ExtensionForm
from jiheng.registers.cycles.legal_events import record_event, withdraw_event
from jiheng.registers.cycles.models import Cycle, Extension, LegalEvent, Turn
from jiheng.registers.cycles.queries import cycles_in_sight
from jiheng.registers.policies.amending import files_of, judge_amendment, tried, upload_amendment
from jiheng.registers.policies.dry_run import effects_on
from jiheng.registers.policies.models import Adoption, AdoptionVerdict, Amendment, AmendmentVerdict
from jiheng.registers.policies.queries import (
    current_policy,
    may_amend,
    may_judge,
    may_see_amendments,
    visible_amendments,
)
from jiheng.rules.refusal import Refusal

AREA = Area("registers")
TURN = Shape(Turn)
TURN_SCHEMA = TURN.schema()
EXTENSION = Shape(Extension, title="MoreTime")
EXTENSION_SCHEMA = EXTENSION.schema()
EVENT = Shape(LegalEvent)
EVENT_SCHEMA = EVENT.schema()
Granted = Annotated[bool, Field(description="是否批准")]
Opinion = Annotated[str, Field(max_length=300, description="意见；不批准的必填")]


class Against(BaseModel):
    """One reason why something cannot be done now."""

    message: str = Field(description="理由")
    clause: str = Field(description="依据")
    remedy: str = Field(description="怎么办")


def _against(found: list[Refusal]) -> list[Against]:
    return [Against(message=one.message, clause=one.clause, remedy=one.remedy) for one in found]


# --- closing and reopening


class Turns(BaseModel):
    """How a year was closed and opened again, and what stands against it now."""

    items: list[TURN_SCHEMA] = Field(description="各次关闭和重新开启，新的在前")  # type: ignore[valid-type]
    against: list[Against] = Field(description="现在还不能关闭的理由；已关闭的为空")
    published: int = Field(description="已公开的数字有几个；重新开启可能使它们变动")


@AREA.telling(
    "cycles/{pk}/turns", summary="年度的关闭和重新开启", record=cycles_in_sight, may=may_see_cycles, page="cycles:turn"
)
def turns(person: Person, cycle: Cycle) -> Turns:
    """申请、批准的记录；进行中的年度另列还没有办结的事项。"""
    opened = cycle.state == "open"
    return Turns(
        items=[TURN.read(one, person) for one in cycle.turns.all()],
        against=_against(closing_refusals(cycle)) if opened else [],
        published=len(published_figures(cycle)),
    )


@AREA.act(
    "cycles/{pk}/turn", summary="申请关闭或重新开启年度", record=cycles_in_sight, may=may_ask_turn, page="cycles:turn",
    answer=TURN,
)  # fmt: skip
def turn(
    person: Person,
    cycle: Cycle,
    *,
    kind: Annotated[str, Field(pattern="^(close|reopen)$", description="close 关闭，reopen 重新开启")],
    reason: Reason,
) -> Turn:
    """写明理由，由局领导批准；关闭前须全部办结。"""
    return ask_turn(cycle=cycle, kind=kind, reason=reason, person=person)


@AREA.act(
    "turns/{pk}/decide", summary="批准关闭或重新开启年度", record=visible_turns, may=may_decide_turn, page="cycles:turn",
    answer=TURN,
)  # fmt: skip
def judge_turn(person: Person, one: Turn, *, granted: Granted, opinion: Opinion = "") -> Turn:
    """由局领导批准或不批准，申请人不能批准自己的申请。"""
    decide_turn(turn=one, granted=granted, opinion=opinion, person=person)
    return one


# --- more time


class ExtensionList(BaseModel):
    """Requests for more time."""

    items: list[EXTENSION_SCHEMA] = Field(description="各项申请，新的在前")  # type: ignore[valid-type]


@AREA.telling("extensions", summary="延期申请", may=may_see_cycles, page="cycles:list")
def extensions(person: Person, *, budget_year: Year | None = None) -> ExtensionList:
    """一个年度的延期申请：财政局看全部，单位看本单位的。"""
    found = of_cycle(visible_extensions)(person, cycle_asked(person, budget_year))
    return ExtensionList(items=[EXTENSION.read(one, person) for one in found.order_by("-pk")])


AREA.reading(
    "extensions/{pk}", EXTENSION, summary="一项延期申请", record=visible_extensions,
    may=may_see_extension, page="cycles:extension",  # type: ignore[arg-type]
)  # fmt: skip


@AREA.act(
    "cycles/{pk}/extension", summary="申请延期", record=cycles_in_sight, may=may_ask_extension, page="cycles:extend",
    answer=EXTENSION,
)  # fmt: skip
def ask_for_time(
    person: Person,
    cycle: Cycle,
    *,
    item: Annotated[Key, Field(description="事项的键，取自年度日历")],
    organisation_id: Annotated[Id, Field(description="单位编号")],
    due: Annotated[Day, Field(description="延至")],
    reason: Reason,
) -> Extension:
    """为一个单位的一个事项申请延期，批准后生效。"""
    given = {"item": item, "organisation": organisation_id, "due": due.isoformat(), "reason": reason}
    form = told(ExtensionForm(given, cycle=cycle, person=person))
    return ask_extension(cycle=cycle, person=person, **form.cleaned_data)


@AREA.act(
    "extensions/{pk}/decide", summary="批准延期", record=visible_extensions, may=may_decide_extension,
    page="cycles:extension", answer=EXTENSION,
)  # fmt: skip
def judge_extension(person: Person, one: Extension, *, granted: Granted, opinion: Opinion = "") -> Extension:
    """批准或不批准延期，申请人不能批准自己的申请。"""
    decide_extension(extension=one, granted=granted, opinion=opinion, person=person)
    return one


# --- statutory clocks


class ClockRow(BaseModel):
    """One statutory clock."""

    key: str = Field(description="法定期限的键")
    label: str = Field(description="法定期限")
    holder: str = Field(description="承办单位")
    starts: str = Field(description="起算的事件")
    started: str | None = Field(description="起算日期；还没有起算为空", json_schema_extra={"format": "date"})
    due: str | None = Field(description="截止日期", json_schema_extra={"format": "date"})
    done: str | None = Field(description="办结日期", json_schema_extra={"format": "date"})
    extended: bool = Field(description="是否经批准延期")
    overdue: bool = Field(description="是否已逾期、还没有办结")
    clause: str = Field(description="依据")


class Clocks(BaseModel):
    """The statutory clocks of a year and the events behind them."""

    items: list[ClockRow] = Field(description="各项法定期限，逾期的在前")
    events: list[EVENT_SCHEMA] = Field(description="登记的事件，新的在前")  # type: ignore[valid-type]


@AREA.telling(
    "cycles/{pk}/clocks", summary="法定期限", record=cycles_in_sight, may=may_see_cycles, page="cycles:clocks"
)
def clocks(person: Person, cycle: Cycle) -> Clocks:
    """各项法定期限由谁承办、到哪一天，和起算、办结它们的事件。"""
    return Clocks(
        items=[
            ClockRow(
                key=one.key,
                label=one.label,
                holder=one.holder_name,
                starts=one.starts,
                started=one.started.isoformat() if one.started else None,
                due=one.due.isoformat() if one.due else None,
                done=one.done.isoformat() if one.done else None,
                extended=one.extended,
                overdue=one.overdue,
                clause=one.clause,
            )
            for one in clocks_of(cycle)
        ],
        events=[
            EVENT.read(one, person) for one in visible_events(person).filter(cycle=cycle).order_by("-day", "-pk")
        ],
    )


AREA.reading(
    "legal-events/{pk}", EVENT, summary="一个法定事件", record=visible_events,
    may=may_see_event, page="cycles:event",  # type: ignore[arg-type]
)  # fmt: skip


@AREA.act(
    "cycles/{pk}/legal-event", summary="登记法定事件", record=cycles_in_sight, may=may_record_events,
    page="cycles:event_record", answer=EVENT,
)  # fmt: skip
def happened(
    person: Person,
    cycle: Cycle,
    *,
    key: Annotated[Key, Field(description="事件的键")],
    day: Day,
    reference: Annotated[str, Field(max_length=200, description="文号或凭据")],
    organisation_id: Annotated[Id | None, Field(description="部门编号；不分部门的不写")] = None,
    matter: Annotated[str, Field(max_length=200, description="说明")] = "",
) -> LegalEvent:
    """登记起算或办结法定期限的事件，写明凭据。"""
    given = {
        "key": key, "day": day.isoformat(), "reference": reference, "organisation": organisation_id, "matter": matter,
    }  # fmt: skip
    form = told(EventForm(given, cycle=cycle, person=person))
    return record_event(cycle=cycle, person=person, **form.cleaned_data)


@while_open
def may_withdraw(person: Person, event: LegalEvent) -> Verdict:
    """Whoever may record events in the year."""
    return may_record_events(person, event.cycle)


@AREA.act(
    "legal-events/{pk}/withdraw", summary="撤销法定事件", record=visible_events, may=may_withdraw, page="cycles:event",
    answer=EVENT,
)  # fmt: skip
def take_back(person: Person, event: LegalEvent, *, reason: Reason) -> LegalEvent:
    """登记有误的写明理由撤销，再登记正确的。"""
    withdraw_event(event=event, reason=reason, person=person)
    return event


# --- amendments of the rules, and taking up newer rules in a year under way


class VerdictRow(BaseModel):
    """Another person's word."""

    approved: bool = Field(description="是否批准")
    comment: str = Field(description="意见")
    by: str = Field(description="审批人")
    at: str = Field(description="时间", json_schema_extra={"format": "date-time"})


def _verdict(record: Amendment | Adoption, _: Person) -> VerdictRow | None:
    found: AmendmentVerdict | AdoptionVerdict | None = getattr(record, "verdict", None)
    if found is None:
        return None
    return VerdictRow(approved=found.approved, comment=found.comment, by=found.judge, at=found.at.isoformat())


def _plain_verdict(record: Amendment | Adoption, person: Person) -> dict[str, object] | None:
    found = _verdict(record, person)
    return found.model_dump() if found is not None else None


VERDICT = (Annotated[VerdictRow | None, Field(description="审批；还没有审批为空")], _plain_verdict)
AMENDMENT = Shape(Amendment, more={"verdict": VERDICT})
AMENDMENT_ROW = Shape(Amendment, without=("files",), title="AmendmentRow", more={"verdict": VERDICT})
AMENDMENT_SCHEMA = AMENDMENT_ROW.schema()
ADOPTION = Shape(Adoption, more={"verdict": VERDICT})
ADOPTION_SCHEMA = ADOPTION.schema()


class AmendmentList(BaseModel):
    """The amendments of the place."""

    items: list[AMENDMENT_SCHEMA] = Field(description="各份修订，新的在前")  # type: ignore[valid-type]


@AREA.telling("amendments", summary="制度修订", may=may_see_amendments, page="policies:amendments")
def amendments(person: Person) -> AmendmentList:
    """本地区的制度修订和审批。"""
    return AmendmentList(items=[AMENDMENT_ROW.read(one, person) for one in visible_amendments(person)])


AREA.reading(
    "amendments/{pk}", AMENDMENT, summary="一份制度修订", record=visible_amendments, may=may_see_amendments,
    page="policies:amendment",
)  # fmt: skip


class EffectRow(BaseModel):
    """What newer rules would change, by kind."""

    kind: str = Field(description="变动的方面")
    count: int = Field(description="涉及几项")
    money_fen: int | None = Field(description="涉及金额，单位：分")


class Trial(BaseModel):
    """What an amendment comes to on the rules as they stand."""

    seen: str = Field(description="试算的制度的摘要，批准时照原样写入 seen；不能试算的为空")
    against: list[Against] = Field(description="不能采用的理由；可以采用的为空")


@AREA.telling(
    "amendments/{pk}/trial", summary="制度修订的试算", record=visible_amendments, may=may_see_amendments,
    page="policies:amendment",
)  # fmt: skip
def trial(_: Person, amendment: Amendment) -> Trial:
    """修订放在现行制度上能不能用；批准的人先看试算。"""
    try:
        found = tried(amendment.place, amendment.files)
    except Refused as refused:
        return Trial(seen="", against=_against(refused.refusals))
    return Trial(seen=found.policy.digest, against=[])


class Sheet(Strict):
    """One file of an amendment."""

    name: str = Field(min_length=1, max_length=200, description="文件名，如 parameters.results.yaml")
    text: str = Field(max_length=600_000, description="文件的全文")


@AREA.act("amendments/upload", summary="提交制度修订", may=may_amend, page="policies:amendment_new", answer=AMENDMENT)
def amend(
    person: Person,
    *,
    title: Annotated[str, Field(max_length=100, description="修订名称")],
    ground: Annotated[str, Field(max_length=300, description="依据和理由")],
    files: Annotated[list[Sheet], Field(min_length=1, max_length=50, description="文件，至少附一个算例")],
) -> Amendment:
    """提交以后由另一人批准；有误的逐条说明文件和行。"""
    sheets = files_of({one.name: one.text.encode() for one in files})
    return upload_amendment(place=place_of(person), title=title, ground=ground, files=sheets, person=person)


@AREA.act(
    "amendments/{pk}/judge", summary="审批制度修订", record=visible_amendments, may=may_judge,
    page="policies:amendment_judge", answer=AMENDMENT,
)  # fmt: skip
def judge(
    person: Person,
    amendment: Amendment,
    *,
    approved: Granted,
    comment: Reason,
    seen: Annotated[str, Field(max_length=64, description="看过的试算的摘要")] = "",
) -> Amendment:
    """批准或不批准，提交人不能批准自己的；批准后存为新的一版，已开启的年度不变。"""
    judge_amendment(amendment=amendment, approved=approved, comment=comment, seen=seen, person=person)
    return amendment


class Adoptions(BaseModel):
    """Whether a year could go on under newer rules, and what was asked so far."""

    items: list[ADOPTION_SCHEMA] = Field(description="提出和审批的记录，新的在前")  # type: ignore[valid-type]
    newer: bool = Field(description="现行制度是否比本年度的新")
    effects: list[EffectRow] = Field(description="改用现行制度会有哪些变动")
    against: list[Against] = Field(description="不能改用的理由；可以改用的为空")


@AREA.telling(
    "cycles/{pk}/adoptions", summary="年度中途采用新版制度", record=cycles_in_sight, may=may_see_amendments,
    page="cycles:adopt",
)  # fmt: skip
def adoptions(person: Person, cycle: Cycle) -> Adoptions:
    """本年度的制度与现行制度有没有不同，改用会有哪些变动。"""
    newer = current_policy(cycle.place)
    differs = newer.digest != cycle.snapshot.digest
    return Adoptions(
        items=[ADOPTION.read(one, person) for one in visible_adoptions(person).filter(budget_year=cycle.budget_year)],
        newer=differs,
        effects=[
            EffectRow(kind=one.kind, count=one.count, money_fen=one.money_fen)
            for one in (effects_on(cycle, newer) if differs else [])
        ],
        against=_against(against_adoption(cycle)) if differs and cycle.state == "open" else [],
    )


@AREA.act(
    "cycles/{pk}/adopt", summary="申请采用新版制度", record=cycles_in_sight, may=may_ask_adoption,
    page="cycles:adopt_ask", answer=ADOPTION,
)  # fmt: skip
def ask_to_adopt(person: Person, cycle: Cycle, *, reason: Reason) -> Adoption:
    """本年度从批准起按现行制度办理，写明理由，由另一人批准。"""
    return ask_adoption(cycle=cycle, reason=reason, person=person)


@AREA.act(
    "adoptions/{pk}/judge", summary="审批采用新版制度", record=visible_adoptions, may=may_judge,
    page="cycles:adopt_judge", answer=ADOPTION,
)  # fmt: skip
def judge_to_adopt(person: Person, adoption: Adoption, *, approved: Granted, comment: Reason) -> Adoption:
    """批准以后本年度按新版计算，以前作出的决定仍按当时的那一版。"""
    judge_adoption(adoption=adoption, approved=approved, comment=comment, person=person)
    return adoption
