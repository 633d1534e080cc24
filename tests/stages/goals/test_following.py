"""A project's content changes after its goal was approved: warned of everywhere until the goal follows or somebody says why not."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.subjects.models import ContentChange, SubjectYear
from jiheng.registers.subjects.services import change_content
from jiheng.stages.goals.following import lagging_of, notes, todos, watching
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services import (
    adjust_goal,
    approve_department,
    approve_goal,
    move_goal,
    pass_division,
    submit_goal,
)
from jiheng.stages.goals.services.following import say_unaffected
from tests.channels.api.callers import call, mark, token_for
from tests.make import County, make_budget, make_county, make_goal, make_subject, sign_in

pytestmark = pytest.mark.django_db

CLAUSE = "二（三）"
DAY = date(2021, 3, 1)


@pytest.fixture
def county() -> County:
    return make_county("heilongjiang-hailin", 2021, day=date(2020, 11, 1))


@pytest.fixture
def approved(county: County) -> Goal:
    with clock.at(date(2020, 12, 1)):
        return make_goal(county, make_subject(county), "approved")


def change(county: County, year: SubjectYear, role: str = "unit_project", seen: int | None = None, **content: object) -> ContentChange:
    given = content or {"overview": "范围缩小为城区"}
    return change_content(
        year=year, content=given, reason="部分村屯撤并", document="会议纪要〔2021〕3号", person=county.person(role), seen=seen
    )


def take_on(county: County, goal: Goal) -> None:
    for role in ("unit_project", "unit_finance"):
        submit_goal(goal=goal, person=county.person(role))
    approve_department(goal=goal, person=county.person("department_reviewer"))
    pass_division(goal=goal, person=county.person("division"))
    move_goal(goal=goal, person=county.person("performance_office"), action="pass")
    approve_goal(goal=goal, person=county.person("bureau_leader"))


def test_what_was_there_is_kept_and_the_chain_says_why(county: County, approved: Goal) -> None:
    year = approved.subject_year
    with clock.at(DAY):
        first = change(county, year, name="测试项目（调整）", requested_fen=120_000_000)
        second = change(county, year, role="division", last_year=2023)
    year.refresh_from_db()
    assert (year.name, year.requested_fen, year.last_year) == ("测试项目（调整）", 120_000_000, 2023)
    assert first.before["requested_fen"] == 100_000_000
    assert (first.number, second.number, second.before, second.after) == (1, 2, {"last_year": 2021}, {"last_year": 2023})
    entry = Entry.objects.filter(action="subject.change_content").order_by("pk").first()
    assert entry is not None
    assert entry.detail["document"] == "会议纪要〔2021〕3号"
    assert "申报金额：100.00 万元 → 120.00 万元" in entry.detail["changed"]


def test_who_may_change_and_what_is_refused(county: County, approved: Goal) -> None:
    year = approved.subject_year
    for role in ("department_reviewer", "bureau_leader", "treasury", "auditor"):
        with pytest.raises(Refused, match="项目由单位经办"):
            change(county, year, role=role)
    with pytest.raises(Refused, match="只能修改本单位的项目"):
        change_content(year=year, content={"name": "别的"}, reason="理由", document="文件", person=county.person("unit_project", 1))
    with pytest.raises(Refused, match="内容没有变化"):
        change(county, year, name=year.name)
    make_budget(county, year, 100_000_000)
    with pytest.raises(Refused, match="少于台账预算"):
        change(county, year, requested_fen=99_999_999)
    change(county, year, seen=0)
    with pytest.raises(Overtaken):
        change(county, year, seen=0, overview="又改")
    county.cycle.state = "closed"
    county.cycle.save(update_fields=["state"])
    year.cycle.state = "closed"
    with pytest.raises(Refused, match="已关闭"):
        change(county, year, overview="年度关闭以后")
    assert ContentChange.objects.count() == 1


def test_warned_until_the_adjusted_goal_is_approved(county: County, approved: Goal) -> None:
    year, unit = approved.subject_year, county.person("unit_project")
    assert lagging_of(year) is None
    with clock.at(DAY):
        change(county, year)
    (note,) = notes(year, unit)
    assert CLAUSE in note.clause
    assert "项目概况" in note.text
    assert [one.verb for one in todos(unit)] == ["调整目标或写明不涉及"]
    assert todos(county.person("unit_project", 1)) == []
    assert todos(county.person("division")) == []
    assert [len(watching(county.person(role))) for role in ("department_reviewer", "division", "performance_office")] == [1, 1, 1]
    assert watching(county.person("department_reviewer", 1)) == []
    with clock.at(DAY + timedelta(days=1)):
        made = adjust_goal(goal=approved, person=unit, reason="项目内容变化：范围缩小")
        assert lagging_of(year) is not None  # begun is not done
    with clock.at(DAY + timedelta(days=2)):
        take_on(county, made)
    assert lagging_of(year) is None
    assert (todos(unit), notes(year, unit), watching(county.person("division"))) == ([], [], [])
    done = ContentChange.objects.get()
    assert (done.answer, done.answer_text) == ("goal", "第 2 版")


def test_content_changed_after_the_goal_was_handed_in_is_not_covered(county: County) -> None:
    with clock.at(date(2020, 12, 1)):
        goal = make_goal(county, make_subject(county), "reviewed")
    with clock.at(date(2020, 12, 2)):
        change(county, goal.subject_year)
    assert lagging_of(goal.subject_year) is None  # nothing is approved yet
    with clock.at(date(2020, 12, 3)):
        approve_goal(goal=goal, person=county.person("bureau_leader"))
    assert lagging_of(goal.subject_year) is not None


def test_saying_why_not_needs_a_reason_and_the_unit_and_lasts_until_the_next_change(county: County, approved: Goal) -> None:
    unit = county.person("unit_finance")
    with pytest.raises(Refused, match="没有须写明"):
        say_unaffected(goal=approved, reason="不涉及", person=unit)
    change(county, approved.subject_year)
    with pytest.raises(Refused, match=CLAUSE):
        say_unaffected(goal=approved, reason=" ", person=unit)
    for role in ("division", "department_reviewer"):
        with pytest.raises(Refused, match="由项目单位提出"):
            say_unaffected(goal=approved, reason="不涉及", person=county.person(role))
    (done,) = say_unaffected(goal=approved, reason="指标值按城区测算", person=unit)
    done.refresh_from_db()
    assert (done.answer, done.answer_text) == ("unaffected", "指标值按城区测算")
    assert lagging_of(approved.subject_year) is None
    assert Entry.objects.filter(action="goals.unaffected").count() == 1
    change(county, approved.subject_year, sector="卫生")
    found = lagging_of(approved.subject_year)
    assert found is not None
    assert found.what == "领域"


def test_rules_that_do_not_ask_are_silent() -> None:
    county = make_county()
    goal = make_goal(county, make_subject(county), "approved")
    change(county, goal.subject_year)
    assert lagging_of(goal.subject_year) is None


def test_pages_change_warn_and_take_the_answer(county: County, approved: Goal) -> None:
    year = approved.subject_year
    client = sign_in(Client(), county.person("unit_project"), county.cycle)
    page = client.get(reverse("subjects:change", args=[year.pk])).text
    assert year.name in page
    form = {
        "name": "新名称", "requested_fen": "100", "first_year": 2021, "last_year": 2021, "sector": "教育", "category": "",
        "overview": "", "basis": "", "reason": "核定名称", "document": "批复〔2021〕1号", "seen": 0,
    }  # fmt: skip
    assert client.post(reverse("subjects:change", args=[year.pk]), form | {"document": ""}).status_code == 422
    assert client.post(reverse("subjects:change", args=[year.pk]), form).status_code == 302
    assert client.post(reverse("subjects:change", args=[year.pk]), form | {"name": "再改"}).status_code == 409
    project = client.get(reverse("subjects:detail", args=[year.pk])).text
    assert "内容的修改" in project
    assert "批复〔2021〕1号" in project
    assert "项目内容已修改" in project
    assert "项目内容已修改" in client.get(reverse("goals:detail", args=[approved.pk])).text
    assert "调整目标或写明不涉及" in client.get("/").text
    answer = reverse("goals:unaffected", args=[approved.pk])
    assert "核定名称" in client.get(answer).text
    assert client.post(answer, {"reason": "", "seen": 1}).status_code == 422
    assert client.post(answer, {"reason": "没有看到的修改", "seen": 2}).status_code == 409
    assert client.post(answer, {"reason": "只改名称", "seen": 1}).status_code == 302
    project = client.get(reverse("subjects:detail", args=[year.pk])).text
    assert "只改名称" in project
    assert "绩效目标仍是修改前批复的" not in project
    leader = sign_in(Client(), county.person("bureau_leader"), county.cycle)
    assert leader.get(reverse("subjects:change", args=[year.pk])).status_code == 403
    other = sign_in(Client(), county.person("unit_project", 1), county.cycle)
    assert other.get(reverse("subjects:change", args=[year.pk])).status_code == 404


def test_interface_changes_content_and_takes_the_answer(county: County, approved: Goal) -> None:
    token = token_for(county.person("unit_project"))
    told = {"reason": "核定名称", "document": "批复〔2021〕1号", "name": "新名称"}
    path = f"subject-years/{approved.subject_year_id}/change"
    done = call(token, "POST", path, told | {"seen": 0}, etag=mark(approved.subject_year))
    assert (done.status_code, done.json()["name"]) == (200, "新名称"), done.content.decode()
    again = call(token, "POST", path, told | {"name": "再改", "seen": 0}, etag=mark(approved.subject_year))
    assert again.status_code in {409, 412}  # the change that was made since had not been seen
    other = call(token_for(county.person("treasury")), "POST", path, told, etag=mark(approved.subject_year))
    assert other.status_code == 403
    said = call(token, "POST", f"goals/{approved.pk}/unaffected", {"reason": "只改名称"}, etag=mark(approved))
    assert said.status_code == 200, said.content.decode()
    assert ContentChange.objects.get().answer == "unaffected"
