"""Periodic reports of departments: owed by the calendar, late by the day of the first handing in, received by the bureau."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.stages.monitoring.models import ProgressReport
from jiheng.stages.monitoring.progress.access import visible_progress
from jiheng.stages.monitoring.progress.owed import duties_of, owed_in
from jiheng.stages.monitoring.progress.services import begin_progress, move_progress, save_progress
from jiheng.stages.monitoring.stage import STAGE
from tests.make import County, make_county, sign_in

pytestmark = pytest.mark.django_db
DUE = date(2021, 7, 20)


@pytest.fixture
def county() -> County:
    return make_county("heilongjiang-hailin", 2021, day=date(2020, 10, 1))


def written(county: County) -> ProgressReport:
    person = county.person("department_reviewer")
    report = begin_progress(cycle=county.cycle, key="july", person=person)
    save_progress(report=report, done="已布置", progress="按计划", person=person)
    return report


@pytest.mark.parametrize(("day", "late"), [(19, False), (20, False), (21, True)])
def test_late_is_what_comes_after_the_day(county: County, day: int, late: bool) -> None:
    with clock.at(date(2021, 7, day)):
        report = written(county)
        move_progress(report=report, action="submit", person=county.person("department_reviewer"))
    assert (report.state, report.late, report.due) == ("submitted", late, DUE)


def test_report_sent_back_keeps_its_first_day(county: County) -> None:
    person = county.person("department_reviewer")
    with clock.at(DUE):
        report = written(county)
        move_progress(report=report, action="submit", person=person)
    with clock.at(date(2021, 8, 2)):
        move_progress(report=report, action="return", person=county.person("division"), comment="请补充数字")
        move_progress(report=report, action="submit", person=person)
        move_progress(report=report, action="accept", person=county.person("division"))
    assert (report.state, report.late, report.submitted_on) == ("accepted", False, DUE)


def test_both_parts_are_needed(county: County) -> None:
    person = county.person("department_reviewer")
    report = begin_progress(cycle=county.cycle, key="july", person=person)
    with pytest.raises(Refused, match="都要填写") as refused:
        move_progress(report=report, action="submit", person=person)
    assert "五 末段" in refused.value.refusals[0].clause


def test_every_department_owes_each_report(county: County) -> None:
    office = county.person("performance_office")
    with clock.at(date(2021, 7, 21)):
        rows = owed_in(county.cycle, office)
        assert {one.duty.key for one in rows} == {"july", "december"}
        assert {one.words for one in rows if one.duty.key == "july"} == {"逾期未报"}
        assert {one.words for one in rows if one.duty.key == "december"} == {"未报送"}
        assert len({one.body.pk for one in owed_in(county.cycle, county.person("department_reviewer"))}) == 1
        assert "报送进展" in [one.verb for one in STAGE.todos(county.person("department_reviewer"))]


def test_place_without_the_rule_asks_for_nothing() -> None:
    assert duties_of(make_county().cycle) == []


def test_units_see_nothing_of_it(county: County) -> None:
    written(county)
    assert not visible_progress(county.person("unit_project")).exists()
    assert visible_progress(county.person("congress")).count() == 1


def test_pages_from_list_to_receipt(client: Client, county: County) -> None:
    with clock.at(date(2021, 7, 21)):
        sign_in(client, county.person("department_reviewer"), county.cycle)
        assert "逾期未报" in client.get(reverse("monitoring:progress_list")).content.decode()
        client.post(reverse("monitoring:progress_begin"), {"key": "july"})
        report = ProgressReport.objects.get()
        client.post(reverse("monitoring:progress_save", args=[report.pk]), {"done": "已布置", "progress": "按计划"})
        act = reverse("monitoring:progress_act", args=[report.pk])
        report.refresh_from_db()
        done = client.post(act, {"action": "submit", "version": report.version}, follow=True)
        assert "逾期" in done.content.decode()
        sign_in(client, county.person("division"), county.cycle)
        assert "收取报送" in [one.verb for one in STAGE.todos(county.person("division"))]
        report.refresh_from_db()
        assert client.post(act, {"action": "accept", "version": report.version}).status_code in {200, 302}
        report.refresh_from_db()
        assert report.state == "accepted"
