"""The route of a goal with two rounds and a face-to-face session, at the browser: unit, department, bureau, room."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.stages.goals.models import Goal, SessionItem
from jiheng.stages.goals.services.reviewing import card_of
from tests.journeys.visitor import Screen, sit
from tests.make import County, make_county, make_goal, make_subject

pytestmark = pytest.mark.django_db
DAY = date(2021, 11, 22)


@pytest.fixture
def county(db: None) -> County:
    return make_county("hunan-zixing", 2022, day=date(2021, 11, 1))


def score(page: Screen, goal: Goal, tier: str = "excellent") -> Screen:
    """Tick the same tier on all items of the review table."""
    card = card_of(goal)
    assert len(card.groups) == 5
    assert len(list(card.items)) == 25
    review = page.follow("审核评分")
    return review.press("保存评分", {f"tier-{item.key}": tier for item in card.items} | {"opinion": "逐项核对"})


@pytest.mark.feature("3.07")
@pytest.mark.feature("3.09")
@pytest.mark.feature("3.10")
@pytest.mark.feature("3.11")
def test_a_goal_goes_up_twice_and_passes_face_to_face(county: County) -> None:
    with clock.at(DAY):
        goal = make_goal(county, make_subject(county), "department")
        url, name = f"/goals/{goal.pk}/", goal.subject_year.name
        project, finance = sit(county, "unit_project"), sit(county, "unit_finance")
        reviewer, division, office = sit(county, "department_reviewer"), sit(county, "division"), sit(county, "performance_office")

        # 一上：主管部门评分后才能通过，财政评分，第一轮不能通过。
        refused = reviewer.open(url).press("审核通过", status=422)
        assert any("主管部门还没有对现有内容评分" in one.message for one in refused.refusals)
        assert score(reviewer.open(url), goal).press("审核通过").state == "业务股室初审"
        assert division.open(url).press("初审通过").state == "绩效股复审"
        first = score(office.open(url), goal).press("复审通过", status=422)
        assert any("现为第 1 轮" in one.message for one in first.refusals)
        # 一下：写明意见退回。
        assert office.open(url).press("退回修改", {"办理意见": "补充测算依据"}).state == "草拟"
        # 二上。
        project.open(url).press("提交审核")
        assert finance.open(url).press("提交审核").state == "主管部门审核"
        assert reviewer.open(url).press("审核通过").state == "业务股室初审"
        assert division.open(url).press("初审通过").state == "绩效股复审"
        assert office.open(url).press("复审通过").state == "待集中会审"
        alone = office.open(url).press("会审通过", status=422)
        assert any("还没有在面对面会审中通过" in one.message for one in alone.refusals)

        # 会审：召集、排议程、当场修改、通过、封存。
        chair = county.person("performance_office").appointment_id
        sessions = office.open("/goals/").follow("面对面会审")
        made = sessions.follow("召集会审").press("保存", {"会审日期": "2021-11-22", "开始时间": "09:00", "地点": "三楼会议室", "主持人": str(chair)})
        agenda = made.press("排入议程", {"goals": str(goal.pk)})
        assert name in agenda
        assert agenda.press("开始会审").state == "会审中"
        assert any(name in one for one in project.todos("watching"))
        item = SessionItem.objects.get()
        table = office.open(f"/goals/sessions/items/{item.pk}/")
        assert table.press("交单位当场修改").state == "当场修改"
        edit = project.open(f"/goals/sessions/items/{item.pk}/").follow("去修改")
        edit.press("保存", {"objective": "购置教学设备120台，全部投入使用，实验开出率达到96%以上。"})
        project.open(url).press("当场修改后签署")
        assert finance.open(url).press("当场修改后签署").state == "待集中会审"
        stale = office.open(f"/goals/sessions/items/{item.pk}/").press("作出结论", {"outcome": "passed"}, status=422)
        assert any("绩效管理股还没有对现有内容评分" in one.message for one in stale.refusals)
        score(office.open(url), goal)
        room = office.open(f"/goals/sessions/{item.session_id}/room/")
        assert "96%" in room
        done = office.open(f"/goals/sessions/items/{item.pk}/").press("作出结论", {"outcome": "passed"})
        assert done.state == "通过"
        assert "当场修改" in done
        assert office.open(url).state == "待批复"
        sealed = office.open(f"/goals/sessions/{item.session_id}/").press("封存纪要")
        assert sealed.state == "已封存"
        assert "开始会审" not in sealed.buttons
        assert sit(county, "bureau_leader").open(url).press("随预算批复").state == "已批复"


@pytest.mark.feature("3.11")
@pytest.mark.feature("3.12")
def test_what_does_not_pass_goes_back_until_it_does(county: County) -> None:
    with clock.at(DAY):
        goal = make_goal(county, make_subject(county), "department")
        Goal.objects.filter(pk=goal.pk).update(state="session")  # the route before is the other test's
        office = sit(county, "performance_office")
        chair = county.person("performance_office").appointment_id
        for round_ in (1, 2):
            made = office.open("/goals/sessions/new/").press("保存", {"会审日期": "2021-11-22", "主持人": str(chair)})
            made.press("排入议程", {"goals": str(goal.pk)}).press("开始会审")
            item = SessionItem.objects.latest("pk")
            page = office.open(f"/goals/sessions/items/{item.pk}/")
            missing = page.press("作出结论", {"outcome": "returned"}, status=422)
            assert any("须写明意见" in one.message for one in missing.refusals)
            back = page.press("作出结论", {"outcome": "returned", "意见": f"第{round_}次：细化数量指标"})
            assert back.state == "退回修改"
            goal.refresh_from_db()
            assert goal.state == "draft"
            assert any(f"第{round_}次" in one for one in sit(county, "unit_project").todos("returned"))
            Goal.objects.filter(pk=goal.pk).update(state="session")
        assert [one.outcome for one in goal.session_items.all()] == ["returned", "returned"]
