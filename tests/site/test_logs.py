"""Lines of JSON in the log carry the request id of the answer."""

import json
import logging
import sys

import pytest
from django.test import Client

from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.request import request_id
from jiheng.foundation.audit.services import act, record
from jiheng.site.logs import JsonLines
from tests.make import make_organisation, make_person, make_place


def line(message: str, *, broken: bool = False) -> dict[str, str]:
    found = None
    if broken:
        try:
            int("算不出")
        except ValueError:
            found = sys.exc_info()
    record_ = logging.LogRecord("jiheng.x", logging.WARNING, __file__, 1, message, None, found)
    told: dict[str, str] = json.loads(JsonLines().format(record_))
    return told


def test_line_is_one_json_object_with_the_request() -> None:
    token = request_id.set("abcdefgh-1")
    try:
        told = line("第一行\n“第二行”")
    finally:
        request_id.reset(token)
    assert (told["level"], told["logger"], told["request"]) == ("WARNING", "jiheng.x", "abcdefgh-1")
    assert told["message"] == "第一行\n“第二行”"
    assert "\n" not in JsonLines().format(logging.LogRecord("x", 30, "", 1, "a\nb", None, None))


def test_trace_stands_in_the_line() -> None:
    assert "ValueError" in line("x", broken=True)["trace"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "kept"),
    [("abcdefgh-1234", True), ("a" * 40, True), ("a" * 41, False), ("short", False), ('evil" <script>', False)],
)
def test_request_id_of_a_proxy_is_taken_when_it_is_sound(sent: str, kept: bool) -> None:
    answer = Client().get("/healthz", headers={"x-request-id": sent})
    assert (answer["X-Request-ID"] == sent) is kept
    assert 8 <= len(answer["X-Request-ID"]) <= 40


@pytest.mark.django_db
def test_longest_request_id_fits_into_the_chain() -> None:
    person = make_person(make_organisation(make_place(), "bureau", "财政局"), "division")
    token = request_id.set("a" * 40)
    try:
        with act(person):
            record("trial.one", "x:1")
    finally:
        request_id.reset(token)
    assert Entry.objects.get(action="trial.one").request == "a" * 40
