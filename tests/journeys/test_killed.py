"""A process that is killed half-way (SIGKILL, no farewell): nothing half-written, and the work is done once all the same."""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.db import connections

from jiheng.channels.exchange.services import read_batch
from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.jobs.models import JobRun
from jiheng.foundation.jobs.services import LEASE, reap, run_job
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.stages.goals import many_batches
from jiheng.stages.goals.many import handed_out
from jiheng.stages.goals.many_batches import upload_many, write_many
from jiheng.stages.goals.models import GoalIndicator
from tests.channels.exchange.sheets import DAY, PAYMENTS, book, budgeted, import_now, send
from tests.make import County, make_county, make_goal, make_subject
from tests.stages.goals.sheets import explained

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.concurrency]
ROWS = [("A1", 1, "2023-05-01", f"Z{number}") for number in range(30)]


class Killed:
    """A hook of the database connection: ends the process as soon as a statement on a table has run."""

    def __init__(self, beginning: str) -> None:
        self.beginning = beginning

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Let the statement run; then die like a process whose power went."""
        done = execute(sql, params, many, context)
        if sql.startswith(self.beginning):
            os.kill(os.getpid(), signal.SIGKILL)
        return done


@contextmanager
def copying_killed_at(beginning: str) -> Iterator[None]:
    """PostgreSQL takes many rows by COPY, past the hook: it counts as the INSERT that it stands for."""
    real = psycopg.Cursor.copy

    @contextmanager
    def copying(cursor: Any, statement: str) -> Iterator[Any]:
        with real(cursor, statement) as copied:
            yield copied
        if statement.replace("COPY", "INSERT INTO", 1).startswith(beginning):
            os.kill(os.getpid(), signal.SIGKILL)

    with patch.object(psycopg.Cursor, "copy", copying):
        yield


def in_a_process_killed_at(beginning: str, deed: Callable[[], Any]) -> None:
    """Run the deed in a process with a connection of its own that dies behind such a statement."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            with connections["default"].execute_wrapper(Killed(beginning)), copying_killed_at(beginning):
                deed()
        except BaseException:  # noqa: BLE001 -- whatever happens, the child never goes on with the tests
            traceback.print_exc()
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the process was to be killed behind {beginning}"
    assert os.WTERMSIG(status) == signal.SIGKILL


def prepared() -> tuple[County, ImportBatch]:
    """A list of payments that was looked at and waits for its confirmation."""
    county = make_county()
    budgeted(county, "A1")
    return county, send(county, "payments", book(PAYMENTS, *ROWS), role="treasury")


@pytest.mark.parametrize("beginning", ['UPDATE "files_importbatch"', 'INSERT INTO "budgets_ledgerentry"', 'UPDATE "audit_head"'])
def test_import_whose_process_was_killed_leaves_nothing_and_can_be_confirmed_again(beginning: str) -> None:
    county, batch = prepared()
    before = Entry.objects.count()
    treasury = county.person("treasury")
    in_a_process_killed_at(beginning, lambda: import_now(batch, treasury))
    batch.refresh_from_db()
    assert batch.phase == "preview"
    assert not LedgerEntry.objects.filter(kind="payment").exists()
    assert Entry.objects.count() == before
    assert first_break(county.place.pk) is None
    import_now(batch, treasury)
    assert LedgerEntry.objects.filter(kind="payment").count() == len(ROWS)
    assert first_break(county.place.pk) is None


def test_job_whose_worker_was_killed_is_taken_up_once_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    county = make_county()
    budgeted(county, "A1")
    batch = send(county, "payments", book(PAYMENTS, *ROWS), role="treasury")
    batch.lines.all().delete()
    treasury = county.person("treasury")
    with clock.at(DAY):
        run = JobRun.objects.create(
            key="killed", task=f"{read_batch.__module__}.{read_batch.__qualname__}", created_at=clock.now(),
            arguments={"batch": batch.pk, "appointment": treasury.appointment_id},
        )  # fmt: skip
        in_a_process_killed_at('INSERT INTO "exchange_importline"', lambda: run_job.func(run.pk))
        run.refresh_from_db()
        assert (run.attempts, run.done_at) == (1, None)
        assert not batch.lines.exists(), "what the dead worker wrote went with it"
        assert reap() == 0, "its lease still runs"
    with clock.at(DAY, hour=23):
        assert clock.now() - run.created_at > LEASE
        taken: list[int] = []
        monkeypatch.setattr("jiheng.foundation.jobs.services._send", taken.append)
        assert reap() == 1
        for _ in range(2):  # sent twice: by the reaper and by a second one
            run_job.func(taken[0])
    run.refresh_from_db()
    assert (run.attempts, run.progress) == (2, 100)
    assert batch.lines.count() == len(ROWS)


@pytest.mark.feature("10.05")
@pytest.mark.parametrize("beginning", ['UPDATE "files_importbatch"', 'INSERT INTO "files_evidence"', 'UPDATE "audit_head"'])
def test_file_of_many_goals_whose_worker_was_killed_is_written_once_by_another(
    beginning: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = make_county()
    goals = [make_goal(county, make_subject(county, name=name)) for name in ("教学设备更新", "操场改造")]
    officer, cycle = county.person("unit_project"), goals[0].cycle
    sent: list[int] = []
    monkeypatch.setattr("jiheng.foundation.jobs.services._send", sent.append)
    with clock.at(DAY):
        content = explained(handed_out(officer, cycle), "按年度计划核定")
        batch = upload_many(person=officer, cycle=cycle, name="清单.xlsx", content=content)
        monkeypatch.setattr(many_batches, "LARGE", 1)
        write_many(batch=batch, person=officer, choices={})
        before = Entry.objects.count()
        in_a_process_killed_at(beginning, lambda: run_job.func(sent[0]))
        batch.refresh_from_db()
        assert batch.phase == "preview"
        assert not GoalIndicator.objects.filter(explanation="按年度计划核定").exists()
        assert Entry.objects.count() == before
        assert reap() == 0, "its lease still runs"
    with clock.at(DAY, hour=23):
        assert reap() == 1
        for _ in range(2):  # sent twice: by the reaper and by a second one
            run_job.func(sent[0])
    batch.refresh_from_db()
    assert (batch.phase, batch.report["written"]["projects"]) == ("applied", 2)
    rows = GoalIndicator.objects.filter(goal__in=goals)
    assert rows.filter(explanation="按年度计划核定").count() == rows.count()
    assert Entry.objects.filter(action="goals.many_write").count() == 1
    assert first_break(county.place.pk) is None
