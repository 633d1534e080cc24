"""The desk: what waits for each role, grouped by deadline; notices; search within one's own sight."""

from datetime import date

import pytest
from django.test import Client

from jiheng.channels.desk.queries import by_deadline, desk_of, search
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.notices.services import notify, unread_count
from jiheng.foundation.web.stage import Todo
from jiheng.registers.cycles.models import Cycle
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


def found(person: Person, text: str, cycle: Cycle | None, *, plain: bool = False) -> dict[str, set[str]]:
    return {one.label: {hit.title for hit in one.hits} for one in search(person, text, cycle, plain=plain).found}


@pytest.mark.feature("10.17")
def test_search_finds_only_what_is_in_sight(county: County) -> None:
    make_subject(county, unit=0, name="校舍维修改造")
    make_subject(county, unit=2, name="农田管护维修")
    cycle = county.cycle
    assert found(county.person("division"), "维修", cycle)["项目库"] == {"校舍维修改造", "农田管护维修"}
    assert found(county.person("unit_project", 0), "维修", cycle)["项目库"] == {"校舍维修改造"}
    assert "项目库" not in found(county.person("agency"), "维修", cycle)
    assert found(county.person("division"), "  ", cycle) == {}
    for role in ("system_admin", "security_admin", "audit_admin"):
        assert found(county.person(role), "维修", cycle) == {}


@pytest.mark.feature("10.17")
def test_one_search_finds_records_of_every_kind(county: County) -> None:
    goal = make_goal(county, make_subject(county, name="校舍维修改造"), "approved")
    division, cycle = county.person("division"), county.cycle
    assert found(division, "校舍", cycle) == {"项目库": {"校舍维修改造"}, "绩效目标": {"校舍维修改造"}}
    row = goal.indicators.all()[0]
    assert any(row.name in title for title in found(division, row.name, cycle)["绩效目标中的指标"])
    assert found(division, county.units[0].name, cycle)["单位"] == {county.units[0].name}
    assert found(county.person("unit_project", 2), row.name, cycle).get("绩效目标中的指标") is None
    assert "制度" in found(division, "整改", cycle, plain=True)


@pytest.mark.feature("10.17")
def test_a_question_becomes_filters_that_are_shown(county: County, client: Client) -> None:
    approved = make_goal(county, make_subject(county, name="校舍维修改造"), "approved")
    make_goal(county, make_subject(county, name="课桌更新"), "draft")
    person, department = county.person("division"), county.departments[0]
    answer = search(person, f"{county.cycle.budget_year}年{department.name}已批复的绩效目标", county.cycle)
    assert [one.label for one in answer.found] == ["绩效目标"]
    assert [hit.title for hit in answer.found[0].hits] == [approved.subject_year.name]
    assert ("状态", "已批复") in answer.read_as
    assert ("主管部门", department.name) in answer.read_as
    sign_in(client, person)
    page = client.get(answer.found[0].url).content.decode()
    assert "校舍维修改造" in page
    assert "课桌更新" not in page.split("listing")[-1].split("</tbody>")[0]
    assert found(person, "已批复的绩效目标", county.cycle, plain=True) == {}


@pytest.mark.feature("10.17")
def test_a_question_about_another_year_leads_there(county: County, client: Client) -> None:
    later = open_cycle(place=county.place, budget_year=county.cycle.budget_year + 1, person=county.person("performance_office"))
    make_subject(county, name="校舍维修改造", cycle=later)
    sign_in(client, county.person("division"), county.cycle)
    elsewhere = client.get("/search/?q=校舍").content.decode()
    assert f"项目库 · {later.budget_year} 年度" in elsewhere
    assert f"项目库 · {later.budget_year} 年度" not in client.get("/search/?q=校舍维修改造工程").content.decode()
    page = client.get("/search/", {"q": f"{later.budget_year}年 校舍"}).content.decode()
    assert "校舍维修改造" in page
    assert f"转到 {later.budget_year} 年度" in page


@pytest.mark.feature("10.17")
@pytest.mark.parametrize(
    "text", ["%", "\\", "'; --", "已批复" * 60, "优 良 中 差", "<script>alert(1)</script>", "2026年", "\u3000", "的", '*~^"(', "单位"]
)
def test_whatever_is_typed_gets_an_answer_for_every_role(county: County, client: Client, text: str) -> None:
    make_goal(county, make_subject(county, name="校舍维修改造"), "approved")
    for (_, index), person in county.people.items():
        if index:
            continue
        sign_in(client, person, county.cycle)
        answered = client.get("/search/", {"q": text})
        assert answered.status_code == 200
        assert "<script>alert" not in answered.content.decode()


@pytest.mark.feature("10.17")
def test_what_was_meant_as_words_is_found_as_words(county: County, client: Client) -> None:
    make_subject(county, name="自评工作经费")
    sign_in(client, county.person("division"), county.cycle)
    page = client.get("/search/", {"q": "自评工作"}).content.decode()
    assert "以下是只按文字查到的" in page
    assert "自评工作经费" in page


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
