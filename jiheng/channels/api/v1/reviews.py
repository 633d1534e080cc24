"""The review of an evaluation's indicators and report by experts, and evaluations made with a partner."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Fen, Ids, Key, Name, Paper, papers
from jiheng.foundation.accounts.person import Person
from jiheng.stages.evaluation.access import visible_evaluations
from jiheng.stages.evaluation.joint.access import (
    may_answer_proposal,
    may_attach_finding,
    may_file_finding,
    may_propose_indicator,
    may_see_joint,
    may_take_over,
    visible_partner_findings,
    visible_proposals,
)
from jiheng.stages.evaluation.joint.services import (
    PartnerFindingData,
    answer_proposal,
    attach_finding,
    file_finding,
    propose_indicator,
    take_over,
)
from jiheng.stages.evaluation.models import (
    Evaluation,
    ExpertReview,
    IndicatorProposal,
    PartnerFinding,
    PartnerTaking,
)
from jiheng.stages.evaluation.reviews.access import (
    may_appoint_experts,
    may_give_opinion,
    may_see_reviews,
    visible_reviews,
)
from jiheng.stages.evaluation.reviews.queries import reviews_of
from jiheng.stages.evaluation.reviews.services import appoint_experts, draw_experts, give_opinion

AREA = Area("evaluation")
SEAT = Shape(ExpertReview, without=("user", "content_hash"))
PROPOSAL, TAKING = Shape(IndicatorProposal), Shape(PartnerTaking)
FINDING = Shape(PartnerFinding, more={"files": papers()})
SEAT_SCHEMA, PROPOSAL_SCHEMA, FINDING_SCHEMA, TAKING_SCHEMA = SEAT.schema(), PROPOSAL.schema(), FINDING.schema(), TAKING.schema()
Words = Annotated[str, Field(max_length=500)]


class Said(BaseModel):
    """One opinion."""

    step: str = Field(description="环节")
    who: str = Field(description="评审人")
    text: str = Field(description="意见")


class DocumentReview(BaseModel):
    """How the review of one document stands."""

    document: str = Field(description="评审对象：indicators 评价指标，report 评价报告")
    state: str = Field(description="现在的状态")
    finished: bool = Field(description="各道评审是否都已通过")
    opinions: list[Said] = Field(description="各道评审的意见")


class Reviewed(BaseModel):
    """How the reviews of an evaluation stand."""

    documents: list[DocumentReview] = Field(description="各份材料")
    experts: list[SEAT_SCHEMA] = Field(description="评审专家")  # type: ignore[valid-type]


@AREA.telling(
    "evaluations/{pk}/reviews", summary="指标和报告评审", record=visible_evaluations, may=may_see_reviews,
    page="evaluation:reviews",
)  # fmt: skip
def review(person: Person, record: Evaluation) -> Reviewed:
    """评价指标、评价报告走到哪一道评审，各道的意见，请了哪些专家。"""
    documents = [
        DocumentReview(
            document=one.document, state=one.state, finished=one.finished,
            opinions=[Said(step=told.step, who=told.who, text=told.text) for told in one.opinions],
        )
        for one in reviews_of(record, person)
    ]
    return Reviewed(documents=documents, experts=[SEAT.read(one, person) for one in visible_reviews(person).filter(evaluation=record)])


class Asked(BaseModel):
    """The experts that were asked."""

    ids: list[int] = Field(description="评审记录编号")


@AREA.act(
    "evaluations/{pk}/reviews/experts", summary="确定评审专家", record=visible_evaluations, may=may_appoint_experts,
    page="evaluation:experts_appoint",
)  # fmt: skip
def appoint(person: Person, record: Evaluation, *, experts: Ids) -> Asked:
    """从专家库中确定评审专家，材料到专家评审一步时办理。"""
    return Asked(ids=[one.pk for one in appoint_experts(evaluation=record, experts=experts, person=person)])


@AREA.act(
    "evaluations/{pk}/reviews/draw", summary="抽取评审专家", record=visible_evaluations, may=may_appoint_experts,
    page="evaluation:experts_draw",
)  # fmt: skip
def draw(
    person: Person,
    record: Evaluation,
    *,
    count: Annotated[int, Field(ge=1, le=99, description="人数")],
    seed: Annotated[str, Field(max_length=80, description="随机种子")],
    field: Annotated[str, Field(max_length=60, description="专业领域；不写为全部")] = "",
) -> Asked:
    """从专家库中随机抽取，谁都能重抽核对。"""
    made = draw_experts(evaluation=record, count=count, seed=seed, field=field, person=person)
    return Asked(ids=[one.pk for one in made])


@AREA.act(
    "expert-reviews/{pk}/opinion", summary="填写评审意见", record=visible_reviews, may=may_give_opinion,
    page="evaluation:expert_opinion", answer=SEAT,
)  # fmt: skip
def opine(
    person: Person,
    seat: ExpertReview,
    *,
    verdict: Annotated[str, Field(pattern="^(pass|return)$", description="结论：pass 同意，return 建议退回修改")],
    opinion: Annotated[str, Field(max_length=2000, description="评审意见")],
    points: Annotated[
        Decimal | None, Field(ge=0, le=100, decimal_places=2, allow_inf_nan=False, description="评审得分，写成文字；可以不打分")
    ] = None,
) -> ExpertReview:
    """专家本人填写，提交后不能更改。"""
    give_opinion(seat=seat, verdict=verdict, opinion=opinion, points=points, person=person)
    return seat


# --- with a partner


class Joint(BaseModel):
    """The four parts of a joint evaluation."""

    partner: str | None = Field(description="合作方；不是联合评价的为空")
    proposals: list[PROPOSAL_SCHEMA] = Field(description="合作方的指标建议")  # type: ignore[valid-type]
    findings: list[FINDING_SCHEMA] = Field(description="合作方发现的问题")  # type: ignore[valid-type]
    taking: TAKING_SCHEMA | None = Field(description="合作方接收结果")  # type: ignore[valid-type]


@AREA.telling(
    "evaluations/{pk}/joint", summary="联合评价", record=visible_evaluations, may=may_see_joint, page="evaluation:joint"
)
def share(person: Person, record: Evaluation) -> Joint:
    """联合评价的指标共商、信息共享、结果共用。"""
    taking = PartnerTaking.objects.filter(evaluation=record).first()
    return Joint(
        partner=str(record.partner) if record.partner is not None else None,
        proposals=[PROPOSAL.read(one, person) for one in visible_proposals(person).filter(evaluation=record)],
        findings=[FINDING.read(one, person) for one in visible_partner_findings(person).filter(evaluation=record)],
        taking=TAKING.read(taking, person) if taking is not None else None,
    )


@AREA.act(
    "evaluations/{pk}/joint/proposals", summary="建议增加指标", record=visible_evaluations, may=may_propose_indicator,
    page="evaluation:joint_propose", answer=PROPOSAL,
)  # fmt: skip
def propose(
    person: Person,
    record: Evaluation,
    *,
    text: Annotated[Words, Field(description="建议的指标")],
    reason: Annotated[Words, Field(description="理由")],
) -> IndicatorProposal:
    """合作方在评价指标确定以前提出。"""
    return propose_indicator(evaluation=record, text=text, reason=reason, person=person)


@AREA.act(
    "indicator-proposals/{pk}/answer", summary="答复指标建议", record=visible_proposals, may=may_answer_proposal,
    page="evaluation:joint_answer", answer=PROPOSAL,
)  # fmt: skip
def answer(
    person: Person,
    proposal: IndicatorProposal,
    *,
    verdict: Annotated[str, Field(pattern="^(adopted|declined)$", description="处理：adopted 采纳，declined 不采纳")],
    answer: Annotated[Words, Field(description="答复；不采纳的须写明理由")] = "",
) -> IndicatorProposal:
    """采纳的即为评价指标的一部分。"""
    answer_proposal(proposal=proposal, verdict=verdict, answer=answer, person=person)
    return proposal


@AREA.act(
    "evaluations/{pk}/joint/findings", summary="登记合作方发现的问题", record=visible_evaluations, may=may_file_finding,
    page="evaluation:joint_find", answer=FINDING,
)  # fmt: skip
def find(
    person: Person,
    record: Evaluation,
    *,
    category: Annotated[Key, Field(description="类别：goal、money、management、output、outcome")],
    text: Annotated[Words, Field(description="问题")],
    source: Annotated[str, Field(max_length=200, description="来源")],
    advice: Annotated[Words, Field(description="整改建议")],
    amount_fen: Fen = 0,
) -> PartnerFinding:
    """写明来源；评价结果确定时并入问题清单。"""
    told = PartnerFindingData(category, text, source, advice, amount_fen)
    return file_finding(evaluation=record, told=told, person=person)


@AREA.act(
    "partner-findings/{pk}/files", summary="上传问题的附件", record=visible_partner_findings, may=may_attach_finding,
    page="evaluation:joint_attach", upload=True,
)  # fmt: skip
def add_paper(person: Person, finding: PartnerFinding, *, name: Name, content: bytes) -> Paper:
    """上传证明问题的材料：请求的内容就是文件本身。"""
    made = attach_finding(finding=finding, name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)


@AREA.act(
    "evaluations/{pk}/joint/take", summary="接收评价结果", record=visible_evaluations, may=may_take_over,
    page="evaluation:joint_take", answer=TAKING,
)  # fmt: skip
def take(person: Person, record: Evaluation, *, use: Annotated[Words, Field(description="用于什么")]) -> PartnerTaking:
    """评价结果确定后，合作方接收，写明用于什么。"""
    return take_over(evaluation=record, use=use, person=person)
