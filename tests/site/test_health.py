"""/healthz: open to everybody, says whether the database answers, gives nothing else away."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.make import make_organisation, make_person, make_place, sign_in

pytestmark = pytest.mark.django_db


def away(*_: Any) -> Any:
    raise OperationalError("FATAL: password authentication failed for user jiheng at db.internal")


def test_all_is_well_without_signing_in() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok", "text/plain; charset=utf-8")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_database_that_is_away_is_said_without_details() -> None:
    with connection.execute_wrapper(away):
        answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.content.decode() == "数据库没有应答，请查看服务日志"


def test_somebody_signed_in_gets_the_same_when_the_database_is_away() -> None:
    client = sign_in(Client(), make_person(make_organisation(make_place(), "bureau", "财政局"), "division"))
    assert client.get("/healthz").status_code == 200
    with connection.execute_wrapper(away):
        assert client.get("/healthz").status_code == 503


def test_only_reading_is_answered() -> None:
    assert Client().head("/healthz").status_code == 200
    assert Client().post("/healthz").status_code == 405
