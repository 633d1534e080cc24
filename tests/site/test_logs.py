"""Lines of JSON in the log carry the request id of the answer."""

import json
import logging
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.request import request_id
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.jobs import services
from jiheng.site.logs import JsonLines
from tests.make import PASSWORD, make_organisation, make_person, make_place, sign_in


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


@pytest.mark.django_db
def test_answer_log_and_chain_share_the_id_of_a_request() -> None:
    """From a line of the log to what was written, and back: one id through the whole request."""
    person = make_person(make_organisation(make_place(), "bureau", "财政局"), "division")
    client, lines = sign_in(Client(), person), []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonLines().format(record)))

    keep, log = Keep(), logging.getLogger("django.db.backends")
    level, debug = log.level, settings.DEBUG
    log.addHandler(keep)
    log.setLevel(logging.DEBUG)
    settings.DEBUG = True  # only so does Django tell its statements to the log
    try:
        with CaptureQueriesContext(connection):
            sent = {"old_password": PASSWORD, "new_password1": "correct-horse-9", "new_password2": "correct-horse-9"}
            answer = client.post("/accounts/password/", sent, headers={"x-request-id": "abcdefgh-0001"})
    finally:
        log.removeHandler(keep)
        log.setLevel(level)
        settings.DEBUG = debug
    assert answer.status_code == 302
    assert answer["X-Request-ID"] == "abcdefgh-0001"
    assert Entry.objects.get(action="user.password").request == "abcdefgh-0001"
    assert {one["request"] for one in lines} == {"abcdefgh-0001"}


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), [("/healthz", 200), ("/nowhere/", 404), ("/?q=张三", 302)])
def test_every_request_leaves_one_line_without_what_was_asked(address: str, status: int) -> None:
    lines: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonLines().format(record)))

    keep, logs = Keep(), [logging.getLogger("jiheng.request"), logging.getLogger("django.request")]
    for log in logs:
        log.addHandler(keep)
    logs[0].setLevel(logging.INFO)
    try:
        answer = Client().get(address, headers={"x-request-id": "abcdefgh-0002"})
    finally:
        logs[0].setLevel(logging.NOTSET)
        for log in logs:
            log.removeHandler(keep)
    assert answer.status_code == status
    assert {one["request"] for one in lines} == {"abcdefgh-0002"}, "Django tells of errors after the request is over"
    [line] = [one for one in lines if one["logger"] == "jiheng.request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", address.partition("?")[0], status)
    assert isinstance(line["ms"], int)
    assert "张三" not in json.dumps(lines, ensure_ascii=False)


@pytest.mark.django_db
def test_what_a_job_writes_goes_back_to_the_request_that_asked_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(services, "_send", sent.append)
    monkeypatch.setattr(transaction, "on_commit", lambda deed: deed())
    seen: list[str] = []
    monkeypatch.setattr(services, "import_string", lambda _: lambda: seen.append(request_id.get()))
    token = request_id.set("abcdefgh-0003")
    try:
        services.enqueue(lambda: None, key="one")
    finally:
        request_id.reset(token)
    services.run_job.func(sent[0])
    assert seen == ["abcdefgh-0003"]
    assert request_id.get() == ""
