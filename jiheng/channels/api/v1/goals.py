"""Goals: list, record, both halves, steps, review, return, adjustment."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, in_rows
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import (
    Action,
    BulkAnswer,
    Comment,
    Fen,
    Ids,
    LongText,
    Points,
    Strict,
    bulk_answer,
    papers,
    state_label,
    steps,
    told,
)
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.review_tables import Answers
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.medium_terms import asked_in, falls_short, faults
from jiheng.stages.goals.access import (
    may_adjust,
    may_answer,
    may_edit,
    may_edit_content,
    may_edit_money,
    may_move,
    may_move_in_bulk,
    may_return_rows,
    may_review,
    may_see_goals,
    may_start,
    steps_for,
    visible_goals,
    visible_years,
)
from jiheng.stages.goals.books import book_lines, missing_goals
from jiheng.stages.goals.books_pages import MISSING
from jiheng.stages.goals.facts import findings_of
from jiheng.stages.goals.forms import AdjustForm
from jiheng.stages.goals.medium import period_in
from jiheng.stages.goals.models import FindingDispute, Goal, GoalIndicator, GoalReview, GoalTask
from jiheng.stages.goals.pages import GOALS, may_drop
from jiheng.stages.goals.pages import state_label as label_of
from jiheng.stages.goals.queries import coverage, goal_rows
from jiheng.stages.goals.recommending import advice_for
from jiheng.stages.goals.services import (
    RowData,
    TaskData,
    adjust_goal,
    answer_dispute,
    dispute_finding,
    drop_adjustment,
    move_goal,
    move_many,
    return_goal,
    review_goal,
    save_content,
    save_money,
    start_goal,
)
from jiheng.stages.goals.services.following import say_unaffected
from jiheng.stages.goals.targets import term_of

AREA = Area("goals")


class MediumTold(BaseModel):
    """What the value of the medium term says: the years that stand in its brackets, and what this year has to reach."""

    spread: str = Field(description="each 各年相加等于中期指标值，reached 逐年累计达到；没有分到各年的为空")
    years: dict[str, str] = Field(description="各年的值，年份到数")
    asked: str | None = Field(description="本年须达到")
    short: bool = Field(description="年度指标值比本年须达到的宽松")
    faults: list[str] = Field(description="不相符之处")


def _medium(row: GoalIndicator, _: Person) -> dict[str, Any] | None:
    term = term_of(row)
    if term is None:
        return None
    year = row.goal.subject_year.budget_year
    asked = asked_in(term, year, row.unit)
    told_of = MediumTold(
        spread=term.spread if term.years else "",
        years={str(one): f"{value.normalize():f}" for one, value in sorted(term.years.items())},
        asked=None if asked is None else f"{asked.normalize():f}",
        short=falls_short(term, year, row.value, row.unit) is not None,
        faults=faults(term, period_in(row.goal)),
    )
    return told_of.model_dump()


INDICATOR = Shape(
    GoalIndicator,
    without=("goal",),
    more={"medium": (Annotated[MediumTold | None, Field(description="中期指标值分到各年")], _medium)},
)
TASK = Shape(GoalTask, without=("goal",))
REVIEW = Shape(GoalReview, without=("goal", "user"))
GOAL = Shape(
    Goal,
    rows={"indicators": INDICATOR, "tasks": TASK, "reviews": REVIEW},
    more={"state_label": state_label(label_of), "actions": steps(steps_for), "files": papers()},
)


class GoalRow(Strict):
    """One indicator row as it is written."""

    id: Id | None = Field(None, description="原有指标的编号；新增的不写")
    level1: str = Field(max_length=30, description="一级指标")
    level2: str = Field("", max_length=30, description="二级指标")
    name: str = Field(max_length=200, description="三级指标")
    target_text: str = Field(max_length=200, description="指标值，如 ≥95%")
    weight: Decimal = Field(ge=0, le=100, decimal_places=2, allow_inf_nan=False, description="分值，写成文字")
    unit: str = Field("", max_length=20, description="单位")
    method: str = Field("", max_length=40, description="赋分方法；不写按符号取通常的方法")
    library_id: Id | None = Field(None, description="指标库指标的编号")
    free_reason: str = Field("", max_length=200, description="自拟理由")
    standard: str = Field("", max_length=200, description="设定依据")
    data_source: str = Field("", max_length=200, description="数据来源")
    explanation: str = Field("", max_length=300, description="指标解释")
    term_text: str = Field("", max_length=200, description="中期指标值，括号里写各年：≥1200个（2024年400、2025年400、2026年400）")
    interim_text: str = Field("", max_length=200, description="阶段性目标：各监控时点应达到的值，如 7月：30；10月：80")


class GoalTaskRow(Strict):
    """One yearly main task of a department as it is written."""

    id: Id | None = Field(None, description="原有任务的编号；新增的不写")
    name: str = Field(max_length=200, description="任务名称")
    content: str = Field("", max_length=5000, description="主要内容")


class TaskMoney(Strict):
    """The money of one task."""

    id: Id = Field(description="任务编号")
    fiscal_fen: Fen
    other_fen: Fen


class Finding(BaseModel):
    """What a check finds in a goal."""

    message: str = Field(description="发现")
    clause: str = Field(description="依据")
    blocking: bool = Field(description="不改正不能提交")
    key: str = Field(description="申辩、答复时写的键；检查项改变后不同")


class Findings(BaseModel):
    """What the checks find in a goal."""

    items: list[Finding] = Field(description="逐条")


class ProposedRow(BaseModel):
    """An indicator that is proposed for a goal, and why."""

    library_id: int | None = Field(description="指标库指标的编号；指标库中没有的为空，采用时须写自拟理由")
    level1: str = Field(description="一级指标")
    level2: str = Field(description="二级指标")
    name: str = Field(description="三级指标")
    target_text: str = Field(description="建议的指标值，须按本项目核定；没有把握的为空")
    unit: str = Field(description="单位")
    direction: str = Field(description="方向：正向、反向、适度；定性的为不分方向")
    spread: str = Field(description="可参照的项目所定指标值的范围")
    reasons: list[str] = Field(description="推荐的理由，逐条")


class ProposedRows(BaseModel):
    """The indicators that are proposed for a goal."""

    items: list[ProposedRow] = Field(description="由高到低")


class CoverageAnswer(BaseModel):
    """How many subjects have goals, and how much money they cover."""

    subjects: int = Field(description="应设目标的项目数")
    with_goal: int = Field(description="已填报")
    approved: int = Field(description="已批复")
    money_fen: int = Field(description="资金总额，单位：分")
    covered_fen: int = Field(description="已批复目标覆盖的资金，单位：分")


AREA.listing("goals", GOALS, summary="绩效目标清单", may=may_see_goals, rows=goal_rows, page="goals:list", cycle=True)
AREA.reading(
    "goals/{pk}", GOAL, summary="一份绩效目标", record=visible_goals, may=may_see_goals,
    page="goals:detail",
)  # fmt: skip


@AREA.telling(
    "goals/{pk}/recommended", summary="推荐的指标", record=visible_goals, may=may_edit_content,
    page="goals:recommended",
)  # fmt: skip
def goal_recommended(person: Person, goal: Goal) -> ProposedRows:
    """按项目名称、内容、领域、部门、资金和以前年度的目标推荐的指标，每条写明理由。"""
    rows = [
        ProposedRow(
            library_id=one.library.pk if one.library else None,
            **{key: one.row[key] for key in ("level1", "level2", "target_text", "unit")},
            name=one.name, direction=one.direction, spread=one.spread, reasons=list(one.reasons),
        )
        for one in advice_for(person, goal)
    ]  # fmt: skip
    return ProposedRows(items=rows)


@AREA.telling("goals/coverage", summary="绩效目标覆盖情况", may=may_see_goals, page="goals:list")
def goal_coverage(person: Person, *, budget_year: Year | None = None) -> CoverageAnswer:
    """应设绩效目标的项目数、已填报、已批复和覆盖的资金。"""
    cycle = cycle_asked(person, budget_year)
    found: Any = coverage(person, cycle) if cycle else None
    keys = CoverageAnswer.model_fields
    return CoverageAnswer(**{key: getattr(found, key) if found else 0 for key in keys})


@AREA.telling(
    "goals/{pk}/findings", summary="检查发现", record=visible_goals, may=may_see_goals, page="goals:detail"
)
def goal_findings(_: Person, goal: Goal) -> Findings:
    """按规定检查已保存的内容：哪些须改正才能提交，哪些只是提醒。"""
    found = findings_of(goal, list(goal.indicators.select_related("library")))
    return Findings(
        items=[
            Finding(message=one.message, clause=one.clause, blocking=one.blocking, key=one.key) for one in found
        ]
    )


DISPUTE = Shape(FindingDispute)
FindingKey = Annotated[str, Field(max_length=32, description="检查发现的键")]


@AREA.act(
    "goals/{pk}/dispute", summary="申辩一条检查发现", record=visible_goals, may=may_edit, page="goals:dispute",
    answer=DISPUTE,
)  # fmt: skip
def dispute(
    person: Person,
    goal: Goal,
    *,
    key: FindingKey,
    reason: Annotated[str, Field(max_length=300, description="申辩理由")],
) -> FindingDispute:
    """单位认为检查发现不合实际的，写明理由，由审核人答复；一个年度一条只申辩一次。"""
    return dispute_finding(goal=goal, key=key, person=person, reason=reason)


@AREA.act(
    "goals/{pk}/answer", summary="答复申辩", record=visible_goals, may=may_answer, page="goals:answer", answer=DISPUTE
)
def answer(
    person: Person,
    goal: Goal,
    *,
    key: FindingKey,
    answer: Annotated[str, Field(pattern="^(upheld|kept)$", description="upheld 采纳，kept 不采纳")],
    reason: Annotated[str, Field(max_length=300, description="答复理由")],
) -> FindingDispute:
    """审核人采纳或不采纳，写明理由；申辩不能由本人答复。"""
    return answer_dispute(goal=goal, key=key, person=person, answer=answer, reason=reason)


@AREA.act(
    "subject-years/{pk}/goal", summary="开始填报绩效目标", record=visible_years, may=may_start, page="goals:start",
    answer=GOAL,
)  # fmt: skip
def start(
    person: Person,
    year: SubjectYear,
    *,
    copy_last_year: Annotated[bool, Field(description="沿用上年已批复的指标")] = True,
) -> Goal:
    """谁申请资金，谁设定目标。"""
    return start_goal(year=year, person=person, copy_last_year=copy_last_year)


@AREA.act(
    "goals/{pk}/content", summary="填写目标和指标", record=visible_goals, may=may_edit_content,
    page=("goals:edit", "goals:autosave"), answer=GOAL,
)  # fmt: skip
def write_content(
    person: Person,
    goal: Goal,
    *,
    objective: Annotated[LongText, Field(description="年度目标")],
    indicators: Annotated[list[GoalRow], Field(max_length=200, description="绩效指标，全部，依次")],
    medium_objective: Annotated[LongText, Field(description="中期目标")] = "",
    tasks: Annotated[list[GoalTaskRow], Field(max_length=100, description="年度主要任务（部门整体）")] = [],  # noqa: B006
) -> Goal:
    """项目经办填写业务部分；没有列出的原有指标即删除。"""
    rows = [RowData(pk=one.id, **one.model_dump(exclude={"id"})) for one in indicators]
    save_content(
        goal=goal,
        person=person,
        rows=rows,
        objective=objective,
        medium_objective=medium_objective,
        tasks=[TaskData(one.name, one.content, one.id) for one in tasks],
    )
    return goal


@AREA.act(
    "goals/{pk}/money", summary="填写资金", record=visible_goals, may=may_edit_money, page="goals:edit", answer=GOAL
)
def write_money(
    person: Person,
    goal: Goal,
    *,
    fiscal_fen: Annotated[Fen, Field(description="年度财政拨款，单位：分")],
    other_fen: Annotated[Fen, Field(description="年度其他资金，单位：分")] = 0,
    medium_fiscal_fen: Annotated[Fen, Field(description="中期财政拨款，单位：分")] = 0,
    medium_other_fen: Annotated[Fen, Field(description="中期其他资金，单位：分")] = 0,
    note: Annotated[LongText, Field(description="资金测算说明")] = "",
    tasks: Annotated[list[TaskMoney], Field(max_length=100, description="各任务的金额（部门整体）")] = [],  # noqa: B006
) -> Goal:
    """财务经办填写资金部分。"""
    save_money(
        goal=goal,
        person=person,
        fiscal_fen=fiscal_fen,
        other_fen=other_fen,
        medium_fiscal_fen=medium_fiscal_fen,
        medium_other_fen=medium_other_fen,
        note=note,
        task_money={one.id: (one.fiscal_fen, one.other_fen) for one in tasks},
    )
    return goal


@AREA.act("goals/{pk}/act", summary="办理一步", record=visible_goals, may=may_move, page="goals:act", answer=GOAL)
def move(person: Person, goal: Goal, *, action: Action, comment: Comment = "", version: int) -> Goal:
    """提交、撤回、审核、退回、通过、批复：动作以制度的流程表为准，见记录的 actions。"""
    move_goal(goal=goal, person=person, action=action, comment=comment, version=version)
    return goal


class ReturnedRow(Strict):
    """One indicator that goes back, and why."""

    id: Id = Field(description="指标编号")
    reason: str = Field("", max_length=300, description="原因；选了标准理由的为补充说明")
    kind: str = Field("", max_length=40, description="标准理由的键")


@AREA.act(
    "goals/{pk}/return-rows", summary="退回个别指标", record=visible_goals, may=may_return_rows, page="goals:return",
    answer=GOAL,
)  # fmt: skip
def send_back(
    person: Person,
    goal: Goal,
    *,
    comment: Comment,
    rows: Annotated[list[ReturnedRow], Field(max_length=200, description="退回的指标；不写为整份退回")] = [],  # noqa: B006
    version: int,
) -> Goal:
    """退回修改须写明意见；可以只退回个别指标。"""
    return_goal(
        goal=goal,
        person=person,
        comment=comment,
        rows={one.id: one.reason for one in rows},
        kinds={one.id: one.kind for one in rows},
        version=version,
    )
    return goal


class ReviewLine(Strict):
    """One item of the review."""

    item: str = Field(max_length=60, description="审核要点")
    tier: str = Field("", max_length=20, description="档次")
    points: Points | None = Field(None, description="得分；不写取该档次的分")
    remark: str = Field("", max_length=300, description="说明")


def answers_of(lines: list[ReviewLine], opinion: str) -> Answers:
    """Return the lines of a review as the table takes them."""
    return Answers(
        tiers={one.item: one.tier for one in lines},
        points={one.item: one.points for one in lines if one.points is not None},
        remarks={one.item: one.remark for one in lines},
        opinion=opinion,
    )


@AREA.act(
    "goals/{pk}/review", summary="审核评分", record=visible_goals, may=may_review, page="goals:review", answer=GOAL
)
def score(
    person: Person,
    goal: Goal,
    *,
    lines: Annotated[list[ReviewLine], Field(max_length=100, description="逐项")],
    opinion: Comment = "",
    version: int,
) -> Goal:
    """逐项评定档次，得出总分和等级。"""
    given = answers_of(lines, opinion)
    review_goal(
        goal=goal,
        person=person,
        tiers=given.tiers,
        points=given.points,
        remarks=given.remarks,
        opinion=given.opinion,
        version=version,
    )
    return goal


@AREA.act(
    "goals/{pk}/adjust", summary="申请调整绩效目标", record=visible_goals, may=may_adjust, page="goals:adjust",
    answer=GOAL,
)  # fmt: skip
def adjust(
    person: Person,
    goal: Goal,
    *,
    kind: Annotated[str, Field(max_length=60, description="调整情形，制度所列之一")],
    reason: Annotated[str, Field(max_length=280, description="调整原因")],
) -> Goal:
    """批复后确需调整的写明情形和原因，形成新的版本；批复前原目标继续有效。"""
    form = AdjustForm({"kind": kind, "reason": reason}, goal=goal)
    return adjust_goal(goal=goal, person=person, reason=told(form).told())


class BookRow(BaseModel):
    """How far goals cover one budget."""

    book: str = Field(description="预算的键")
    label: str = Field(description="预算")
    demanded: bool = Field(description="制度要求绩效目标覆盖")
    due: int = Field(description="项目数")
    handed_in: int = Field(description="已申报绩效目标的项目数")
    approved: int = Field(description="绩效目标已批复的项目数")
    missing: int = Field(description="须有而没有批复绩效目标的项目数")
    due_fen: int = Field(description="申报金额，单位：分")
    approved_fen: int = Field(description="绩效目标已批复的申报金额，单位：分")


class BookList(BaseModel):
    """The four budgets."""

    items: list[BookRow] = Field(description="四本预算")


@AREA.telling("goal-books", summary="各本预算的绩效目标覆盖", may=may_see_goals, page="goals:books")
def books(person: Person, *, budget_year: Year | None = None) -> BookList:
    """一个年度各本预算的绩效目标覆盖情况；没有列入制度的不要求。"""
    cycle = cycle_asked(person, budget_year)
    found = book_lines(person, cycle) if cycle is not None else []
    return BookList(
        items=[
            BookRow(
                book=one.cover.book, label=one.label, demanded=one.cover.demanded, due=one.cover.due,
                handed_in=one.cover.handed_in, approved=one.cover.approved, missing=one.cover.missing,
                due_fen=one.cover.due_fen, approved_fen=one.cover.approved_fen,
            )
            for one in found
        ]
    )  # fmt: skip


AREA.listing(
    "goals-missing", MISSING, summary="须有而没有批复绩效目标的项目", may=may_see_goals, rows=missing_goals, page="goals:books",
    cycle=True,
)  # fmt: skip


@AREA.act(
    "goals/{pk}/unaffected", summary="写明内容修改不涉及目标", record=visible_goals, may=may_adjust, page="goals:unaffected",
    answer=GOAL,
)  # fmt: skip
def unaffected(
    person: Person,
    goal: Goal,
    *,
    reason: Annotated[str, Field(min_length=1, max_length=500, description="不涉及绩效目标的理由")],
    seen: Annotated[int | None, Field(ge=1, description="所见的最近一次修改的次序")] = None,
) -> Goal:
    """项目内容修改后，绩效目标不用调整的，写明理由；写明后不再提示。"""
    say_unaffected(goal=goal, reason=reason, person=person, seen=seen)
    return goal


@AREA.act("goals/{pk}/drop", summary="放弃调整", record=visible_goals, may=may_drop, page="goals:drop")
def drop(person: Person, goal: Goal) -> None:
    """放弃还没有提交的调整，原目标继续有效。"""
    drop_adjustment(goal=goal, person=person)


@AREA.act("goals/bulk", summary="批量办理", may=may_move_in_bulk, page="goals:bulk")
def move_all(person: Person, *, ids: Ids, action: Action, comment: Comment = "") -> BulkAnswer:
    """办理其中没有任何提醒的；有提醒的不动，并逐项说明。"""
    goals = in_rows(visible_goals(person), ids, "ids")
    outcome = move_many(goals=goals, person=person, action=action, comment=comment)
    return bulk_answer(outcome.done, outcome.refused)
