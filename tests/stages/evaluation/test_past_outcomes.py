"""What came of indicators in past years, as it stands beside the values of a new goal, and the rows behind it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.services import load_library
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.reaching import reached_of
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    county = make.make_county()
    load_library(place=county.place, person=county.person("performance_office"))
    return county


@pytest.fixture
def cycle(county: make.County) -> Cycle:
    return open_cycle(place=county.place, budget_year=make.BUDGET_YEAR + 1, person=county.person("bureau_leader"))


@pytest.fixture
def rate() -> LibraryIndicator:
    found = LibraryIndicator.objects.filter(unit="%", operator=">=", level2="质量指标").first()
    assert found is not None
    return found


def goal_with(county: make.County, one: LibraryIndicator, target: str = "≥90", unit: int = 0, cycle: Cycle | None = None) -> Goal:
    rows = make.make_rows()
    rows[1] = replace(rows[1], name=one.name, library_id=one.pk, free_reason="", unit=one.unit, target_text=target)
    return make.make_goal(county, make.make_subject(county, unit=unit, cycle=cycle), rows=rows)


def came(county: make.County, goal: Goal, actual: str, *, at: int = 1, state: str = "submitted", **points: str) -> None:
    made = SelfEvaluation.objects.create(
        place=county.place, state=state, created_at=clock.now(), cycle=county.cycle,
        work_year=make.BUDGET_YEAR + 1, subject_year=goal.subject_year, goal=goal,
    )  # fmt: skip
    told = {key: Decimal(one) for key, one in points.items()}
    row = goal.indicators.all()[at]
    SelfLine.objects.create(evaluation=made, indicator=row, actual=Decimal(actual), actual_text=actual, **told)


@pytest.mark.feature("3.25")
def test_rates_of_the_place_are_counted_with_the_own_unit_beside_it(
    county: make.County, cycle: Cycle, rate: LibraryIndicator
) -> None:
    for at, actual in enumerate(("80", "85", "88", "90", "91", "92", "94", "95", "97", "99")):
        came(county, goal_with(county, rate, unit=at % 3), actual)
    # A draft has not left its unit, and what the re-check took points from was not believed.
    came(county, goal_with(county, rate), "100", state="draft")
    came(county, goal_with(county, rate), "100", points="15", recheck_points="5")
    goal = goal_with(county, rate, "≥92", unit=0, cycle=cycle)
    rows = list(goal.indicators.select_related("library"))
    found = {one.position: one for one in reached_of(goal, rows)}
    one = found[2]
    assert (one.main.number, one.main.met, one.percent, one.between) == (10, 5, 50, "23%～77%")
    assert one.other is not None
    assert (one.other.number, one.other.met) == (4, 2)
    assert (one.safe, one.bold, one.safe_chance, one.bold_chance) == ("≥80%", "≥88%", 90, 72)
    assert one.years == f"{make.BUDGET_YEAR} 年"
    assert list(found) == [2]
    # The same year is not the past: a goal of the year of the cases itself is told nothing.
    same = goal_with(county, rate, unit=2)
    assert reached_of(same, list(same.indicators.select_related("library"))) == []


@pytest.mark.feature("3.25")
def test_figures_that_hang_on_size_are_compared_with_the_own_unit_alone(
    county: make.County, cycle: Cycle
) -> None:
    count = LibraryIndicator.objects.exclude(unit__in=("%", "")).filter(operator=">=", kind="quantitative").first()
    assert count is not None
    for unit, target, actual in ((0, "≥100", "120"), (1, "≥7000", "6000"), (2, "≥5", "5")):
        came(county, goal_with(county, count, target, unit), actual)
    goal = goal_with(county, count, "≥130", unit=0, cycle=cycle)
    [one] = reached_of(goal, list(goal.indicators.select_related("library")))
    assert one.alone
    assert (one.main.number, one.main.met, one.quarters[0]) == (1, 0, f"120{count.unit}")
    assert one.other is not None
    assert (one.other.number, one.other.kept, one.other.compared) == (3, 2, 0)
    page = make.sign_in(Client(), county.person("unit_project"), cycle).get(reverse("goals:edit", args=[goal.pk]))
    assert "本单位以往" in page.content.decode()
    assert "不足 10 例" in page.content.decode()


@pytest.mark.feature("3.25")
def test_a_free_row_is_compared_with_the_units_own_rows_of_that_name(county: make.County, cycle: Cycle) -> None:
    plain = LibraryIndicator.objects.filter(unit="%").first()
    assert plain is not None
    for unit in (0, 1):
        came(county, goal_with(county, plain, unit=unit), "93", at=6)
    goal = goal_with(county, plain, unit=0, cycle=cycle)
    rows = list(goal.indicators.select_related("library"))
    [one] = reached_of(goal, rows)
    assert (one.position, one.main.number, one.main.met) == (7, 1, 1)
    assert str(rows[6].lineage) in one.url


@pytest.mark.feature("3.25")
def test_who_may_not_see_a_case_is_told_the_number_alone(
    county: make.County, cycle: Cycle, rate: LibraryIndicator
) -> None:
    for unit, actual in ((0, "91"), (1, "85"), (2, "99")):
        came(county, goal_with(county, rate, unit=unit), actual)
    goal = goal_with(county, rate, unit=0, cycle=cycle)
    address = next(one.url for one in reached_of(goal, list(goal.indicators.select_related("library"))))
    for person, seen in (
        (county.person("unit_project"), {"91"}),
        (county.person("department_reviewer"), {"91", "85"}),
        (county.person("division"), {"91", "85", "99"}),
    ):
        page = make.sign_in(Client(), person, cycle).get(address)
        shown = {str(cell.text) for row in page.context["listing"].rows for cell in row.cells if cell.column.key == "actual"}
        assert shown == {f"{one}%" for one in seen}
        assert f"共 3 例（{make.BUDGET_YEAR} 年 3 例），你可以查看其中 {len(seen)} 例" in page.content.decode()
    other = make.sign_in(Client(), county.person("unit_project", 1), cycle)
    assert other.get(address).status_code == 404
    own = make.sign_in(Client(), county.person("unit_project"), cycle)
    for key in ("999999999", "no-such-row", "00000000-0000-0000-0000-000000000000"):
        assert own.get(reverse("evaluation:past", args=[goal.pk, key])).status_code == 404


@pytest.mark.feature("3.25")
def test_eighty_rows_are_asked_for_by_two_questions(county: make.County, cycle: Cycle) -> None:
    library = list(LibraryIndicator.objects.filter(unit="%", operator=">=", merged_into=None)[:40])
    rows = [
        replace(make.make_rows()[1], name=one.name, library_id=one.pk, free_reason="", unit="%", target_text="≥90")
        for one in library
    ]
    free = [replace(make.make_rows()[1], name=f"自拟指标{at}", unit="%", target_text="≥90") for at in range(40)]
    goal = make.make_goal(county, make.make_subject(county, cycle=cycle), rows=[*rows, *free])
    old = make.make_goal(county, make.make_subject(county), rows=rows)
    came(county, old, "95", at=0)
    kept = list(goal.indicators.select_related("library"))
    with CaptureQueriesContext(connection) as asked:
        found = reached_of(goal, kept)
    assert len([one for one in asked if "evaluation_selfline" in one["sql"]]) == 2
    assert [one.position for one in found] == [1]
    client = make.sign_in(Client(), county.person("unit_project"), cycle)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("goals:detail", args=[goal.pk])).status_code == 200
    assert len([one for one in asked if "evaluation_selfline" in one["sql"]]) <= 4
