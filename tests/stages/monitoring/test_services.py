"""Monitoring through the services: money from the ledger alone, deviations by rule, steps with their conditions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.foundation.workflow.claim import Seen
from jiheng.registers.budgets.queries import balance
from jiheng.rules.days import WorkCalendar
from jiheng.stages.monitoring.models import Checkpoint, MonitoringReport, Reading, Warning
from jiheng.stages.monitoring.queries import (
    LISTS,
    missing_units,
    monitoring_statistics,
    reports_where,
    signatures_for,
    situations,
)
from jiheng.stages.monitoring.services import (
    MeasureData,
    ReadingData,
    close_report,
    confirm_report,
    escalate_overdue,
    follow_up,
    move_many,
    open_checkpoint,
    open_due_checkpoints,
    refresh_money,
    return_report,
    save_readings,
    submit_report,
    urge_units,
    withdraw_report,
)
from jiheng.stages.monitoring.services.filling import fill as put_into
from tests.make import make_budget, make_county
from tests.stages.monitoring.build import DAY, Round, fill, make_round, paid_project, pass_on, said, sign

pytestmark = pytest.mark.django_db
MEASURE = MeasureData("督促供货商交付", "项目负责岗", date(2023, 5, 31))


@pytest.fixture
def made() -> Round:
    return make_round()


# --- checkpoints


@pytest.mark.feature("5.02")
def test_a_checkpoint_opens_on_its_day_and_once() -> None:
    county = make_county()
    paid_project(county)
    office = county.person("performance_office")
    with clock.at(date(2023, 3, 30)), pytest.raises(Refused, match="尚未到期"):
        open_checkpoint(cycle=county.cycle, key="q1", person=office)
    with clock.at(DAY), pytest.raises(Refused, match="由绩效管理股开启"):
        open_checkpoint(cycle=county.cycle, key="q1", person=county.person("division"))
    with clock.at(DAY):
        opened = open_checkpoint(cycle=county.cycle, key="q1", person=office)
        with pytest.raises(Refused, match="已经开启"):
            open_checkpoint(cycle=county.cycle, key="q1", person=office)
        with pytest.raises(Refused, match="没有监控点"):
            open_checkpoint(cycle=county.cycle, key="q9", person=office)
    assert (opened.as_of, opened.due) == (date(2023, 3, 31), date(2023, 4, 10))
    assert opened.reports.get().readings.count() == 7


@pytest.mark.feature("5.02")
def test_the_nightly_run_opens_what_was_missed_and_covers_goals_approved_late() -> None:
    county = make_county()
    paid_project(county)
    with clock.at(date(2023, 7, 5)):
        assert open_due_checkpoints() == 2
        assert open_due_checkpoints() == 0
    late = paid_project(county)
    with clock.at(date(2023, 7, 6)):
        assert open_due_checkpoints() == 0
    assert [one.checkpoint.key for one in late.monitoring_reports.all()] == ["q2"]


@pytest.mark.feature("5.04")
def test_money_that_nobody_spent_by_the_line_of_the_pack_is_idle() -> None:
    county = make_county()
    idle, moving = paid_project(county, 0), paid_project(county, 1_000_000)
    line = county.policy.value("monitoring_idle_after", budget_year=2023)
    found = {}
    for key, day in (("q1", DAY), ("q2", date(2023, 7, 5))):
        with clock.at(day):
            point = open_checkpoint(cycle=county.cycle, key=key, person=county.person("performance_office"))
        for year in (idle, moving):
            warnings = point.reports.get(subject_year=year).warnings.filter(rule="idle_money")
            found[key, year] = [(one.clause, one.light) for one in warnings]
    assert found == {
        ("q1", idle): [],
        ("q1", moving): [],
        ("q2", idle): [(str(line.clause), "red")],
        ("q2", moving): [],
    }


def test_the_ledger_alone_shows_who_is_slow_before_anybody_reports() -> None:
    made = make_round(paid_fen=10_000_000)
    report = made.report
    assert report.light == "red"
    warning = report.warnings.get()
    assert warning.rule == "execution_floor"
    assert "10%低于3月底最低要求20%" in warning.fact
    assert warning.clause
    assert monitoring_statistics(made.checkpoint).slow == 1


# --- filling


@pytest.mark.feature("5.03")
def test_money_comes_from_the_ledger_whatever_is_typed(made: Round) -> None:
    fill(made)
    report = made.report
    assert (report.budget_fen, report.executed_fen) == (100_000_000, 33_000_000)
    assert report.light == "green"
    assert report.expected_fen == 100_000_000
    assert not hasattr(ReadingData("1"), "executed_fen")
    MonitoringReport.objects.filter(pk=report.pk).update(executed_fen=99_000_000)
    with clock.at(DAY), pytest.raises(Refused, match=r"相差 -660,000.00 元"):
        submit_report(report=made.report, person=made.project)


@pytest.mark.feature("5.03")
def test_a_payment_that_arrives_later_is_taken_over_and_voids_the_signature(made: Round) -> None:
    fill(made)
    with clock.at(DAY):
        submit_report(report=made.report, person=made.project)
    make_budget(made.county, made.year, 1, kind="payment", day=date(2023, 3, 30))
    with clock.at(DAY):
        with pytest.raises(Refused, match=r"执行数台账为 330,000\.01 元，监控表为 330,000\.00 元"):
            submit_report(report=made.report, person=made.finance)
        refresh_money(report=made.report, person=made.finance)
        assert [one.void for one in signatures_for(made.report)] == [True]
        submit_report(report=made.report, person=made.finance)
        assert made.report.state == "draft"
        submit_report(report=made.report, person=made.project)
    assert made.report.state == "department"


def test_a_payment_after_the_day_of_the_checkpoint_does_not_count(made: Round) -> None:
    fill(made)
    make_budget(made.county, made.year, 5_000_000, kind="payment", day=date(2023, 4, 1))
    sign(made)
    assert made.report.executed_fen == 33_000_000


@pytest.mark.feature("5.04")
def test_a_reading_behind_its_target_is_found_with_light_fact_and_clause(made: Round) -> None:
    fill(made, 购置教学设备台数=ReadingData("10台"))
    warnings = list(made.report.warnings.order_by("pk"))
    drift = next(one for one in warnings if one.rule == "attainment_drift")
    assert drift.light == "red"
    assert "实际10，为应达到水平的33.33%" in drift.fact
    assert drift.reading is not None
    assert made.report.light == "red"
    fill(made)
    assert made.report.light == "green"
    assert not made.report.warnings.exists()


def test_values_are_read_in_the_unit_of_the_target_and_all_mistakes_are_told(made: Round) -> None:
    fill(made, 购置教学设备台数=ReadingData("０．００３万台"))
    assert made.report.readings.get(indicator__name="购置教学设备台数").actual == Decimal(30)
    with pytest.raises(Refused) as refused:
        fill(made, 购置教学设备台数=ReadingData("很多"), 实验开出率=ReadingData("95公里"))
    assert len(refused.value.refusals) == 2
    assert {one.where.split("-")[0] for one in refused.value.refusals} == {"reading"}
    assert made.report.readings.get(indicator__name="购置教学设备台数").actual == Decimal(30)


def test_a_measure_must_be_whole_and_of_a_known_kind(made: Round) -> None:
    with pytest.raises(Refused, match="须写明措施和责任岗位"):
        fill(made, measures=[MeasureData("催货", " ", date(2023, 5, 1))])
    with pytest.raises(Refused, match="不在选项之内"):
        fill(made, measures=[MeasureData("催货", "岗", date(2023, 5, 1), "unknown")])


def test_only_the_project_officer_of_the_unit_fills(made: Round) -> None:
    report = made.report
    for role, index in (("unit_finance", 0), ("unit_project", 1), ("division", 0)):
        with clock.at(DAY), pytest.raises(Refused):
            save_readings(
                report=report,
                readings={},
                note="",
                measures=[],
                person=made.county.person(role, index),
            )


def test_a_page_is_overtaken_by_another_but_not_by_itself(made: Round) -> None:
    def save(page: str, version: int) -> None:
        report = made.report
        with clock.at(DAY):
            save_readings(
                report=report,
                readings=said(report),
                note=page,
                measures=[],
                person=made.project,
                seen=Seen(version, page),
                draft=True,
            )

    save("one", 0)
    save("one", 0)
    with pytest.raises(Overtaken):
        save("two", 0)
    save("two", 2)
    with pytest.raises(Overtaken):
        save("one", 0)
    assert made.report.note == "two"
    assert not any(line.action == "monitoring.readings" for line in history(made.report))


# --- steps


@pytest.mark.feature("5.05")
def test_a_deviation_without_reason_is_not_sent(made: Round) -> None:
    fill(made, 购置教学设备台数=ReadingData("10台"))
    with clock.at(DAY), pytest.raises(Refused, match="“购置教学设备台数”有偏差，没有说明原因") as refused:
        submit_report(report=made.report, person=made.project)
    assert all(one.clause for one in refused.value.refusals)
    fill(made, note="到货晚", 购置教学设备台数=ReadingData("10台", causes=["other"], reason="供应商延期"))
    assert sign(made).state == "department"


def test_missing_readings_are_named_each(made: Round) -> None:
    with clock.at(DAY), pytest.raises(Refused) as refused:
        submit_report(report=made.report, person=made.project)
    assert sum("没有填写完成情况" in one.message for one in refused.value.refusals) == 7


@pytest.mark.feature("1.09")
def test_both_officers_sign_the_same_content(made: Round) -> None:
    fill(made)
    with clock.at(DAY):
        submit_report(report=made.report, person=made.project)
        assert made.report.state == "draft"
        told = Notice.objects.filter(role="unit_finance", text__contains="（第一季度监控）：已由项目经办签署")
        assert told.count() == 1
    fill(made, note="签后改动")
    with clock.at(DAY):
        submit_report(report=made.report, person=made.finance)
    assert made.report.state == "draft"
    with clock.at(DAY):
        submit_report(report=made.report, person=made.project)
    assert made.report.state == "department"


@pytest.mark.feature("5.06")
def test_a_deviation_closes_only_with_a_measure_and_the_measure_only_with_its_outcome(made: Round) -> None:
    late: Any = {"购置教学设备台数": ReadingData("10台", causes=["other"], reason="供应商延期")}
    fill(made, note="到货晚", **late)
    sign(made)
    report = pass_on(made)
    division = made.county.person("division")
    with clock.at(DAY):
        with pytest.raises(Refused, match="没有纠偏措施"):
            close_report(report=report, person=division)
        return_report(report=report, person=division, comment="请补充纠偏措施")
    assert made.report.state == "draft"
    assert Notice.objects.filter(role="unit_project", text__contains="请补充纠偏措施").exists()
    fill(made, note="到货晚", measures=[MEASURE], **late)
    sign(made)
    report = pass_on(made)
    with clock.at(DAY):
        close_report(report=report, person=division)
        measure = report.measures.get()
        with pytest.raises(Refused, match="请写明落实情况"):
            follow_up(measure=measure, outcome=" ", person=made.project)
        with pytest.raises(Refused, match="由项目实施单位填写"):
            follow_up(measure=measure, outcome="好了", person=made.county.person("unit_project", 1))
        follow_up(measure=measure, outcome="已到货110台", person=made.project)
    measure.refresh_from_db()
    assert (measure.done_on, measure.outcome) == (DAY, "已到货110台")


@pytest.mark.feature("5.06")
def test_a_measure_that_nobody_carries_out_goes_up_step_by_step(made: Round) -> None:
    fill(made, measures=[MEASURE])
    sign(made)

    def told(role: str) -> int:
        return Notice.objects.filter(role=role, text__contains="没有落实").count()

    with clock.at(date(2023, 5, 31)):
        assert escalate_overdue() == 0
    with clock.at(date(2023, 6, 5)):
        assert escalate_overdue() == 1
        assert (told("department_reviewer"), told("division")) == (1, 0)
    with clock.at(date(2023, 6, 20)):
        escalate_overdue()
        escalate_overdue()
    assert (told("department_reviewer"), told("division"), told("performance_office")) == (1, 1, 1)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_working_days_are_five_of_seven(since: date, days: int) -> None:
    until = since + timedelta(days=days)
    weekdays = sum((since + timedelta(days=one)).weekday() < 5 for one in range(1, days + 1))
    assert WorkCalendar().between(since, until) == weekdays
    assert WorkCalendar().between(since, since + timedelta(days=7)) == 5


def test_a_report_comes_back_on_withdrawal_and_only_before_the_department_acts(made: Round) -> None:
    fill(made)
    report = sign(made)
    with clock.at(DAY):
        withdraw_report(report=report, person=made.project)
        assert made.report.state == "draft"
    sign(made)
    report = pass_on(made)
    with clock.at(DAY), pytest.raises(Refused):
        withdraw_report(report=report, person=made.project)


def test_a_department_does_not_confirm_for_others(made: Round) -> None:
    fill(made)
    report = sign(made)
    with clock.at(DAY), pytest.raises(Refused, match="只能审核本部门"):
        confirm_report(report=report, person=made.county.person("department_reviewer", 1))


def test_a_stale_version_is_overtaken(made: Round) -> None:
    fill(made)
    report = sign(made)
    with clock.at(DAY):
        stale = report.version - 1
        with pytest.raises(Overtaken):
            confirm_report(
                report=made.report, person=made.county.person("department_reviewer"), version=stale
            )
    assert made.report.state == "department"


def test_only_reports_without_deviation_move_in_bulk() -> None:
    county = make_county()
    good, bad = paid_project(county), paid_project(county, 1_000_000)
    with clock.at(DAY):
        opened = open_checkpoint(cycle=county.cycle, key="q1", person=county.person("performance_office"))
    for year in (good, bad):
        one = Round(county, year, opened)
        fill(one, note="招标流标，重新组织")
        sign(one)
    with clock.at(DAY):
        reviewer = county.person("department_reviewer")
        outcome = move_many(reports=list(opened.reports.all()), person=reviewer, action="confirm")
        with pytest.raises(Refused):
            move_many(reports=[], person=county.person("unit_project"), action="confirm")
    assert [one.subject_year_id for one in outcome.done] == [good.pk]
    assert [one.subject_year_id for one, _ in outcome.refused] == [bad.pk]
    assert "最低要求" in outcome.refused[0][1][0].message


# --- counts


@pytest.mark.feature("5.01", "5.04")
def test_each_number_is_the_length_of_its_list_and_the_situations_share_out_all() -> None:
    county = make_county()
    kinds = {
        "on_track": (33_000_000, "30台"),
        "money_behind": (1_000_000, "30台"),
        "work_behind": (33_000_000, "2台"),
        "both_behind": (1_000_000, "2台"),
    }
    years = {key: paid_project(county, paid) for key, (paid, _) in kinds.items()}
    years["missing"] = paid_project(county, unit=2)
    with clock.at(DAY):
        opened = open_checkpoint(cycle=county.cycle, key="q1", person=county.person("performance_office"))
    for key, (_, units) in kinds.items():
        one = Round(county, years[key], opened)
        fill(one, note="有原因", 购置教学设备台数=ReadingData(units, reason="有原因"))
        sign(one)
    found = monitoring_statistics(opened)
    assert (found.due, found.reported, found.closed, found.slow, found.off_target) == (5, 4, 0, 2, 2)
    for what in LISTS:
        assert reports_where(opened, what).count() == getattr(found, what)
    told = {one.key: one.count for one in situations(opened, county.person("bureau_leader"))}
    assert told == {"on_track": 2, "money_behind": 1, "work_behind": 1, "both_behind": 1}
    assert sum(one.budget_fen for one in situations(opened, county.person("bureau_leader"))) == 500_000_000
    own = monitoring_statistics(opened, county.person("unit_project", 2))
    assert (own.due, own.reported) == (1, 0)


@pytest.mark.feature("5.22")
def test_units_that_did_not_report_are_listed_and_urged_once_a_day(made: Round) -> None:
    office = made.county.person("performance_office")
    listed = missing_units(made.checkpoint, office)
    assert [(one.pk, one.reports, one.begun) for one in listed] == [(made.county.units[0].pk, 1, 0)]
    assert missing_units(made.checkpoint, made.county.person("department_reviewer", 1)) == []
    with clock.at(date(2023, 4, 12)):
        assert urge_units(checkpoint=made.checkpoint, person=office) == 1
        urge_units(checkpoint=made.checkpoint, person=office)
        assert Notice.objects.filter(text__contains="已逾期 2 天", role="unit_project").count() == 1
        with pytest.raises(Refused, match="没有未报送"):
            urge_units(checkpoint=made.checkpoint, person=made.county.person("department_reviewer", 1))
    fill(made)
    sign(made)
    assert missing_units(made.checkpoint, office) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_whatever_is_typed_as_a_value_is_read_or_named(made: Round, text: str) -> None:
    row = Reading.objects.select_related("indicator").get(
        report=made.report, indicator__name="购置教学设备台数"
    )
    refusals = put_into(row, ReadingData(text))
    if text.strip() and not refusals:
        assert row.actual is not None
    if refusals:
        assert row.actual is None
        assert refusals[0].where == f"reading-{row.pk}"


def test_warnings_never_outlive_what_caused_them(made: Round) -> None:
    for units in ("2台", "30台", "15台", "30台"):
        fill(made, 购置教学设备台数=ReadingData(units))
        kinds = set(
            Warning.objects.filter(report=made.report, reading__isnull=False).values_list("rule", flat=True)
        )
        assert kinds == (set() if units == "30台" else {"attainment_drift"})


def test_a_year_without_budget_has_no_rate_and_no_false_alarm(made: Round) -> None:
    other: Any = paid_project(made.county, 0)
    assert balance(other.pk).payment == 0
    with clock.at(date(2023, 7, 3)):
        open_due_checkpoints()
    report = Checkpoint.objects.get(key="q2").reports.get(subject_year=other)
    assert report.executed_fen == 0
    assert report.light == "red"
