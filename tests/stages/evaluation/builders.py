"""Records of evaluation for tests: a project's year up to its self-evaluation, and an ordered evaluation."""

from datetime import date
from decimal import Decimal
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.evaluation.documents import outline_of
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation, SelfLine
from jiheng.stages.evaluation.services import evaluations as e
from jiheng.stages.evaluation.services import self_evaluations as s
from jiheng.stages.evaluation.services.self_evaluations import LineData
from jiheng.stages.goals.models import Goal
from tests import make

PDF = b"%PDF-1.4\n%%EOF\n"
DAY = date(2024, 2, 1)
RESULT = "购置110台，实验开出率96%，师生满意度92%。"
ACTUALS = {
    "购置教学设备台数": LineData("110台", reason="两家供应商延期，年底前补齐"),
    "设备验收合格率": LineData("100%"),
    "完成验收时间": LineData("2023-11-20"),
    "单台设备平均成本": LineData("7900"),
    "实验开出率": LineData("96%"),
    "设备使用管理制度健全性": LineData(
        "制度已印发", tier="achieved", claimed=Decimal(9), reason="个别台账记录不及时，已整改"
    ),
    "师生满意度": LineData("92%"),
}
TOTAL = Decimal("95.83")
"""18.33 + 15 + 10 + 5 + 20 + 9 + 10 for the rows, 8.5 for an execution rate of 85 %."""
STATES = ("empty", "filled", "department", "submitted")


def approved_goal(
    county: make.County, *, unit: int = 0, paid: int = 85_000_000, budget: int = 100_000_000, **data: Any
) -> Goal:
    """A project with an approved goal, its budget and its payments of 2023."""
    with clock.at(make.DAY):
        year = make.make_subject(county, unit=unit, requested_fen=budget or 100_000_000, **data)
        if budget:
            make.make_budget(county, year, budget)
        goal = make.make_goal(county, year, "approved")
    if paid:
        make.make_budget(county, year, paid, kind="payment", day=date(2023, 12, 20))
    return goal


def lines_of(record: SelfEvaluation, **changed: LineData) -> dict[int, LineData]:
    """The rows as a unit fills them; `changed` by the indicator's name."""
    told = ACTUALS | changed
    return {line.pk: told[line.indicator.name] for line in record.lines.select_related("indicator")}


def self_evaluation_past_reviews(county: make.County, state: str) -> SelfEvaluation:
    """One of a spent budget, moved to `state`; its goal did not go the long way of the place's reviews and sessions."""
    with clock.at(make.DAY):
        year = make.make_subject(county)
        goal = make.make_goal(county, year)
        Goal.objects.filter(pk=goal.pk).update(state="approved", approved_on=make.DAY)
        make.make_budget(county, year, 100_000_000)
    make.make_budget(county, year, 85_000_000, kind="payment", day=date(2023, 12, 20))
    return self_evaluation(county, state, goal=fresh(goal))


def self_evaluation(
    county: make.County, state: str = "filled", *, unit: int = 0, goal: Goal | None = None, **data: Any
) -> SelfEvaluation:
    """A self-evaluation moved by the people of the county to `state` (one of STATES)."""
    project, finance = county.person("unit_project", unit), county.person("unit_finance", unit)
    goal = goal or approved_goal(county, unit=unit, **data)
    with clock.at(DAY):
        record = s.start_self_evaluation(goal=goal, person=project)
        if state == "empty":
            return record
        fill(record, project, finance)
        if state == "filled":
            return record
        s.submit_self_evaluation(evaluation=record, person=project)
        s.submit_self_evaluation(evaluation=record, person=finance)
        if state == "submitted":
            department = 0 if unit < 2 else 1
            reviewer = county.person("department_reviewer", department)
            s.confirm_self_evaluation(evaluation=record, person=reviewer)
    return record


def fill(record: SelfEvaluation, project: Person, finance: Person) -> None:
    """Both halves as people fill them, with one file of proof."""
    s.save_results(evaluation=record, lines=lines_of(record), actual_objective=RESULT, person=project)
    s.save_execution_reason(evaluation=record, reason="两家供应商延期", person=finance)
    s.attach_evidence(evaluation=record, row="", name="验收单.pdf", content=PDF, person=project)


def own_points(line: SelfLine) -> Decimal:
    """The points of a row that was filled."""
    assert line.points is not None
    return line.points


def fresh(record: Any) -> Any:
    """The record as it stands in the database."""
    return type(record).objects.get(pk=record.pk)


def body(person: Person) -> Organisation:
    """The organisation that the person acts for."""
    return Organisation.objects.get(pk=person.organisation_id)


def order(
    county: make.County,
    year: SubjectYear | None = None,
    *,
    kind: str = "fiscal",
    evaluator: Person | None = None,
) -> Evaluation:
    """An evaluation ordered by the performance office (a department's by its reviewer), being scored."""
    year = year or approved_goal(county).subject_year
    judge = evaluator or county.person("agency")
    orderer = county.person("department_reviewer" if kind == "department" else "performance_office")
    wanted = e.EvaluationOrder(year, kind, "project_evaluation", 100_000_000, body(judge), date(2024, 6, 30))
    with clock.at(DAY):
        return e.start_evaluation(order=wanted, person=orderer)


def points_for(record: Evaluation, share: str = "0.7") -> dict[str, Decimal]:
    """The same share of every item's points."""
    return {
        item.key: (item.points * Decimal(share)).quantize(Decimal("0.01")) for item in e.card_of(record).items
    }


FINDINGS = [
    e.FindingData("output", "设备闲置", "调配使用", 1_000_000),
    e.FindingData("money", "合同尾款挂账", "限期清理"),
]


def write(record: Evaluation, judge: Person, share: str = "0.7") -> None:
    """Scores with reasons, every part of the report, two findings."""
    points = points_for(record, share)
    e.save_scores(evaluation=record, points=points, reasons=dict.fromkeys(points, "资料不完整"), person=judge)
    parts = {section.key: f"{section.title}的内容" for section in outline_of(record).sections}
    e.save_report(evaluation=record, sections=parts, findings=FINDINGS, person=judge)


def consulted(county: make.County, **more: Any) -> Evaluation:
    """An evaluation whose draft was sent to the unit."""
    record = order(county, **more)
    with clock.at(date(2024, 4, 1)):
        write(record, county.person("agency"))
        e.submit_report(evaluation=record, person=county.person("agency"))
        e.consult_unit(evaluation=record, person=county.person("performance_office"))
    return record
