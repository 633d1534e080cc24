"""The overview on a small county: every number by hand, the same queries whatever the size."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jiheng.channels.dashboards.facts import gather
from jiheng.channels.dashboards.metrics import found
from jiheng.channels.dashboards.queries import overview
from jiheng.foundation import clock
from tests.make import County, make_budget, make_county, make_goal, make_subject, sign_in

QUERIES = 10


@pytest.fixture
def county(db: None) -> County:
    """Three projects: 100 and 300 万元 in the first department, 100 万元 without goal in the second."""
    county = make_county()
    with clock.at(date(2022, 11, 1)):
        for unit, fen in ((0, 100_000_000), (1, 300_000_000)):
            year = make_subject(county, unit=unit, requested_fen=fen)
            make_goal(county, year, "approved")
            make_budget(county, year, fen)
        bare = make_subject(county, unit=2)
        make_budget(county, bare)
        make_budget(county, bare, 25_000_000, kind="payment", day=date(2023, 3, 1))
    return county


def values(county: County, role: str) -> dict[str, tuple[str, str]]:
    seen = overview(county.cycle, county.person(role))
    return {one.metric.key: (one.figure.value, one.figure.note) for one in seen.figures}


def test_cover_is_by_money(county: County) -> None:
    figures = values(county, "bureau_leader")
    assert figures["goal_cover"] == ("80.0", "2/3 项，400.00/500.00 万元")
    assert figures["self_evaluation_cover"][0] == "0.0"
    assert figures["execution"] == ("5.0", "25.00/500.00 万元")
    assert figures["monitoring_cover"] == ("—", "还没有开启监控")


def test_department_sees_its_own_part_only(county: County) -> None:
    figures = values(county, "department_reviewer")
    assert figures["goal_cover"] == ("100.0", "2/2 项，400.00/400.00 万元")
    assert "unpublished" not in figures


def test_parts_add_up_to_the_whole(county: County) -> None:
    seen = overview(county.cycle, county.person("performance_office"))
    assert sum(line.budget_fen for line in seen.departments) == seen.facts.total() == 500_000_000
    assert sum(line.budget_fen for line in seen.books) == 500_000_000
    assert [(line.count, line.goal) for line in seen.departments] == [(2, 1), (1, 0)]


def test_money_flows_from_asked_to_spent(county: County) -> None:
    seen = overview(county.cycle, county.person("performance_office"))
    assert {step.label: step.fen for step in seen.flow} == {
        "申报": 500_000_000,
        "评估同意": 500_000_000,
        "年初预算": 500_000_000,
        "核减收回": 0,
        "全年预算": 500_000_000,
        "已支出": 25_000_000,
    }


def test_facts_need_the_same_queries_whatever_their_number(
    county: County, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(QUERIES):
        gather(county.cycle, county.person("performance_office"))
    for _ in range(5):
        make_budget(county, make_subject(county))
    with django_assert_num_queries(QUERIES):
        gather(county.cycle, county.person("performance_office"))


def test_every_metric_says_what_it_is() -> None:
    metrics = found()
    assert len({metric.key for metric in metrics}) == len(metrics) >= 10
    assert all(metric.definition and metric.name for metric in metrics)


def test_page_links_every_figure_to_its_rows(county: County, client: Client) -> None:
    page = sign_in(client, county.person("bureau_leader"), county.cycle).get("/dashboards/")
    assert page.status_code == 200
    seen = overview(county.cycle, county.person("bureau_leader"))
    for one in seen.figures:
        path = one.figure.url.split("?")[0]
        assert client.get(path).status_code == 200, one.metric.key
        assert one.metric.definition in page.content.decode()


def test_page_without_rows_says_what_to_do(db: None, client: Client) -> None:
    county = make_county()
    page = sign_in(client, county.person("bureau_leader"), county.cycle).get("/dashboards/")
    assert "还没有安排预算的项目" in page.content.decode()


def test_unit_is_refused_with_the_reason(county: County, client: Client) -> None:
    page = sign_in(client, county.person("unit_project"), county.cycle).get("/dashboards/")
    assert page.status_code == 403
    assert "驾驶舱对财政局" in page.content.decode()
