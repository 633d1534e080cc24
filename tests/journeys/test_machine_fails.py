"""The machine fails: a full disk, a database that is away and comes back. Clear words, nothing lost, nothing half-written."""

import os
import resource
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.files.models import Evidence, StoredFile
from jiheng.stages.goals.models import Goal
from tests.clusters import Cluster
from tests.journeys.visitor import sit
from tests.make import PDF, County, make_county, make_goal, make_subject

DAY = date(2022, 11, 1)


@pytest.fixture
def county(committed: None) -> County:
    with clock.at(DAY):
        return make_county()


def in_a_process(deed: Callable[[], None]) -> str:
    """Run the deed in a process of its own with its own connection; return what went wrong there, "" for nothing."""
    connections.close_all()
    into, out = os.pipe()
    child = os.fork()
    if child == 0:
        words = b""
        try:
            deed()
        except BaseException as error:  # noqa: BLE001 -- whatever happens, the child never goes on with the tests
            words = f"{type(error).__name__}: {error}".encode() or b"?"
        os.write(out, words)
        os._exit(0)
    os.close(out)
    os.waitpid(child, 0)
    with os.fdopen(into, "rb") as told:
        return told.read().decode()


def full_for_files() -> None:
    """From now on this process cannot write a file of more than 16 MB, as on a disk with no more room."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 * 2**20, resource.RLIM_INFINITY))


@pytest.mark.concurrency
def test_file_that_the_disk_has_no_room_for_is_refused_and_no_half_of_it_stays(county: County, settings: Any) -> None:
    with clock.at(DAY):
        goal = make_goal(county, make_subject(county))
    before = Entry.objects.count(), sorted(Path(settings.MEDIA_ROOT).rglob("*.pdf"))

    def deed() -> None:
        from jiheng.foundation.files.services import store_file  # noqa: PLC0415
        from jiheng.foundation.refused import Refused  # noqa: PLC0415

        full_for_files()
        with pytest.raises(Refused, match="磁盘"):
            store_file(name="大.pdf", content=PDF + b"0" * (19 * 2**20))

    assert in_a_process(deed) == ""
    assert (Entry.objects.count(), sorted(Path(settings.MEDIA_ROOT).rglob("*.pdf"))) == before
    assert not StoredFile.objects.exists()
    assert not Evidence.objects.exists()
    assert goal.pk


@contextmanager
def no_room() -> Iterator[None]:
    """The database cannot grow: by SQLite's own limit, on PostgreSQL by the error that its full disk gives."""
    full = """CREATE FUNCTION no_room() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION
        'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$ LANGUAGE plpgsql"""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")  # what other tests left free would be room
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        else:
            cursor.execute(full)
            cursor.execute("CREATE TRIGGER no_room BEFORE INSERT ON audit_entry EXECUTE FUNCTION no_room()")
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA max_page_count = 1073741823")
        else:
            cursor.execute("DROP FUNCTION no_room CASCADE")


@pytest.mark.concurrency
def test_database_that_cannot_grow_answers_in_words_and_keeps_what_it_had(county: County) -> None:
    with clock.at(DAY):
        goal = make_goal(county, make_subject(county), "draft")
        clerk = sit(county, "unit_project")
        clerk.client.raise_request_exception = False
        before = Entry.objects.count()

        def saved(words: str) -> Any:
            page = clerk.open(f"/goals/{goal.pk}/edit/")
            return clerk.client.post(page.url, dict(page.values(page.form_with("保存")[0], {"年度目标": words})))

        with no_room():
            answers = [saved("长" * (3900 - number)) for number in range(6)]
        full = [one for one in answers if one.status_code == 503]
        assert full, [one.status_code for one in answers]
        page = full[0].content.decode()
        assert "磁盘已满" in page
        assert "后退" in page
        assert first_break(county.place.pk) is None
        done = [one for one in answers if one.status_code == 302]
        assert len(done) + len(full) == len(answers)
        assert Entry.objects.count() - before == len(done), "an act is whole or not there"
        assert saved("腾出空间之后照常保存").status_code == 302
    assert Goal.objects.get(pk=goal.pk).objective == "腾出空间之后照常保存"


# --- the database is away and comes back


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    yield made
    made.remove()


def asked(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (urllib.error.URLError, ConnectionError):
        return 0, ""


def until(status: int, url: str, seconds: float = 120) -> str:
    """Ask until the answer has this status; return its page."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, page = asked(url)
        if found == status:
            return page
        time.sleep(0.5)
    raise AssertionError(f"{url} never answered {status}, last {asked(url)[0]}")


def test_server_outlives_a_database_that_goes_and_comes_back(cluster: Cluster, tmp_path: Path) -> None:
    port = cluster.port + 1
    environment = {key: value for key, value in os.environ.items() if not key.startswith("JIHENG_")} | {
        "JIHENG_DATABASE_URL": cluster.url, "JIHENG_DATA": str(tmp_path), "JIHENG_SECRET_KEY": "away-and-back-" + "0k1" * 20,
    }  # fmt: skip
    command = [sys.executable, "-m", "jiheng.site.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    base = f"http://127.0.0.1:{port}"
    try:
        until(200, f"{base}/healthz", 300)
        assert "登录" in until(200, f"{base}/accounts/login/")
        cluster.stop()
        page = until(503, f"{base}/public/")
        assert "数据库暂时没有应答" in page
        assert "后退" in page
        assert until(503, f"{base}/healthz") is not None
        cluster.start()
        until(200, f"{base}/healthz")
        assert "公开" in until(200, f"{base}/public/")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


