"""Goals and budget in step: a step of the budget waits for the goals, money that changes opens the goal again."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.services import Posting, post, reverse
from jiheng.registers.cycles.legal_events import record_event
from jiheng.registers.cycles.models import LegalEvent
from jiheng.stages.disclosure.services import publish
from jiheng.stages.goals.models import Goal, KeyReview
from jiheng.stages.goals.services import approve_goal, move_goal
from jiheng.stages.goals.stage import STAGE
from tests import make

pytestmark = pytest.mark.django_db

SPRING = date(2023, 2, 1)


@pytest.fixture
def city() -> make.County:
    return make.make_county("henan-zhengzhou")


def tell(city: make.County, key: str, department: int | None = 0) -> LegalEvent:
    """The bureau records a step of the budget."""
    body = city.departments[department] if department is not None else None
    office = city.person("performance_office")
    return record_event(cycle=city.cycle, key=key, day=clock.today(), reference="郑财预〔2023〕1号", organisation=body, person=office)


def refused(city: make.County, key: str, department: int | None = 0) -> str:
    with pytest.raises(Refused) as caught:
        tell(city, key, department)
    (one,) = caught.value.refusals
    assert "三挂钩·二" in one.clause
    assert one.remedy
    return one.message


@pytest.mark.feature("3.13")
def test_each_step_of_the_budget_waits_for_the_same_step_of_the_goals(city: make.County) -> None:
    with clock.at(make.DAY):
        goal = make.make_goal(city, make.make_subject(city, name="校舍维修"))
        none = make.make_subject(city, name="还没有目标的项目")
        said = refused(city, "department_declared")
        assert "还有 2 项绩效目标没有申报（“校舍维修”、“还没有目标的项目”）" in said
        assert "申报部门预算" in said
        other = make.make_goal(city, none, "department")
        for role in ("unit_project", "unit_finance"):
            move_goal(goal=goal, person=city.person(role), action="submit")
        tell(city, "department_declared")
        assert "没有审核完" in refused(city, "department_reviewed")
        for one in (goal, other):
            move_goal(goal=one, person=city.person("department_reviewer"), action="approve_department")
            for role in ("division", "evaluation_centre"):
                move_goal(goal=one, person=city.person(role), action="pass")
        tell(city, "department_reviewed")
    with clock.at(SPRING):
        assert "还有 2 项绩效目标没有批复" in refused(city, "department_approved")
        for one in (goal, other):
            approve_goal(goal=one, person=city.person("bureau_leader"))
        tell(city, "department_approved")
        publish(source=goal, person=city.person("performance_office"))
        assert "还有 1 项绩效目标没有公开（“还没有目标的项目”）" in refused(city, "department_budget_published")
        publish(source=other, person=city.person("performance_office"))
        tell(city, "department_budget_published")
    assert LegalEvent.objects.count() == 4
    assert first_break(city.place.pk) is None


@pytest.mark.feature("3.13")
def test_goals_are_assigned_with_the_budget_while_there_is_time_to_file_them(city: make.County) -> None:
    with clock.at(date(2022, 11, 1)):
        assert "期限 2022-10-31 已过" in refused(city, "budget_assigned", None)
    with clock.at(date(2022, 10, 31)):
        tell(city, "budget_assigned", None)


def test_a_department_waits_for_its_own_goals_only(city: make.County) -> None:
    with clock.at(make.DAY):
        make.make_goal(city, make.make_subject(city))
        tell(city, "department_declared", 1)
        refused(city, "department_declared", 0)


def test_small_projects_hold_nobody_up_where_they_need_no_goal() -> None:
    city = make.make_county("hunan-xiangtan")
    with clock.at(make.DAY):
        make.make_subject(city, requested_fen=29_999_999)
        tell(city, "department_declared")
        make.make_subject(city, unit=2, requested_fen=30_000_000)
        with pytest.raises(Refused, match="第02部分"):
            tell(city, "department_declared", 1)


@pytest.mark.feature("3.13")
def test_budgets_are_public_only_with_the_goals_that_go_with_them() -> None:
    place = make.make_county("yunnan")
    office = place.person("performance_office")
    with clock.at(make.DAY):
        major = make.make_goal(place, make.make_subject(place, kind="policy", name="重大补助政策", is_major=True), "approved")
        listed = make.make_goal(place, make.make_subject(place, name="重点审核项目"), "approved")
        make.make_goal(place, make.make_subject(place, kind="policy", name="一般政策"), "approved")
        entry = KeyReview.objects.create(
            place=place.place, cycle=place.cycle, subject_year=listed.subject_year, source="leaders", reason="重点", due=make.DAY,
            listed_by="领导", listed_on=make.DAY,
        )  # fmt: skip
    with clock.at(SPRING):
        with pytest.raises(Refused) as caught:
            tell(place, "budget_published", None)
        (one,) = caught.value.refusals
        assert "还有 2 项绩效目标没有公开（“重大补助政策”、“重点审核项目”），不能登记“本级预算公开”" in one.message
        assert "跟踪管理重“时效”" in one.clause
        publish(source=major, person=office)
        with pytest.raises(Refused, match="还有 1 项绩效目标没有公开（“重点审核项目”）"):
            tell(place, "budget_published", None)
        KeyReview.objects.filter(pk=entry.pk).update(struck_on=SPRING, strike_reason="不再重点审核")
        tell(place, "budget_published", None)
        with pytest.raises(Refused, match="还有 2 项绩效目标没有公开"):
            tell(place, "department_budget_published")
        tell(place, "department_budget_published", 1)


def money(city: make.County, year: object, kind: str, fen: int) -> None:
    with clock.at(SPRING):
        post(posting=Posting(year, kind, fen, SPRING, note="测试"), person=city.person("treasury"))  # type: ignore[arg-type]


@pytest.mark.feature("3.13")
def test_money_changed_after_approval_opens_the_goal_again(city: make.County) -> None:
    with clock.at(make.DAY):
        year = make.make_subject(city)
        goal = make.make_goal(city, year, "approved")
    money(city, year, "initial", 100_000_000)
    assert Goal.objects.filter(subject_year=year).count() == 1, "as approved: nothing to do"
    money(city, year, "adjustment", -20_000_000)
    opened = Goal.objects.get(subject_year=year, revision=2)
    assert (opened.state, opened.current, opened.fiscal_fen) == ("draft", False, 80_000_000)
    assert opened.change_reason == "预算由 100.00 万元变为 80.00 万元"
    assert opened.indicators.count() == goal.indicators.count()
    goal.refresh_from_db()
    assert goal.current, "the approved one stays in force"
    entry = Entry.objects.get(action="goals.reopen")
    assert "三挂钩·二" in entry.clause
    with clock.at(SPRING):
        assert any(year.name in one.title for one in STAGE.todos(city.person("unit_project")))
    money(city, year, "payment", 10_000_000)
    money(city, year, "adjustment", -5_000_000)
    assert Goal.objects.filter(subject_year=year).count() == 2, "one change at a time"
    assert first_break(city.place.pk) is None


def test_a_reversed_change_opens_the_goal_too_but_no_money_at_all_does_not(city: make.County) -> None:
    with clock.at(make.DAY):
        year = make.make_subject(city)
        make.make_goal(city, year, "approved")
    with clock.at(SPRING):
        treasury = city.person("treasury")
        first = post(posting=Posting(year, "initial", 60_000_000, SPRING, note="年初"), person=treasury)
        assert Goal.objects.get(subject_year=year, revision=2).fiscal_fen == 60_000_000
        Goal.objects.filter(subject_year=year, revision=2).delete()
        reverse(entry=first, day=SPRING, note="登记有误", person=treasury)
        assert Goal.objects.filter(subject_year=year).count() == 1


def test_where_no_rule_asks_for_it_goals_stay_closed() -> None:
    county = make.make_county()
    with clock.at(make.DAY):
        year = make.make_subject(county)
        make.make_goal(county, year, "approved")
    money(county, year, "initial", 100_000_000)
    money(county, year, "adjustment", -20_000_000)
    assert Goal.objects.filter(subject_year=year).count() == 1
