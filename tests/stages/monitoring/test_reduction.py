"""申请调减预算: applied for after monitoring, checked, decided, in the ledger; measures, pages, interface, who may not."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.monitoring.facts import progress_of
from jiheng.stages.monitoring.models import MonitoringReport, Reading, Reduction
from jiheng.stages.monitoring.reduction.access import visible_reductions
from jiheng.stages.monitoring.reduction.services import apply_reduction, move_reduction, revise_reduction
from jiheng.stages.monitoring.services import (
    MeasureData,
    ReadingData,
    close_report,
    confirm_report,
    follow_up,
    open_checkpoint,
    save_readings,
    submit_report,
)
from jiheng.stages.monitoring.stage import STAGE
from tests.channels.api.callers import call, mark, token_for
from tests.make import County, make_budget, make_county, make_goal, make_subject, sign_in

pytestmark = pytest.mark.django_db
PLACE, YEAR, DAY = "heilongjiang-hailin", 2021, date(2021, 7, 2)


def on_time(row: Reading) -> ReadingData:
    """Exactly what is due by the end of June: nothing but money deviates."""
    told = progress_of(row)
    if told.target is None:
        return ReadingData("按计划推进", likelihood="certain")
    share = Fraction(1, 2) if told.cumulative else Fraction(1)
    return ReadingData(f"{Decimal(share.numerator) * told.target / share.denominator:.2f}", likelihood="certain")


def report_in(county: County, *, paid_fen: int = 30_000_000, kind: str = "reduce_budget", closed: bool = True) -> MonitoringReport:
    """One project of 100 万元 with its half-year report, slow when less than half is paid."""
    with clock.at(date(2020, 11, 1)):
        year = make_subject(county)
        make_goal(county, year, "approved")
    make_budget(county, year, day=date(2021, 1, 5))
    make_budget(county, year, paid_fen, kind="payment", day=date(2021, 6, 1))
    opened = open_checkpoint(cycle=county.cycle, key="half_year", person=county.person("performance_office"))
    report = opened.reports.select_related("checkpoint", "cycle__place", "place").get(subject_year=year)
    save_readings(
        report=report,
        readings={one.pk: on_time(one) for one in report.readings.select_related("indicator")},
        note="规模缩小",
        measures=[MeasureData("申请调减剩余资金", "项目负责岗", date(2021, 7, 31), kind)],
        person=county.person("unit_project"),
    )
    if closed:
        for role in ("unit_project", "unit_finance"):
            submit_report(report=report, person=county.person(role))
        confirm_report(report=report, person=county.person("department_reviewer"))
        close_report(report=report, person=county.person("division"))
    return report


@pytest.fixture
def county() -> County:
    return make_county(PLACE, YEAR, day=date(2020, 10, 1))


@pytest.fixture(autouse=True)
def _july(county: County) -> object:
    with clock.at(DAY):
        yield


def asked(county: County, report: MonitoringReport, fen: int = 70_000_000, role: str = "unit_project") -> Reduction:
    return apply_reduction(report=report, amount_fen=fen, reason="规模缩小", person=county.person(role))


def decided(county: County, reduction: Reduction) -> None:
    move_reduction(reduction=reduction, action="check", comment="", person=county.person("division"))
    move_reduction(reduction=reduction, action="decide", comment="同意调减", person=county.person("bureau_leader"))


def test_a_decision_is_in_the_ledger_with_its_record_and_clause(county: County) -> None:
    report = report_in(county)
    made = asked(county, report)
    assert (made.state, made.budget_fen, made.paid_fen) == ("applied", 100_000_000, 30_000_000)
    assert made.facts
    assert "二（四）" in made.clause
    decided(county, made)
    entry = LedgerEntry.objects.get(kind="adjustment")
    assert (entry.amount_fen, entry.cause, entry.note) == (-70_000_000, f"monitoring.reduction:{made.pk}", "调减：规模缩小")
    assert "二（四）" in entry.clause
    assert balance(report.subject_year_id).budget == 30_000_000
    assert Entry.objects.filter(subject=subject_key(made), action="budget_reduction.book").exists()
    assert Notice.objects.filter(text__contains="已调减预算 70.00 万元").count() >= 3
    measure = report.measures.get()
    assert (measure.done_on, measure.outcome) == (DAY, "已调减预算 70.00 万元：同意调减")


def test_more_than_is_left_is_refused_at_the_application_and_at_the_decision(county: County) -> None:
    report = report_in(county)
    with pytest.raises(Refused, match=r"超过没有支出的 70\.00 万元"):
        asked(county, report, 70_000_001)
    made = asked(county, report)
    make_budget(county, report.subject_year, 1, kind="payment", day=DAY)
    move_reduction(reduction=made, action="check", comment="", person=county.person("division"))
    with pytest.raises(Refused, match="超过没有支出的"):
        move_reduction(reduction=made, action="decide", comment="同意", person=county.person("bureau_leader"))
    assert not LedgerEntry.objects.filter(kind="adjustment").exists()
    assert Reduction.objects.get().state == "checked"


def test_without_deviation_nothing_is_asked_for(county: County) -> None:
    report = report_in(county, paid_fen=50_000_000)
    with pytest.raises(Refused, match="没有申请调减的依据"):
        asked(county, report, 1)


def test_a_report_that_has_not_left_the_unit_is_no_ground(county: County) -> None:
    report = report_in(county, closed=False)
    with pytest.raises(Refused, match="还没有报送"):
        asked(county, report)


def test_each_has_his_own_part(county: County) -> None:
    report = report_in(county)
    for role in ("division", "performance_office", "treasury", "bureau_leader", "unit_head"):
        with pytest.raises(Refused, match="由项目单位或主管部门申请"):
            asked(county, report, role=role)
    made = asked(county, report, role="department_reviewer")
    with pytest.raises(Refused, match="没有由局领导办理的步骤"):
        move_reduction(reduction=made, action="decide", comment="同意", person=county.person("bureau_leader"))
    for role in ("performance_office", "treasury", "unit_head"):
        with pytest.raises(Refused):
            move_reduction(reduction=made, action="check", comment="", person=county.person(role))


def test_one_report_carries_one_open_application(county: County) -> None:
    report = report_in(county)
    made = asked(county, report, 10_000_000)
    with pytest.raises(Refused, match="已经申请调减"):
        asked(county, report, 10_000_000, role="unit_finance")
    move_reduction(reduction=made, action="withdraw", comment="金额有误", person=county.person("unit_finance"))
    assert asked(county, report, 20_000_000).state == "applied"


def test_what_came_back_is_asked_for_again_with_another_amount(county: County) -> None:
    made = asked(county, report_in(county))
    seen = made.version
    move_reduction(reduction=made, action="return", comment="保留尾款", person=county.person("division"))
    assert next(one.reason for one in STAGE.returned(county.person("unit_project"))).endswith("保留尾款")
    with pytest.raises(Overtaken):
        revise_reduction(reduction=made, amount_fen=1, reason="x", person=county.person("unit_project"), version=seen)
    revise_reduction(
        reduction=made, amount_fen=60_000_000, reason="留足尾款", person=county.person("unit_project"), version=made.version
    )
    again = Reduction.objects.get()
    assert (again.state, again.amount_fen, again.reason) == ("applied", 60_000_000, "留足尾款")


def test_a_stale_report_is_told(county: County) -> None:
    report = report_in(county)
    with pytest.raises(Overtaken):
        apply_reduction(
            report=report, amount_fen=1, reason="规模缩小", person=county.person("unit_project"), version=report.version - 1
        )


def test_declined_leaves_the_budget_and_answers_the_measure(county: County) -> None:
    report = report_in(county)
    made = asked(county, report)
    move_reduction(reduction=made, action="check", comment="", person=county.person("division"))
    move_reduction(reduction=made, action="decline", comment="年底前须付尾款", person=county.person("bureau_leader"))
    assert balance(report.subject_year_id).budget == 100_000_000
    assert report.measures.get().outcome == "申请调减 70.00 万元，不予调减：年底前须付尾款"


def test_a_measure_that_asks_for_it_waits_for_the_application(county: County) -> None:
    report = report_in(county)
    measure = report.measures.get()
    for role in ("unit_project", "unit_finance", "department_reviewer"):
        assert "申请调减预算" in {one.verb for one in STAGE.todos(county.person(role))}
    with pytest.raises(Refused, match="还没有提出申请"):
        follow_up(measure=measure, outcome="已沟通", person=county.person("unit_project"))
    made = asked(county, report)
    assert "申请调减预算" not in {one.verb for one in STAGE.todos(county.person("unit_project"))}
    assert "审核调减申请" in {one.verb for one in STAGE.todos(county.person("division"))}
    move_reduction(reduction=made, action="check", comment="", person=county.person("division"))
    assert "决定调减" in {one.verb for one in STAGE.todos(county.person("bureau_leader"))}


def test_other_measures_are_answered_as_before(county: County) -> None:
    report = report_in(county, kind="correct")
    follow_up(measure=report.measures.get(), outcome="已加快", person=county.person("unit_project"))
    assert not [one for one in STAGE.todos(county.person("unit_project")) if one.verb == "申请调减预算"]


def test_a_closed_year_takes_no_application(county: County) -> None:
    report = report_in(county)
    Cycle.objects.filter(pk=county.cycle.pk).update(state="closed")
    fresh = MonitoringReport.objects.select_related("cycle", "subject_year", "checkpoint").get(pk=report.pk)
    with pytest.raises(Refused):
        asked(county, fresh)


def test_pages_from_the_report_to_the_ledger(county: County, client: Client) -> None:
    report = report_in(county)
    apply = reverse("monitoring:reduction_apply", args=[report.pk])
    sign_in(client, county.person("unit_project"), county.cycle)
    assert apply in client.get(reverse("monitoring:detail", args=[report.pk])).content.decode()
    form = {"amount_fen": "70.000001", "reason": "规模缩小", "version": report.version}
    above = client.post(apply, form)
    assert above.status_code == 422
    assert "最多可以申请 70.00 万元" in above.content.decode()
    client.post(apply, form | {"amount_fen": "70"})
    made = Reduction.objects.get()
    page = reverse("monitoring:reduction", args=[made.pk])
    for role, action in (("division", "check"), ("bureau_leader", "decide")):
        sign_in(client, county.person(role), county.cycle)
        assert "申请调减" in client.get(page).content.decode()
        sent = {"action": action, "comment": "同意", "version": Reduction.objects.get().version}
        client.post(reverse("monitoring:reduction_act", args=[made.pk]), sent)
    assert "预算调整 <strong>-70.00</strong> 万元" in client.get(page).content.decode()
    assert "规模缩小" in client.get(reverse("monitoring:reductions")).content.decode()


def test_another_unit_sees_nothing(county: County, client: Client) -> None:
    made = asked(county, report_in(county))
    assert not visible_reductions(county.person("unit_project", 1)).exists()
    assert visible_reductions(county.person("department_reviewer")).get() == made
    for person in (county.person("unit_project", 1), county.person("unit_project", 2), county.person("department_reviewer", 1)):
        sign_in(client, person, county.cycle)
        assert client.get(reverse("monitoring:reduction", args=[made.pk])).status_code == 404


def test_the_interface_applies(county: County) -> None:
    report = report_in(county)
    token = token_for(county.person("unit_finance"))
    told = {"amount_fen": 70_000_001, "reason": "规模缩小"}
    above = call(token, "POST", f"monitoring/{report.pk}/reduce", told, etag=mark(report))
    assert (above.status_code, Reduction.objects.count()) == (422, 0)
    made = call(token, "POST", f"monitoring/{report.pk}/reduce", told | {"amount_fen": 1_000_000}, etag=mark(report))
    assert made.status_code == 200, made.content
    assert made.json()["state"] == "applied"
    division = token_for(county.person("division"))
    one = Reduction.objects.get()
    stale = call(division, "POST", f"reductions/{one.pk}/act", {"action": "check"}, etag='"0"')
    assert stale.status_code in {409, 412}
    passed = call(division, "POST", f"reductions/{one.pk}/act", {"action": "check"}, etag=mark(one))
    assert passed.json()["state"] == "checked"
