"""A project that its unit pauses after monitoring gets no payments until it is said to go on."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.monitoring.models import Measure
from jiheng.stages.monitoring.services import (
    MeasureData,
    ReadingData,
    follow_up,
    open_checkpoint,
    save_readings,
    submit_report,
)
from tests.make import County, make_budget, make_county, make_goal, make_subject

pytestmark = pytest.mark.django_db
PLACE, YEAR = "heilongjiang-hailin", 2021
HALF, PAID = date(2021, 7, 2), date(2021, 7, 20)


def monitored(county: County, kind: str, *, handed_in: bool = True) -> SubjectYear:
    """A slow project whose half-year report names one measure of this kind."""
    with clock.at(date(2020, 11, 1)):
        year = make_subject(county)
        make_goal(county, year, "approved")
    make_budget(county, year, day=date(2021, 1, 5))
    with clock.at(HALF):
        opened = open_checkpoint(cycle=county.cycle, key="half_year", person=county.person("performance_office"))
        report = opened.reports.select_related("checkpoint", "cycle__place", "place").get(subject_year=year)
        save_readings(
            report=report,
            readings={
                one.pk: ReadingData(f"{one.indicator.value or 1}", likelihood="certain")
                for one in report.readings.select_related("indicator")
            },
            note="招标推迟",
            measures=[MeasureData("停工整顿", "项目负责岗", date(2021, 12, 20), kind)],
            person=county.person("unit_project"),
        )
        for role in ("unit_project", "unit_finance") if handed_in else ():
            submit_report(report=report, person=county.person(role))
    return year


def pay(county: County, year: SubjectYear, fen: int = 1) -> None:
    with clock.at(PAID):
        post(posting=Posting(year, "payment", fen, PAID, note="国库集中支付", reference=f"支{fen}"), person=county.person("treasury"))


@pytest.fixture
def county() -> County:
    return make_county(PLACE, YEAR, day=date(2020, 10, 1))


@pytest.mark.feature("5.07")
def test_not_a_fen_is_paid_until_it_goes_on(county: County) -> None:
    year = monitored(county, "suspend")
    with pytest.raises(Refused, match="暂停项目实施") as refused:
        pay(county, year)
    (found,) = refused.value.refusals
    assert "二（四）" in found.clause
    assert balance(year.pk).executed == 0
    with clock.at(PAID):
        follow_up(measure=Measure.objects.get(), outcome="整改到位，恢复实施", person=county.person("unit_project"))
    pay(county, year)
    assert balance(year.pk).executed == 1


@pytest.mark.parametrize(("kind", "handed_in"), [("correct", True), ("suspend", False)])
def test_other_measures_and_drafts_hold_nothing(county: County, kind: str, handed_in: bool) -> None:
    year = monitored(county, kind, handed_in=handed_in)
    pay(county, year)
    assert balance(year.pk).executed == 1


def test_money_that_comes_back_passes(county: County) -> None:
    year = monitored(county, "suspend")
    make_budget(county, year, 100, kind="payment", day=date(2021, 6, 1))
    pay(county, year, -1)
    assert balance(year.pk).executed == 99
