"""A county at its first checkpoint, built through the services."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.monitoring.models import Checkpoint, MonitoringReport
from jiheng.stages.monitoring.services import (
    MeasureData,
    ReadingData,
    confirm_report,
    open_checkpoint,
    save_readings,
    submit_report,
)
from tests.make import County, make_budget, make_county, make_goal, make_subject

DAY = date(2023, 4, 3)
STEADY = {"台": "30", "%": "95", "元/台": "7900"}
"""Values by unit that lie on the way: nothing deviates at the end of March with a third spent."""


@dataclass
class Round:
    """One project at the first checkpoint."""

    county: County
    year: SubjectYear
    checkpoint: Checkpoint

    @property
    def report(self) -> MonitoringReport:
        """The report as it stands in the database."""
        return self.checkpoint.reports.select_related("checkpoint", "cycle__place", "place").get(
            subject_year=self.year
        )

    @property
    def project(self) -> Person:
        """The project officer of the unit."""
        return self.county.person("unit_project")

    @property
    def finance(self) -> Person:
        """The finance officer of the unit."""
        return self.county.person("unit_finance")


def paid_project(county: County, paid_fen: int = 33_000_000, *, unit: int = 0, **data: Any) -> SubjectYear:
    """A project with an approved goal, a budget of 100 万元 and a payment in March."""
    with clock.at(date(2022, 11, 1)):
        year = make_subject(county, unit=unit, **data)
        make_goal(county, year, "approved")
    make_budget(county, year)
    if paid_fen:
        make_budget(county, year, paid_fen, kind="payment", day=date(2023, 3, 1))
    return year


def make_round(paid_fen: int = 33_000_000) -> Round:
    """A county whose first checkpoint is open."""
    county = make_county()
    year = paid_project(county, paid_fen)
    with clock.at(DAY):
        made = open_checkpoint(cycle=county.cycle, key="q1", person=county.person("performance_office"))
    return Round(county, year, made)


def said(report: MonitoringReport, **more: ReadingData) -> dict[int, ReadingData]:
    """Readings that lie on the way; `more` replaces some by the name of the indicator."""
    return {
        one.pk: more.get(
            one.indicator.name,
            ReadingData(STEADY.get(one.indicator.unit, "按计划推进"), likelihood="certain"),
        )
        for one in report.readings.select_related("indicator")
    }


def fill(made: Round, note: str = "", measures: list[MeasureData] | None = None, **more: ReadingData) -> None:
    """Let the project officer fill the report in."""
    report = made.report
    with clock.at(DAY):
        save_readings(
            report=report,
            readings=said(report, **more),
            note=note,
            measures=measures or [],
            person=made.project,
        )


def sign(made: Round) -> MonitoringReport:
    """Let both officers sign; return the report at the department."""
    with clock.at(DAY):
        submit_report(report=made.report, person=made.project)
        report = made.report
        submit_report(report=report, person=made.finance)
    return report


def pass_on(made: Round) -> MonitoringReport:
    """Let the department confirm; return the report at the bureau."""
    report = made.report
    with clock.at(DAY):
        confirm_report(report=report, person=made.county.person("department_reviewer"))
    return report
