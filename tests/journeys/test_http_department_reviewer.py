"""A year of a department's reviewer at the browser: pass, return with reasons, score, order an evaluation of one's own."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.goals.models import Goal
from tests.journeys.visitor import sit
from tests.make import County, make_appraisal, make_goal, make_subject
from tests.stages.evaluation.builders import approved_goal, self_evaluation

pytestmark = pytest.mark.django_db


def test_goal_passes_from_the_desk_to_the_division(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared), "department")
        reviewer, division = sit(shared, "department_reviewer"), sit(shared, "division")
        name = goal.subject_year.name
        assert not any(name in one for one in sit(shared, "department_reviewer", 1).todos()), "another department's"
        page = reviewer.todo(name, "审核通过")
        done = page.press("审核通过")
        assert done.state == "业务股室初审"
        assert any(name in one and "初审通过" in one for one in division.todos())
        assert "待" in division.notices() or name in division.notices()
        again = page.press("审核通过", status=409)
        assert "现为“业务股室初审”" in again, "who presses twice reads where it stands"


def test_return_wants_a_reason_and_opens_only_the_rows_named(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared), "department")
        reviewer = sit(shared, "department_reviewer")
        record = reviewer.open(f"/goals/{goal.pk}/")
        refused = record.press("退回修改", status=422)
        assert any("意见" in one.message for one in refused.refusals)
        page = record.follow("退回个别指标")
        empty = page.press("退回修改", {"退回意见": ""}, status=422)
        assert empty.wrong
        row = goal.indicators.get(name="师生满意度")
        page = page.press(
            "退回修改", {"退回意见": "指标值偏低", "师生满意度": str(row.pk), f"reason-{row.pk}": "请提高到95%"}
        )
        assert page.state == "草拟"
        back = sit(shared, "unit_project").todos("returned")
        assert any("指标值偏低" in one and "师生满意度" in one for one in back)


def test_many_pass_at_once_and_those_with_hints_stay(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goals = [make_goal(shared, make_subject(shared), "department") for _ in range(3)]
        reviewer = sit(shared, "department_reviewer")
        page = reviewer.open("/goals/?state=department")
        done = page.press("批量审核通过", pick=goals[0].subject_year.name)
        assert done.told
        states = [Goal.objects.get(pk=one.pk).state for one in goals]
        assert states[1:] == ["department", "department"]
        # The ticks of somebody else's rows and of rows that do not exist count for nothing.
        other = make_goal(shared, make_subject(shared, unit=2), "department")
        form, _ = page.form_with("批量审核通过")
        values = [*page.values(form, {}), *[("pk", one) for one in (str(other.pk), "0", "-1", "x", "9" * 30)]]
        reviewer.send("/goals/bulk/approve_department/", values, referer=page.url)
        assert Goal.objects.get(pk=other.pk).state == "department"


def test_department_scores_an_appraisal_before_the_bureau_sees_it(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        year = make_subject(shared, change="new", is_major=True, requested_fen=900_000_000)
        case = make_appraisal(shared, year, state="department")
        reviewer = sit(shared, "department_reviewer")
        record = reviewer.todo(year.name, "评分并报送财政")
        refused = record.press("报送财政", status=422)
        assert any("评分" in one.message or "打分" in one.message for one in refused.refusals)
        page = record.follow("逐项评分")
        form, _ = page.form_with("保存评分")
        asked = {one.at["name"] for one in form.every("input") if one.at["name"].startswith("p_")}
        full = {f"p_{item.key}": str(item.points) for item in card_in(case.cycle).items}
        assert set(full) == asked, "the page asks for every item of the card"
        wrong = page.press("保存评分", {**full, next(iter(full)): "99"}, status=422)
        assert wrong.wrong
        page.press("保存评分", full)
        done = reviewer.open(record.url).press("报送财政")
        assert done.state == "财政部门评估"
        assert any(year.name in one and "评分并作出结论" in one for one in sit(shared, "performance_office").todos())


def test_self_evaluation_is_passed_or_sent_back(shared: County) -> None:
    one, two = self_evaluation(shared, "department"), self_evaluation(shared, "department")
    with clock.at(date(2024, 2, 20)):
        reviewer = sit(shared, "department_reviewer")
        page = reviewer.open(f"/evaluation/self/{one.pk}/")
        refused = page.press("退回修改", status=422)
        assert refused.refusals
        assert page.press("退回修改", {"办理意见": "佐证不全"}).state == "填报中"
        assert any("佐证不全" in told for told in sit(shared, "unit_project").todos("returned"))
        assert reviewer.open(f"/evaluation/self/{two.pk}/").press("审核通过").state == "已报财政"


def test_department_evaluates_its_own_projects_only(shared: County) -> None:
    own, other = approved_goal(shared).subject_year, approved_goal(shared, unit=2).subject_year
    with clock.at(date(2024, 2, 20)):
        reviewer = sit(shared, "department_reviewer")
        page = reviewer.open(f"/evaluation/order/{own.pk}/")
        wrong = page.press("下达评价任务", {"完成期限": "去年"}, status=422)
        assert wrong.wrong
        done = page.press("下达评价任务", {"完成期限": "2024-06-30"})
        assert done.state == "评价中"
        reviewer.open(f"/evaluation/order/{other.pk}/", status=404)
