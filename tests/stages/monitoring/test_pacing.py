"""Payments keep pace with the goals where the place says so; reductions need their goal anew."""

from datetime import date
from decimal import Decimal

import pytest

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, gate_refusals, post
from jiheng.registers.cycles.queries import rules_at
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services import adjust_goal, save_money, submit_goal
from jiheng.stages.monitoring.services import ReadingData, open_checkpoint, save_readings, submit_report
from tests.make import County, make_budget, make_county, make_goal, make_subject

pytestmark = pytest.mark.django_db
JULY, AUTUMN = date(2023, 8, 2), date(2023, 9, 30)
SHARE = Decimal("0.35")
"""How far the goals of the fixture are at the end of July: 45 % at the same pace on 30 September."""


@pytest.fixture
def county() -> County:
    return make_county("hunan-tianyuan")


def monitored(county: County, *, handed_in: bool = True) -> SubjectYear:
    """A project of 100 万元, 30 of them paid, its July report handed in at 35 % of what can be counted."""
    with clock.at(date(2022, 11, 1)):
        year = make_subject(county)
        make_goal(county, year, "approved")
    make_budget(county, year)
    make_budget(county, year, 30_000_000, kind="payment", day=date(2023, 6, 1))
    with clock.at(JULY):
        opened = open_checkpoint(cycle=county.cycle, key="july", person=county.person("performance_office"))
        report = opened.reports.select_related("checkpoint", "cycle__place", "place").get(subject_year=year)
        rows = report.readings.select_related("indicator")
        told = {one.pk: f"{(one.indicator.value or 1) * SHARE:f}" for one in rows}
        save_readings(
            report=report,
            readings={pk: ReadingData(text, likelihood="possible", reason="招标推迟") for pk, text in told.items()},
            note="招标推迟",
            measures=[],
            person=county.person("unit_project"),
        )
        for role in ("unit_project", "unit_finance") if handed_in else ():
            submit_report(report=report, person=county.person(role))
    return year


def payment(year: SubjectYear, fen: int, day: date = AUTUMN) -> Posting:
    return Posting(year, "payment", fen, day, note="国库集中支付", reference=f"支{fen}")


@pytest.mark.feature("5.07")
@pytest.mark.parametrize(("fen", "fine"), [(24_999_999, True), (25_000_000, True), (25_000_001, False)])
def test_payments_stop_at_the_pace_of_the_goals(county: County, fen: int, fine: bool) -> None:
    year = monitored(county)
    with clock.at(AUTUMN):
        if fine:
            post(posting=payment(year, fen), person=county.person("treasury"))
            assert balance(year.pk).executed == 30_000_000 + fen
            return
        with pytest.raises(Refused, match="不得超过预算的55%") as refused:
            post(posting=payment(year, fen), person=county.person("treasury"))
    (found,) = refused.value.refusals
    assert found.clause == str(rules_at(county.cycle).value("payment_paced_by_attainment").clause)
    assert balance(year.pk).executed == 30_000_000


def test_many_payments_count_together_and_refunds_pass(county: County) -> None:
    year = monitored(county)
    assert len(gate_refusals([payment(year, 13_000_000), payment(year, 12_000_001)])) == 1
    assert gate_refusals([payment(year, 13_000_000), payment(year, -1), payment(year, 12_000_001)]) == []
    assert gate_refusals([payment(year, -1)]) == []


def test_nothing_is_held_back_without_a_report_handed_in(county: County) -> None:
    assert gate_refusals([payment(monitored(county, handed_in=False), 70_000_000)]) == []


def test_a_place_without_the_rule_pays_by_its_budget() -> None:
    elsewhere = make_county("ningxia-yanchi")
    with clock.at(date(2022, 11, 1)):
        year = make_subject(elsewhere)
        make_goal(elsewhere, year, "approved")
    make_budget(elsewhere, year)
    assert gate_refusals([payment(year, 100_000_000)]) == []


@pytest.mark.feature("3.15")
@pytest.mark.parametrize(("left", "fine"), [(89_999_999, False), (90_000_000, True), (90_000_001, True)])
def test_a_reduction_needs_the_goal_over_what_is_left(county: County, left: int, fine: bool) -> None:
    with clock.at(date(2022, 11, 1)):
        year = make_subject(county)
        goal = make_goal(county, year, "approved")
    make_budget(county, year)
    posting = Posting(year, "adjustment", left - 100_000_000, AUTUMN, note="年中调减", reference="预调1号")
    with clock.at(AUTUMN):
        (found,) = gate_refusals([posting])
        assert "最近报出的绩效目标仍为 100.00 万元" in found.message
        again = adjust_goal(goal=goal, person=county.person("unit_project"), reason="预算调整")
        save_money(goal=again, person=county.person("unit_finance"), fiscal_fen=90_000_000, other_fen=0, note=goal.money_note)
        assert len(gate_refusals([posting])) == 1
        for role in ("unit_project", "unit_finance"):
            submit_goal(goal=Goal.objects.get(pk=again.pk), person=county.person(role))
        assert (gate_refusals([posting]) == []) is fine
