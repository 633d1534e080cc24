"""How the installation is: database, chain, worker, disk; words only, never a path, a name or a number."""

import logging
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django_tasks_db.models import DBTaskResult

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry, Head

log = logging.getLogger("jiheng.health")
OK, LATE, LOW, BROKEN, AWAY, NONE = "ok", "late", "low", "broken", "away", "none"
BEAT_SECONDS = 20
LATE_AFTER = 120
WAITING = timedelta(minutes=10)
LEAST_FREE = 200 * 1024 * 1024


def beat_file() -> Path:
    """Return the file that the worker touches as long as it lives; web and worker share the data folder."""
    return Path(settings.DATA) / "worker-beat"


def keep_beating(stop: Event) -> Thread:
    """Touch the beat until `stop` is set, beside the worker's own work."""

    def beat() -> None:
        while True:
            try:
                beat_file().touch()
            except OSError:
                log.exception("the worker's beat cannot be written")
            if stop.wait(BEAT_SECONDS):
                return

    thread = Thread(target=beat, name="beat", daemon=True)
    thread.start()
    return thread


def database() -> str:
    """Whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def chain() -> str:
    """Whether the head of each place's chain is its last entry; whole verification is `jiheng audit verify`."""
    heads = {one.place_id: (one.number, one.digest) for one in Head.objects.all()}
    last = Entry.objects.order_by().values("place_id").annotate(number=Max("number"))
    numbers = {one["place_id"]: one["number"] for one in last}
    if {place: number for place, (number, _) in heads.items() if number} != numbers:
        return BROKEN
    for place, (number, digest) in heads.items():
        if number and not Entry.objects.filter(place_id=place, number=number, digest=digest).exists():
            return BROKEN
    return OK


def worker() -> str:
    """Whether a worker lives and keeps up: its beat is fresh and no job waits for long."""
    waiting = DBTaskResult.objects.filter(status="READY", run_after__lt=clock.now() - WAITING)
    if waiting.exists():
        return LATE
    try:
        age = time.time() - beat_file().stat().st_mtime
    except OSError:
        return NONE
    return OK if age < LATE_AFTER else LATE


def disk() -> str:
    """Whether the data folder has room for the next uploads."""
    return OK if shutil.disk_usage(settings.DATA).free >= LEAST_FREE else LOW


PARTS: dict[str, Callable[[], str]] = {"database": database, "chain": chain, "worker": worker, "disk": disk}


def state() -> dict[str, str]:
    """Return each part in a word, and first of all the whole: ok, degraded, or down without the database."""
    found: dict[str, str] = {}
    for name, ask in PARTS.items():
        if found.get("database") == AWAY and name in {"chain", "worker"}:
            found[name] = AWAY
            continue
        try:
            found[name] = ask()
        except (DatabaseError, OSError):
            log.exception("health: %s does not answer", name)
            found[name] = AWAY
    if found["database"] != OK:
        return {"status": "down", **found}
    return {"status": OK if set(found.values()) == {OK} else "degraded", **found}

