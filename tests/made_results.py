"""Builders for what comes after an evaluation: confirmed results, proposals, orders, through the services."""

from datetime import date
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.files.services import attach
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.evaluation.models import Evaluation
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
        order = EvaluationOrder(year, kind, "project_evaluation", year.requested_fen, body, date(2024, 6, 30))
        made = start_evaluation(order=order, person=office)
        points = points_for(card_of(made), Decimal(total))
        save_scores(evaluation=made, points=points, reasons=dict.fromkeys(points, "资料不完整"), person=agency)
        outline = policy_for(made.cycle).documents["evaluation_report"]
        save_report(
            evaluation=made,
            sections={section.key: "内容" for section in outline.sections},
            findings=list(findings),
            person=agency,
        )
        submit_report(evaluation=made, person=agency)
        consult_unit(evaluation=made, person=office)
        respond(evaluation=made, reply="没有意见", person=county.person("unit_project", unit))
        confirm_evaluation(evaluation=made, answer="无", person=office)
    return made


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
