"""Goals on their way at the browser by the routes of two cities: who allocates reviews; the division, then the centre."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jiheng.foundation import clock
from jiheng.registers.cycles.legal_events import record_event
from jiheng.stages.monitoring import services as monitoring
from jiheng.stages.monitoring.services import ReadingData
from tests.journeys.visitor import Visitor
from tests.make import DAY, County, make_county, make_goal, make_subject
from tests.stages.goals.test_routes import whole_department
from tests.stages.monitoring.build import paid_project, said

pytestmark = pytest.mark.django_db
SPRING = date(2023, 2, 1)


def built(code: str, blocker: DjangoDbBlocker) -> Iterator[County]:
    with blocker.unblock(), transaction.atomic():
        yield make_county(code)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def xiangtan(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[County]:
    """A city where who allocates reviews, built once for the file."""
    yield from built("hunan-xiangtan", django_db_blocker)


@pytest.fixture(scope="module")
def zhengzhou(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[County]:
    """A city where the division and the centre both review, built once for the file."""
    yield from built("henan-zhengzhou", django_db_blocker)


def sit(city: County, role: str) -> Visitor:
    return Visitor(city.person(role), city.cycle)


@pytest.mark.feature("3.10")
def test_what_the_department_allocates_never_comes_to_the_bureaus_reviewers(xiangtan: County) -> None:
    with clock.at(DAY):
        goal = make_goal(xiangtan, make_subject(xiangtan), "department")
        name = goal.subject_year.name
        page = sit(xiangtan, "department_reviewer").todo(name, "审核通过")
        assert page.buttons.count("审核通过") == 1
        assert "报财政审核" not in page.buttons, "the other way has its own button"
        assert page.press("审核通过").state == "待批复"
        assert not any(name in one for one in sit(xiangtan, "division").todos())
        waits = sit(xiangtan, "bureau_leader").todo(name, "随预算批复")
        refused = waits.press("随预算批复", status=422)
        assert "人民代表大会批准" in refused.refusals[0].message
        assert "第02部分" in refused.refusals[0].clause
    with clock.at(SPRING):
        office = xiangtan.person("performance_office")
        record_event(cycle=xiangtan.cycle, key="budget_approved", day=date(2023, 1, 18), reference="人大决议〔2023〕1号", person=office)
        assert sit(xiangtan, "bureau_leader").todo(name, "随预算批复").press("随预算批复").state == "已批复"


@pytest.mark.feature("3.10")
def test_a_whole_departments_goal_is_reviewed_by_the_bureaus_division(xiangtan: County) -> None:
    with clock.at(DAY):
        goal = whole_department(xiangtan)
        name = goal.subject_year.name
        for role in ("unit_project", "unit_finance"):
            sit(xiangtan, role).open(f"/goals/{goal.pk}/").press("提交审核")
        page = sit(xiangtan, "department_reviewer").todo(name, "报财政审核")
        assert "审核通过" not in page.buttons
        assert page.press("报财政审核").state == "财政业务科室审核"
        assert sit(xiangtan, "division").todo(name, "审核通过").press("审核通过").state == "待批复"


@pytest.mark.feature("3.10")
def test_the_centre_reviews_what_the_division_has_passed(zhengzhou: County) -> None:
    with clock.at(DAY):
        goal = make_goal(zhengzhou, make_subject(zhengzhou), "division")
        name = goal.subject_year.name
        assert not any(name in one for one in sit(zhengzhou, "evaluation_centre").todos())
        assert sit(zhengzhou, "division").todo(name, "初审通过").press("初审通过").state == "绩效评价中心审核"
        assert not any(name in one for one in sit(zhengzhou, "performance_office").todos())
        page = sit(zhengzhou, "evaluation_centre").todo(name, "复审通过")
        back = page.press("退回修改", {"办理意见": "效益指标没有数量"})
        assert back.state == "草拟"
        assert any(name in one and "效益指标没有数量" in one for one in sit(zhengzhou, "unit_project").todos("returned"))


@pytest.mark.feature("3.10")
def test_monitoring_is_reviewed_twice_too(zhengzhou: County) -> None:
    steady = paid_project(zhengzhou, 60_000_000)
    key = zhengzhou.policy.value("monitoring_checkpoints", budget_year=2023).value[0]["key"]
    with clock.at(date(2023, 8, 5)):
        point = monitoring.open_checkpoint(cycle=zhengzhou.cycle, key=key, person=zhengzhou.person("performance_office"))
        report = point.reports.get(subject_year=steady)
        project = zhengzhou.person("unit_project")
        on_the_way = {"购置教学设备台数": ReadingData("75", likelihood="certain")}
        monitoring.save_readings(
            report=report, readings=said(report, **on_the_way), note="按计划推进",
            measures=[monitoring.MeasureData("加快支付", "项目负责岗", date(2023, 9, 30))], person=project,
        )  # fmt: skip
        for one in (project, zhengzhou.person("unit_finance")):
            monitoring.submit_report(report=report, person=one)
        monitoring.confirm_report(report=report, person=zhengzhou.person("department_reviewer"))
        page = sit(zhengzhou, "division").open(f"/monitoring/{report.pk}/")
        assert "办结" not in page.buttons
        assert page.press("初审通过").state == "绩效评价中心审核"
        done = sit(zhengzhou, "evaluation_centre").open(f"/monitoring/{report.pk}/").press("办结")
        assert done.state == "已办结"
