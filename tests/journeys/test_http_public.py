"""What a citizen does at the browser: looks for a project, reads it, takes the data; no cookie, no way inside."""

import csv
import io
import json
from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.services import publish
from tests.journeys.visitor import Visitor
from tests.make import County, make_goal, make_subject

pytestmark = pytest.mark.django_db


def published(county: County, name: str) -> Publication:
    """A goal that is public."""
    with clock.at(date(2023, 2, 1)):
        goal = make_goal(county, make_subject(county, name=name), "approved")
        return publish(source=goal, person=county.person("performance_office"))


def test_citizen_finds_reads_and_takes_away(shared: County) -> None:
    made = published(shared, "居家适老化改造项目")
    published(shared, "农村公路养护项目")
    citizen = Visitor()
    page = citizen.open("/public/").press("查找", {"项目或单位": "适老化", "年度": "2023"})
    assert "农村公路" not in page.main.text
    read = citizen.open(f"/public/{made.number}/")
    assert "居家适老化改造项目" in read
    assert "购置教学设备台数" in read
    rows = json.loads(citizen.open("/public/data.json?text=适老化").body)
    assert [one["number"] for one in rows] == [made.number]
    table = list(csv.reader(io.StringIO(citizen.open("/public/data.csv?text=适老化").body.decode("utf-8-sig"))))
    assert table[1][0] == made.number
    assert not citizen.client.cookies, "no session for the public"
    assert "public" in read.response["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    [
        "/public/?page=-1", "/public/?page=abc", "/public/?page=99999999999999999999", "/public/?kind='", "/public/?place=%25",
        "/public/?text=%25", "/public/?text=_", "/public/?text=%3Cscript%3Ejhx()%3C/script%3E", "/public/?year=" + "9" * 60,
        "/public/?text=" + "%F0%A0%AE%B7" * 60, "/public/?text=%ff%fe", "/public/data.csv?text=%27", "/public/data.json?kind=x",
    ],
)  # fmt: skip
def test_odd_questions_are_answered_in_peace(shared: County, address: str) -> None:
    published(shared, "居家适老化改造项目")
    page = Visitor().open(address)
    assert "<script>jhx" not in page.html
    if "text=%25" in address or "text=_" in address:
        assert "居家适老化改造项目" not in page.main.text, "wildcards are searched as they stand"


def test_there_is_no_way_inside(shared: County) -> None:
    citizen = Visitor()
    for address in ("/public/none/", "/public/../audit/", "/public/data.xml", "/public/%2e%2e/", "/files/1", "/media/"):
        assert citizen.client.get(address).status_code in {301, 302, 404}, address
    for address in ("/goals/", "/audit/", "/files/1/", "/reports/yearly_report.docx"):
        answer = citizen.client.get(address)
        assert answer["Location"].startswith("/accounts/login/")
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Visitor().client, method)("/public/").status_code in {403, 405}
