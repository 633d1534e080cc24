"""How the indicators of the library fare: the numbers, the rows behind them, and what is proposed for retirement."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.indicators.models import LibraryIndicator, Proposal
from jiheng.registers.indicators.services import load_library, merge
from jiheng.rules.indicator_statistics import ENOUGH, Counts
from jiheng.stages.evaluation.library_statistics import propose_retiring, statistics_of, to_retire
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.goals.models import Goal, RowReturn
from jiheng.stages.goals.services import return_goal
from tests import make


@pytest.fixture
def library() -> make.County:
    county = make.make_county()
    load_library(place=county.place, person=county.person("performance_office"))
    return county


def goal_with(county: make.County, one: LibraryIndicator, state: str = "draft") -> Goal:
    rows = make.make_rows()
    rows[0] = replace(rows[0], name=one.name, library_id=one.pk, free_reason="")
    return make.make_goal(county, make.make_subject(county), state, rows=rows)


def judge(county: make.County, goal: Goal, points: str, state: str = "submitted", recheck: str | None = None) -> None:
    made = SelfEvaluation.objects.create(
        place=county.place, state=state, created_at=clock.now(), cycle=county.cycle,
        work_year=make.BUDGET_YEAR + 1, subject_year=goal.subject_year, goal=goal,
    )  # fmt: skip
    SelfLine.objects.create(
        evaluation=made,
        indicator=goal.indicators.all()[0],
        points=Decimal(points),
        recheck_points=Decimal(recheck) if recheck else None,
    )


def test_figures_of_no_use_and_of_all_alike() -> None:
    assert (Counts().reach, Counts().discrimination, Counts().always_met) == (None, None, False)
    alike = Counts(picks=ENOUGH, judged=ENOUGH, met=ENOUGH, ratios=float(ENOUGH), squares=float(ENOUGH))
    assert (alike.reach, alike.discrimination, alike.always_met) == (1.0, 0.0, True)
    assert not replace(alike, judged=ENOUGH + 1).always_met
    assert not replace(alike, judged=ENOUGH - 1, met=ENOUGH - 1).always_met
    assert Counts(judged=2, met=1, ratios=1.0, squares=1.0).discrimination == 0.5


@pytest.mark.feature("4.07")
@pytest.mark.django_db
def test_picks_returns_reach_and_discrimination_are_those_of_the_rows(library: make.County) -> None:
    one, other = LibraryIndicator.objects.filter(level2="数量指标", sector="通用")[:2]
    goals = [goal_with(library, one) for _ in range(4)]
    weight = goals[0].indicators.all()[0].weight
    judge(library, goals[0], str(weight))
    judge(library, goals[1], str(weight), recheck="0")
    judge(library, goals[2], "0", state="draft")
    goal_with(library, other)
    office = library.person("performance_office")
    told = statistics_of(office).value
    assert told[one.pk] == Counts(picks=4, returns=0, judged=2, met=1, ratios=1.0, squares=1.0)
    assert told[other.pk] == Counts(picks=1)
    assert statistics_of(library.person("unit_project", 1)).value == {}
    LibraryIndicator.objects.filter(pk=other.pk).update(unit=one.unit, level1=one.level1)
    other.refresh_from_db()
    merge(other, one, "同一指标", office)
    assert {pk: counts.picks for pk, counts in statistics_of(office).value.items()} == {one.pk: 5}


@pytest.mark.feature("4.07")
@pytest.mark.django_db
def test_return_of_a_row_is_kept_when_it_is_mended(library: make.County) -> None:
    one = LibraryIndicator.objects.filter(level2="数量指标")[0]
    goal = goal_with(library, one, "department")
    row = goal.indicators.all()[0]
    reviewer = library.person("department_reviewer")
    return_goal(goal=goal, person=reviewer, comment="改一行", rows={row.pk: "偏低"})
    goal.indicators.update(returned=False, return_reason="")
    office = library.person("performance_office")
    assert statistics_of(office).value[one.pk].returns == 1
    page = make.sign_in(Client(), office).get(reverse("evaluation:library_rows", args=[one.pk, "returned"]))
    assert "偏低" in page.content.decode()
    with pytest.raises(Error), transaction.atomic():
        RowReturn.objects.update(reason="x")


@pytest.mark.feature("4.07")
@pytest.mark.django_db
def test_what_everybody_always_met_is_proposed_once(library: make.County) -> None:
    one, other = LibraryIndicator.objects.filter(level2="数量指标", sector="通用")[:2]
    for _ in range(ENOUGH):
        goal = goal_with(library, one)
        judge(library, goal, str(goal.indicators.all()[0].weight))
    judge(library, goal_with(library, other), "20")
    office = library.person("performance_office")
    assert [pair[0] for pair in to_retire(office)] == [one]
    client = make.sign_in(Client(), office)
    page = client.get(reverse("evaluation:library"), {"view": "same"}).content.decode()
    assert one.name in page
    assert other.name not in page
    assert "建议停用（1 项）" in page
    unit = make.sign_in(Client(), library.person("unit_project"))
    assert unit.post(reverse("evaluation:library_retire")).status_code == 403
    assert client.post(reverse("evaluation:library_retire")).status_code == 302
    made = Proposal.objects.get()
    assert (made.kind, made.indicator, made.state) == ("retire", one, "proposed")
    assert f"{ENOUGH} 行全部得满分" in made.ground
    with pytest.raises(Refused, match="没有可建议停用"):
        propose_retiring(person=office)


@pytest.mark.feature("4.07")
@pytest.mark.django_db
def test_each_number_leads_to_as_many_rows_by_two_questions(library: make.County) -> None:
    one = LibraryIndicator.objects.filter(level2="数量指标")[0]
    goals = [goal_with(library, one) for _ in range(3)]
    judge(library, goals[0], str(goals[0].indicators.all()[0].weight))
    judge(library, goals[1], "0")
    office = library.person("performance_office")
    with CaptureQueriesContext(connection) as asked:
        counts = statistics_of(office).value[one.pk]
    assert len([two for two in asked if "goals_" in two["sql"]]) == 2
    client = make.sign_in(Client(), office)
    for part, number in (("picked", counts.picks), ("judged", counts.judged), ("met", counts.met)):
        listing = client.get(reverse("evaluation:library_rows", args=[one.pk, part])).context["listing"]
        assert listing.count == number
    assert (counts.picks, counts.judged, counts.met) == (3, 2, 1)
    for view in ("picked", "returned", "low", "same"):
        assert client.get(reverse("evaluation:library"), {"view": view}).status_code == 200
    assert client.get(reverse("evaluation:library"), {"view": "x"}).status_code == 404
    assert client.get(reverse("evaluation:library_rows", args=[one.pk, "x"])).status_code == 404
