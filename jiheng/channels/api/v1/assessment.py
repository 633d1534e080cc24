"""Assessment of departments and lower finance bureaus: ranking, cards, facts from outside, confirmation."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, in_rows, needed_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Comment, Fen, Ids, Points, Reason
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.stages.assessment.access import (
    may_assess,
    may_confirm,
    may_confirm_many,
    may_record_fact,
    may_see_assessments,
    may_see_facts,
    may_see_lower,
    may_withdraw_fact,
    visible_assessments,
    visible_facts,
)
from jiheng.stages.assessment.lower import assess_lower_bureaus
from jiheng.stages.assessment.models import Assessment, AssessmentLine, OutsideFact, Recognition
from jiheng.stages.assessment.pages import LOWER, RANKING
from jiheng.stages.assessment.queries import department_in, facts_of, lower_in, ranked, ranked_below
from jiheng.stages.assessment.recognition import (
    decide_recognition,
    may_decide_recognition,
    may_recognise,
    may_see_recognitions,
    recognise,
    visible_recognitions,
)
from jiheng.stages.assessment.services import (
    FactData,
    assess_departments,
    confirm_all,
    confirm_assessment,
    record_fact,
    withdraw_fact,
)

AREA = Area("assessment")
ASSESSMENT = Shape(Assessment, rows={"lines": Shape(AssessmentLine, without=("assessment",))})
FACT = Shape(OutsideFact)
RECOGNITION = Shape(Recognition)
FACT_SCHEMA = FACT.schema()

AREA.listing(
    "assessments", RANKING, summary="部门考核名次", may=may_see_assessments, rows=ranked, page="assessment:list",
    cycle=True, names={"day": "confirmed_on"},
)  # fmt: skip
AREA.reading(
    "assessments/{pk}", ASSESSMENT, summary="一个部门的考核", record=visible_assessments, may=may_see_assessments,
    page="assessment:detail",
)  # fmt: skip


AREA.listing(
    "lower-assessments", LOWER, summary="下级财政部门考核名次", may=may_see_lower, rows=ranked_below, page="assessment:below",
    cycle=True, names={"day": "confirmed_on"},
)  # fmt: skip


class FactList(BaseModel):
    """The facts from outside."""

    items: list[FACT_SCHEMA] = Field(description="逐条")  # type: ignore[valid-type]


@AREA.telling("outside-facts", summary="考核外部事实", may=may_see_facts, page="assessment:facts")
def facts(person: Person, *, budget_year: Year | None = None) -> FactList:
    """一个年度登记的外部事实，各有来源；撤销的保留。"""
    cycle = cycle_asked(person, budget_year)
    found = facts_of(person, cycle) if cycle else []
    return FactList(items=[FACT.read(one, person) for one in found])


@AREA.act("outside-facts/record", summary="登记考核外部事实", may=may_record_fact, page="assessment:fact_new", answer=FACT)
def add_fact(
    person: Person,
    *,
    department_id: Annotated[Id, Field(description="部门或下级财政部门的编号")],
    kind: Annotated[
        str,
        Field(pattern="^(plus|minus|veto|figure|absent)$", description="性质：加分、减分、一票否决、指标数、不适用"),
    ],
    item: Annotated[str, Field(max_length=60, description="考核事项的键")],
    text: Annotated[str, Field(max_length=500, description="事实")],
    source: Annotated[str, Field(max_length=300, description="来源")],
    points: Points = Decimal(0),
    budget_year: Year | None = None,
) -> OutsideFact:
    """登记系统以外的事实，写明来源；重新计算后生效。下级财政部门没有系统记录的指标，登记指标数。"""
    cycle = needed_cycle(person, budget_year)
    department = department_in(cycle, str(department_id)) or lower_in(cycle, str(department_id))
    if department is None:
        raise mistaken("没有这个部门", where="department_id")
    data = FactData(kind, item, text, source, points)
    return record_fact(cycle=cycle, department=department, data=data, person=person)


@AREA.act(
    "outside-facts/{pk}/withdraw", summary="撤销考核外部事实", record=visible_facts, may=may_withdraw_fact,
    page="assessment:fact_withdraw", answer=FACT,
)  # fmt: skip
def take_back(person: Person, fact: OutsideFact, *, reason: Reason) -> OutsideFact:
    """撤销一条外部事实，写明理由。"""
    withdraw_fact(fact=fact, reason=reason, person=person)
    return fact


class Departments(BaseModel):
    """How many departments."""

    departments: int = Field(description="部门数")


@AREA.act("assessments/compute", summary="计算考核得分", may=may_assess, page="assessment:compute")
def compute(person: Person, *, budget_year: Year | None = None) -> Departments:
    """按全年记录逐项计分；已确认的不重算。"""
    cycle = needed_cycle(person, budget_year)
    return Departments(departments=len(assess_departments(cycle=cycle, person=person)))


class Bureaus(BaseModel):
    """How many lower finance bureaus."""

    bureaus: int = Field(description="下级财政部门数")


@AREA.act("lower-assessments/compute", summary="计算下级财政部门考核得分", may=may_assess, page="assessment:below_compute")
def compute_below(person: Person, *, budget_year: Year | None = None) -> Bureaus:
    """在本系统办理的按其全年记录计分，其余按登记的指标数；缺数的不算，已确认的不重算。"""
    cycle = needed_cycle(person, budget_year)
    return Bureaus(bureaus=len(assess_lower_bureaus(cycle=cycle, person=person)))


@AREA.act("assessments/confirm", summary="批量确认考核结果", may=may_confirm_many, page="assessment:confirm_chosen")
def confirm_many(person: Person, *, ids: Ids) -> Departments:
    """确认后不再重新计算，部门可以看到。"""
    rows = in_rows(visible_assessments(person).filter(confirmed_on__isnull=True), ids, "ids")
    return Departments(departments=confirm_all(assessments=rows, person=person))


@AREA.act(
    "assessments/{pk}/confirm", summary="确认考核结果", record=visible_assessments, may=may_confirm,
    page="assessment:confirm", answer=ASSESSMENT,
)  # fmt: skip
def confirm(person: Person, assessment: Assessment) -> Assessment:
    """确认一个部门的考核结果。"""
    confirm_assessment(assessment=assessment, person=person, seen=assessment.total)
    return assessment


# --- praise, reward and criticism

AREA.reading(
    "recognitions/{pk}", RECOGNITION, summary="一项考核结果的运用", record=visible_recognitions,
    may=may_see_recognitions, page=("assessment:recognition_docx", "assessment:recognition_pdf"),
)  # fmt: skip


@AREA.act(
    "assessments/{pk}/recognise", summary="提出考核结果的运用", record=visible_assessments, may=may_recognise,
    page="assessment:recognition_propose", answer=RECOGNITION,
)  # fmt: skip
def propose_recognition(
    person: Person,
    assessment: Assessment,
    *,
    reason: Annotated[str, Field(max_length=500, description="理由")],
    amount_fen: Annotated[Fen, Field(description="奖励、倾斜或扣减的金额，单位：分；通报批评不写")] = 0,
) -> Recognition:
    """按制度对这一等级或名次的规定提出，写明理由；奖励、倾斜、扣减的写明金额。"""
    return recognise(assessment=assessment, reason=reason, person=person, amount_fen=amount_fen)


@AREA.act(
    "recognitions/{pk}/decide", summary="决定考核结果的运用", record=visible_recognitions,
    may=may_decide_recognition, page="assessment:recognition_decide", answer=RECOGNITION,
)  # fmt: skip
def judge_recognition(
    person: Person, one: Recognition, *, agree: Annotated[bool, Field(description="是否同意")], opinion: Comment
) -> Recognition:
    """局领导同意或不同意，写明意见；提出的人不能决定。"""
    decide_recognition(one=one, agree=agree, opinion=opinion, person=person)
    return one
