"""Last year's goal and what came of it beside the goal that is written now, also where it was begun empty."""

from dataclasses import replace

import pytest
from django.test import Client

from jiheng.foundation import clock
from jiheng.registers.cycles.services import open_cycle
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.goals.facts import findings_of
from jiheng.stages.goals.last_year import last_year_of, past_of
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services import RowData, save_content, start_goal
from jiheng.stages.goals.surroundings import Before, surroundings_of
from tests import make

pytestmark = pytest.mark.django_db
TEXT = "购置教学设备130台并投入使用，实验开出率达到96%以上，改善办学条件。"


@pytest.fixture
def county() -> make.County:
    return make.make_county()


@pytest.fixture
def before(county: make.County) -> Goal:
    """Last year's approved goal; of its second row came 97."""
    goal = make.make_goal(county, make.make_subject(county), "approved")
    made = SelfEvaluation.objects.create(
        place=county.place, state="submitted", created_at=clock.now(), cycle=county.cycle,
        work_year=make.BUDGET_YEAR + 1, subject_year=goal.subject_year, goal=goal,
    )  # fmt: skip
    SelfLine.objects.create(evaluation=made, indicator=goal.indicators.get(name="实验开出率"), actual=97)
    return goal


def begun(county: make.County, before: Goal, rows: list[RowData]) -> Goal:
    """This year's goal of the same project, begun empty and written anew."""
    year = before.subject_year
    cycle = open_cycle(place=county.place, budget_year=make.BUDGET_YEAR + 1, person=county.person("bureau_leader"))
    after = make.make_subject(county, cycle=cycle, code=year.subject.code, name=year.name)
    person = county.person("unit_project")
    goal = start_goal(year=after, person=person, copy_last_year=False)
    save_content(goal=goal, person=person, rows=rows, objective=TEXT)
    return goal


def before_of(goal: Goal) -> Before:
    """What earlier years left to the goal."""
    return surroundings_of(goal.cycle, [goal]).before_of(goal)


def row(name: str, value: str) -> RowData:
    """A row of the usual ones with another value."""
    return replace(next(one for one in make.make_rows() if one.name == name), target_text=value)


@pytest.mark.feature("3.16")
def test_a_row_written_anew_is_measured_against_the_same_row_of_last_year(county: make.County, before: Goal) -> None:
    last = before.indicators.get(name="实验开出率").value
    assert last is not None
    goal = begun(county, before, [row("实验开出率", f"≥{last - 1}"), row("师生满意度", "≥90")])
    assert [one.row for one in findings_of(goal) if one.check == "softer_than_last"] == [1]
    assert [(one.position, one.actual) for one in past_of(before_of(goal), list(goal.indicators.all()))] == [(1, "97%"), (2, "")]


def test_brackets_and_blanks_make_no_other_row_and_two_of_a_name_tell_neither(county: make.County, before: Goal) -> None:
    goal = begun(county, before, [row("实验开出率", "≥90")])
    goal.indicators.update(name="实验 开出率（全县）")
    assert "softer_than_last" in {one.check for one in findings_of(goal)}
    before.indicators.filter(name="师生满意度").update(name="实验开出率")
    assert "softer_than_last" not in {one.check for one in findings_of(goal)}


@pytest.mark.feature("3.18")
def test_last_years_goal_stands_beside_one_that_was_begun_empty_and_its_rows_can_be_taken(
    county: make.County, before: Goal
) -> None:
    goal, person = begun(county, before, [row("实验开出率", "≥98")]), county.person("unit_project")
    page = make.sign_in(Client(), person, goal.cycle).get(f"/goals/{goal.pk}/edit/").content.decode()
    assert "上年目标和完成情况" in page
    assert before.objective in page
    told = last_year_of(goal, list(goal.indicators.all()), before_of(goal))
    assert told is not None
    assert [(one.row.name, one.actual) for one in told.rows if one.here is not None] == [("实验开出率", "97%")]
    free = [one for one in told.rows if one.here is None]
    assert page.count("data-pick") >= len(free) == before.indicators.count() - 1
    taken = next(one for one in free if one.row.name == "师生满意度")
    assert f'data-key="{taken.row.lineage}"' in page
    kept = goal.indicators.get()
    rows = [replace(row("实验开出率", "≥98"), pk=kept.pk), replace(row("师生满意度", "≥85"), lineage=taken.row.lineage)]
    save_content(goal=goal, person=person, rows=rows, objective=TEXT)
    made = goal.indicators.get(name="师生满意度")
    assert (made.lineage, made.last_target) == (taken.row.lineage, taken.row.target_text)


def test_an_adjustment_has_its_own_former_revision_beside_it(county: make.County, before: Goal) -> None:
    goal = begun(county, before, [row("实验开出率", "≥98")])
    goal.revision = 2
    assert (last_year_of(goal, [], before_of(goal)), past_of(before_of(goal), list(goal.indicators.all()))) == (None, [])
