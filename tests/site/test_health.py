"""/healthz: open to everybody, says how database, chain, worker and disk are, gives nothing else away."""

import os
import shutil
import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Head
from jiheng.foundation.audit.services import act, record
from jiheng.site import health
from tests.make import make_organisation, make_person, make_place, sign_in

pytestmark = pytest.mark.django_db
WELL = {"status": "ok", "database": "ok", "chain": "ok", "worker": "ok", "disk": "ok"}


@pytest.fixture(autouse=True)
def _beat() -> Iterator[None]:
    health.beat_file().touch()
    yield
    health.beat_file().unlink(missing_ok=True)


def away(*_: Any) -> Any:
    raise OperationalError("FATAL: password authentication failed for user jiheng at db.internal")


def told() -> dict[str, str]:
    answer = Client().get("/healthz")
    found: dict[str, str] = answer.json()
    assert answer.status_code == (503 if found["status"] == "down" else 200)
    return found


def test_all_is_well_without_signing_in() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json(), answer["Content-Type"]) == (200, WELL, "application/json")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_database_that_is_away_is_said_without_details() -> None:
    with connection.execute_wrapper(away):
        answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "database": "away", "chain": "away", "worker": "away", "disk": "ok"}


def test_somebody_signed_in_gets_the_same_when_the_database_is_away() -> None:
    client = sign_in(Client(), make_person(make_organisation(make_place(), "bureau", "财政局"), "division"))
    assert client.get("/healthz").status_code == 200
    with connection.execute_wrapper(away):
        assert client.get("/healthz").status_code == 503


def test_only_reading_is_answered() -> None:
    assert Client().head("/healthz").status_code == 200
    assert Client().post("/healthz").status_code == 405


def test_chain_whose_head_is_not_its_last_entry_is_broken() -> None:
    person = make_person(make_organisation(make_place(), "bureau", "财政局"), "division")
    with act(person):
        record("trial.one", "x:1")
    assert told()["chain"] == "ok"
    head = Head.objects.get()
    Head.objects.update(number=head.number - 1)
    assert told() == WELL | {"status": "degraded", "chain": "broken"}
    Head.objects.update(number=head.number, digest="0" * 64)
    assert told()["chain"] == "broken"


def test_worker_that_never_was_is_told_from_one_that_stopped() -> None:
    old = time.time() - health.LATE_AFTER - 5
    os.utime(health.beat_file(), (old, old))
    assert told() == WELL | {"status": "degraded", "worker": "late"}
    health.beat_file().unlink()
    assert told()["worker"] == "none"


def test_worker_that_beats_but_does_nothing_is_late() -> None:
    DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}}, task_path="x.y", queue_name="default", backend_name="default",
        run_after=clock.now() - health.WAITING * 2,
    )  # fmt: skip
    assert told()["worker"] == "late"


def test_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(health, "LEAST_FREE", usage.total + 1)
    assert told() == WELL | {"status": "degraded", "disk": "low"}


def test_worker_beats_while_it_lives() -> None:
    health.beat_file().unlink()
    stop = Event()
    thread = health.keep_beating(stop)
    for _ in range(100):
        if health.beat_file().exists():
            break
        time.sleep(0.02)
    stop.set()
    thread.join(timeout=5)
    assert health.beat_file().exists()
    assert not thread.is_alive()
