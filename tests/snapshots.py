"""States of the database that take long to build: built once a run, then put back row by row for whoever asks again.

The processes of a run share them. A state belongs to the open transaction, and goes when that is rolled back.
"""

import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.guards import take_away

FOLDER = "JIHENG_TESTS_SNAPSHOTS"
"""The variable that names the folder that the processes of a run share; tests/conftest.py makes the folder and takes it away."""
NOT_OURS = {"django_migrations"}


@dataclass
class Snapshot:
    """The rows of each table as its database tells them, and the files that belong to them."""

    rows: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)


def put_demo_county() -> None:
    """Put the demo county, half-way through its year."""
    from jiheng.channels.scenarios.demo import build  # noqa: PLC0415 -- needs Django

    put("demo", build)


def put(name: str, build: Callable[[], object]) -> None:
    """Bring the database into the state that `build` makes of a fresh one; the caller's transaction is open."""
    assert connection.in_atomic_block
    file = Path(os.environ[FOLDER]) / name
    if file.exists():
        _restore(pickle.loads(file.read_bytes()))  # noqa: S301 -- written by this run
        return
    before = stored_files()
    build()
    fresh = {path: text for path, text in stored_files().items() if path not in before}
    unfinished = file.with_name(f"{name}.{os.getpid()}")
    unfinished.write_bytes(pickle.dumps(Snapshot(stored_rows(), fresh)))
    unfinished.rename(file)


def stored_files() -> dict[str, bytes]:
    root = Path(settings.MEDIA_ROOT)
    return {str(one.relative_to(root)): one.read_bytes() for one in root.rglob("*") if one.is_file()}


def _restore(snapshot: Snapshot) -> None:
    for path, text in snapshot.files.items():
        file = Path(settings.MEDIA_ROOT) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text)
    (_restore_sqlite if connection.vendor == "sqlite" else _restore_postgresql)(snapshot.rows)
    ContentType.objects.clear_cache()


def stored_rows() -> dict[str, Any]:
    read = _read_sqlite if connection.vendor == "sqlite" else _read_postgresql
    return {table: read(table) for table in _tables()}


def _tables() -> list[str]:
    """Return the tables that hold rows of their own, not those by which an index is kept."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            found = cursor.fetchall()
            virtual = [name for name, sql in found if sql.startswith("CREATE VIRTUAL")]
            names = [name for name, _ in found if not any(name == one or name.startswith(f"{one}_") for one in virtual)]
        else:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            names = [name for (name,) in cursor.fetchall()]
    return sorted(set(names) - NOT_OURS)


def _read_sqlite(table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Read values as they are stored: the plus keeps the column's type, and its conversion, away."""
    raw = connection.connection
    columns = [row[1] for row in raw.execute(f'PRAGMA table_info("{table}")')]
    told = ", ".join(f'+"{one}"' for one in columns)
    return columns, raw.execute(f'SELECT {told} FROM "{table}"').fetchall()  # noqa: S608  our own names


def _restore_sqlite(rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]) -> None:
    put_back = take_away()
    raw = connection.connection
    for table, (columns, lines) in rows.items():
        named, marks = ", ".join(f'"{one}"' for one in columns), ", ".join("?" * len(columns))
        raw.execute(f'DELETE FROM "{table}"')  # noqa: S608  our own names
        raw.executemany(f'INSERT INTO "{table}" ({named}) VALUES ({marks})', lines)  # noqa: S608  our own names
    put_back()


def _read_postgresql(table: str) -> bytes:
    with connection.connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(part) for part in copy)


def _restore_postgresql(rows: dict[str, bytes]) -> None:
    connection.check_constraints()  # what still waits would be asked of rows that are gone
    with connection.connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # neither guards nor foreign keys are asked
        for table, text in rows.items():
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  our own names
            if text:
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(text)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(
            "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)"
            " FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'"
        )
        for table, column, sequence in cursor.fetchall():
            if rows.get(table):
                cursor.execute(
                    f"SELECT setval('{sequence}', greatest(max(\"{column}\"), nextval('{sequence}'))) FROM \"{table}\""  # noqa: S608
                )
