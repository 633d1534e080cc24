"""The project library: who sees what, totals, the money of a project, registration with its verdict."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation.audit.services import act
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.registers.subjects.pages import record_url
from jiheng.registers.subjects.queries import library, money_of
from jiheng.registers.subjects.services import leave_standing
from tests.make import County, make_appraisal, make_budget, make_county, make_subject, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def as_role(county: County, role: str, index: int = 0) -> Client:
    """A browser of this person."""
    return sign_in(Client(), county.person(role, index), county.cycle)


def test_library_shows_each_person_their_part_with_money_from_the_ledger(county: County) -> None:
    years = [make_subject(county, unit=unit) for unit in range(3)]
    make_budget(county, years[0], 90_000_000)
    make_budget(county, years[0], -10_000_000, kind="adjustment")
    make_budget(county, years[0], 20_000_000, kind="payment")
    seen = {
        (role, index): {row.pk for row in library(county.person(role, index), county.cycle)}
        for role, index in (("unit_project", 1), ("department_reviewer", 0), ("treasury", 0), ("agency", 0))
    }
    assert seen == {
        ("unit_project", 1): {years[1].pk},
        ("department_reviewer", 0): {years[0].pk, years[1].pk},
        ("treasury", 0): {year.pk for year in years},
        ("agency", 0): set(),
    }
    found: Any = library(county.person("division"), county.cycle)  # with annotations
    row = found.get(pk=years[0].pk)
    assert (row.budget_fen, row.paid_fen) == (80_000_000, 20_000_000)
    money, exact = money_of(years[0]), balance(years[0].pk)
    assert (money.budget_fen, money.paid_fen) == (exact.budget, exact.executed)
    page = (
        as_role(county, "division").get(reverse("subjects:list"), {"state": "proposed", "sort": "-rate"}).text
    )
    assert "预算合计 <strong>80.00</strong>" in page
    assert "25.0%" in page


def test_library_without_a_cycle_says_so(county: County) -> None:
    SubjectYear.objects.all().delete()
    assert list(library(county.person("division"), None)) == []


def test_list_costs_a_fixed_number_of_queries(county: County, django_assert_max_num_queries: object) -> None:
    division, counts = as_role(county, "division"), []
    for number in (1, 3):
        while SubjectYear.objects.count() < number:
            make_budget(county, make_subject(county))
        with django_assert_max_num_queries(60) as asked:  # type: ignore[operator]
            assert division.get(reverse("subjects:list")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("kind", "change", "amount", "said"),
    [
        ("project", "new", "12", "须做事前绩效评估"),
        ("project", "continuing", "1200", "不须事前绩效评估"),
        ("department", "new", "12", "不须事前绩效评估"),
        ("project", "new", "十二万", "选好类别、属性并填写申报金额"),
        ("project", "new", "", "选好类别、属性并填写申报金额"),
    ],
)
def test_verdict_is_given_while_the_form_is_filled(
    county: County, kind: str, change: str, amount: str, said: str
) -> None:
    told = {"kind": kind, "change": change, "requested_fen": amount}
    assert said in as_role(county, "unit_finance").get(reverse("subjects:verdict"), told).text


def test_registration_refuses_what_does_not_fit(county: County) -> None:
    clerk = as_role(county, "unit_project")
    told = {
        "name": "渠道维修", "code": "X1", "kind": "project", "change": "new", "requested_fen": "120000元",
        "book": "general_public_budget", "first_year": "2020", "last_year": "2021", "overview": "内容",
        "basis": "依据",
    }  # fmt: skip
    page = clerk.post(reverse("subjects:register"), told)
    assert page.status_code == 422
    assert "起止年须包含 2023 年度" in page.text
    assert SubjectYear.objects.count() == 0
    right = told | {"requested_fen": "１２．５万元", "first_year": "2023", "last_year": "2023"}
    assert clerk.post(reverse("subjects:register"), right).status_code == 302
    made = SubjectYear.objects.get()
    assert (made.requested_fen, made.unit_id, made.department_id) == (
        12_500_000, county.units[0].pk, county.departments[0].pk,
    )  # fmt: skip
    assert "已登记" in clerk.post(reverse("subjects:register"), right).text


def test_bureau_registers_for_a_unit_and_others_do_not(county: County) -> None:
    told = {
        "name": "渠道维修", "code": "X1", "kind": "project", "change": "continuing", "requested_fen": "5",
        "book": "general_public_budget", "first_year": "2022", "last_year": "2023", "overview": "内容",
        "basis": "依据", "unit": str(county.units[2].pk),
    }  # fmt: skip
    assert as_role(county, "division").post(reverse("subjects:register"), told).status_code == 302
    assert SubjectYear.objects.get().department_id == county.departments[1].pk
    for role in ("unit_head", "department_reviewer", "congress", "agency"):
        assert as_role(county, role).get(reverse("subjects:register")).status_code == 403


def test_project_page_links_each_cut_and_standing_to_its_decision(county: County) -> None:
    year, office = make_subject(county, change="new"), county.person("performance_office")
    appraisal = make_appraisal(county, year)
    cut = Posting(year=year, kind="cut", amount_fen=-1_500_000, day=date(2023, 6, 1), note="评价为中")
    post(posting=cut, person=office, cause=appraisal, clause="某办法第五条")
    with act(office):
        leave_standing(
            standing=Standing(
                subject=year.subject, for_budget_year=2023, grade="中", score=72, action="cut",
                ceiling_fen=240_000_000, cause=f"appraisal.appraisal:{appraisal.pk}", text="上年评价为中，核减",
                clause="某办法第六条",
            ),
            person=office,
        )  # fmt: skip
    page = as_role(county, "unit_head").get(reverse("subjects:detail", args=[year.pk])).text
    link = reverse("appraisal:detail", args=[appraisal.pk])
    assert page.count(f'href="{link}"') >= 3  # life, ledger, standing
    assert "上年评价为中，核减" in page
    assert "-1.50" in page
    assert as_role(county, "unit_head", 1).get(reverse("subjects:detail", args=[year.pk])).status_code == 404


@pytest.mark.parametrize("key", ["", "results.decision", "nothing.here:1", "appraisal.appraisal:x"])
def test_unknown_decision_has_no_link(key: str) -> None:
    assert record_url(key) == ""
