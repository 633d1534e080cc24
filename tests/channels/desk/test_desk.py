"""The desk: what waits for each role, grouped by deadline; notices; search within one's own sight."""

from datetime import date

import pytest
from django.test import Client

from jiheng.channels.desk.queries import by_deadline, desk_of, search
from jiheng.foundation.notices.services import notify, unread_count
from jiheng.foundation.web.stage import Todo
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.policies.services import confirm_all
from jiheng.rules.policy import load_policy
from tests.make import (
    PACK,
    County,
    make_county,
    make_goal,
    make_organisation,
    make_person,
    make_place,
    make_subject,
    sign_in,
)


@pytest.fixture
def county(db: None) -> County:
    return make_county()


def test_todos_are_grouped_by_how_soon_they_are_due() -> None:
    days = (date(2026, 1, 1), date(2026, 1, 12), date(2026, 2, 1), date(2026, 6, 1), None)
    groups = by_deadline([Todo(str(day), "办理", "/", due=day) for day in days], date(2026, 1, 10))
    assert [group.label for group in groups] == [
        "已逾期",
        "七天内到期",
        "一个月内到期",
        "以后到期",
        "未定期限",
    ]


def test_goal_waits_on_the_desk_of_whose_turn_it_is(county: County) -> None:
    goal = make_goal(county, make_subject(county), "department")
    name = goal.subject_year.name

    def waits(role: str, index: int = 0) -> bool:
        desk = desk_of(county.person(role, index))
        return any(name in todo.title for due in desk.due for todo in due.todos)

    assert waits("department_reviewer")
    assert not waits("department_reviewer", 1)
    assert not waits("division")
    assert not waits("unit_project")


def test_a_bureau_before_its_first_year_is_told_what_to_do(db: None) -> None:
    place = make_place()
    bureau = make_organisation(place, "bureau", "财政局")
    office, division = make_person(bureau, "performance_office"), make_person(bureau, "division")

    def told() -> list[tuple[str, str]]:
        return [(todo.verb, todo.url) for due in desk_of(office).due for todo in due.todos]

    assert told() == [("确认暂定值", "/policies/assumed/")]
    assert desk_of(division).todo_count == 0
    confirm_all(policy=load_policy(PACK), place=place, ground="局务会议纪要", person=office)
    assert told() == [("开启年度", "/cycles/open/")]
    open_cycle(place=place, budget_year=2023, person=office)
    assert not {"确认暂定值", "开启年度"} & {verb for verb, _ in told()}


@pytest.mark.parametrize(
    "role", ["unit_project", "unit_finance", "department_reviewer", "division", "performance_office", "bureau_leader",
             "agency", "expert", "congress", "auditor", "system_admin", "security_admin", "audit_admin", "treasury"]
)  # fmt: skip
def test_every_role_has_a_desk(county: County, client: Client, role: str) -> None:
    make_goal(county, make_subject(county), "department")
    assert sign_in(client, county.person(role), county.cycle).get("/").status_code == 200


def test_search_finds_only_what_is_in_sight(county: County) -> None:
    make_subject(county, unit=0, name="校舍维修改造")
    make_subject(county, unit=2, name="农田管护维修")
    assert {one.name for one in search(county.person("division"), "维修")} == {"校舍维修改造", "农田管护维修"}
    assert {one.name for one in search(county.person("unit_project", 0), "维修")} == {"校舍维修改造"}
    assert search(county.person("agency"), "维修") == []
    assert search(county.person("division"), "  ") == []


def test_notices_are_read_by_looking(county: County, client: Client) -> None:
    person = county.person("unit_project")
    notify(organisation=county.units[0], role="unit_project", text="请填报", link="/goals/")
    assert unread_count(person) == 1
    assert "请填报" in sign_in(client, person).get("/notices/").content.decode()
    assert unread_count(person) == 0
    assert "没有通知" in sign_in(client, county.person("unit_head")).get("/notices/").content.decode()


def test_search_page_answers_empty_and_found(county: County, client: Client) -> None:
    make_subject(county, name="校舍维修改造")
    sign_in(client, county.person("division"))
    assert "校舍维修改造" in client.get("/search/?q=校舍").content.decode()
    assert "没有找到" in client.get("/search/?q=火箭").content.decode()
