"""The assessment of a department is made public where the place says so, once it is confirmed, without inner words."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Extension
from jiheng.stages.assessment.models import Assessment
from jiheng.stages.assessment.services import FactData, assess_departments, confirm_assessment, record_fact
from jiheng.stages.disclosure.access import waiting_for
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.queries import broken_publications, due_list, waiting_by_kind
from jiheng.stages.disclosure.services import publish, withdraw
from tests.make import PACK, County, make_county, make_goal, make_subject, sign_in

CONCLUDING, LAST = date(2024, 11, 10), date(2024, 12, 20)
FACT = FactData("minus", "supervision_findings", "经查有两处问题", "审计报告2024年第7号", Decimal(2))


def assessed(code: str) -> tuple[County, Assessment]:
    """A county with one department that has been assessed, not confirmed."""
    county = make_county(code)
    with clock.at(date(2022, 10, 20)):
        make_goal(county, make_subject(county), "approved")
    with clock.at(CONCLUDING):
        office = county.person("performance_office")
        record_fact(cycle=county.cycle, department=county.departments[0], data=FACT, person=office)
        (made,) = assess_departments(cycle=county.cycle, person=office)
    return county, made


def confirm(county: County, made: Assessment) -> None:
    with clock.at(CONCLUDING):
        confirm_assessment(assessment=made, person=county.person("bureau_leader"))


def waiting_results(county: County, role: str = "performance_office", at: int = 0) -> list[object]:
    listed = due_list(county.cycle, waiting_for(county.person(role, at)))
    return [one.source for one in listed if one.kind == "assessment"]


@pytest.mark.feature("9.01")
def test_a_result_is_public_only_after_it_was_confirmed(db: None, client: Client) -> None:
    county, made = assessed("hunan-tianyuan")
    office = county.person("performance_office")
    assert waiting_results(county) == []
    with pytest.raises(Refused, match="确认后才能公开") as refused:
        publish(source=made, person=office)
    assert "第四十四条" in refused.value.refusals[0].clause
    confirm(county, made)
    assert waiting_results(county) == [made]
    with pytest.raises(Refused, match="绩效管理股"):
        publish(source=made, person=county.person("bureau_leader"))
    one = publish(source=made, person=office)
    assert (one.due, one.number.split("-")[-2]) == (LAST, "2023K")
    assert waiting_results(county) == []
    with pytest.raises(Refused, match="无须重复"):
        publish(source=made, person=office)
    shown = client.get(reverse("portal:detail", args=[one.number])).content.decode()
    assert f"{made.total.normalize():f}" in shown
    assert county.departments[0].name in shown
    assert "减分 2.00" in shown
    assert FACT.text not in shown
    assert FACT.source not in json.dumps(one.content, ensure_ascii=False)
    assert "官方表格" not in shown
    for kind in ("pdf", "xlsx"):
        assert client.get(reverse(f"portal:form_{kind}", args=[one.number])).status_code == 404
    assert [row["kind"] for row in json.loads(client.get("/public/data.json?kind=assessment").content)] == ["assessment"]
    assert broken_publications(county.place.pk) == []


def test_a_place_that_does_not_name_it_publishes_none(db: None) -> None:
    county, made = assessed(PACK)
    confirm(county, made)
    assert waiting_results(county) == []
    with pytest.raises(Refused, match="没有把考核结果列入公开"):
        publish(source=made, person=county.person("performance_office"))
    assert not Publication.objects.exists()


def test_the_day_is_kept_below_at_and_above_and_more_time_counts(db: None) -> None:
    county, made = assessed("hunan-tianyuan")
    confirm(county, made)

    def late(day: date) -> int:
        with clock.at(day):
            return waiting_by_kind(county.cycle)["assessment"].late

    assert [late(LAST - timedelta(days=1)), late(LAST), late(LAST + timedelta(days=1))] == [0, 0, 1]
    Extension.objects.create(
        cycle=county.cycle, item="assessment_publish", organisation=made.department, due=LAST + timedelta(days=5),
        reason="系统故障", state="granted", asker="", asked_at=clock.now(),
    )  # fmt: skip
    assert [late(LAST + timedelta(days=5)), late(LAST + timedelta(days=6))] == [0, 1]


def test_a_withdrawn_result_waits_again_and_the_department_sees_its_own(db: None) -> None:
    county, made = assessed("hunan-tianyuan")
    confirm(county, made)
    assert waiting_results(county, "department_reviewer") == [made]
    assert waiting_results(county, "unit_project") == waiting_results(county, "department_reviewer", 1) == []
    one = publish(source=made, person=county.person("performance_office"))
    withdraw(publication=one, reason="计分有误", person=county.person("performance_office"))
    assert waiting_results(county) == [made]


def test_the_office_publishes_it_from_the_page_where_it_waits(db: None, client: Client) -> None:
    county, made = assessed("hunan-tianyuan")
    confirm(county, made)
    office = sign_in(client, county.person("performance_office"), county.cycle)
    page = office.get(reverse("disclosure:due"), {"kind": "assessment"}).text
    assert f'value="assessment:{made.pk}"' in page
    assert reverse("assessment:detail", args=[made.pk]) in page
    office.post(reverse("disclosure:publish"), {"chosen": [f"assessment:{made.pk}"]})
    assert Publication.objects.get().organisation == made.department.name
