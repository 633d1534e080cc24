"""Use of results: proposals, decisions, cuts; findings, orders to put right, reports, acceptance."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, in_rows
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import (
    Action,
    Comment,
    Day,
    Ids,
    LongText,
    Name,
    Paper,
    Reason,
    papers,
    state_label,
)
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import attach
from jiheng.foundation.refused import mistaken, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.evaluation.models import Finding
from jiheng.stages.results.access import (
    findings_to_order,
    may_act,
    may_agree,
    may_answer_proposal,
    may_apply,
    may_decide,
    may_extend,
    may_issue,
    may_propose,
    may_report,
    may_revise,
    may_see_decisions,
    may_see_rectifications,
    may_see_waiting,
    results_to_propose,
    visible_decisions,
    visible_rectifications,
)
from jiheng.stages.results.decision_pages import DECISIONS, WAITING
from jiheng.stages.results.decision_pages import state_of as decision_state
from jiheng.stages.results.grounds.access import (
    candidates_in_sight,
    may_decide_ground,
    may_mark,
    may_see_candidates,
    may_see_ground_cases,
    visible_ground_cases,
)
from jiheng.stages.results.grounds.pages import CANDIDATES, CASES, RESULTS
from jiheng.stages.results.grounds.queries import cases_in, led_by_results, run_out
from jiheng.stages.results.grounds.services import (
    GroundData,
    GroundDecision,
    decide_ground,
    mark_ground,
    needed_year,
)
from jiheng.stages.results.models import Decision, Extension, GroundCase, Rectification
from jiheng.stages.results.queries import (
    decisions_in,
    later_years,
    rectifications_in,
    waiting_findings,
    waiting_results,
)
from jiheng.stages.results.rectification_pages import FINDINGS, LEDGER
from jiheng.stages.results.rectification_pages import state_of as rectification_state
from jiheng.stages.results.services import (
    accept_rectification,
    agree_to_keep,
    apply_decision,
    decide_result,
    extend_rectification,
    issue_all,
    issue_rectification,
    propose_all,
    report_rectification,
    return_decision,
    return_rectification,
    revise_proposal,
    save_rectification,
)

AREA = Area("results")
DECISION = Shape(Decision, more={"state_label": state_label(lambda one: decision_state(one)[0])})
RECTIFICATION = Shape(
    Rectification,
    rows={"extensions": Shape(Extension, without=("rectification",), title="RectificationExtension")},
    more={"state_label": state_label(lambda one: rectification_state(one)[0]), "files": papers()},
)
Ratio = Annotated[
    Decimal,
    Field(ge=0, le=100, decimal_places=2, allow_inf_nan=False, description="比例（%），写成文字"),
]

AREA.listing(
    "decisions", DECISIONS, summary="结果应用决定清单", may=may_see_decisions, rows=decisions_in,
    page="results:decisions", cycle=True, names={"for": "for_budget_year", "day": "decided_on"},
)  # fmt: skip
AREA.listing(
    "results-to-propose", WAITING, summary="待提出处理意见的评价结果", may=may_see_waiting, rows=waiting_results,
    page="results:waiting", cycle=True, names={"day": "confirmed_on"},
)  # fmt: skip
AREA.reading(
    "decisions/{pk}", DECISION, summary="一项结果应用决定", record=visible_decisions, may=may_see_decisions,
    page="results:decision",
)  # fmt: skip
AREA.listing(
    "rectifications", LEDGER, summary="整改台账", may=may_see_rectifications, rows=rectifications_in,
    page="results:rectifications", cycle=True,
)  # fmt: skip
AREA.listing(
    "findings-to-order", FINDINGS, summary="待下达整改的问题", may=may_see_waiting, rows=waiting_findings,
    page="results:findings", cycle=True, names={"day": "confirmed_on"},
)  # fmt: skip
AREA.reading(
    "rectifications/{pk}", RECTIFICATION, summary="一项整改", record=visible_rectifications,
    may=may_see_rectifications, page="results:rectification",
)  # fmt: skip


class Made(BaseModel):
    """The numbers of what was made or decided."""

    ids: list[int] = Field(description="记录编号")


class Agreed(BaseModel):
    """How many were decided."""

    count: int = Field(description="已办理几项")


@AREA.act("decisions/propose", summary="提出处理意见", may=may_propose, page="results:propose")
def propose(person: Person, *, ids: Ids) -> Made:
    """按制度为评价结果提出处理意见，全部提出或一项也不提。"""
    made = propose_all(evaluations=in_rows(results_to_propose(person), ids, "ids"), person=person)
    return Made(ids=[one.pk for one in made])


@AREA.act("decisions/agree", summary="同意照常安排", may=may_agree, page="results:agree")
def agree(person: Person, *, ids: Ids) -> Agreed:
    """同意照常安排的；其中有须核减的，全部不办。"""
    found = in_rows(visible_decisions(person).filter(state="proposed"), ids, "ids")
    return Agreed(count=agree_to_keep(decisions=found, person=person))


@AREA.act(
    "decisions/{pk}/return", summary="退回处理意见", record=visible_decisions, may=may_answer_proposal, page="results:act",
    answer=DECISION,
)  # fmt: skip
def give_back(person: Person, decision: Decision, *, comment: Comment, version: int) -> Decision:
    """退回绩效管理股重提，写明意见。"""
    return_decision(decision=decision, person=person, comment=comment, version=version)
    return decision


@AREA.act(
    "decisions/{pk}/decide", summary="作出决定", record=visible_decisions, may=may_decide, page="results:decide",
    answer=DECISION,
)  # fmt: skip
def decide(
    person: Person,
    decision: Decision,
    *,
    ratio: Ratio,
    reason: Comment,
    exception_reason: Annotated[str, Field(max_length=2000, description="例外理由")] = "",
    version: int,
) -> Decision:
    """在规定幅度内决定比例，写明理由；超出幅度的另写例外理由。"""
    decide_result(
        decision=decision,
        ratio=ratio,
        reason=reason,
        exception_reason=exception_reason,
        person=person,
        version=version,
    )
    return decision


@AREA.act(
    "decisions/{pk}/revise", summary="重新提出处理意见", record=visible_decisions, may=may_revise,
    page="results:revise", answer=DECISION,
)  # fmt: skip
def revise(person: Person, decision: Decision, *, ratio: Ratio, comment: Reason, version: int) -> Decision:
    """退回后重新提出。"""
    revise_proposal(decision=decision, ratio=ratio, comment=comment, person=person, version=version)
    return decision


@AREA.act(
    "decisions/{pk}/apply", summary="核减写入台账", record=visible_decisions, may=may_apply, page="results:apply",
    answer=DECISION,
)  # fmt: skip
def apply_cut(person: Person, decision: Decision) -> Decision:
    """决定在先、预算在后的，按决定核减后来的预算。"""
    year = later_years([decision]).get(decision.pk)
    if year is None:
        words = f"台账中还没有 {decision.for_budget_year} 年度预算，不能核减"
        raise refuse(words, decision.clause, "待预算登记后再核减")
    apply_decision(decision=decision, year=year, person=person)
    return decision


@AREA.act("findings-to-order/issue", summary="批量下达整改", may=may_issue, page="results:issue_chosen")
def issue_many(person: Person, *, ids: Ids) -> Made:
    """按评价建议下达所选问题的整改，全部下达或一项也不下达。"""
    made = issue_all(findings=in_rows(findings_to_order(person), ids, "ids"), person=person)
    return Made(ids=[one.pk for one in made])


@AREA.act(
    "findings-to-order/{pk}/issue", summary="下达整改", record=findings_to_order, may=may_issue, page="results:issue",
    answer=RECTIFICATION,
)  # fmt: skip
def issue(
    person: Person, finding: Finding, *, requirement: Annotated[str, Field(max_length=500, description="整改要求")]
) -> Rectification:
    """逐个问题写明整改要求。"""
    return issue_rectification(finding=finding, requirement=requirement, person=person)


@AREA.act(
    "rectifications/{pk}/act", summary="验收或退回整改", record=visible_rectifications, may=may_act,
    page="results:rectification_act", answer=RECTIFICATION,
)  # fmt: skip
def move(
    person: Person, record: Rectification, *, action: Action, comment: Comment = "", version: int
) -> Rectification:
    """验收销号（accept）或退回继续整改（return）。"""
    if action == "accept":
        accept_rectification(rectification=record, note=comment, person=person, version=version)
    elif action == "return":
        return_rectification(rectification=record, comment=comment, person=person, version=version)
    else:
        raise mistaken("没有这一步", remedy="可用：accept、return；报送另有地址", where="action")
    return record


@AREA.act(
    "rectifications/{pk}/report", summary="填报整改情况", record=visible_rectifications, may=may_report,
    page="results:report", answer=RECTIFICATION,
)  # fmt: skip
def report(
    person: Person,
    record: Rectification,
    *,
    measure: Annotated[LongText, Field(description="整改措施")],
    outcome: Annotated[LongText, Field(description="整改结果")],
    responsible: Annotated[str, Field(max_length=60, description="责任人")] = "",
    send: Annotated[bool, Field(description="是否报送；否则只保存")] = False,
    version: int,
) -> Rectification:
    """责任单位填写整改措施和结果，保存或报送。"""
    if send:
        report_rectification(
            rectification=record,
            measure=measure,
            outcome=outcome,
            responsible=responsible,
            person=person,
            version=version,
        )
    else:
        save_rectification(
            rectification=record, measure=measure, outcome=outcome, responsible=responsible, person=person
        )
    return record


@AREA.act(
    "rectifications/{pk}/files", summary="上传整改佐证", record=visible_rectifications, may=may_report,
    page="results:report", upload=True,
)  # fmt: skip
def add_file(person: Person, record: Rectification, *, name: Name, content: bytes) -> Paper:
    """上传一份佐证：请求的内容就是文件本身。"""
    made = attach(subject=record, row="", name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)


@AREA.act(
    "rectifications/{pk}/extend", summary="延长整改时限", record=visible_rectifications, may=may_extend,
    page="results:extend", answer=RECTIFICATION,
)  # fmt: skip
def extend(person: Person, record: Rectification, *, due: Day, reason: Reason) -> Rectification:
    """延长时限，写明理由。"""
    extend_rectification(rectification=record, due=due, reason=reason, person=person)
    return record


# --- repeated, finished and expired policies

GROUND = Shape(GroundCase, without=("marked_by",))
AREA.listing(
    "grounds", CASES, summary="重复和到期政策", may=may_see_ground_cases, rows=cases_in, page="results:grounds",
    cycle=True, names={"for": "for_budget_year", "marked": "marked_on"},
)  # fmt: skip
AREA.listing(
    "grounds-by-results", RESULTS, summary="评价结果要求调整的政策", may=may_see_candidates, rows=led_by_results,
    page="results:ground_results", cycle=True,
)  # fmt: skip
AREA.listing(
    "grounds-to-mark", CANDIDATES, summary="到期的政策和项目", may=may_see_candidates, rows=run_out,
    page="results:ground_candidates", cycle=True,
)  # fmt: skip
AREA.reading(
    "grounds/{pk}", GROUND, summary="一项重复或到期政策", record=visible_ground_cases, may=may_see_ground_cases,
    page="results:groundcase",
)  # fmt: skip
Code = Annotated[str, Field(max_length=40, description="同一年度另一个政策或项目的代码")]


@AREA.act(
    "subject-years/{pk}/grounds", summary="提出重复或到期政策", record=candidates_in_sight, may=may_mark,
    page="results:ground_mark", answer=GROUND,
)  # fmt: skip
def mark(
    person: Person,
    year: SubjectYear,
    *,
    ground: Annotated[str, Field(max_length=40, description="制度列出的情形的键")],
    facts: Annotated[str, Field(max_length=1000, description="事实")],
    other: Code = "",
) -> GroundCase:
    """写明事实，由局领导决定压减、调整、整合或取消。"""
    found = needed_year(year.place_id, year.cycle_id, other, clause_in(year.cycle, "result_grounds"), "other")
    return mark_ground(year=year, told=GroundData(ground, facts, found), person=person)


@AREA.act(
    "grounds/{pk}/decide", summary="决定压减、调整、整合或取消", record=visible_ground_cases, may=may_decide_ground,
    page="results:ground_decide", answer=GROUND,
)  # fmt: skip
def judge_ground(
    person: Person,
    case: GroundCase,
    *,
    action: Annotated[
        str,
        Field(
            pattern="^(cut|adjust|merge|cancel|dismiss)$",
            description="处理：cut 压减、adjust 调整政策、merge 整合、cancel 取消、dismiss 不属于该情形",
        ),
    ],
    reason: Reason,
    ratio: Annotated[Ratio | None, Field(description="压减比例（%），写成文字；压减的填写")] = None,
    into: Code = "",
) -> GroundCase:
    """决定写入下年度的预算上限，不能更改。"""
    found = needed_year(case.place_id, case.cycle_id, into, case.clause, "into")
    decide_ground(case=case, told=GroundDecision(action, reason, ratio, found), person=person)
    return case
