"""Enqueue once, run after commit, resume when the worker died.

The backend of django-tasks carries the work; this table beside it gives what it lacks: a unique key,
counted attempts and a lease, so that `reap` can hand a dead worker's job to a living one.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks import task

from jiheng.foundation import clock
from jiheng.foundation.audit.request import request_id
from jiheng.foundation.jobs.models import JobRun

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3


class DoneElsewhere(Exception):
    """Another worker finished the job first; what this one did is taken back."""


def enqueue(job: Callable[..., None], *, key: str, **arguments: Any) -> JobRun:
    """Ask for `job(**arguments)` once under `key`; the same key again changes nothing.

    `job` is a module-level function whose arguments survive JSON and which may be run again.
    """
    path = f"{job.__module__}.{job.__qualname__}"
    run, made = JobRun.objects.get_or_create(
        key=key,
        defaults={"task": path, "arguments": arguments, "created_at": clock.now(), "request": request_id.get()},
    )
    if made:
        transaction.on_commit(lambda: _send(run.pk))
    return run


def _send(pk: int) -> None:
    run_job.enqueue(pk)


@task()
def run_job(pk: int) -> None:
    """Take the lease of one job and run it; a job that is done or taken is left alone.

    What the job writes and the mark that it is done stand in one transaction: a worker that dies leaves
    neither, and of two that work on the same job (the first was slower than its lease) one leaves both.
    """
    now = clock.now()
    free = JobRun.objects.filter(pk=pk, done_at__isnull=True, attempts__lt=MAX_ATTEMPTS).exclude(
        leased_until__gt=now
    )
    run = JobRun.objects.get(pk=pk)
    if free.update(leased_until=now + LEASE, attempts=run.attempts + 1) != 1:
        return
    asked = request_id.set(run.request)  # what it writes and logs goes back to the request that asked for it
    try:
        with transaction.atomic():
            import_string(run.task)(**run.arguments)
            mine = JobRun.objects.filter(pk=pk, done_at__isnull=True)
            if mine.update(done_at=clock.now(), leased_until=None, progress=100, failure="") != 1:
                raise DoneElsewhere  # noqa: TRY301 -- rolls this worker's writes back
    except DoneElsewhere:
        return
    except Exception as error:
        held = JobRun.objects.filter(pk=pk, attempts=run.attempts + 1, done_at__isnull=True)
        held.update(leased_until=None, failure=f"{type(error).__name__}: {error}")
        raise
    finally:
        request_id.reset(asked)


def gave_up(key: str) -> bool:
    """Whether a job was tried as often as it may be, none of the tries came to an end, and nobody is at it."""
    tried = JobRun.objects.filter(key=key, done_at__isnull=True, attempts__gte=MAX_ATTEMPTS)
    return tried.exclude(leased_until__gt=clock.now()).exists()


def reap() -> int:
    """Send again what lost its worker or failed and may be tried again; return how many."""
    waiting = JobRun.objects.filter(done_at__isnull=True, attempts__lt=MAX_ATTEMPTS).exclude(
        leased_until__gt=clock.now()
    )
    found = list(waiting.values_list("pk", flat=True))
    for pk in found:
        _send(pk)
    return len(found)
