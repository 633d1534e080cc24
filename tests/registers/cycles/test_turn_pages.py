"""The page on which a year is closed and opened again."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.navigation import todos
from jiheng.stages.disclosure.services import publish
from tests.make import DAY, County, make_county, make_goal, make_subject, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def test_page_lists_what_is_open_then_closes_and_shows_what_is_public(county: County) -> None:
    with clock.at(DAY):
        goal = make_goal(county, make_subject(county), "approved")
    with clock.at(date(2024, 11, 1)):
        office = sign_in(Client(), county.person("performance_office"), county.cycle)
        leader = sign_in(Client(), county.person("bureau_leader"), county.cycle)
        page = reverse("cycles:turn", args=[county.cycle.pk])
        assert "应公开的还没有公开" in office.get(page).text
        assert office.post(page, {"reason": "年度结束"}).status_code == 422
        publish(source=goal, person=county.person("performance_office"))
        assert office.post(page, {"reason": "年度结束"}).status_code == 302
        assert "批准" in [one.verb for one in todos(county.person("bureau_leader"))]
        assert "作出决定" not in office.get(page).text
        assert leader.post(page, {"granted": "1", "opinion": ""}).status_code == 302
        assert Cycle.objects.get().state == "closed"
        shown = office.get(page).text
        assert "可能变动的公开数字" in shown
        assert "购置教学设备台数" in shown
        assert office.post(page, {"reason": "更正"}).status_code == 302
        assert leader.post(page, {"granted": "0", "opinion": "先补材料"}).status_code == 302
        assert "先补材料" in office.get(page).text


def test_the_way_to_what_is_open_is_shown_to_those_who_may_go_it(county: County) -> None:
    with clock.at(DAY):
        make_goal(county, make_subject(county), "draft")
        page, way = reverse("cycles:turn", args=[county.cycle.pk]), f'<a href="{reverse("goals:list")}">绩效目标还没有办结'
        office = sign_in(Client(), county.person("performance_office"), county.cycle).get(page).text
        expert = sign_in(Client(), county.person("expert"), county.cycle).get(page).text
    assert way in office
    assert "绩效目标还没有办结" in expert
    assert way not in expert
