"""Spot checks of monitoring: drawn by seed, held against the source data once, told to the unit, a clue when untrue."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Refused
from jiheng.stages.evaluation.models import Draw, SpotCheck
from jiheng.stages.evaluation.queries import verify_draw, waiting_spot_checks
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.spot_checks import Checked, spot_check
from jiheng.stages.evaluation.stage import todos
from jiheng.stages.monitoring.models import MonitoringReport, Reading
from jiheng.stages.monitoring.services import (
    MeasureData,
    ReadingData,
    open_checkpoint,
    save_readings,
    submit_report,
)
from jiheng.stages.results.accountability.clues import clues_in
from tests.make import PACK, make_county, sign_in
from tests.stages.monitoring.build import STEADY, Round, paid_project

DAY = date(2023, 8, 14)


def monitored() -> Round:
    """A county whose one report of the first checkpoint has left its unit."""
    county = make_county("hunan-tianyuan")
    year = paid_project(county)
    key = county.policy.value("monitoring_checkpoints", budget_year=2023).value[0]["key"]
    with clock.at(DAY):
        made = Round(county, year, open_checkpoint(cycle=county.cycle, key=key, person=county.person("performance_office")))
        report = made.report
        save_readings(
            report=report,
            readings={
                one.pk: ReadingData(STEADY.get(one.indicator.unit, "按计划推进"), likelihood="possible", reason="招标晚了一个月")
                for one in report.readings.select_related("indicator")
            },
            note="招标晚了一个月",
            measures=[MeasureData("加快实施", "项目负责岗", date(2023, 10, 31))],
            person=made.project,
        )
        submit_report(report=report, person=made.project)
        submit_report(report=report, person=made.finance)
    return made


def drawn(made: Round) -> Draw:
    with clock.at(DAY):
        centre = made.county.person("evaluation_centre")
        return draw_rechecks(cycle=made.county.cycle, count=1, seed="3178.43", person=centre, purpose="monitoring")


def first(report: MonitoringReport) -> Reading:
    return report.readings.filter(actual__isnull=False)[0]


def checked(made: Round, lower: str = "0", role: str = "evaluation_centre", **more: str) -> SpotCheck:
    row = first(made.report)
    assert row.actual is not None
    told = {"verified": f"{row.actual * (100 - Decimal(lower)) / 100:f}", "source": "验收单 2023-07"} | more
    value = Checked(told["verified"], told["source"])
    with clock.at(DAY):
        return spot_check(report=made.report, checked={row.pk: value}, opinion="逐项核对", person=made.county.person(role))


@pytest.mark.feature("5.09")
def test_a_sent_report_is_drawn_and_checked_once(db: None) -> None:
    made = monitored()
    with pytest.raises(Refused, match="没有抽中"):
        checked(made)
    draw = drawn(made)
    assert verify_draw(draw) == []
    assert list(waiting_spot_checks(made.county.cycle)) == [made.report]
    with pytest.raises(Refused, match="可抽取 0 份"):
        drawn(made)
    with pytest.raises(Refused, match="绩效管理股或绩效评价中心"):
        checked(made, role="division")
    one = checked(made, "5")
    assert (one.untrue, one.draw, one.tolerance) == (False, draw, Decimal(5))
    assert [line.action for line in history(one)] == ["evaluation.spot_check"]
    assert not waiting_spot_checks(made.county.cycle)
    with pytest.raises(Refused, match="已经核对"):
        checked(made)
    with pytest.raises(DatabaseError), transaction.atomic():
        SpotCheck.objects.filter(pk=one.pk).update(untrue=True)


def test_what_is_missing_is_said_at_its_place(db: None) -> None:
    made = monitored()
    drawn(made)
    for more, words in (({"verified": ""}, "没有写核实值"), ({"verified": "差不多"}, "不是数"), ({"source": " "}, "原始数据的出处")):
        with pytest.raises(Refused, match=words) as refused:
            checked(made, **more)
        assert "第十六条" in refused.value.refusals[0].clause
    with pytest.raises(Refused, match="至少核对一项"):
        checked(made, verified="", source="")
    assert not SpotCheck.objects.exists()


def test_an_untrue_value_is_told_and_becomes_a_clue(db: None) -> None:
    made = monitored()
    drawn(made)
    office = made.county.person("performance_office")
    assert not [one for one in clues_in(office, made.county.cycle) if one.situation == "falsified"]
    one = checked(made, "5.01")
    assert one.untrue
    told = Notice.objects.filter(link=f"/evaluation/spot-checks/{one.pk}/").values_list("role", flat=True)
    assert set(told) == {"unit_project", "department_reviewer"}
    (clue,) = (found for found in clues_in(office, made.county.cycle) if found.situation == "falsified")
    assert first(made.report).indicator.name in clue.text


def test_a_place_without_the_rule_draws_no_monitoring(db: None) -> None:
    county = make_county(PACK)
    centre = county.person("evaluation_centre")
    with pytest.raises(Refused, match="没有规定监控数据抽查"):
        draw_rechecks(cycle=county.cycle, count=1, seed="3178.43", person=centre, purpose="monitoring")
    page = sign_in(Client(), centre, county.cycle).get(reverse("evaluation:draws"))
    assert 'id="monitoring"' not in page.text


def test_the_centre_draws_checks_and_the_unit_reads_what_was_found(db: None) -> None:
    made = monitored()
    centre = sign_in(Client(), made.county.person("evaluation_centre"), made.county.cycle)
    with clock.at(DAY):
        assert 'id="monitoring"' in centre.get(reverse("evaluation:draws")).text
        data = {"purpose": "monitoring", "monitoring-count": "1", "monitoring-seed": "3178.43"}
        assert centre.post(reverse("evaluation:draw_new"), data).status_code == 302
        form = reverse("evaluation:spot_check", args=[made.report.pk])
        assert form in centre.get(reverse("evaluation:draw", args=[Draw.objects.get().pk])).text
        assert form in [one.url for one in todos(made.county.person("evaluation_centre"))]
        row = first(made.report)
        assert f"verified-{row.pk}" in centre.get(form).text
        wrong = centre.post(form, {f"verified-{row.pk}": "1", "opinion": "不符"})
        assert wrong.status_code == 422
        assert "原始数据的出处" in wrong.text
        sent = {f"verified-{row.pk}": "1", f"source-{row.pk}": "验收单", "opinion": "只验收了1台"}
        assert centre.post(form, sent).status_code == 302
    one = SpotCheck.objects.get()
    unit = sign_in(Client(), made.project, made.county.cycle)
    assert "只验收了1台" in unit.get(reverse("evaluation:spot_checked", args=[one.pk])).text
    other = sign_in(Client(), made.county.person("unit_project", 1), made.county.cycle)
    assert other.get(reverse("evaluation:spot_checked", args=[one.pk])).status_code == 404
