"""What may be handed to somebody outside to find a fault: versions, counts, states; nobody's data, no secret.

Everything is listed here by name and nothing is copied from a table's text: what is not named stays inside.
"""

import json
import os
import platform
import shutil
import zipfile
from collections import Counter
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django_tasks_db.models import DBTaskResult

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.audit.models import Head
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.jobs.models import JobRun
from jiheng.rules.policy import available_places, load_policy
from jiheng.site import health

PLAIN = frozenset(
    """JIHENG_BEHIND_PROXY JIHENG_DEBUG JIHENG_DEMO JIHENG_HTTPS JIHENG_LOG_JSON JIHENG_LOG_LEVEL JIHENG_LOGIN_TRIES
    JIHENG_LOGIN_TRIES_ADDRESS JIHENG_LOGIN_TRIES_NAME JIHENG_PASSWORDS JIHENG_SECOND_FACTOR JIHENG_SESSION_HOURS
    JIHENG_TASKS JIHENG_TIME_ZONE JIHENG_TODAY""".split()
)
"""Settings whose values tell nothing about anybody; of all others only that they are set."""
ABOUT = """绩衡 排错资料

只含版本、设置的开关、各表行数、审计链长度和状态、任务状态、制度包摘要。
不含人员、单位、项目的任何文字，不含密钥、口令、主机名、路径、审计内容和附件。
外发之前仍请打开看一遍。
"""


def bundle(target: Path) -> list[str]:
    """Write the bundle; return the names of its parts. FileExistsError rather than writing over a file."""
    parts = {
        "versions.json": versions(),
        "settings.json": settings_told(),
        "health.json": health.state(),
        "tables.json": tables(),
        "migrations.json": migrations(),
        "chain.json": chains(),
        "jobs.json": jobs(),
        "packs.json": packs(),
        "disk.json": disk(),
    }
    with target.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", ABOUT)
        for name, found in parts.items():
            archive.writestr(name, json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True))
    return ["README.txt", *parts]


def versions() -> dict[str, Any]:
    """Return what runs: Python, system, database, packages."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        database = str(cursor.fetchone()[0])
    return {
        "made": clock.now().isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "database": f"{connection.vendor} {database}",
        "packages": {one.name: one.version for one in distributions()},
    }


def settings_told() -> dict[str, str]:
    """Return each setting that is set: its value where that is plain, else that there is one."""
    given = {name: value for name, value in os.environ.items() if name.startswith("JIHENG_")}
    return {name: value if name in PLAIN else "已设置" for name, value in given.items()}


def tables() -> dict[str, int]:
    """Return the number of rows of each table."""
    return {one._meta.label: one._default_manager.count() for one in apps.get_models()}


def migrations() -> list[str]:
    """Return which migrations the database has."""
    rows = MigrationRecorder.Migration.objects.values_list("app", "name")
    return sorted(f"{app}.{name}" for app, name in rows)


def chains() -> list[dict[str, Any]]:
    """Return how long each place's chain is, its head, and whether it is whole."""
    heads = {one.place_id: one for one in Head.objects.all()}
    return [
        {
            "pack": place.code,
            "number": heads[place.pk].number if place.pk in heads else 0,
            "head": heads[place.pk].digest if place.pk in heads else "",
            "whole": first_break(place.pk) is None,
        }
        for place in Place.objects.order_by("pk")
    ]


def jobs() -> dict[str, Any]:
    """Return how many jobs are in which state, and by which kinds of error they failed."""
    states = Counter(DBTaskResult.objects.values_list("status", flat=True))
    errors = Counter(DBTaskResult.objects.exclude(exception_class_path="").values_list("exception_class_path", flat=True))
    runs = Counter((task, done is None) for task, done in JobRun.objects.values_list("task", "done_at"))
    return {
        "states": dict(states),
        "errors": dict(errors),
        "runs": {f"{task} {'waiting' if open_ else 'done'}": count for (task, open_), count in runs.items()},
    }


def packs() -> dict[str, str]:
    """Return the digest of each pack: whether the rules are the ones that were delivered."""
    return {code: load_policy(code).digest for code in available_places()}


def disk() -> dict[str, int]:
    """Return room in bytes: of the data folder's disk, of the files kept."""
    usage = shutil.disk_usage(settings.DATA)
    media = Path(settings.MEDIA_ROOT)
    files = [one.stat().st_size for one in media.rglob("*") if one.is_file()] if media.is_dir() else []
    return {"total": usage.total, "free": usage.free, "files": len(files), "files_bytes": sum(files)}
