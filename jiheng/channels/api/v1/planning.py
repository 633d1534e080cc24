"""What stands before and beside an evaluation: the year's plans, drawn third parties, methods, the look at the report."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, needed_cycle, of_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Action, Comment, Ids, Key, Reason, Strict, steps_by
from jiheng.channels.api.v1.orders import EVALUATION
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.evaluation.access import (
    may_rate_agency,
    may_see_ratings,
    may_start_evaluation,
    visible_evaluations,
    visible_evaluator_draws,
    visible_ratings,
    visible_years,
)
from jiheng.stages.evaluation.agency_pages import AGENCIES
from jiheng.stages.evaluation.agency_quality import ranking
from jiheng.stages.evaluation.evaluator_draw_pages import DRAWS, may_see_evaluator_draws, may_set_aside
from jiheng.stages.evaluation.models import AgencyRating, Evaluation, EvaluationPlan, EvaluatorDraw, PlanLine
from jiheng.stages.evaluation.partners import partners_of
from jiheng.stages.evaluation.plans.access import (
    may_begin_plan,
    may_edit_plan,
    may_move_plan,
    may_see_plans,
    visible_plans,
)
from jiheng.stages.evaluation.plans.services import add_lines, begin_plan, move_plan, remove_line
from jiheng.stages.evaluation.plans.shares import demands_of
from jiheng.stages.evaluation.services.agency_ratings import RatingData, rate_agency
from jiheng.stages.evaluation.services.basis import (
    BasisData,
    look_at_report,
    may_look_at_report,
    may_write_basis,
    save_basis,
)
from jiheng.stages.evaluation.services.evaluator_draws import (
    Drawing,
    draw_evaluator,
    set_draw_aside,
    verify_evaluator_draw,
)

AREA = Area("evaluation")


class DemandRow(BaseModel):
    """One demand of the rules on a plan."""

    label: str = Field(description="要求")
    met: bool = Field(description="是否达到")
    words: str = Field(description="现在的情况，没有达到的写明还差多少")
    clause: str = Field(description="依据")


def _demands(plan: EvaluationPlan, _: Person) -> list[dict[str, object]]:
    return [
        {"label": one.label, "met": one.met, "words": one.words, "clause": one.clause} for one in demands_of(plan)
    ]


PLAN = Shape(
    EvaluationPlan,
    rows={"lines": Shape(PlanLine, without=("plan",), title="EvaluationPlanLine")},
    more={
        "demands": (Annotated[list[DemandRow], Field(description="制度对计划的要求")], _demands),
        "actions": steps_by("evaluation_plan", may_move_plan),
    },
)
PLAN_SCHEMA = PLAN.schema()
DRAWN = Shape(
    EvaluatorDraw,
    title="EvaluatorDrawn",
    more={
        "problems": (
            Annotated[list[str], Field(description="按种子和总体重算，不一致之处；一致的为空")],
            lambda one, _: verify_evaluator_draw(one),
        )
    },
)


class PlanList(BaseModel):
    """The plans of evaluations of a year."""

    items: list[PLAN_SCHEMA] = Field(description="各份计划")  # type: ignore[valid-type]


@AREA.telling("evaluation-plans", summary="年度评价计划", may=may_see_plans, page="evaluation:plans")
def plans(person: Person, *, budget_year: Year | None = None) -> PlanList:
    """一个年度的部门评价计划和财政评价计划，各列了哪些项目、达到多少比例。"""
    found = of_cycle(visible_plans)(person, cycle_asked(person, budget_year)).order_by("kind", "body__code")
    return PlanList(items=[PLAN.read(one, person) for one in found])


AREA.reading(
    "evaluation-plans/{pk}", PLAN, summary="一份评价计划", record=visible_plans, may=may_see_plans,
    page="evaluation:plan",
)  # fmt: skip


@AREA.act(
    "evaluation-plans/begin", summary="编制评价计划", may=may_begin_plan, page="evaluation:plan_begin", answer=PLAN
)
def begin(person: Person, *, budget_year: Year | None = None) -> EvaluationPlan:
    """编制本部门（本局）一个年度的计划；已有的接着编。"""
    return begin_plan(cycle=needed_cycle(person, budget_year), person=person)


@AREA.act(
    "evaluation-plans/{pk}/add", summary="列入项目", record=visible_plans, may=may_edit_plan,
    page="evaluation:plan_add", answer=PLAN,
)  # fmt: skip
def add(
    person: Person,
    plan: EvaluationPlan,
    *,
    subject_year_ids: Annotated[Ids, Field(description="项目年度编号")],
    criteria: Annotated[
        list[Annotated[str, Field(max_length=200)]], Field(max_length=20, description="入选条件，制度的原文")
    ] = [],  # noqa: B006
    reason: Annotated[str, Field(max_length=200, description="入选理由")] = "",
    partner_id: Annotated[Id | None, Field(description="联合评价的合作方（单位编号）；不写为不联合评价")] = None,
) -> EvaluationPlan:
    """把项目列入计划，写明入选条件或理由，联合评价的写明合作方；已列入的改写。"""
    partner = next((one for one in partners_of(plan.cycle) if one.pk == partner_id), None)
    if partner_id is not None and partner is None:
        raise mistaken("所选的合作方不能参加联合评价", where="partner_id")
    add_lines(plan=plan, subjects=subject_year_ids, criteria=criteria, reason=reason, partner=partner, person=person)
    return plan


@AREA.act(
    "evaluation-plans/{pk}/remove", summary="移出项目", record=visible_plans, may=may_edit_plan,
    page="evaluation:plan_remove", answer=PLAN,
)  # fmt: skip
def remove(
    person: Person, plan: EvaluationPlan, *, line_id: Annotated[Id, Field(description="计划中一行的编号")]
) -> EvaluationPlan:
    """把一个项目移出计划。"""
    line = plan.lines.filter(pk=line_id).first()
    if line is None:
        raise mistaken("计划中没有这个项目", remedy="重新读取计划", where="line_id")
    remove_line(line=line, person=person)
    return plan


@AREA.act(
    "evaluation-plans/{pk}/act", summary="提交、确定或退回计划", record=visible_plans, may=may_move_plan,
    page="evaluation:plan_act", answer=PLAN,
)  # fmt: skip
def move(
    person: Person, plan: EvaluationPlan, *, action: Action, comment: Comment = "", version: int
) -> EvaluationPlan:
    """没有达到制度规定比例的，不能提交，也不能确定。"""
    move_plan(plan=plan, action=action, person=person, comment=comment, version=version)
    return plan


# --- third parties drawn out of the register

AREA.listing(
    "evaluator-draws", DRAWS, summary="第三方抽取", may=may_see_evaluator_draws,
    rows=of_cycle(visible_evaluator_draws, "subject_year__cycle"), page="evaluation:evaluator_draws", cycle=True,
    names={"at": "drawn_on", "by": "drawn_by"},
)  # fmt: skip
AREA.reading(
    "evaluator-draws/{pk}", DRAWN, summary="一次第三方抽取", record=visible_evaluator_draws,
    may=may_see_evaluator_draws, page="evaluation:evaluator_draw",
)  # fmt: skip


class Recusal(Strict):
    """One third party that is left out, and why."""

    id: Annotated[Id, Field(description="专家或机构编号")]
    reason: str = Field(min_length=1, max_length=300, description="回避原因")


@AREA.act(
    "subject-years/{pk}/evaluator-draw", summary="抽取第三方", record=visible_years, may=may_start_evaluation,
    page="evaluation:evaluator_draw_new", answer=DRAWN,
)  # fmt: skip
def draw(
    person: Person,
    year: SubjectYear,
    *,
    kind: Annotated[str, Field(pattern="^(department|fiscal|in_process)$", description="评价类型")],
    seed: Annotated[str, Field(max_length=80, description="随机种子，抽取前公开、不能预先安排的数字")],
    field: Annotated[str, Field(max_length=60, description="专业领域；不写为库中全部")] = "",
    recusals: Annotated[list[Recusal], Field(max_length=200, description="回避的")] = [],  # noqa: B006
) -> EvaluatorDraw:
    """从机构库、专家库中按种子抽取一个，回避的写明原因；抽取过程可以重算。"""
    left_out = {one.id: one.reason for one in recusals}
    return draw_evaluator(drawing=Drawing(year, kind, seed, left_out, field), person=person)


@AREA.act(
    "evaluator-draws/{pk}/aside", summary="抽中的不能承担", record=visible_evaluator_draws, may=may_set_aside,
    page="evaluation:evaluator_draw_aside", answer=DRAWN,
)  # fmt: skip
def set_aside(person: Person, drawn: EvaluatorDraw, *, reason: Reason) -> EvaluatorDraw:
    """写明抽中的为什么不能承担，然后可以另抽。"""
    set_draw_aside(drawn=drawn, reason=reason, person=person)
    return drawn


# --- how well third parties worked

RATING = Shape(AgencyRating)
AREA.listing(
    "agencies", AGENCIES, summary="第三方工作质量排名", may=may_see_ratings, rows=ranking,
    page="evaluation:agencies", cycle=True,
)  # fmt: skip
AREA.reading(
    "agency-ratings/{pk}", RATING, summary="一次工作质量评分", record=visible_ratings, may=may_see_ratings,
    page="evaluation:rating",
)  # fmt: skip


class ItemPoints(Strict):
    """The points of one item, and why some were taken away."""

    item: Annotated[Key, Field(description="评分表指标的键")]
    points: Decimal = Field(ge=0, le=100, decimal_places=2, allow_inf_nan=False, description="得分，写成文字")
    reason: str = Field(default="", max_length=500, description="扣分原因和依据")


@AREA.act(
    "evaluations/{pk}/agency-rating", summary="评第三方工作质量", record=visible_evaluations, may=may_rate_agency,
    page="evaluation:rate_agency", answer=RATING,
)  # fmt: skip
def rate(
    person: Person,
    evaluation: Evaluation,
    *,
    points: Annotated[list[ItemPoints], Field(max_length=60, description="各项得分")],
    opinion: Annotated[str, Field(max_length=1000, description="评分意见")],
    fee_fen: Annotated[int | None, Field(ge=0, le=10**15, description="约定费用，单位：分；费用与质量挂钩的地方填写")] = None,
    entry_id: Annotated[Id | None, Field(description="专家或机构编号；一个单位登记了几个的填写")] = None,
) -> AgencyRating:
    """评价结果确定后评一次，不能更改；第三方看得到。"""
    told = RatingData(
        {one.item: one.points for one in points}, {one.item: one.reason for one in points}, opinion, fee_fen, entry_id
    )
    return rate_agency(evaluation=evaluation, told=told, person=person)


# --- what an evaluation rests on

Words = Annotated[list[Annotated[Key, Field(max_length=80)]], Field(max_length=20)]


class RowStandard(Strict):
    """The standard by which one indicator is judged."""

    indicator: Annotated[str, Field(max_length=40, description="指标的标识（lineage）")]
    standard: Annotated[str, Field(max_length=80, description="评价标准，制度的原文")]


@AREA.act(
    "evaluations/{pk}/basis", summary="评价方法和标准", record=visible_evaluations, may=may_write_basis,
    page="evaluation:basis", answer=EVALUATION,
)  # fmt: skip
def basis(
    person: Person,
    record: Evaluation,
    *,
    methods: Annotated[Words, Field(description="评价方法，制度的原文")],
    standards: Annotated[Words, Field(description="评价标准，制度的原文")],
    reason: Annotated[str, Field(max_length=500, description="没有采用定量方法的理由")] = "",
    each: Annotated[list[RowStandard], Field(max_length=200, description="各指标的标准；只采用一种标准的可以不写")] = [],  # noqa: B006
) -> Evaluation:
    """写明采用哪些方法和标准。"""
    save_basis(evaluation=record, told=BasisData(methods, standards, reason, {one.indicator: one.standard for one in each}), person=person)
    return record


@AREA.act(
    "evaluations/{pk}/qualities", summary="审核评价报告", record=visible_evaluations, may=may_look_at_report,
    page="evaluation:qualities", answer=EVALUATION,
)  # fmt: skip
def qualities(
    person: Person, record: Evaluation, *, met: Annotated[Words, Field(description="符合的要求，制度的原文")]
) -> Evaluation:
    """逐项写明报告是否符合制度对报告的要求；没有写到的为不符合。"""
    look_at_report(evaluation=record, met=met, person=person)
    return record
