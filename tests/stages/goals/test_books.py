"""Budgets that goals must cover: who must have a goal, what money waits for it, what is shown as missing."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.books import book_lines, books_of, missing_goals, uncovered
from jiheng.stages.goals.queries import years_without_goal
from jiheng.stages.goals.stage import watching
from tests.channels.api.callers import call, token_for
from tests.make import County, make_county, make_goal, make_promise, make_subject, sign_in

pytestmark = pytest.mark.django_db

GENERAL, FUND, STATE, SOCIAL = (
    "general_public_budget", "government_fund_budget", "state_capital_operating_budget", "social_insurance_fund_budget",
)  # fmt: skip


@pytest.fixture
def county() -> County:
    return make_county("heilongjiang-hailin", 2021, day=date(2020, 11, 1))


def pay_in(county: County, year: SubjectYear) -> None:
    posting = Posting(year, "initial", 100_000_000, date(2021, 1, 5), reference="预算批复1号")
    post(posting=posting, person=county.person("treasury"))


def test_listed_budgets_wait_for_the_goal_and_others_do_not(county: County) -> None:
    fund, social = make_subject(county, book=FUND), make_subject(county, book=SOCIAL)
    assert books_of(county.cycle) == {GENERAL, FUND, STATE}
    assert set(years_without_goal(county.person("performance_office"), county.cycle)) == {fund}
    with clock.at(date(2021, 1, 5)):
        with pytest.raises(Refused, match="政府性基金预算须有绩效目标"):
            pay_in(county, fund)
        pay_in(county, social)
        make_promise(fund)
        pay_in(county, fund)


def test_rules_without_a_list_ask_of_every_budget() -> None:
    county = make_county("hunan-xiangtan", 2022, day=date(2021, 11, 1))
    assert books_of(county.cycle) is None
    year = make_subject(county, book=SOCIAL)
    office = county.person("performance_office")
    assert set(years_without_goal(office, county.cycle)) == {year}
    assert set(missing_goals(office, county.cycle)) == {year}
    assert uncovered(office, county.cycle) == []


def test_figures_are_those_of_the_list_and_each_sees_his_own(county: County) -> None:
    first, second = make_subject(county, book=FUND), make_subject(county, unit=2, book=FUND)
    social = make_subject(county, book=SOCIAL)
    make_goal(county, first, "department")
    office = county.person("performance_office")
    fund = next(one.cover for one in book_lines(office, county.cycle) if one.cover.book == FUND)
    assert (fund.due, fund.handed_in, fund.approved, fund.missing) == (2, 1, 0, 2)
    assert [one.pk for one in missing_goals(office, county.cycle).order_by("pk")] == [first.pk, second.pk]
    assert social not in missing_goals(office, county.cycle)
    own = next(one.cover for one in book_lines(county.person("unit_project", 2), county.cycle) if one.cover.book == FUND)
    assert (own.due, own.missing) == (1, 1)
    make_promise(second)
    assert [one.label for one in uncovered(office, county.cycle)] == ["政府性基金预算"]
    social.library_state = "refused"
    social.save(update_fields=["library_state"])
    covers = {one.cover.book: one.cover.due for one in book_lines(office, county.cycle)}
    assert covers == {GENERAL: 0, FUND: 2, STATE: 0, SOCIAL: 0}


def test_page_desk_and_interface_show_what_is_missing(county: County) -> None:
    year = make_subject(county, book=STATE)
    office = county.person("performance_office")
    client = sign_in(Client(), office, county.cycle)
    page = client.get(reverse("goals:books"))
    assert "国有资本经营预算" in page.text
    assert f'href="?book={STATE}"' in page.text
    assert year.name in client.get(reverse("goals:books"), {"book": STATE}).text
    assert client.get(reverse("goals:books"), {"book": FUND}).context["listing"].count == 0
    with clock.at(date(2020, 11, 2)):
        assert all("没有覆盖到" not in one.title for one in watching(office))  # not due yet
    with clock.at(date(2021, 12, 1)):
        assert ["国有资本经营预算 1 项" in one.detail for one in watching(office) if "没有覆盖到" in one.title] == [True]
    token = token_for(office)
    rows = {one["book"]: one for one in call(token, "GET", "goal-books").json()["items"]}
    assert (rows[STATE]["missing"], rows[SOCIAL]["demanded"]) == (1, False)
    assert call(token, "GET", "goals-missing").json()["items"][0]["name"] == year.name
    assert sign_in(Client(), county.person("agency"), county.cycle).get(reverse("goals:books")).status_code == 403
