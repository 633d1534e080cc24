"""Situations between two checkpoints: who reports, receives, hands on and answers them, and by which day."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.monitoring.models import SituationReport
from jiheng.stages.monitoring.situations.access import visible_situations, way_of_reporting
from jiheng.stages.monitoring.situations.pages import state_of
from jiheng.stages.monitoring.situations.services import (
    SituationData,
    begin_situation,
    move_situation,
    save_situation,
)
from jiheng.stages.monitoring.stage import STAGE
from tests.make import County, make_county, make_subject, sign_in

pytestmark = pytest.mark.django_db
MONDAY = date(2023, 9, 4)
TOLD = SituationData(MONDAY, "连续降雨停工", "预计推迟15天", "协调材料进场")


@pytest.fixture
def county() -> County:
    return make_county("hunan-tianyuan")


@pytest.fixture
def year(county: County) -> SubjectYear:
    return make_subject(county)


def reported(county: County, year: SubjectYear, *steps: str, day: date = MONDAY) -> SituationReport:
    unit, department, division = (county.person(role) for role in ("unit_project", "department_reviewer", "division"))
    with clock.at(day):
        made = begin_situation(year=year, told=TOLD, person=unit)
        for step in steps:
            who = {"submit": unit, "withdraw": unit}.get(step, division if made.handed_on else department)
            move_situation(situation=made, action=step, person=who, comment="涉及预算" if step in {"hand_on", "return"} else "")
    return made


@pytest.mark.parametrize(("day", "late"), [(15, False), (18, False), (19, True)])
def test_an_answer_after_ten_working_days_is_late(county: County, year: SubjectYear, day: int, late: bool) -> None:
    made = reported(county, year, "submit", "receive")
    assert made.due == date(2023, 9, 18)
    assert "第十六条" in made.due_clause
    with clock.at(date(2023, 9, day)):
        move_situation(situation=made, action="close", person=county.person("department_reviewer"), comment="已协调")
    assert (made.state, made.late, made.outcome) == ("closed", late, "已协调")
    assert state_of(made)[0] == ("已办结（逾期）" if late else "已办结")
    assert first_break(county.place.pk) is None


def test_what_a_department_cannot_settle_goes_to_the_bureau_and_both_are_told(county: County, year: SubjectYear) -> None:
    made = reported(county, year, "submit", "receive", "hand_on")
    division = county.person("division")
    assert [one.verb for one in STAGE.todos(division) if "停工" in one.title] == ["签收情况"]
    with clock.at(MONDAY):
        move_situation(situation=made, action="receive", person=division)
        with pytest.raises(Refused, match="意见"):
            move_situation(situation=made, action="close", person=division)
        made.refresh_from_db()
        move_situation(situation=made, action="close", person=division, comment="按程序调剂")
    told = set(Notice.objects.filter(text__contains="已办结").values_list("role", flat=True))
    assert told == {"unit_project", "department_reviewer"}


def test_each_step_is_for_one_role_and_a_closed_one_is_final(county: County, year: SubjectYear) -> None:
    made = reported(county, year, "submit")
    for role in ("unit_finance", "division", "performance_office"):
        with pytest.raises(Exception, match="没有由"):
            move_situation(situation=made, action="receive", person=county.person(role))
    with pytest.raises(Refused):
        move_situation(situation=made, action="receive", person=county.person("unit_project"))
    made.refresh_from_db()
    with pytest.raises(Refused):
        move_situation(situation=made, action="close", person=county.person("department_reviewer"), comment="已办")
    made.refresh_from_db()
    move_situation(situation=made, action="withdraw", person=county.person("unit_project"))
    with pytest.raises(Exception, match="已撤回"):
        move_situation(situation=made, action="receive", person=county.person("department_reviewer"))


def test_a_draft_is_the_units_own_until_it_is_handed_in(county: County, year: SubjectYear) -> None:
    made = reported(county, year)
    department = county.person("department_reviewer")
    assert not visible_situations(department).exists()
    assert visible_situations(county.person("unit_project")).get() == made
    assert not visible_situations(county.person("unit_project", 1)).exists()
    with pytest.raises(Exception, match="由反映情况的单位填写"):
        save_situation(situation=made, told=TOLD, person=department)
    move_situation(situation=made, action="submit", person=county.person("unit_project"))
    assert visible_situations(department).get() == made
    move_situation(situation=made, action="return", person=department, comment="请写明天数")
    assert visible_situations(department).exists()
    assert next(one.reason for one in STAGE.todos(county.person("unit_project")) if one.verb == "报送情况").endswith("请写明天数")


def test_what_is_unsound_or_stale_is_refused(county: County, year: SubjectYear) -> None:
    unit = county.person("unit_project")
    with clock.at(MONDAY), pytest.raises(Refused, match="不能晚于今天"):
        begin_situation(year=year, told=SituationData(date(2023, 9, 5), "停工", "推迟"), person=unit)
    with pytest.raises(Refused, match="只能反映本单位"):
        begin_situation(year=make_subject(county, unit=1), told=TOLD, person=unit)
    with clock.at(MONDAY):
        made = begin_situation(year=year, told=SituationData(MONDAY, "停工", ""), person=unit)
        with pytest.raises(Refused, match="影响都要写明") as refused:
            move_situation(situation=made, action="submit", person=unit)
        assert "第十六条" in refused.value.refusals[0].clause
        with pytest.raises(Overtaken):
            save_situation(situation=made, told=TOLD, person=unit, version=made.version + 5)


def test_a_place_that_does_not_prescribe_it_has_none() -> None:
    county = make_county("ningxia-yanchi")
    assert way_of_reporting(county.cycle) is None
    with pytest.raises(Refused, match="没有规定情况反映"):
        begin_situation(year=make_subject(county), told=TOLD, person=county.person("unit_project"))


def test_situations_at_the_browser(county: County, year: SubjectYear, client: Client) -> None:
    with clock.at(MONDAY):
        unit = sign_in(client, county.person("unit_project"), county.cycle)
        assert "反映情况" in unit.get(reverse("monitoring:situations")).content.decode()
        data = {"year": year.pk, "occurred_on": "2023-09-04", "facts": "连续降雨停工", "effect": "推迟15天", "needed": ""}
        assert unit.post(reverse("monitoring:situation_begin"), {**data, "year": ""}).status_code == 422
        assert unit.post(reverse("monitoring:situation_begin"), data).status_code == 302
        made = SituationReport.objects.get()
        detail, act = (reverse(f"monitoring:{name}", args=[made.pk]) for name in ("situation", "situation_act"))
        assert "报送后计算" in unit.get(detail).content.decode()
        saved = {**data, "effect": "推迟20天", "version": made.version}
        assert unit.post(reverse("monitoring:situation_save", args=[made.pk]), saved).status_code == 302
        made.refresh_from_db()
        assert made.effect == "推迟20天"
        assert unit.post(act, {"action": "submit", "version": made.version}).status_code == 302
        assert unit.post(act, {"action": "receive", "version": made.version + 1}).status_code == 422
        other = sign_in(client, county.person("unit_project", 1), county.cycle)
        assert other.get(detail).status_code == 404
        department = sign_in(client, county.person("department_reviewer"), county.cycle)
        shown = department.get(detail).content.decode()
        assert "推迟20天" in shown
        assert "2023-09-18" in shown
        made.refresh_from_db()
        assert department.post(act, {"action": "receive", "version": made.version}).status_code == 302
        assert "主管部门办理中" in department.get(reverse("monitoring:situations")).content.decode()
