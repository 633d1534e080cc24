"""Assessment of departments: ranking, cards, facts from outside, confirmation."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, in_rows
from jiheng.channels.api.problem import Stop
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Ids, Points, Reason
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.stages.assessment.access import (
    may_assess,
    may_confirm,
    may_confirm_many,
    may_record_fact,
    may_see_assessments,
    may_see_facts,
    may_withdraw_fact,
    visible_assessments,
    visible_facts,
)
from jiheng.stages.assessment.models import Assessment, AssessmentLine, OutsideFact
from jiheng.stages.assessment.pages import RANKING
from jiheng.stages.assessment.queries import department_in, facts_of, ranked
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
FACT_SCHEMA = FACT.schema()

AREA.listing(
    "assessments", RANKING, summary="部门考核名次", may=may_see_assessments, rows=ranked, page="assessment:list",
    cycle=True, names={"day": "confirmed_on"},
)  # fmt: skip
AREA.reading(
    "assessments/{pk}", ASSESSMENT, summary="一个部门的考核", record=visible_assessments, may=may_see_assessments,
    page="assessment:detail",
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
    department_id: Annotated[Id, Field(description="部门编号")],
    kind: Annotated[str, Field(pattern="^(plus|minus|veto)$", description="性质：加分、减分、一票否决")],
    item: Annotated[str, Field(max_length=60, description="考核事项的键")],
    text: Annotated[str, Field(max_length=500, description="事实")],
    source: Annotated[str, Field(max_length=300, description="来源")],
    points: Points = Decimal(0),
    budget_year: Year | None = None,
) -> OutsideFact:
    """登记系统以外的事实，写明来源；重新计算后生效。"""
    cycle = cycle_asked(person, budget_year)
    if cycle is None:
        raise Stop(422, "还没有开启预算年度")
    department = department_in(cycle, str(department_id))
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


class Counted(BaseModel):
    """How many departments."""

    departments: int = Field(description="部门数")


@AREA.act("assessments/compute", summary="计算考核得分", may=may_assess, page="assessment:compute")
def compute(person: Person, *, budget_year: Year | None = None) -> Counted:
    """按全年记录逐项计分；已确认的不重算。"""
    cycle = cycle_asked(person, budget_year)
    if cycle is None:
        raise Stop(422, "还没有开启预算年度")
    return Counted(departments=len(assess_departments(cycle=cycle, person=person)))


@AREA.act("assessments/confirm", summary="批量确认考核结果", may=may_confirm_many, page="assessment:confirm_chosen")
def confirm_many(person: Person, *, ids: Ids) -> Counted:
    """确认后不再重新计算，部门可以看到。"""
    rows = in_rows(visible_assessments(person).filter(confirmed_on__isnull=True), ids, "ids")
    return Counted(departments=confirm_all(assessments=rows, person=person))


@AREA.act(
    "assessments/{pk}/confirm", summary="确认考核结果", record=visible_assessments, may=may_confirm,
    page="assessment:confirm", answer=ASSESSMENT,
)  # fmt: skip
def confirm(person: Person, assessment: Assessment) -> Assessment:
    """确认一个部门的考核结果。"""
    confirm_assessment(assessment=assessment, person=person, seen=assessment.total)
    return assessment
