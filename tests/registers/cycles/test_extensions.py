"""More time for one body: asked for by one, granted by another, counted everywhere only then."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.notices.services import notices_for
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.extensions import ask_extension, decide_extension
from jiheng.registers.cycles.models import Extension
from jiheng.registers.cycles.navigation import todos
from jiheng.registers.cycles.queries import window
from jiheng.stages.disclosure.queries import due_list
from jiheng.stages.disclosure.services import publish
from tests.make import (
    County,
    make_county,
    make_goal,
    make_organisation,
    make_person,
    make_place,
    make_subject,
    sign_in,
)

pytestmark = pytest.mark.django_db
LATER = date(2022, 12, 1)


@pytest.fixture
def county() -> County:
    return make_county()


def ask(county: County, person: Person | None = None, **more: object) -> Extension:
    given = {"item": "goals_submit", "organisation": county.units[0], "due": LATER, "reason": "水灾"} | more
    asker = person or county.person("unit_project")
    return ask_extension(cycle=county.cycle, person=asker, **given)  # type: ignore[arg-type]


@pytest.mark.feature("1.10")
def test_extension_counts_once_another_has_granted_it(county: County) -> None:
    usual = window(county.cycle, "goals_submit")
    assert usual is not None
    asked = ask(county)
    office = county.person("performance_office")
    assert window(county.cycle, "goals_submit", county.units[0].pk) == usual
    assert [one.verb for one in todos(office)] == ["批准延期"]
    decide_extension(extension=asked, granted=True, opinion="同意", person=office)
    found = [window(county.cycle, "goals_submit", one.pk) for one in county.units[:2]]
    assert [one.due for one in found if one] == [LATER, usual.due]
    assert not todos(office)
    detail = Entry.objects.get(action="cycle.extend").detail
    assert (detail["reason"], detail["due"]) == ("水灾", LATER.isoformat())
    assert detail["asked_by"] == str(county.person("unit_project"))
    assert any("已批准延至 2022-12-01" in one.text for one in notices_for(county.person("unit_project")))


def test_refused_request_gives_no_time_and_needs_an_opinion(county: County) -> None:
    asked, office = ask(county), county.person("performance_office")
    with pytest.raises(Refused, match="意见"):
        decide_extension(extension=asked, granted=False, opinion=" ", person=office)
    decide_extension(extension=asked, granted=False, opinion="理由不足", person=office)
    found = window(county.cycle, "goals_submit", county.units[0].pk)
    assert found is not None
    assert found.due == date(2022, 10, 31)
    with pytest.raises(Refused, match="已经由他人办理"):
        decide_extension(extension=asked, granted=True, opinion="", person=office)


def test_nobody_grants_the_own_request(county: County) -> None:
    office = county.person("performance_office")
    asked = ask(county, office)
    with pytest.raises(Refused, match="申请人不能"):
        decide_extension(extension=asked, granted=True, opinion="", person=office)
    with pytest.raises(Refused, match="只有绩效管理股或局领导"):
        decide_extension(extension=asked, granted=True, opinion="", person=county.person("division"))
    decide_extension(extension=asked, granted=True, opinion="", person=county.person("bureau_leader"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": " "}, "理由"),
        ({"reason": "长" * 301}, "300"),
        ({"item": "nothing"}, "没有这个事项"),
        ({"due": date(2022, 10, 31)}, "晚于"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said(county: County, more: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        ask(county, **more)


def test_one_asks_for_the_own_body_in_the_own_place_only(county: County) -> None:
    with pytest.raises(Refused, match="本单位"):
        ask(county, organisation=county.units[1])
    with pytest.raises(Refused, match="只有承办单位"):
        ask(county, county.person("division"))
    neighbour = make_place("national", "邻县")
    bureau = make_organisation(neighbour, "bureau", "邻县财政局")
    with pytest.raises(Refused, match="本地区"):
        ask(county, make_person(bureau, "performance_office"))
    ask(county)
    with pytest.raises(Refused, match="待批准"):
        ask(county)


@pytest.mark.feature("1.10")
def test_clock_of_disclosure_honours_the_extension_of_unit_and_department(county: County) -> None:
    goals = [make_goal(county, make_subject(county, unit=unit), "approved") for unit in (0, 1, 2)]
    usual = date(2023, 3, 12)
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    for body, days in ((county.units[0], 5), (county.departments[1], 9)):
        asked = ask(county, office, item="goals_publish", organisation=body, due=usual + timedelta(days=days))
        decide_extension(extension=asked, granted=True, opinion="", person=leader)
    found = {one.source.pk: one.due for one in due_list(county.cycle)}
    later = [day - usual for goal in goals if (day := found[goal.pk]) is not None]
    assert later == [timedelta(days=5), timedelta(0), timedelta(days=9)]
    assert publish(source=goals[0], person=office).due == usual + timedelta(days=5)


def test_pages_ask_show_and_decide(county: County) -> None:
    unit = sign_in(Client(), county.person("unit_project"), county.cycle)
    address = reverse("cycles:extend", args=[county.cycle.pk])
    told = {"item": "goals_submit", "organisation": str(county.units[0].pk), "reason": "经办人员变动"}
    assert unit.post(address, told | {"due": "2022-10-31"}).status_code == 422
    assert unit.post(address, told | {"due": LATER.isoformat()}).status_code == 302
    page = reverse("cycles:extension", args=[Extension.objects.get().pk])
    assert "等待绩效管理股" in unit.get(page).text
    office = sign_in(Client(), county.person("performance_office"), county.cycle)
    assert "作出决定" in office.get(page).text
    assert office.post(page, {"granted": "1", "opinion": ""}).status_code == 302
    listed = office.get(reverse("cycles:detail", args=[county.cycle.pk])).text
    assert "测试县第一中学延至 2022-12-01：经办人员变动" in listed
    month = office.get(reverse("cycles:months", args=[county.cycle.pk]), {"month": "2022-12"}).text
    assert "测试县第一中学：申报绩效目标（延期）" in month
    stranger = sign_in(Client(), county.person("unit_project", 2), county.cycle)
    assert stranger.get(page).status_code == 404
    assert sign_in(Client(), county.person("division"), county.cycle).get(address).status_code == 403
