"""Money that is taken off or back after monitoring, and the periodic reports of departments."""

from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Year, cycle_asked, needed_cycle, of_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Action, Comment, Fen, Ids, Key, Reason, state_label, steps_by
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.stages.monitoring.access import visible_reports
from jiheng.stages.monitoring.models import MonitoringReport, ProgressReport, Recapture, Reduction
from jiheng.stages.monitoring.progress.access import (
    may_begin_progress,
    may_move_progress,
    may_see_progress,
    may_write_progress,
    visible_progress,
)
from jiheng.stages.monitoring.progress.owed import owed_in
from jiheng.stages.monitoring.progress.services import begin_progress, move_progress, save_progress
from jiheng.stages.monitoring.recapture.access import (
    may_act_on_recapture,
    may_decide_recapture,
    may_propose_recapture,
    may_revise_recapture,
    may_see_candidates,
    may_see_recaptures,
    visible_recaptures,
)
from jiheng.stages.monitoring.recapture.counting import CandidatePage, candidate_page
from jiheng.stages.monitoring.recapture.services import (
    Settled,
    decide_recapture,
    propose_again,
    propose_recaptures,
    return_recapture,
    spare_recapture,
)
from jiheng.stages.monitoring.recapture.tables import RECAPTURES, state_of
from jiheng.stages.monitoring.reduction.access import (
    may_act_on_reduction,
    may_apply_reduction,
    may_revise_reduction,
    may_see_reductions,
    visible_reductions,
)
from jiheng.stages.monitoring.reduction.services import apply_reduction, move_reduction, revise_reduction
from jiheng.stages.monitoring.reduction.tables import REDUCTIONS
from jiheng.stages.monitoring.reduction.tables import state_of as reduction_state

AREA = Area("monitoring")
RECAPTURE = Shape(
    Recapture,
    more={
        "state_label": state_label(lambda one: state_of(one)[0]),
        "actions": steps_by("recapture", may_act_on_recapture),
    },
)
REDUCTION = Shape(
    Reduction,
    more={
        "state_label": state_label(lambda one: reduction_state(one)[0]),
        "actions": steps_by("budget_reduction", may_act_on_reduction),
    },
)
PROGRESS = Shape(ProgressReport, more={"actions": steps_by("progress_report", may_move_progress)})
Part = Annotated[str, Field(max_length=5000)]

AREA.listing(
    "recaptures", RECAPTURES, summary="收回资金清单", may=may_see_recaptures, rows=of_cycle(visible_recaptures),
    page="monitoring:recaptures", cycle=True, names={"day": "decided_on"},
)  # fmt: skip
AREA.reading(
    "recaptures/{pk}", RECAPTURE, summary="一项收回资金", record=visible_recaptures, may=may_see_recaptures,
    page="monitoring:recapture",
)  # fmt: skip


class CandidateRow(BaseModel):
    """One project whose money should be taken back."""

    report_id: int = Field(description="监控表编号")
    subject_year_id: int = Field(description="项目年度编号")
    name: str = Field(description="项目")
    grounds: list[str] = Field(description="情形")
    facts: list[str] = Field(description="事实")
    calculation: str = Field(description="应收回金额的计算")
    amount_fen: int = Field(description="应收回，单位：分")
    due: str | None = Field(description="收回期限", json_schema_extra={"format": "date"})
    clause: str = Field(description="依据")


class CandidateList(BaseModel):
    """What should be taken back by the rules and is not proposed yet."""

    items: list[CandidateRow] = Field(description="各项目，金额大的在前")
    next: str | None = Field(description="下一页的 after；没有了为空")


@AREA.telling(
    "recapture-candidates", summary="应收回资金", may=may_see_candidates, page="monitoring:recapture_candidates"
)
def to_take_back(
    person: Person,
    *,
    budget_year: Year | None = None,
    after: Annotated[str, Field(max_length=100, description="上一页的 next，照原样")] = "",
    limit: Annotated[int, Field(ge=1, le=500, description="一页几项")] = 100,
) -> CandidateList:
    """按最近一次监控和制度规定的情形应收回、还没有提出的，逐页给出。"""
    cycle = cycle_asked(person, budget_year)
    listed = candidate_page(cycle, person, after=after, size=limit) if cycle is not None else CandidatePage()
    return CandidateList(
        items=[
            CandidateRow(
                report_id=one.report.pk,
                subject_year_id=one.year.pk,
                name=one.year.name,
                grounds=[claim.ground.label for claim in one.claims],
                facts=[fact for claim in one.claims for fact in claim.facts],
                calculation=one.main.calculation,
                amount_fen=one.main.amount,
                due=one.due.isoformat() if one.due else None,
                clause=one.main.ground.clause,
            )
            for one in listed.rows
        ],
        next=listed.next or None,
    )


class Proposed(BaseModel):
    """The numbers of the recaptures that were proposed."""

    ids: list[int] = Field(description="收回资金的记录编号")


@AREA.act("recaptures/propose", summary="提出收回", may=may_propose_recapture, page="monitoring:recapture_propose")
def propose(
    person: Person,
    *,
    report_ids: Annotated[Ids, Field(description="监控表编号，取自应收回资金")],
    note: Reason = "",
    budget_year: Year | None = None,
) -> Proposed:
    """对应收回清单中的项目提出收回，全部提出或一项也不提。"""
    cycle = needed_cycle(person, budget_year)
    made = propose_recaptures(cycle=cycle, reports=report_ids, person=person, note=note)
    return Proposed(ids=[one.pk for one in made])


@AREA.act(
    "recaptures/{pk}/act", summary="退回或不予收回", record=visible_recaptures, may=may_act_on_recapture,
    page="monitoring:recapture_act", answer=RECAPTURE,
)  # fmt: skip
def act_on_recapture(
    person: Person, record: Recapture, *, action: Action, comment: Comment = "", version: int
) -> Recapture:
    """退回重提（return）或决定不予收回（spare）；收回、重新提出另有地址。"""
    if action == "return":
        return_recapture(recapture=record, comment=comment, person=person, version=version)
    elif action == "spare":
        spare_recapture(recapture=record, reason=comment, person=person, version=version)
    else:
        raise mistaken("没有这一步", remedy="可用：return、spare；决定收回、重新提出另有地址", where="action")
    return record


@AREA.act(
    "recaptures/{pk}/decide", summary="决定收回", record=visible_recaptures, may=may_decide_recapture,
    page="monitoring:recapture_decide", answer=RECAPTURE,
)  # fmt: skip
def decide(
    person: Person,
    record: Recapture,
    *,
    amount_fen: Annotated[Fen, Field(description="收回金额，单位：分")],
    reason: Annotated[str, Field(max_length=300, description="决定理由")],
    exception_reason: Annotated[str, Field(max_length=300, description="例外理由")] = "",
    late_reason: Annotated[str, Field(max_length=300, description="逾期理由")] = "",
    need_fen: Annotated[Fen, Field(description="下年度调剂，单位：分")] = 0,
    need_reason: Annotated[str, Field(max_length=200, description="继续实施的理由")] = "",
    version: int,
) -> Recapture:
    """决定收回多少，随即记入台账；确需继续实施的写明下年度调剂。"""
    settled = Settled(amount_fen, reason, exception_reason, late_reason, need_fen, need_reason)
    decide_recapture(recapture=record, settled=settled, person=person, version=version)
    return record


@AREA.act(
    "recaptures/{pk}/revise", summary="重新提出收回", record=visible_recaptures, may=may_revise_recapture,
    page="monitoring:recapture_revise", answer=RECAPTURE,
)  # fmt: skip
def revise(
    person: Person,
    record: Recapture,
    *,
    note: Annotated[str, Field(min_length=1, max_length=300, description="说明")],
    version: int,
) -> Recapture:
    """退回以后重新提出；情形和金额仍是当时按规则列出的。"""
    propose_again(recapture=record, note=note, person=person, version=version)
    return record


# --- reductions that units and departments ask for

AREA.listing(
    "reductions", REDUCTIONS, summary="申请调减预算清单", may=may_see_reductions, rows=of_cycle(visible_reductions),
    page="monitoring:reductions", cycle=True, names={"applied": "applied_on", "decided": "decided_on"},
)  # fmt: skip
AREA.reading(
    "reductions/{pk}", REDUCTION, summary="一项调减申请", record=visible_reductions, may=may_see_reductions,
    page="monitoring:reduction",
)  # fmt: skip
AskedFen = Annotated[Fen, Field(description="申请调减的金额，单位：分；不超过没有支出的预算")]
AskedReason = Annotated[str, Field(min_length=1, max_length=300, description="申请理由")]


@AREA.act(
    "monitoring/{pk}/reduce", summary="申请调减预算", record=visible_reports, may=may_apply_reduction,
    page="monitoring:reduction_apply", answer=REDUCTION,
)  # fmt: skip
def ask_reduction(
    person: Person, record: MonitoringReport, *, amount_fen: AskedFen, reason: AskedReason, version: int
) -> Reduction:
    """按监控表发现的问题申请调减预算；version 是监控表的版次。"""
    return apply_reduction(report=record, amount_fen=amount_fen, reason=reason, person=person, version=version)


@AREA.act(
    "reductions/{pk}/revise", summary="重新申请调减预算", record=visible_reductions, may=may_revise_reduction,
    page="monitoring:reduction_revise", answer=REDUCTION,
)  # fmt: skip
def ask_reduction_again(
    person: Person, record: Reduction, *, amount_fen: AskedFen, reason: AskedReason, version: int
) -> Reduction:
    """退回以后改金额、理由，重新申请。"""
    revise_reduction(reduction=record, amount_fen=amount_fen, reason=reason, person=person, version=version)
    return record


@AREA.act(
    "reductions/{pk}/act", summary="审核、决定调减申请", record=visible_reductions, may=may_act_on_reduction,
    page="monitoring:reduction_act", answer=REDUCTION,
)  # fmt: skip
def act_on_reduction(
    person: Person, record: Reduction, *, action: Action, comment: Comment = "", version: int
) -> Reduction:
    """审核（check）、退回（return）、撤回（withdraw）、同意（decide）、不予调减（decline）；同意的随即记入台账。"""
    move_reduction(reduction=record, action=action, comment=comment, person=person, version=version)
    return record


# --- periodic reports of departments


class OwedRow(BaseModel):
    """One report that a department owes."""

    key: str = Field(description="报送事项的键")
    label: str = Field(description="报送内容")
    organisation_id: int = Field(description="主管部门编号")
    organisation: str = Field(description="主管部门")
    due: str = Field(description="报送期限", json_schema_extra={"format": "date"})
    clause: str = Field(description="期限依据")
    report_id: int | None = Field(description="报送记录编号；还没有填写为空")
    state: str = Field(description="状态，中文")
    overdue: bool = Field(description="是否逾期未报")


class OwedList(BaseModel):
    """What departments owe by the calendar."""

    items: list[OwedRow] = Field(description="各项报送")


@AREA.telling("progress-reports", summary="定期报送", may=may_see_progress, page="monitoring:progress_list")
def owed(person: Person, *, budget_year: Year | None = None) -> OwedList:
    """制度要求主管部门定期报送的，各到哪一步。"""
    cycle = cycle_asked(person, budget_year)
    return OwedList(
        items=[
            OwedRow(
                key=one.duty.key,
                label=one.duty.label,
                organisation_id=one.body.pk,
                organisation=str(one.body),
                due=one.due.isoformat(),
                clause=one.clause,
                report_id=one.report.pk if one.report is not None else None,
                state=one.words,
                overdue=one.overdue,
            )
            for one in (owed_in(cycle, person) if cycle is not None else [])
        ]
    )


AREA.reading(
    "progress-reports/{pk}", PROGRESS, summary="一份定期报送", record=visible_progress, may=may_see_progress,
    page="monitoring:progress",
)  # fmt: skip


@AREA.act(
    "progress-reports/begin", summary="开始填写定期报送", may=may_begin_progress, page="monitoring:progress_begin",
    answer=PROGRESS,
)  # fmt: skip
def begin(
    person: Person,
    *,
    key: Annotated[Key, Field(description="报送事项的键，取自定期报送清单")],
    budget_year: Year | None = None,
) -> ProgressReport:
    """开始填写一份；已有的接着填。"""
    return begin_progress(cycle=needed_cycle(person, budget_year), key=key, person=person)


@AREA.act(
    "progress-reports/{pk}/save", summary="填写定期报送", record=visible_progress, may=may_write_progress,
    page="monitoring:progress_save", answer=PROGRESS,
)  # fmt: skip
def save(
    person: Person,
    record: ProgressReport,
    *,
    done: Annotated[Part, Field(description="贯彻落实情况")],
    progress: Annotated[Part, Field(description="工作进展")],
) -> ProgressReport:
    """保存两部分内容，不报送。"""
    save_progress(report=record, done=done, progress=progress, person=person)
    return record


@AREA.act(
    "progress-reports/{pk}/act", summary="报送、收下或退回", record=visible_progress, may=may_move_progress,
    page="monitoring:progress_act", answer=PROGRESS,
)  # fmt: skip
def move(
    person: Person, record: ProgressReport, *, action: Action, comment: Comment = "", version: int
) -> ProgressReport:
    """报送、收下、退回：动作以制度的流程表为准；过了期限报送的记为逾期。"""
    move_progress(report=record, action=action, person=person, comment=comment, version=version)
    return record
