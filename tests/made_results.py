"""Builders for what comes after an evaluation: confirmed results, proposals, orders, through the services."""

from datetime import date
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import attach
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.services import EvaluatorData, enter_register
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.evaluation.fieldwork.services import (
    RecordData,
    add_record,
    argue_scheme,
    ask_material,
    begin_scheme,
    deliver_material,
    move_scheme,
    save_scheme,
)
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.services.basis import BasisData, look_at_report, save_basis
from jiheng.stages.evaluation.services.evaluations import (
    EvaluationOrder,
    FindingData,
    card_of,
    confirm_evaluation,
    consult_unit,
    respond,
    save_report,
    save_scores,
    start_evaluation,
    submit_report,
)
from jiheng.stages.evaluation.services.evaluator_draws import Drawing, draw_evaluator, drawing_rule
from jiheng.stages.results.models import Rectification
from jiheng.stages.results.services import issue_rectification
from tests.make import County, make_budget, make_subject

PDF = b"%PDF-1.4\n%%EOF\n"
EVALUATED = date(2024, 4, 1)
FINDING = FindingData("output", "部分设备闲置，未按计划投入使用", "调配使用并建立台账", 1_000_000)


def points_for(card: Scorecard, total: Decimal) -> dict[str, Decimal]:
    """Points that add up to `total` exactly: full points, taken away item by item."""
    lost = Decimal(100) - total
    found = {}
    for item in card.items:
        taken = min(lost, item.points)
        found[item.key] = item.points - taken
        lost -= taken
    return found


def make_result(
    county: County,
    year: SubjectYear,
    total: str = "72",
    *,
    kind: str = "fiscal",
    findings: tuple[FindingData, ...] = (FINDING,),
    day: date = EVALUATED,
) -> Evaluation:
    """A confirmed evaluation of a subject with exactly this total; the agency scores, the unit agrees."""
    office, agency = county.person("performance_office"), county.person("agency")
    unit = next(at for at, one in enumerate(county.units) if one.pk == year.unit_id)
    with clock.at(day):
        body = Organisation.objects.get(pk=agency.organisation_id)
        drawn_for(year, kind, body, office)
        order = EvaluationOrder(year, kind, "project_evaluation", year.requested_fen, body, date(2024, 6, 30))
        made = start_evaluation(order=order, person=office)
        do_fieldwork(made, agency, office, county.person("unit_project", unit))
        points = points_for(card_of(made), Decimal(total))
        save_scores(evaluation=made, points=points, reasons=dict.fromkeys(points, "资料不完整"), person=agency)
        outline = policy_for(made.cycle).documents["evaluation_report"]
        save_report(
            evaluation=made,
            sections={section.key: "内容" for section in outline.sections},
            findings=list(findings),
            person=agency,
        )
        say_basis(made, agency)
        submit_report(evaluation=made, person=agency)
        consult_unit(evaluation=made, person=office)
        respond(evaluation=made, reply="没有意见", person=county.person("unit_project", unit))
        if (demands := rule_in(made.cycle, "report_qualities")) is not None:
            look_at_report(evaluation=made, met=demands.value, person=office)
        confirm_evaluation(evaluation=made, answer="无", person=office)
    return made


def drawn_for(year: SubjectYear, kind: str, body: Organisation, office: Person) -> None:
    """Where the place's rules say so, the body is in the register, alone, and drawn from it."""
    if drawing_rule(year.cycle) is None:
        return
    if not Evaluator.objects.filter(organisation=body).exists():
        told = EvaluatorData(f"{body}{body.pk}", "agency", body, "综合", "", date(2023, 1, 1))
        enter_register(data=told, person=office)
    draw_evaluator(drawing=Drawing(year, kind, "3061.24", {}), person=office)


def do_fieldwork(evaluation: Evaluation, judge: Person, office: Person, unit: Person) -> None:
    """Every step of the work that the place's rules demand before a report."""
    rule = rule_in(evaluation.cycle, "evaluation_fieldwork")
    if rule is None:
        return
    steps = [one["key"] for one in rule.value]
    plan = begin_scheme(evaluation=evaluation, person=judge)
    save_scheme(scheme=plan, text="按评分表核实", steps=steps[1:], person=judge)
    move_scheme(scheme=plan, action="submit", person=judge)
    argue_scheme(scheme=plan, people="评价组", opinion="可行", person=office)
    move_scheme(scheme=plan, action="approve", person=office)
    deliver_material(asked=ask_material(evaluation=evaluation, text="合同", person=judge), note="现场查阅", person=unit)
    for kind in ("visit", "survey", "expert"):
        told = RecordData(kind, clock.today(), "属实", "现场", "评价组", "", *((50, 46, 44) if kind == "survey" else ()))
        add_record(evaluation=evaluation, told=told, person=judge)


def say_basis(evaluation: Evaluation, person: Person) -> None:
    """Name a quantitative method and a standard of the place's rules, where it asks for them."""
    if rule_in(evaluation.cycle, "evaluation_method_principles") is not None:
        save_basis(evaluation=evaluation, told=BasisData(["比较法"], ["计划标准"]), person=person)


def make_budgeted(county: County, *, unit: int = 0, fen: int = 100_000_000) -> SubjectYear:
    """A project of a unit with so much budget in the ledger."""
    year = make_subject(county, unit=unit, requested_fen=fen)
    make_budget(county, year, fen)
    return year


def make_order(county: County, result: Evaluation, day: date = date(2024, 7, 5)) -> Rectification:
    """The first finding of a result, ordered to be put right on `day`."""
    with clock.at(day):
        return issue_rectification(
            finding=result.findings.get(number=1), requirement="", person=county.person("performance_office")
        )


def prove(county: County, record: Rectification, unit: int = 0) -> None:
    """A file of proof for a rectification, from its unit."""
    attach(
        subject=record, row="", name="调配单.pdf", content=PDF, person=county.person("unit_project", unit)
    )
