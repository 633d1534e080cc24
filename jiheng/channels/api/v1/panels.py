"""Experts who score an appraisal, each alone, and the review by several parties."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Day, Points, Strict
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.appraisal.access import visible_appraisals
from jiheng.stages.appraisal.joint.access import (
    may_answer,
    may_call,
    may_see_joints,
    may_sign,
    may_speak,
    may_write_minutes,
    visible_joints,
    visible_words,
)
from jiheng.stages.appraisal.joint.pages import JOINTS
from jiheng.stages.appraisal.joint.services import (
    answer_question,
    call_review,
    sign_review,
    speak,
    write_minutes,
)
from jiheng.stages.appraisal.models import (
    Appraisal,
    ExpertPanel,
    JointReview,
    JointSignature,
    JointWord,
    PanelNote,
    PanelSeat,
    PanelSheet,
)
from jiheng.stages.appraisal.panel.access import (
    may_announce,
    may_note,
    may_replace,
    may_run,
    may_score_sheet,
    may_see_own,
    may_see_panels,
    own_sheets,
    visible_panels,
    visible_seats,
)
from jiheng.stages.appraisal.panel.pages import SHEETS
from jiheng.stages.appraisal.panel.queries import rounds_of
from jiheng.stages.appraisal.panel.services import (
    Announcement,
    announce_panel,
    close_round,
    draw_panel,
    note_discussion,
    replace_expert,
    save_sheet,
    score_again,
)
from jiheng.stages.appraisal.reviewing import joint_digest, standing_of

AREA = Area("appraisal")
Words = Annotated[str, Field(max_length=1000)]


class GivenRound(BaseModel):
    """One closed round."""

    number: int = Field(description="第几轮")
    total: Decimal = Field(description="各项平均的合计")
    spread: Decimal = Field(description="总分最高与最低之差")
    totals: list[Decimal] = Field(description="各位专家的总分，按专家序号")
    wide: list[str] = Field(description="相差超过规定的评估要点")
    explanation: str = Field(description="计算过程")


class SeatTold(BaseModel):
    """One expert by number."""

    id: int = Field(description="专家席位编号")
    number: int = Field(description="专家序号")
    set_aside: str = Field(description="不能评分的原因；在评的为空")


def _rounds(one: Any, _: Person) -> list[dict[str, Any]]:
    return [
        {
            "number": each.number, "total": each.result.total, "spread": each.result.spread, "totals": list(each.result.totals),
            "wide": [item.item.key for item in each.result.items if item.wide], "explanation": each.result.explanation,
        }
        for each in rounds_of(one)
    ]  # fmt: skip


def _seats(one: Any, _: Person) -> list[dict[str, Any]]:
    return list(one.seats.order_by("number").values("id", "number", "set_aside"))


PANEL = Shape(
    ExpertPanel,
    fields=(
        "appraisal", "field", "count", "seed_source", "draw_on", "population_digest", "algorithm", "seed", "drawn_at", "round", "is_open",
        "total", "spread", "explanation", "settled_at", "version", "clause",
    ),
    more={
        "seats": (Annotated[list[SeatTold], Field(description="评分的专家")], _seats),
        "rounds": (Annotated[list[GivenRound], Field(description="已结束的各轮；正在评的一轮谁也看不到")], _rounds),
    },
)  # fmt: skip
SHEET = Shape(PanelSheet, fields=("round", "points", "missing", "opinion", "version", "given_at"))
NOTE, WORD, SIGNATURE = Shape(PanelNote), Shape(JointWord), Shape(JointSignature, without=("user",))


class PanelRecusal(Strict):
    """One expert who recuses, and why."""

    expert_id: Id
    reason: str = Field(max_length=300, description="回避原因")


AREA.reading("panels/{pk}", PANEL, summary="一项评估的专家评分", record=visible_panels, may=may_see_panels, page="appraisal:panel")
AREA.listing("panel-sheets", SHEETS, summary="请我评分的项目", may=may_see_own, rows=own_sheets, page="appraisal:sheets")


@AREA.act(
    "appraisals/{pk}/panel", summary="公告专家抽取", record=visible_appraisals, may=may_announce, page="appraisal:panel_new", answer=PANEL
)
def announce(
    person: Person,
    appraisal: Appraisal,
    *,
    count: Annotated[int, Field(ge=1, le=99, description="专家人数")],
    seed_source: Annotated[str, Field(max_length=120, description="种子取自哪个公开的数字")],
    draw_on: Day,
    field: Annotated[str, Field(max_length=60, description="专业领域；不写为全部")] = "",
    recusals: Annotated[list[PanelRecusal], Field(max_length=200, description="回避")] = [],  # noqa: B006
) -> ExpertPanel:
    """先公告名单、回避和种子的来源，以后按公布的数字抽取。"""
    told = Announcement(count, seed_source, draw_on, {one.expert_id: one.reason for one in recusals}, field)
    return announce_panel(appraisal=appraisal, told=told, person=person)


@AREA.act("panels/{pk}/draw", summary="抽取评分专家", record=visible_panels, may=may_run, page="appraisal:panel_draw", answer=PANEL)
def draw(
    person: Person, panel: ExpertPanel, *, seed: Annotated[str, Field(max_length=80, description="公布的数字")], version: int
) -> ExpertPanel:
    """抽取日到了以后，填入公告所说的数字；不能换种子重抽。"""
    draw_panel(panel=panel, seed=seed, person=person, version=version)
    return panel


@AREA.act("panels/{pk}/close", summary="结束一轮专家评分", record=visible_panels, may=may_run, page="appraisal:panel_close", answer=PANEL)
def close(person: Person, panel: ExpertPanel, *, version: int) -> ExpertPanel:
    """人人交卷以后；分差超过规定的须讨论后再评。"""
    close_round(panel=panel, person=person, version=version)
    return panel


@AREA.act("panels/{pk}/again", summary="专家再评一轮", record=visible_panels, may=may_run, page="appraisal:panel_again", answer=PANEL)
def again(person: Person, panel: ExpertPanel, *, version: int) -> ExpertPanel:
    """记录讨论以后，由同样的专家再独立评一轮。"""
    score_again(panel=panel, person=person, version=version)
    return panel


@AREA.act("panels/{pk}/notes", summary="记录专家讨论", record=visible_panels, may=may_note, page="appraisal:panel_note", answer=NOTE)
def note(
    person: Person,
    panel: ExpertPanel,
    *,
    text: Annotated[Words, Field(description="讨论了什么")],
    item: Annotated[str, Field(max_length=60, description="评估要点；不写为整体")] = "",
) -> PanelNote:
    """可以对应一个评估要点；记下的不能改。"""
    return note_discussion(panel=panel, text=text, item=item, person=person)


@AREA.act("panel-seats/{pk}/replace", summary="更换评分专家", record=visible_seats, may=may_replace, page="appraisal:panel_replace")
def replace(person: Person, seat: PanelSeat, *, reason: Annotated[str, Field(max_length=300, description="不能评分的原因")]) -> None:
    """由抽取次序的下一名递补。"""
    replace_expert(seat=seat, reason=reason, person=person)


class SheetLine(Strict):
    """One item scored."""

    item: str = Field(max_length=60, description="评估要点")
    points: Points
    missing_fact: str = Field("", max_length=300, description="扣分所缺的事实")


@AREA.act("panel-sheets/{pk}", summary="专家独立评分", record=own_sheets, may=may_score_sheet, page="appraisal:sheet", answer=SHEET)
def score(
    person: Person,
    sheet: PanelSheet,
    *,
    lines: Annotated[list[SheetLine], Field(max_length=100, description="逐项")],
    opinion: Annotated[Words, Field(description="评审意见")] = "",
    hand_in: Annotated[bool, Field(description="交卷；交卷后不能更改")] = False,
    version: int,
) -> PanelSheet:
    """专家本人评分；本轮结束以前别人看不到。"""
    save_sheet(
        sheet=sheet, points={one.item: one.points for one in lines}, missing={one.item: one.missing_fact for one in lines},
        opinion=opinion, person=person, hand_in=hand_in, version=version,
    )  # fmt: skip
    return sheet


# --- several parties


class Spoken(BaseModel):
    """How far the parties are."""

    spoken: list[str] = Field(description="已经办了的各方")
    signed: list[str] = Field(description="在现在的内容上签字的各方")
    open_questions: int = Field(description="没有答复的质询")


def _standing(one: Any, _: Person) -> dict[str, Any]:
    found = standing_of(one)
    return {"spoken": sorted(found.spoken), "signed": sorted(found.signed), "open_questions": found.open_questions}


JOINT = Shape(
    JointReview,
    fields=("appraisal", "parties", "held_on", "venue", "agenda", "minutes", "version", "clause"),
    rows={"words": WORD, "signatures": SIGNATURE},
    more={
        "standing": (Annotated[Spoken, Field(description="各方办到哪里")], _standing),
        "digest": (Annotated[str, Field(description="现在内容的摘要")], lambda one, _: joint_digest(one)),
    },
)  # fmt: skip


def _joints(person: Person, cycle: Cycle | None) -> Any:
    found = visible_joints(person)
    return found.filter(appraisal__cycle=cycle) if cycle else found


AREA.listing("joint-reviews", JOINTS, summary="会审清单", may=may_see_joints, rows=_joints, page="appraisal:joints", cycle=True)
AREA.reading("joint-reviews/{pk}", JOINT, summary="一次会审", record=visible_joints, may=may_see_joints, page="appraisal:joint")


@AREA.act("appraisals/{pk}/joint", summary="召集会审", record=visible_appraisals, may=may_call, page="appraisal:joint_call", answer=JOINT)
def call(
    person: Person,
    appraisal: Appraisal,
    *,
    held_on: Day,
    agenda: Annotated[Words, Field(description="议程")],
    venue: Annotated[str, Field(max_length=120, description="地点")] = "",
) -> JointReview:
    """各方和次序照制度，不能增减。"""
    return call_review(appraisal=appraisal, held_on=held_on, venue=venue, agenda=agenda, person=person)


@AREA.act("joint-reviews/{pk}/words", summary="会审发言或质询", record=visible_joints, may=may_speak, page="appraisal:joint_say", answer=WORD)
def say(
    person: Person,
    review: JointReview,
    *,
    kind: Annotated[Literal["statement", "question"], Field(description="陈述意见、质询")],
    text: Annotated[Words, Field(description="内容")],
    item: Annotated[str, Field(max_length=60, description="评估要点；不写为整体")] = "",
) -> JointWord:
    """按次序；前面的一方还没有办的，后面的不能办。"""
    return speak(review=review, kind=kind, text=text, item=item, person=person)


@AREA.act("joint-words/{pk}/answer", summary="答复质询", record=visible_words, may=may_answer, page="appraisal:joint_answer", answer=WORD)
def answer(person: Person, word: JointWord, *, answer: Annotated[Words, Field(description="答复")]) -> JointWord:
    """一条一次。"""
    answer_question(word=word, answer=answer, person=person)
    return word


@AREA.act(
    "joint-reviews/{pk}/minutes", summary="写会审纪要", record=visible_joints, may=may_write_minutes, page="appraisal:joint_minutes",
    answer=JOINT,
)  # fmt: skip
def minutes(
    person: Person, review: JointReview, *, minutes: Annotated[str, Field(max_length=20000, description="会审纪要")], version: int
) -> JointReview:
    """改动以后，各方须重新签字。"""
    return write_minutes(review=review, minutes=minutes, person=person, version=version)


@AREA.act("joint-reviews/{pk}/sign", summary="会审签字", record=visible_joints, may=may_sign, page="appraisal:joint_sign", answer=SIGNATURE)
def sign(
    person: Person, review: JointReview, *, digest: Annotated[str, Field(max_length=64, description="所见内容的摘要")]
) -> JointSignature:
    """签在所见的内容上；内容已经改动的不能签。"""
    return sign_review(review=review, person=person, digest=digest)
