"""The page that says why: about oneself for everybody, about others for those who watch over rights."""

from typing import Any

import pytest
from django.test import Client

from jiheng.channels.rights.queries import record_asked
from jiheng.channels.rights.words import KINDS
from jiheng.foundation.accounts.models import User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.web.pages import every_page
from jiheng.stages.goals.models import Goal
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


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def goal(county: County) -> Goal:
    return make_goal(county, make_subject(county), "department")


def ask(person: Person, of: str, who: str = "", status: int = 200) -> str:
    answer: Any = sign_in(Client(), person).get("/rights/", {"of": of} | ({"who": who} if who else {}))
    assert answer.status_code == status
    text: str = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return text


def name_of(person: Person) -> str:
    return User.objects.get(pk=person.user_id).username


def at(goal: Goal) -> str:
    return f"/goals/{goal.pk}/"


def test_every_kind_of_record_has_its_name(county: County) -> None:
    person = county.person("performance_office")
    asked = [access for _, _, access in every_page() if access is not None and access.record is not None]
    kinds = {access.record(person).model._meta.label for access in asked if access.record is not None}
    assert len(kinds) > 50
    assert kinds - set(KINDS) == set()


class TestOneself:
    """每个人问自己：看得到的说依据，看不到的不透露是谁的。"""

    def test_own_unit_is_told_with_the_body_and_the_steps(self, county: County, goal: Goal) -> None:
        told = ask(county.person("unit_project"), at(goal))
        for words in ("看得到", "测试县第一中学就是任职单位", "单位岗位只看本单位的记录", "现在的流程步骤"):
            assert words in told
        assert "主管部门审核办理" in told

    def test_department_sees_by_the_tree(self, county: County, goal: Goal) -> None:
        told = ask(county.person("department_reviewer"), at(goal))
        assert "审核评分" in told
        assert "可以" in told

    @pytest.mark.parametrize("role", ["agency", "system_admin"])
    def test_who_does_not_see_it_learns_nothing_of_it(self, county: County, goal: Goal, role: str) -> None:
        told = ask(county.person(role), at(goal))
        assert "看不到" in told
        assert "没有这条记录，或者它不在您可以查看的范围内" in told
        assert "测试县第一中学" not in told

    def test_neighbour_gets_the_same_words_as_for_a_number_that_nothing_has(self, county: County, goal: Goal) -> None:
        neighbour = county.person("unit_project", 2)
        assert ask(neighbour, at(goal)).replace(at(goal), "") == ask(neighbour, "/goals/999999/").replace("/goals/999999/", "")

    def test_nobody_asks_about_others(self, county: County, goal: Goal) -> None:
        told = ask(county.person("bureau_leader"), at(goal), who=name_of(county.person("agency")))
        assert str(county.person("agency").name) not in told
        assert 'name="who"' not in told

    def test_record_page_and_refusals_lead_here(self, county: County, goal: Goal) -> None:
        client = sign_in(Client(), county.person("unit_project"))
        assert f'href="/rights/?of={at(goal)}"' in client.get(at(goal)).content.decode()
        assert "为什么我看不到" in client.get("/goals/999999/").content.decode()
        assert "为什么不能" in client.get(f"/goals/{goal.pk}/review/").content.decode()


class TestOthers:
    """安全管理员、审计管理员、审计监督问本地区的任何人，只读。"""

    @pytest.mark.parametrize("role", ["security_admin", "audit_admin", "auditor"])
    def test_reason_why_another_does_not_see_it(self, county: County, goal: Goal, role: str) -> None:
        before = Entry.objects.count()
        told = ask(county.person(role), at(goal), who=name_of(county.person("unit_project", 2)))
        assert "看不到" in told
        assert "不是测试县农技推广中心的，也不是它下级单位的" in told
        assert Entry.objects.count() == before

    def test_reason_why_another_may_not_do_it(self, county: County, goal: Goal) -> None:
        told = ask(county.person("security_admin"), at(goal), who=name_of(county.person("congress")))
        assert "只读，不办理" in told
        assert "不可以" in told

    def test_name_is_enough_and_an_unknown_one_is_said(self, county: County, goal: Goal) -> None:
        keeper = county.person("security_admin")
        assert "看得到" in ask(keeper, at(goal), who=county.person("unit_head").name)
        assert "没有叫“无此人”的在任人员" in ask(keeper, at(goal), who="无此人", status=422)

    def test_record_and_people_of_another_place_do_not_exist(self, county: County, goal: Goal) -> None:
        place = make_place("national", "邻县")
        keeper = make_person(make_organisation(place, "bureau", "局"), "security_admin")
        assert "邻县没有这条记录" in ask(keeper, at(goal), status=422)
        stranger = make_person(make_organisation(place, "unit", "校"), "unit_head")
        told = ask(county.person("security_admin"), at(goal), who=name_of(stranger), status=422)
        assert "没有叫" in told


@pytest.mark.parametrize("address", ["", "/goals/", "/nowhere/1/", "x", "http://[", "/goals/0x1/", "/accounts/login/"])
def test_what_is_no_record_is_said(county: County, address: str) -> None:
    assert 'name="of"' in ask(county.person("unit_head"), address, status=422)


def test_address_may_be_copied_whole() -> None:
    asked = record_asked("https://jixiao.example.gov.cn/goals/12/?tab=1#next")
    assert asked is not None
    assert (asked.name, asked.key) == ("goals:detail", 12)
