"""The life of the indicator library: versions, mergers, who may use an indicator, proposals and their review."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Action, Comment, Reason, state_label, steps
from jiheng.channels.api.v1.registers import INDICATOR, IndicatorBody, sheet_told
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.registers.indicators.access import (
    may_act_on_proposal,
    may_keep_library,
    may_propose,
    may_rewrite,
    may_see_library,
    own_indicators,
    visible_indicators,
    visible_proposals,
)
from jiheng.registers.indicators.models import LibraryIndicator, Proposal
from jiheng.registers.indicators.proposal_pages import PROPOSALS, ending
from jiheng.registers.indicators.proposing import act_on, propose, rewrite, workflow_of
from jiheng.registers.indicators.services import set_reach

AREA = Area("registers")


def _asked(person: Person, proposal: Proposal) -> Any:
    table = workflow_of(proposal.place)
    return table.actions(proposal.state, person.role) if may_act_on_proposal(person, proposal) else ()


PROPOSAL = Shape(
    Proposal,
    more={
        "state_label": state_label(lambda one: workflow_of(one.place).states[one.state].label),
        "actions": steps(_asked),
    },
)


class RewrittenBody(IndicatorBody):
    """An indicator as somebody proposes it, and why."""

    ground: Reason


class ProposalBody(RewrittenBody):
    """A proposal for a new indicator, or for other words of one of the library."""

    indicator_id: Annotated[Id | None, Field(description="修订哪一项；不写为新增")] = None


class Version(BaseModel):
    """A former sheet of an indicator."""

    revision: int = Field(description="第几版")
    ended_on: str = Field(description="修订日期")
    ended_by: str = Field(description="修订人")
    ground: str = Field(description="修订理由")
    content: dict[str, Any] = Field(description="当时的内容")


class Versions(BaseModel):
    """What an indicator said before."""

    revision: int = Field(description="现在是第几版")
    items: list[Version] = Field(description="以前各版，新的在前")


@AREA.telling(
    "library-indicators/{pk}/versions", summary="指标的各版本", record=visible_indicators, may=may_see_library,
    page="indicators:versions",
)  # fmt: skip
def versions(_: Person, indicator: LibraryIndicator) -> Versions:
    """修订前的内容，只增不改。"""
    items = [
        Version(
            revision=one.revision,
            ended_on=one.ended_at.date().isoformat(),
            ended_by=one.ended_by,
            ground=one.ground,
            content=one.content,
        )
        for one in indicator.former.all()
    ]
    return Versions(revision=indicator.revision, items=items)


@AREA.act(
    "library-indicators/{pk}/reach", summary="改变指标的使用范围", record=visible_indicators, may=may_keep_library,
    page="indicators:reach", answer=INDICATOR,
)  # fmt: skip
def reach(
    person: Person,
    indicator: LibraryIndicator,
    *,
    reach: Annotated[
        Literal["own", "shared", "handed"], Field(description="own 本地区，shared 同级共享，handed 下发下级")
    ],
) -> LibraryIndicator:
    """共享给同级，下发到下级，或只供本地区。"""
    set_reach(indicator=indicator, reach=reach, person=person)
    return indicator


AREA.listing(
    "indicator-proposals", PROPOSALS, summary="指标建议", may=may_see_library, rows=visible_proposals,
    page="indicators:proposals",
)  # fmt: skip
AREA.reading(
    "indicator-proposals/{pk}", PROPOSAL, summary="一件指标建议", record=visible_proposals, may=may_see_library,
    page="indicators:proposal",
)  # fmt: skip


@AREA.act(
    "indicator-proposals/add", summary="建议新增或修订指标", may=may_propose, page="indicators:proposal_add", answer=PROPOSAL
)
def add(
    person: Person,
    *,
    body: ProposalBody,
) -> Proposal:
    """提出后待财政局审核。"""
    asked_for = body.indicator_id
    indicator = own_indicators(person).filter(pk=asked_for).first() if asked_for else None
    if asked_for and indicator is None:
        raise mistaken("本地区指标库中没有这项指标", where="indicator_id")
    kind = "revise" if indicator else "new"
    return propose(kind=kind, ground=body.ground, person=person, sheet=sheet_told(body), indicator=indicator)


@AREA.act(
    "library-indicators/{pk}/propose-end", summary="建议停用、恢复或合并指标", record=own_indicators, may=may_propose,
    page="indicators:proposal_end", answer=PROPOSAL,
)  # fmt: skip
def end(
    person: Person,
    indicator: LibraryIndicator,
    *,
    into: Annotated[str, Field(max_length=40, description="并入哪一项，写编号；停用或恢复的不写")] = "",
    reason: Reason,
) -> Proposal:
    """使用中的停用或并入另一项，已停用的恢复；提出后待财政局审核。"""
    target = _by_code(person, into) if into else None
    return propose(
        kind=ending(indicator, target), ground=reason, person=person, indicator=indicator, target=target
    )


@AREA.act(
    "indicator-proposals/{pk}/rewrite", summary="修改后重新提交建议", record=visible_proposals, may=may_rewrite,
    page="indicators:proposal_edit", answer=PROPOSAL,
)  # fmt: skip
def write_anew(
    person: Person,
    proposal: Proposal,
    *,
    body: RewrittenBody,
) -> Proposal:
    """被退回的建议由提出人修改后重新提交。"""
    rewrite(proposal=proposal, sheet=sheet_told(body), ground=body.ground, person=person)
    return proposal


@AREA.act(
    "indicator-proposals/{pk}/act", summary="办理指标建议", record=visible_proposals, may=may_act_on_proposal,
    page="indicators:proposal_act", answer=PROPOSAL,
)  # fmt: skip
def move(person: Person, proposal: Proposal, *, action: Action, comment: Comment = "", version: int) -> Proposal:
    """审核、退回、不采纳、发布、撤回：以制度的流程表为准，见记录的 actions。"""
    act_on(proposal=proposal, action=action, comment=comment, person=person, version=version)
    return proposal


def _by_code(person: Person, code: str) -> LibraryIndicator:
    found = own_indicators(person).filter(code=code.strip()).first()
    if found is None:
        raise mistaken(f"指标库中没有编号“{code}”", remedy="请核对编号", where="into")
    return found
