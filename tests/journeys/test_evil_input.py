"""What nobody types by mistake: forged numbers, zero characters, markup, formulas, huge texts, other people's posts."""

from datetime import date
from typing import Any

import pytest

from jiheng.foundation import clock
from jiheng.stages.monitoring import services as monitoring
from tests.journeys.visitor import Visitor, sit
from tests.make import County, make_goal, make_subject
from tests.stages.monitoring.build import DAY, paid_project

pytestmark = pytest.mark.django_db
HUGE = ("9" * 19, "9" * 40, "9" * 5000)
"""Just above the largest key, far above it, and more digits than Python reads."""


def changed(values: list[tuple[str, Any]], **given: str) -> list[tuple[str, Any]]:
    """Replace what a form would send under some names."""
    return [(name, given.get(name, value)) for name, value in values]


@pytest.mark.parametrize("number", HUGE)
def test_forged_numbers_are_refused_and_never_break_a_page(shared: County, number: str) -> None:
    with clock.at(DAY):
        year = paid_project(shared)
        monitoring.open_checkpoint(cycle=shared.cycle, key="q1", person=shared.person("performance_office"))
        report = year.monitoring_reports.get()
        goal = make_goal(shared, make_subject(shared))
        clerk, reviewer = sit(shared, "unit_project"), sit(shared, "department_reviewer")
        page = clerk.open(f"/goals/{goal.pk}/edit/")
        sound = page.values(page.form_with("保存")[0], {})
        for name in ("rows-0-library", "rows-0-pk"):
            clerk.send(page.url, changed(sound, **{name: number}), referer=page.url, status=422)
        record = clerk.open(f"/goals/{goal.pk}/")
        sent = record.values(record.form_with("提交审核")[0], {})
        clerk.send(f"/goals/{goal.pk}/act/", [*changed(sent, version=number), ("action", "x")], status=422)
        page = clerk.open(f"/monitoring/{report.pk}/fill/")
        sent = page.values(page.form_with("保存")[0], {})
        clerk.send(page.url, changed(sent, **{"readings-TOTAL_FORMS": number}), referer=page.url, status=422)
        clerk.send(page.url, changed(sent, **{"readings-0-pk": number}), referer=page.url, status=422)
        token = ("csrfmiddlewaretoken", str(reviewer.open("/goals/").response.context["csrf_token"]))
        reviewer.send("/goals/bulk/approve_department/", [token, ("pk", number), ("pk", "x"), ("pk", "²")])
        for address in ("/monitoring/?checkpoint=", "/policies/?version=", "/public/?year=", "/public/?page="):
            clerk.open(address + number)
        sit(shared, "bureau_leader").open(f"/dashboards/?department={number}")


@pytest.mark.parametrize("address", ["/public/?year=²", "/public/?year=٣", "/public/data.csv?year=²", "/public/data.json?year=-1"])
def test_digits_of_other_scripts_are_no_year(shared: County, address: str) -> None:
    Visitor().open(address)


def test_zero_characters_are_refused_wherever_they_stand(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared), "department")
        reviewer = sit(shared, "department_reviewer")
        page = reviewer.open(f"/goals/{goal.pk}/")
        refused = page.press("退回修改", {"办理意见": "前\0后"}, status=400)
        assert "没有办理" in refused
        for address in ("/goals/?q=%00", "/search/?q=a%00", "/goals/?state=%00", "/public/?text=%00", "/public/%00/"):
            reviewer.open(address, status=400)
        goal.refresh_from_db()
        assert goal.state == "department"
