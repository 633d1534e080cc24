"""Self-evaluations: list, record, both halves, steps, proof, re-checks and recorded draws."""

from decimal import Decimal
from typing import Annotated

from django.db.models import QuerySet
from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, in_rows, needed_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.goals import ReviewLine, answers_of
from jiheng.channels.api.v1.kinds import (
    Action,
    BulkAnswer,
    Comment,
    Ids,
    Key,
    LongText,
    Name,
    Outcome,
    Paper,
    Points,
    Strict,
    papers,
    state_label,
    steps,
)
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.evaluation.access import (
    may_draw,
    may_fill_money,
    may_fill_results,
    may_fill_self_evaluation,
    may_move_self_evaluation,
    may_move_self_in_bulk,
    may_recheck,
    may_review_self,
    may_see_draws,
    may_see_self_evaluations,
    may_see_spot_checks,
    may_spot_check,
    may_start_self_evaluation,
    self_steps,
    visible_draws,
    visible_self_evaluations,
    visible_spot_checks,
    visible_years,
)
from jiheng.stages.evaluation.judging import LineData
from jiheng.stages.evaluation.models import Draw, SelfEvaluation, SelfLine, SelfReview, SpotCheck
from jiheng.stages.evaluation.queries import not_started, self_rows, verify_draw
from jiheng.stages.evaluation.recheck_pages import DRAWS
from jiheng.stages.evaluation.self_pages import MISSING, SELF, attention
from jiheng.stages.evaluation.self_pages import state_label as label_of
from jiheng.stages.evaluation.selfreport.access import may_write_report
from jiheng.stages.evaluation.selfreport.services import save_self_report
from jiheng.stages.evaluation.selfreview.services import review_self_evaluation
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.self_evaluations import (
    LONGEST_EXECUTION_REASON,
    MOVES,
    attach_evidence,
    follow_goal,
    move_self_evaluation,
    recheck_self_evaluation,
    save_execution_reason,
    save_results,
    start_self_evaluation,
    take_back_evidence,
)
from jiheng.stages.evaluation.services.spot_checks import Checked, spot_check
from jiheng.stages.goals.queries import approved_goal
from jiheng.stages.monitoring.access import visible_reports
from jiheng.stages.monitoring.models import MonitoringReport

AREA = Area("evaluation")
LINE = Shape(SelfLine, without=("evaluation",))
SELF_EVALUATION = Shape(
    SelfEvaluation,
    rows={"lines": LINE, "reviews": Shape(SelfReview, without=("evaluation", "user"))},
    more={"state_label": state_label(label_of), "actions": steps(self_steps), "files": papers()},
)
DRAW = Shape(Draw)
SPOT_CHECK = Shape(SpotCheck)


def drawn(person: Person, cycle: Cycle | None) -> QuerySet[Draw]:
    """Return the draws of a budget year."""
    return visible_draws(person).filter(cycle=cycle)


AREA.listing(
    "self-evaluations", SELF, summary="单位自评清单", may=may_see_self_evaluations, rows=self_rows,
    page="evaluation:list", cycle=True, names={"recheck": "recheck_total"},
)  # fmt: skip
AREA.listing(
    "missing-self-evaluations", MISSING, summary="未自评项目清单", may=may_see_self_evaluations, rows=not_started,
    page="evaluation:missing", cycle=True, names={"act": "next_act"},
)  # fmt: skip
AREA.reading(
    "self-evaluations/{pk}", SELF_EVALUATION, summary="一份单位自评", record=visible_self_evaluations,
    may=may_see_self_evaluations, page="evaluation:self_detail",
)  # fmt: skip
AREA.listing("draws", DRAWS, summary="抽取记录", may=may_see_draws, rows=drawn, page="evaluation:draws", cycle=True)
AREA.reading(
    "draws/{pk}", DRAW, summary="一次抽取", record=visible_draws, may=may_see_draws,
    page=("evaluation:draw", "evaluation:draw_population"),
)  # fmt: skip


class Verified(BaseModel):
    """Whether a draw comes out the same when it is repeated."""

    problems: list[str] = Field(description="不符之处；没有即相符")


@AREA.telling(
    "draws/{pk}/verify", summary="重算一次抽取", record=visible_draws, may=may_see_draws, page="evaluation:draw_verify"
)
def verify(_: Person, draw: Draw) -> Verified:
    """用种子和总体重新抽取，看结果是否相同。"""
    return Verified(problems=[str(one) for one in verify_draw(draw)])


@AREA.act("draws/new", summary="随机抽取复核对象", may=may_draw, page="evaluation:draw_new", answer=DRAW)
def draw(
    person: Person,
    *,
    count: Annotated[int, Field(ge=1, le=100000, description="抽取份数")],
    seed: Annotated[str, Field(max_length=80, description="随机种子，抽取前公开")],
    purpose: Annotated[
        str,
        Field(
            pattern="^(recheck|department|monitoring)$",
            description="用途：recheck 复核自评，department 复核部门评价，monitoring 抽查监控数据",
        ),
    ] = "recheck",
    budget_year: Year | None = None,
) -> Draw:
    """按种子随机抽取，谁都能重算；记录不可更改。"""
    cycle = needed_cycle(person, budget_year)
    return draw_rechecks(cycle=cycle, count=count, seed=seed, person=person, purpose=purpose)


AREA.reading(
    "spot-checks/{pk}", SPOT_CHECK, summary="一次监控数据抽查", record=visible_spot_checks, may=may_see_spot_checks,
    page="evaluation:spot_checked",
)  # fmt: skip


class CheckedRow(Strict):
    """One value held against the source data."""

    reading: Id = Field(description="完成情况的编号")
    verified: str = Field(max_length=200, description="核实值；填报的是数的，写数")
    source: str = Field(max_length=300, description="原始数据的出处")
    untrue: bool = Field(default=False, description="不实：填报的是文字时由核对人判断，填报的是数时不用写")


@AREA.act(
    "monitoring-reports/{pk}/spot-check", summary="核对监控数据", record=visible_reports, may=may_spot_check,
    page="evaluation:spot_check", answer=SPOT_CHECK,
)  # fmt: skip
def hold_against_source(
    person: Person,
    report: MonitoringReport,
    *,
    rows: Annotated[list[CheckedRow], Field(min_length=1, max_length=300, description="核对的各项")],
    opinion: Annotated[str, Field(max_length=1000, description="核对意见")],
) -> SpotCheck:
    """抽中的监控表与原始数据核对一次，不能更改；单位和主管部门得到告知。"""
    known = set(report.readings.values_list("pk", flat=True))
    if any(one.reading not in known for one in rows):
        raise mistaken("核对的指标不在这份监控表里", where="rows")
    told = {one.reading: Checked(one.verified, one.source, one.untrue) for one in rows}
    return spot_check(report=report, checked=told, opinion=opinion, person=person)


@AREA.act(
    "subject-years/{pk}/self-evaluation", summary="开始自评", record=visible_years, may=may_start_self_evaluation,
    page="evaluation:self_start", answer=SELF_EVALUATION,
)  # fmt: skip
def start(person: Person, year: SubjectYear) -> SelfEvaluation:
    """在已批复的绩效目标上建立自评，指标和资金随之带入。"""
    goal = approved_goal(year)
    if goal is None:
        raise refuse(
            "绩效目标尚未批复，不能开展自评",
            clause_in(year.cycle, "workflows.self_evaluation"),
            remedy="先完成绩效目标批复",
        )
    return start_self_evaluation(goal=goal, person=person)


class ResultLine(Strict):
    """What the unit says about one row."""

    id: Id = Field(description="自评行的编号")
    actual_text: str = Field("", max_length=200, description="实际完成值")
    tier: str = Field("", max_length=20, description="定性指标的档次")
    claimed: Decimal | None = Field(
        None, ge=0, le=1000, decimal_places=2, allow_inf_nan=False, description="定性自评分，写成文字"
    )
    reason: str = Field("", max_length=300, description="偏差原因分析及改进措施")


@AREA.act(
    "self-evaluations/{pk}/results", summary="填写完成情况", record=visible_self_evaluations, may=may_fill_results,
    page=("evaluation:self_fill", "evaluation:self_autosave"), answer=SELF_EVALUATION,
)  # fmt: skip
def write_results(
    person: Person,
    record: SelfEvaluation,
    *,
    lines: Annotated[list[ResultLine], Field(max_length=300, description="各行；没有写到的不变")],
    actual_objective: Annotated[LongText, Field(description="年度目标实际完成情况")],
) -> SelfEvaluation:
    """项目经办填写各指标完成值，得分按规定的方法计算。"""
    save_results(
        evaluation=record,
        lines={one.id: LineData(**one.model_dump(exclude={"id"})) for one in lines},
        actual_objective=actual_objective,
        person=person,
    )
    return record


@AREA.act(
    "self-evaluations/{pk}/execution", summary="填写执行情况说明", record=visible_self_evaluations,
    may=may_fill_money, page="evaluation:self_fill", answer=SELF_EVALUATION,
)  # fmt: skip
def write_execution(
    person: Person,
    record: SelfEvaluation,
    *,
    reason: Annotated[str, Field(max_length=LONGEST_EXECUTION_REASON, description="执行偏差原因")],
) -> SelfEvaluation:
    """财务经办说明执行偏差；资金取自台账。"""
    save_execution_reason(evaluation=record, reason=reason, person=person)
    return record


@AREA.act(
    "self-evaluations/{pk}/report", summary="撰写自评报告", record=visible_self_evaluations, may=may_write_report,
    page=("evaluation:self_report", "evaluation:self_report_autosave"), answer=SELF_EVALUATION,
)  # fmt: skip
def write_report(
    person: Person,
    record: SelfEvaluation,
    *,
    sections: Annotated[
        dict[Key, LongText],
        Field(max_length=40, description="各部分：提纲中部分的 key → 正文；没有给出的视为没有写"),
    ],
) -> SelfEvaluation:
    """制度规定自评须写报告的，按提纲逐部分写；写全才能提交。"""
    save_self_report(evaluation=record, sections=sections, person=person)
    return record


@AREA.act(
    "self-evaluations/{pk}/follow", summary="按调整后的目标更新", record=visible_self_evaluations,
    may=may_fill_self_evaluation, page="evaluation:self_follow", answer=SELF_EVALUATION,
)  # fmt: skip
def follow(person: Person, record: SelfEvaluation) -> SelfEvaluation:
    """目标在自评期间有新版本时，按现行目标更新草稿。"""
    follow_goal(evaluation=record, person=person)
    return record


@AREA.act(
    "self-evaluations/{pk}/act", summary="办理一步", record=visible_self_evaluations, may=may_move_self_evaluation,
    page="evaluation:self_act", answer=SELF_EVALUATION,
)  # fmt: skip
def move(
    person: Person, record: SelfEvaluation, *, action: Action, comment: Comment = "", version: int
) -> SelfEvaluation:
    """提交、撤回、审核、退回、认可：动作以制度的流程表为准。"""
    move_self_evaluation(evaluation=record, person=person, action=action, comment=comment, version=version)
    return record


@AREA.act(
    "self-evaluations/{pk}/review", summary="自评审核评分", record=visible_self_evaluations, may=may_review_self,
    page="evaluation:self_review", answer=SELF_EVALUATION,
)  # fmt: skip
def review(
    person: Person,
    record: SelfEvaluation,
    *,
    lines: Annotated[list[ReviewLine], Field(max_length=100, description="逐项")],
    opinion: Comment = "",
    version: int,
) -> SelfEvaluation:
    """对照审核表逐项评定档次，得出总分和等级。"""
    review_self_evaluation(evaluation=record, person=person, answers=answers_of(lines, opinion), version=version)
    return record


@AREA.act("self-evaluations/bulk", summary="批量办理", may=may_move_self_in_bulk, page="evaluation:self_bulk")
def move_all(person: Person, *, ids: Ids, action: Action) -> BulkAnswer:
    """办理其中没有须说明事项的；其余不动，并逐份说明。"""
    if action not in {"confirm", "accept"}:
        raise mistaken("没有这种批量办理", where="action")
    done, refused = [], []
    for record in in_rows(visible_self_evaluations(person), ids, "ids"):
        reason, clause = attention(record), ""
        if not reason:
            try:
                MOVES[action](evaluation=record, person=person, version=record.version)
            except Refused as stop:
                reason, clause = stop.refusals[0].message, stop.refusals[0].clause
            except Overtaken:
                reason = "刚被他人办理"
        if reason:
            refused.append(Outcome(id=record.pk, message=reason, clause=clause))
        else:
            done.append(record.pk)
    return BulkAnswer(done=done, refused=refused)


@AREA.act(
    "self-evaluations/{pk}/files", summary="上传佐证", record=visible_self_evaluations, may=may_fill_self_evaluation,
    page="evaluation:self_attach", upload=True,
)  # fmt: skip
def add_file(
    person: Person,
    record: SelfEvaluation,
    *,
    name: Name,
    row: Annotated[str, Field(max_length=80, description="所证的指标名称；不写为整份")] = "",
    content: bytes,
) -> Paper:
    """上传一份佐证：请求的内容就是文件本身。"""
    names = set(record.lines.values_list("indicator__name", flat=True))
    if row and row not in names:
        raise mistaken("这份自评没有这项指标", where="row")
    made = attach_evidence(evaluation=record, row=row, name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)


@AREA.act(
    "self-evaluations/{pk}/files/take-back", summary="撤回佐证", record=visible_self_evaluations,
    may=may_fill_self_evaluation, page="evaluation:self_take_back", answer=SELF_EVALUATION,
)  # fmt: skip
def take_file_back(person: Person, record: SelfEvaluation, *, file_id: Id) -> SelfEvaluation:
    """撤回一份上传的佐证。"""
    take_back_evidence(evaluation=record, evidence_id=file_id, person=person)
    return record


class RecheckLine(Strict):
    """One row scored again."""

    id: Id = Field(description="自评行的编号")
    points: Points
    reason: str = Field("", max_length=300, description="复核理由")


@AREA.act(
    "self-evaluations/{pk}/recheck", summary="复核自评", record=visible_self_evaluations, may=may_recheck,
    page="evaluation:self_recheck", answer=SELF_EVALUATION,
)  # fmt: skip
def recheck(
    person: Person,
    record: SelfEvaluation,
    *,
    lines: Annotated[list[RecheckLine], Field(max_length=300, description="各行")],
    note: Annotated[LongText, Field(description="复核意见")] = "",
    version: int,
) -> SelfEvaluation:
    """逐行重新评分，与自评不同的写明理由。"""
    recheck_self_evaluation(
        evaluation=record,
        points={one.id: (one.points, one.reason) for one in lines},
        note=note,
        person=person,
        version=version,
    )
    return record
