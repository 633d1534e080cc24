"""What goes out: only to those who see the record that the file proves, and never shown inside a page."""

from typing import Any

import pytest
from django.test import Client

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.services import attach
from jiheng.stages.goals.models import Goal
from tests.make import (
    PDF,
    County,
    make_county,
    make_goal,
    make_organisation,
    make_person,
    make_place,
    make_subject,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def goal(county: County) -> Goal:
    return make_goal(county, make_subject(county))


@pytest.fixture
def evidence(county: County, goal: Goal) -> Evidence:
    return attach(
        subject=goal, row="", name="批复“一”.pdf", content=PDF, person=county.person("unit_project")
    )


def download(person: Person | None, evidence: Evidence) -> Any:
    client = sign_in(Client(), person) if person else Client()
    return client.get(f"/files/{evidence.pk}/")


@pytest.mark.parametrize(
    ("role", "index", "status"),
    [
        ("unit_project", 0, 200),
        ("unit_head", 0, 200),
        ("unit_project", 1, 404),
        ("unit_head", 2, 404),
        ("department_reviewer", 0, 200),
        ("department_reviewer", 1, 404),
        ("division", 0, 200),
        ("bureau_leader", 0, 200),
        ("congress", 0, 200),
        ("auditor", 0, 200),
        ("agency", 0, 404),
        ("expert", 0, 404),
        ("system_admin", 0, 404),
        ("security_admin", 0, 404),
        ("audit_admin", 0, 404),
    ],
)
def test_file_goes_to_those_who_see_the_record(
    county: County, evidence: Evidence, role: str, index: int, status: int
) -> None:
    answer = download(county.person(role, index), evidence)
    assert answer.status_code == status
    assert (answer.content == PDF) is (status == 200)


def test_stranger_is_sent_to_sign_in(evidence: Evidence) -> None:
    assert download(None, evidence)["Location"].startswith("/accounts/login/")


def test_person_of_another_place_finds_nothing(evidence: Evidence) -> None:
    bureau = make_organisation(make_place("elsewhere", "邻县"), "bureau", "邻县财政局")
    assert download(make_person(bureau, "performance_office"), evidence).status_code == 404


def test_file_is_saved_and_never_shown_or_guessed(county: County, evidence: Evidence) -> None:
    answer = download(county.person("division"), evidence)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "filename*=utf-8''%E6%89%B9%E5%A4%8D" in answer["Content-Disposition"]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "name", ['a"b.pdf', "a'b;c.pdf", "a\r\nSet-Cookie: x=1.pdf", "..\\..\\a.pdf", "a/b.pdf", "%2e%2e.pdf", "a\\.pdf"]
)
def test_strange_name_breaks_no_header(county: County, goal: Goal, name: str) -> None:
    person = county.person("unit_project")
    made = attach(subject=goal, row="", name=name, content=PDF, person=person)
    answer = download(person, made)
    assert answer.status_code == 200
    assert "\n" not in answer["Content-Disposition"]
    assert "Set-Cookie" not in answer
    assert ("set-cookie" in answer["Content-Disposition"].lower()) is ("Cookie" in name)


def test_withdrawn_file_is_gone(county: County, evidence: Evidence) -> None:
    Evidence.objects.update(withdrawn=True)
    assert download(county.person("unit_project"), evidence).status_code == 404


@pytest.mark.parametrize(
    "subject",
    [
        "accounts.user:1",
        "nothing",
        "goals.goal:x",
        "goals.goal:999999",
        "goals.goal:",
        "goals.goal:1:1",
        "goals.goal:99999999999999999999",
        "appraisal.appraisal:",
    ],
)
def test_file_of_a_record_that_nobody_sees_goes_to_nobody(
    county: County, evidence: Evidence, subject: str
) -> None:
    Evidence.objects.update(subject=subject)
    assert download(county.person("bureau_leader"), evidence).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_file_is_only_read(county: County, evidence: Evidence, method: str) -> None:
    client = sign_in(Client(), county.person("unit_project"))
    assert getattr(client, method)(f"/files/{evidence.pk}/").status_code == 405
