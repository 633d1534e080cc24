"""Agencies and experts enter with their field and leave with a reason; nothing is deleted."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.services import EvaluatorData, enter_register, leave_register
from tests.make import County, make_county, sign_in

pytestmark = pytest.mark.django_db
DAY = date(2022, 3, 1)


@pytest.fixture
def county() -> County:
    return make_county()


def agency(county: County, **changes: object) -> EvaluatorData:
    """An agency as it is told."""
    body = Organisation.objects.get(pk=county.person("agency").organisation_id)
    values = {
        "name": "明衡咨询", "kind": "agency", "organisation": body, "fields": "教育、水利", "qualification": "甲级",
        "entered_on": DAY,
    }  # fmt: skip
    return EvaluatorData(**(values | changes))  # type: ignore[arg-type]


def test_entry_and_exit_stay_on_the_record(county: County) -> None:
    office = county.person("evaluation_centre")
    made = enter_register(data=agency(county), person=office)
    with pytest.raises(Refused, match="已在库中"):
        enter_register(data=agency(county), person=office)
    with pytest.raises(Refused, match="原因"):
        leave_register(evaluator=made, day=DAY, reason=" ", person=office)
    with pytest.raises(Refused, match="早于入库"):
        leave_register(evaluator=made, day=DAY - timedelta(days=1), reason="退出", person=office)
    leave_register(evaluator=made, day=DAY, reason="两年未承接任务", person=office)
    made.refresh_from_db()
    assert (made.left_on, made.left_reason) == (DAY, "两年未承接任务")
    assert enter_register(data=agency(county), person=office).pk != made.pk


def test_others_do_not_keep_it(county: County) -> None:
    with pytest.raises(Refused):
        enter_register(data=agency(county), person=county.person("department_reviewer"))


def test_pages_enter_show_and_end(county: County) -> None:
    browser = sign_in(Client(), county.person("performance_office"), county.cycle)
    assert "还是空的" in browser.get(reverse("experts:list")).text
    body = county.person("expert").organisation_id
    told = {
        "kind": "expert", "name": "李专家", "organisation": str(body), "fields_of_work": "农业", "qualification": "",
        "entered_on": "2022-03-01",
    }  # fmt: skip
    assert browser.post(reverse("experts:enter"), told).status_code == 302
    assert browser.post(reverse("experts:enter"), told).status_code == 422
    made = Evaluator.objects.get()
    assert "农业" in browser.get(reverse("experts:detail", args=[made.pk])).text
    leave = reverse("experts:leave", args=[made.pk])
    assert browser.post(leave, {"day": "2022-05-01", "reason": "退休"}).status_code == 302
    assert browser.get(leave).status_code == 403
    outsider = sign_in(Client(), county.person("agency"), county.cycle)
    assert outsider.get(reverse("experts:detail", args=[made.pk])).status_code == 404
    assert outsider.get(reverse("experts:enter")).status_code == 403
    assert sign_in(Client(), county.person("unit_head")).get(reverse("experts:list")).status_code == 403
