"""Two sides' scores of the same goal, held against each other on a page for the performance office."""

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.stages.goals.agreement_pages import pairs_of
from jiheng.stages.goals.services import approve_department, review_goal
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def tiers(county: make.County, tier: str) -> dict[str, str]:
    return {item.key: tier for item in county.policy.scorecards["goal_review"].items}


@pytest.mark.feature("3.10")
def test_scores_of_both_sides_on_the_same_content_are_compared(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    office, reviewer = county.person("performance_office"), county.person("department_reviewer")
    client = make.sign_in(Client(), office, county.cycle)
    assert "还没有两方都评过分的目标" in client.get(reverse("goals:agreement")).content.decode()
    mild = review_goal(goal=goal, person=reviewer, tiers=tiers(county, "excellent"))
    approve_department(goal=goal, person=county.second("department_reviewer"))
    strict = review_goal(goal=goal, person=county.person("division"), tiers=tiers(county, "fair"), opinion="偏低")
    (pair,) = pairs_of(office, county.cycle, "bureau")
    assert (pair.first.total, pair.second.total) == (mild.total, strict.total)
    assert pair.difference < 0
    page = client.get(reverse("goals:agreement")).content.decode()
    assert "两方都评过" in page
    assert goal.subject_year.name in page
    assert "不足 5 份，不作判断" in page
    assert pairs_of(office, county.cycle, "inside") == []


def test_only_those_who_lead_the_reviews_open_it(county: make.County) -> None:
    answer = make.sign_in(Client(), county.person("department_reviewer"), county.cycle).get(reverse("goals:agreement"))
    assert answer.status_code == 403
