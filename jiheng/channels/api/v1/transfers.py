"""Transfers handed down with their goals: the map of levels, splitting, handing down, taking over, answering."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, in_rows, needed_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.goals import GOAL
from jiheng.channels.api.v1.kinds import Fen, Key, Reason, Strict
from jiheng.foundation.accounts.person import Person
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.access import may_see_goals
from jiheng.stages.goals.models import Goal, TransferAnswer, TransferShare, TransferSplit
from jiheng.stages.goals.transfers.access import (
    may_answer_share,
    may_issue,
    may_see_share,
    may_split,
    may_take,
    visible_shares,
    visible_splits,
    visible_transfers,
)
from jiheng.stages.goals.transfers.queries import Level, bodies_here, level_map
from jiheng.stages.goals.transfers.services import (
    ShareData,
    answer_share,
    issue_split,
    save_split,
    take_share,
)

AREA = Area("goals")
SPLIT = Shape(TransferSplit)
SHARE = Shape(TransferShare)
ANSWER = Shape(TransferAnswer)
Figure = Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=24, decimal_places=6, description="指标值，写成文字")]


class TransferLevel(BaseModel):
    """One place or unit on the map of levels."""

    depth: int = Field(description="第几级，最上为 0")
    name: str = Field(description="地区或单位")
    subject: str = Field(description="项目")
    state: str = Field(description="办理情况")
    got_fen: int | None = Field(description="上级下达，单位：分")
    goal_fen: int | None = Field(description="批复的目标资金，单位：分")
    split_fen: int | None = Field(description="向下分解合计，单位：分")
    share_id: int | None = Field(description="下达的一份")
    broken: list[str] = Field(description="合计不符和与下达不符之处")


class TransferMap(BaseModel):
    """The transfers of a budget year, level by level."""

    items: list[TransferLevel] = Field(description="从上到下，逐级")


class ShareGiven(Strict):
    """What one receiver gets."""

    place_id: Annotated[Id | None, Field(description="下级地区编号，与单位二选一")] = None
    unit_id: Annotated[Id | None, Field(description="本级单位编号，与地区二选一")] = None
    amount_fen: Fen
    values: dict[Key, Figure] = Field(default_factory=dict, max_length=200, description="可以相加的指标，按指标的 lineage")


def _level(one: Level) -> TransferLevel:
    return TransferLevel(
        depth=one.depth, name=one.name, subject=one.subject, state=one.state, got_fen=one.got_fen, goal_fen=one.goal_fen,
        split_fen=one.split_fen, share_id=one.share,
        broken=[*(line.words for line in one.broken), *(problem.message for problem in one.problems)],
    )  # fmt: skip


@AREA.telling("transfers", summary="转移支付逐级分解", may=may_see_goals, page="goals:transfers")
def transfers(person: Person, *, budget_year: Year | None = None) -> TransferMap:
    """本级的转移支付和上级下达的，逐级列出资金、分解和不符之处。"""
    trees = level_map(person, needed_cycle(person, budget_year))
    return TransferMap(items=[_level(one) for tree in trees for one in tree.walk()])


AREA.reading(
    "transfer-shares/{pk}", SHARE, summary="下达的一份转移支付", record=visible_shares, may=may_see_share, page="goals:transfer_share"
)


@AREA.act(
    "transfers/{pk}/split", summary="分解转移支付", record=visible_transfers, may=may_split, page="goals:transfer_split", answer=SPLIT
)
def split(
    person: Person,
    year: SubjectYear,
    *,
    shares: Annotated[list[ShareGiven], Field(min_length=1, max_length=300, description="各接收方")],
    as_given: Annotated[dict[Key, Reason], Field(max_length=200, description="可以相加而按原样下达的指标和理由")],
) -> TransferSplit:
    """保存分解草稿：合计可以暂时不符，不符的不能下达。"""
    told = [
        ShareData(f"place-{one.place_id}" if one.place_id else f"unit-{one.unit_id or 0}", one.amount_fen, one.values) for one in shares
    ]
    return save_split(year=year, shares=told, as_given=as_given, person=person)


@AREA.act(
    "transfer-splits/{pk}/issue", summary="下达转移支付", record=visible_splits, may=may_issue, page="goals:transfer_issue", answer=SPLIT
)
def issue(
    person: Person, row: TransferSplit, *, paper: Annotated[str, Field(max_length=80, description="下达文号")], version: int
) -> TransferSplit:
    """资金和绩效目标一并下达；各份合计不符的拒绝。"""
    issue_split(split=row, paper=paper, person=person, version=version)
    return row


@AREA.act("transfer-shares/{pk}/take", summary="承接转移支付", record=visible_shares, may=may_take, page="goals:transfer_take", answer=GOAL)
def take(
    person: Person,
    share: TransferShare,
    *,
    code: Annotated[str, Field(min_length=1, max_length=40, description="本级的项目代码")],
    unit_id: Annotated[Id, Field(description="实施单位")],
    change: Annotated[str, Field(pattern="^(new|raised|adjusted|renewed|continuing)$", description="项目属性")] = "continuing",
) -> Goal:
    """登记为本级的项目，金额和指标带入绩效目标。"""
    (unit,) = in_rows(bodies_here(person.place_id), [unit_id], "unit_id")
    return take_share(share=share, code=code, unit=unit, change=change, person=person)


@AREA.act(
    "transfer-shares/{pk}/answer", summary="答复区域绩效目标", record=visible_shares, may=may_answer_share,
    page="goals:transfer_answer", answer=ANSWER,
)  # fmt: skip
def reply(
    person: Person,
    share: TransferShare,
    *,
    answer: Annotated[str, Field(pattern="^(confirmed|returned)$", description="confirmed 确认，returned 退回修改")],
    reason: Reason = "",
) -> TransferAnswer:
    """与下达相符的确认，不符的写明理由退回。"""
    return answer_share(share=share, answer=answer, reason=reason, person=person)
