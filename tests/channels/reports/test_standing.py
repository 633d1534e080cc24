"""Where departments stand: sums by hand, those who did not report by name, confirmed assessments only."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from jiheng.channels.reports.kinds import found
from jiheng.foundation import clock
from jiheng.foundation.documents.report import ReportTable
from jiheng.stages.assessment.services import assess_departments, confirm_assessment
from jiheng.stages.results.services import decide_result, propose_decision
from tests.made_results import make_result
from tests.make import County, make_budget, make_county, make_goal, make_subject, sign_in

DAY = date(2024, 11, 10)


@pytest.fixture
def county(db: None) -> County:
    """Department 0: 100 万元, goal in time, 80 paid, evaluated 72, cut 15; department 1: 200 万元 without a goal."""
    county = make_county()
    with clock.at(date(2022, 10, 20)):
        first, second = make_subject(county), make_subject(county, unit=2, requested_fen=200_000_000)
        make_budget(county, first)
        make_budget(county, second, 200_000_000)
        make_goal(county, first, "approved")
    make_budget(county, first, 80_000_000, kind="payment", day=date(2023, 6, 1))
    decision = propose_decision(evaluation=make_result(county, first), person=county.person("performance_office"))
    leader = county.person("bureau_leader")
    with clock.at(date(2024, 7, 5)):
        decide_result(decision=decision, ratio=Decimal(15), reason="设备闲置", person=leader)
    return county


def tables(county: County) -> dict[str, list[Any]]:
    with clock.at(DAY):
        report = found()["department_standing"].build(county.cycle, county.person("performance_office"))
    return {
        key: [row for part in parts if isinstance(part, ReportTable) for row in part.rows]
        for key, parts in report.sections.items()
    }


@pytest.mark.feature("5.22")
def test_sums_are_by_hand_and_those_who_did_not_report_are_named(county: County) -> None:
    shown = tables(county)
    assert shown["money"] == [
        ("测试县教育局", "100.00", "80.00", "80.0%", "1/1", "100.0%"),
        ("测试县农业农村局", "200.00", "0.00", "0.0%", "0/1", "0.0%"),
    ]
    assert shown["duties"][0][:4] == ("测试县教育局", "1/1", "—", "0/1")
    assert shown["duties"][1][1] == "0/1"
    assert shown["missing"] == [("测试县教育局", "测试县第一中学", "绩效自评", "1")]
    assert shown["results"] == [("测试县教育局", "1", "1", "100.00", "15.00")]
    assert shown["assessment"] == []


def test_only_confirmed_assessments_stand_in_it(county: County) -> None:
    with clock.at(DAY):
        made = assess_departments(cycle=county.cycle, person=county.person("performance_office"))
        confirm_assessment(assessment=made[0], person=county.person("bureau_leader"))
    assert [row[1] for row in tables(county)["assessment"]] == ["测试县教育局"]


def test_it_comes_as_word_and_pdf_and_for_an_empty_year(county: County, client: Client) -> None:
    sign_in(client, county.person("congress"), county.cycle)
    assert client.get("/reports/department_standing.pdf").content.startswith(b"%PDF")
    assert client.get("/reports/department_standing.docx").content.startswith(b"PK")


def test_an_empty_year_says_so(db: None) -> None:
    county = make_county()
    report = found()["department_standing"].build(county.cycle, county.person("performance_office"))
    assert report.sections["money"] == ["本年度还没有项目。"]
    assert report.sections["missing"] == ["没有未按规定报送的单位。"]
