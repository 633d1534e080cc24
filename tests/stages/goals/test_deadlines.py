"""More time that a unit was given counts wherever a day is shown: lists, to-dos, reviews, what is late."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.channels.dashboards.metrics.late import goals as late_goals
from jiheng.channels.dashboards.scope import Scope
from jiheng.foundation import clock
from jiheng.foundation.web.stage import Todo
from jiheng.registers.cycles.extensions import ask_extension, decide_extension
from jiheng.stages.appraisal.stage import STAGE as APPRAISAL
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.queries import due_of, goal_rows
from jiheng.stages.goals.stage import STAGE
from tests import make

pytestmark = pytest.mark.django_db
# By the calendar of the pack for 2023: submitted by 31 October, reviewed by 30 November, approved by 20 February.
SUBMIT, REVIEW, APPROVE = date(2022, 10, 31), date(2022, 11, 30), date(2023, 2, 20)


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def extend(county: make.County, item: str, due: date, unit: int = 0) -> None:
    asked = ask_extension(
        cycle=county.cycle, item=item, organisation=county.units[unit], due=due, reason="上级资金年中下达",
        person=county.person("unit_project", unit),
    )  # fmt: skip
    decide_extension(extension=asked, granted=True, opinion="", person=county.person("performance_office"))


def days(todos: list[Todo]) -> list[date | None]:
    return [one.due for one in todos]


def due_in(county: make.County, state: str) -> date | None:
    Goal.objects.update(state=state)
    return due_of(Goal.objects.get())


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (None, (SUBMIT, REVIEW, APPROVE)),
        (date(2022, 11, 10), (date(2022, 11, 10), date(2022, 12, 10), APPROVE)),
        (date(2023, 12, 20), (date(2023, 12, 20), date(2024, 1, 19), date(2024, 1, 19))),
    ],
)
def test_more_time_for_the_submission_moves_review_and_approval(
    county: make.County, later: date | None, expected: tuple[date, ...]
) -> None:
    make.make_goal(county, make.make_subject(county))
    if later is not None:
        extend(county, "goals_submit", later)
    assert tuple(due_in(county, one) for one in ("draft", "division", "reviewed")) == expected


def test_reviewers_to_dos_and_the_list_count_the_units_extension(county: make.County) -> None:
    make.make_goal(county, make.make_subject(county), "department")
    make.make_goal(county, make.make_subject(county, unit=1), "department")
    extend(county, "goals_submit", date(2022, 11, 10))
    extend(county, "goals_review", date(2022, 12, 24), unit=1)
    reviewer = county.person("department_reviewer")
    assert sorted(str(day) for day in days(STAGE.todos(reviewer))) == ["2022-12-10", "2022-12-24"]
    client = make.sign_in(Client(), reviewer, county.cycle)
    with clock.at(date(2022, 12, 5)):
        page = client.get(reverse("goals:list")).content.decode()
    assert "逾期" not in page
    assert 'datetime="2022-12-10"' in page
    assert 'datetime="2022-12-24"' in page


def test_many_goals_as_one_line_are_due_with_the_first_of_them(county: make.County) -> None:
    for _ in range(6):
        make.make_goal(county, make.make_subject(county), "department")
    extend(county, "goals_submit", date(2022, 11, 10))
    reviewer = county.person("department_reviewer")
    assert days(STAGE.todos(reviewer)) == [date(2022, 12, 10)]
    make.make_goal(county, make.make_subject(county, unit=1), "department")
    assert days(STAGE.todos(reviewer)) == [REVIEW]


def test_the_list_asks_for_extensions_in_its_own_query(
    county: make.County, django_assert_num_queries: object
) -> None:
    for _ in range(3):
        make.make_goal(county, make.make_subject(county))
    rows = list(goal_rows(county.person("division"), county.cycle))
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert {due_of(one) for one in rows} == {SUBMIT}


def test_an_appraisal_that_may_come_later_may_be_concluded_later(county: make.County) -> None:
    year = make.make_subject(county, change="new")
    unit, office = county.person("unit_project"), county.person("performance_office")
    extend(county, "appraisal_submit", date(2022, 9, 10))
    assert days(APPRAISAL.todos(unit)) == [date(2022, 9, 10)]
    make.make_appraisal(county, year, state="bureau")
    assert days(APPRAISAL.todos(office)) == [date(2022, 10, 10)]


def test_what_was_given_more_time_is_not_late_on_the_overview(county: make.County) -> None:
    make.make_subject(county)
    other = make.make_subject(county, unit=1)
    extend(county, "goals_submit", date(2023, 12, 20))
    with clock.at(date(2023, 6, 1)):
        assert late_goals(Scope(county.person("performance_office"), county.cycle)) == {other.pk}
    with clock.at(date(2024, 6, 1)):
        assert len(late_goals(Scope(county.person("performance_office"), county.cycle))) == 2
