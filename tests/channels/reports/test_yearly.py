"""The yearly report: its numbers are those of the pages, as Word and PDF, for those who see the whole place."""

import io

import pytest
from django.test import Client
from docx import Document
from pypdf import PdfReader

from jiheng.channels.reports.kinds import found
from jiheng.foundation import clock
from jiheng.stages.goals.queries import coverage
from tests.make import DAY, County, make_budget, make_county, make_goal, make_subject, sign_in


@pytest.fixture
def county(db: None) -> County:
    county = make_county()
    with clock.at(DAY):
        year = make_subject(county)
        make_goal(county, year, "approved")
        make_budget(county, year)
        make_subject(county, unit=2)
    return county


def test_numbers_are_those_of_the_pages(county: County) -> None:
    office = county.person("performance_office")
    report = found()["yearly_report"].build(county.cycle, office)
    summary = str(report.sections["summary"])
    goals = coverage(office, county.cycle)
    assert f"应设绩效目标的项目{goals.subjects}项" in summary
    assert f"已批复目标{goals.approved}项" in summary


def test_word_and_pdf_carry_the_outline(county: County, client: Client) -> None:
    sign_in(client, county.person("congress"), county.cycle)
    word = client.get("/reports/yearly_report.docx")
    text = "\n".join(one.text for one in Document(io.BytesIO(word.content)).paragraphs)
    pdf = "".join(one.extract_text() for one in PdfReader(io.BytesIO(client.get("/reports/yearly_report.pdf").content)).pages)
    for title in ("一、总体情况", "四、运行监控", "七、信息公开"):
        assert title in text
        assert title in pdf


def test_list_names_every_report(county: County, client: Client) -> None:
    page = sign_in(client, county.person("bureau_leader"), county.cycle).get("/reports/").content.decode()
    assert all(kind.name in page for kind in found().values())
    assert client.get("/reports/nothing.pdf").status_code == 404


def test_unit_is_refused(county: County, client: Client) -> None:
    sign_in(client, county.person("unit_project"), county.cycle)
    assert client.get("/reports/").status_code == 403
    assert client.get("/reports/yearly_report.pdf").status_code == 403
