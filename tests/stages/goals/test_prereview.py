"""The checks over a whole year say of each goal what they say of it alone, with as many queries for two as for twenty."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.registers.cycles.services import open_cycle
from jiheng.site.cli import main
from jiheng.stages.goals.facts import findings_of
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.prereview import findings_of_year, prereview
from jiheng.stages.goals.services import answer_dispute, dispute_finding, start_goal
from tests import make


@pytest.fixture
def county(db: None) -> Iterator[make.County]:
    with clock.at(date(2022, 11, 1)):
        yield make.make_county()


def a_second_year(county: make.County, number: int) -> list[Goal]:
    """Goals of a year that follows another: copied from last year's, each with something wrong of its own."""
    years = [make.make_subject(county, code=f"P{one:03}", name=f"第{one}个项目") for one in range(number)]
    for year in years:
        make.make_goal(county, year, "approved")
    cycle = open_cycle(place=county.place, budget_year=make.BUDGET_YEAR + 1, person=county.person("bureau_leader"))
    goals = []
    for one, year in enumerate(years):
        after = make.make_subject(county, cycle=cycle, code=year.subject.code, name=year.name)
        goal = start_goal(year=after, person=county.person("unit_project"), copy_last_year=one % 2 == 0)
        goal.fiscal_fen = 100 * (one + 1)
        goal.save()
        goals.append(goal)
    return goals


@pytest.mark.feature("3.16")
def test_a_year_is_told_what_each_goal_is_told(county: make.County) -> None:
    goals = a_second_year(county, 4)
    together = {goal.pk: found for goal, found in findings_of_year(goals[0].cycle)}
    assert together == {goal.pk: findings_of(Goal.objects.get(pk=goal.pk)) for goal in goals}
    assert len({tuple(one.check for one in found) for found in together.values()}) > 1
    made = prereview(goals[0].cycle)
    assert (made.goals, made.rows) == (4, sum(goal.indicators.count() for goal in goals))
    assert sum(made.found.values()) == sum(map(len, together.values()))
    assert made.held == sum(any(one.blocking for one in found) for found in together.values()) > 0


def test_what_reviewers_set_aside_is_not_told_again(county: make.County) -> None:
    goal = a_second_year(county, 1)[0]
    found = next(one for one in findings_of(goal) if one.open_to_dispute)
    dispute_finding(goal=goal, key=found.key, person=county.person("unit_project"), reason="情况属实")
    answer_dispute(
        goal=goal, key=found.key, person=county.person("performance_office"), answer="upheld", reason="同意"
    )
    assert found.key not in {one.key for _, told in findings_of_year(goal.cycle) for one in told}


def test_command_writes_every_finding_that_the_person_may_see(
    county: make.County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goals = a_second_year(county, 3)
    person, target = county.person("performance_office"), tmp_path / "预审.xlsx"
    login = Appointment.objects.get(pk=person.appointment_id).user.username
    given = ["prereview", "--user", login, "--role", person.role, "--year", str(goals[0].cycle.budget_year)]
    assert main([*given, "--to", str(target)]) == 1
    said = capsys.readouterr().out
    assert "3 份目标" in said
    assert "须改正" in said
    with closing(openpyxl.load_workbook(target, read_only=True)) as book:
        rows = list(book["明细"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == sum(len(findings_of(goal)) for goal in goals)
    assert {row[0] for row in rows} == {goal.subject_year.name for goal in goals}
    assert main([*given, "--to", str(target)]) == 1
    assert "已经存在" in capsys.readouterr().err
    assert main([*given[:-1], "1999"]) == 1
    assert "没有开启 1999 预算年度" in capsys.readouterr().err


def test_twenty_goals_take_no_more_queries_than_two(county: make.County) -> None:
    goals = a_second_year(county, 20)
    counted = []
    for number in (2, 20):
        some = Goal.objects.filter(pk__in=[goal.pk for goal in goals[:number]])
        with CaptureQueriesContext(connection) as queries:
            assert len(list(findings_of_year(goals[0].cycle, some))) == number
        counted.append(len(queries))
    assert counted[0] == counted[1]
