"""Routes of review as two cities prescribe them: who allocates reviews; the division, then the centre."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, User
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.services import Posting
from jiheng.registers.cycles.legal_events import record_event, withdraw_event
from jiheng.registers.cycles.models import LegalEvent
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.queries import years_without_goal
from jiheng.stages.goals.services import (
    TaskData,
    approve_department,
    approve_goal,
    move_goal,
    move_many,
    release_refusals,
    return_goal,
    review_goal,
    save_content,
    save_money,
)
from jiheng.stages.goals.services.reviewing import card_of
from jiheng.stages.goals.stage import STAGE
from tests import make

pytestmark = pytest.mark.django_db

XIANGTAN, ZHENGZHOU = "hunan-xiangtan", "henan-zhengzhou"


def titles(county: make.County, role: str) -> set[str]:
    return {one.title for one in STAGE.todos(county.person(role))}


def whole_department(county: make.County) -> Goal:
    """The whole-department goal of the first department, filed by its unit."""
    year = make.make_subject(county, kind="department", name="教育局部门整体支出")
    goal = make.make_goal(county, year)
    project, finance = county.person("unit_project"), county.person("unit_finance")
    save_content(goal=goal, person=project, rows=make.make_rows(), objective=goal.objective, tasks=[TaskData("办学条件改善")])
    task = goal.tasks.get()
    fen = year.requested_fen
    save_money(goal=goal, person=finance, fiscal_fen=fen, other_fen=0, note="按上年决算测算", task_money={task.pk: (fen, 0)})
    return goal


class TestXiangtan:
    """谁申请资金谁编制目标，谁分配资金谁审核目标."""

    @pytest.fixture
    def county(self) -> make.County:
        return make.make_county(XIANGTAN)

    @pytest.mark.feature("3.10")
    def test_what_a_department_allocates_is_reviewed_by_the_department_alone(self, county: make.County) -> None:
        with clock.at(make.DAY):
            goal = make.make_goal(county, make.make_subject(county), "department")
            assert goal.subject_year.name not in titles(county, "division")
            assert goal.subject_year.name in titles(county, "department_reviewer")
            approve_department(goal=goal, person=county.person("department_reviewer"))
            assert goal.state == "reviewed"
            assert goal.subject_year.name in titles(county, "bureau_leader")

    @pytest.mark.feature("3.10")
    def test_what_the_bureau_allocates_goes_to_its_division(self, county: make.County) -> None:
        with clock.at(make.DAY):
            goal = whole_department(county)
            for role in ("unit_project", "unit_finance"):
                move_goal(goal=goal, person=county.person(role), action="submit")
            approve_department(goal=goal, person=county.person("department_reviewer"))
            assert goal.state == "division"
            assert goal.subject_year.name in titles(county, "division")
            with pytest.raises(Refused) as refused:
                move_goal(goal=goal, person=county.person("performance_office"), action="pass")
            assert "请由业务股室办理" in refused.value.refusals[0].remedy
            move_goal(goal=goal, person=county.person("division"), action="pass")
            assert goal.state == "reviewed"

    @pytest.mark.feature("3.07")
    def test_the_reviewing_department_is_bound_by_its_own_scores(self, county: make.County) -> None:
        """The grade of the review binds whoever decides by it, not only the performance office."""
        with clock.at(make.DAY):
            goal = make.make_goal(county, make.make_subject(county), "department")
            reviewer = county.person("department_reviewer")
            card = card_of(goal)
            worst = {item.key: min(card.tiers, key=lambda one: one.low).key for item in card.items}
            review_goal(goal=goal, person=reviewer, tiers=worst, opinion="目标与资金不匹配")
            with pytest.raises(Refused) as refused:
                approve_department(goal=goal, person=reviewer)
            assert "不得进入下一步" in refused.value.refusals[0].message
            return_goal(goal=goal, person=reviewer, comment="请重新测算")
            assert goal.state == "draft"

    @pytest.mark.feature("3.13")
    def test_goals_are_approved_only_when_the_budget_is(self, county: make.County) -> None:
        with clock.at(make.DAY):
            goal = make.make_goal(county, make.make_subject(county), "department")
            approve_department(goal=goal, person=county.person("department_reviewer"))
        leader, office = county.person("bureau_leader"), county.person("performance_office")

        def adopted(day: date) -> LegalEvent:
            return record_event(cycle=county.cycle, key="budget_approved", day=day, reference="人大决议", person=office)

        with clock.at(date(2023, 1, 20)):
            with pytest.raises(Refused) as refused:
                approve_goal(goal=goal, person=leader)
            assert "人民代表大会批准" in refused.value.refusals[0].message
            assert "第02部分" in refused.value.refusals[0].clause
            event = adopted(date(2023, 1, 20))
            withdraw_event(event=event, reason="日期有误", person=office)
            with pytest.raises(Refused):
                approve_goal(goal=goal, person=leader)
            adopted(date(2023, 1, 19))
            approve_goal(goal=goal, person=leader)
        assert goal.state == "approved"

    @pytest.mark.feature("1.06")
    @pytest.mark.parametrize(("fen", "asked"), [(29_999_999, False), (30_000_000, True), (30_000_001, True)])
    def test_300_000_yuan_is_where_goals_begin(self, county: make.County, fen: int, asked: bool) -> None:
        year = make.make_subject(county, requested_fen=fen)
        with clock.at(make.DAY):
            wanted = years_without_goal(county.person("unit_project"), county.cycle)
            assert (year in wanted) is asked
            said = release_refusals([Posting(year, "initial", fen, make.DAY)])
        assert bool(said) is asked
        assert all("第02部分" in one.clause for one in said)

    @pytest.mark.parametrize("fen", [29_999_999, 30_000_000])
    def test_a_whole_department_needs_a_goal_whatever_its_money(self, county: make.County, fen: int) -> None:
        year = make.make_subject(county, kind="department", requested_fen=fen)
        with clock.at(make.DAY):
            assert year in years_without_goal(county.person("unit_project"), county.cycle)
            assert release_refusals([Posting(year, "initial", fen, make.DAY)])


class TestZhengzhou:
    """支出处室和绩效评价中心双审核."""

    @pytest.fixture
    def county(self) -> make.County:
        return make.make_county(ZHENGZHOU)

    @pytest.mark.feature("3.10")
    def test_the_centre_reviews_after_the_division(self, county: make.County) -> None:
        with clock.at(make.DAY):
            goal = make.make_goal(county, make.make_subject(county), "performance")
            centre = county.person("evaluation_centre")
            assert goal.subject_year.name in titles(county, "evaluation_centre")
            assert goal.subject_year.name not in titles(county, "performance_office")
            card = card_of(goal)
            best = {item.key: max(card.tiers, key=lambda one: one.low).key for item in card.items}
            review = review_goal(goal=goal, person=centre, tiers=best, opinion="")
            assert review.get_side_display() == "绩效评价中心"
            move_goal(goal=goal, person=centre, action="pass")
        assert goal.state == "reviewed"

    @pytest.mark.feature("3.10")
    def test_one_person_cannot_be_both(self, county: make.County) -> None:
        """Somebody who holds both posts reviews as one of them only."""
        with clock.at(make.DAY):
            goal = make.make_goal(county, make.make_subject(county), "division")
            division = county.person("division")
            both = _also(county, division, "evaluation_centre")
            move_goal(goal=goal, person=division, action="pass")
            with pytest.raises(Refused) as refused:
                move_goal(goal=goal, person=both, action="pass")
            assert "不能再办理" in refused.value.refusals[0].message
            assert "聚合力·三" in refused.value.refusals[0].clause
            move_goal(goal=goal, person=county.person("evaluation_centre"), action="pass")
        assert goal.state == "reviewed"

    @pytest.mark.feature("3.19")
    def test_both_reviews_may_take_goals_in_bulk(self, county: make.County) -> None:
        with clock.at(make.DAY):
            goals = [make.make_goal(county, make.make_subject(county), "division") for _ in range(3)]
            for role in ("division", "evaluation_centre"):
                outcome = move_many(goals=goals, person=county.person(role), action="pass")
                assert [one.pk for one in outcome.done] == [one.pk for one in goals]
        assert {one.state for one in goals} == {"reviewed"}


def _also(county: make.County, person: Person, role: str) -> Person:
    """The same user in another post of the bureau."""
    user = User.objects.get(pk=person.user_id)
    bureau = Organisation.objects.get(pk=county.bureau.pk)
    made = Appointment.objects.create(user=user, organisation=bureau, role=role, valid_from=make.BEGINNING)
    return person_of(made)
