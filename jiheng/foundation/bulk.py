"""Many plain rows: into a table at once, as fast as the driver takes them, and in memory without the collector."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from threading import Lock
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Field


class _Builders:
    """How many build at once, and whether the collector was at work before the first of them."""

    def __init__(self) -> None:
        self.lock, self.count, self.collecting = Lock(), 0, False


_builders = _Builders()


@contextmanager
def all_kept() -> Iterator[None]:
    """Stop the search for garbage while rows by the ten thousand are built, all of which are kept.

    The collector would look through all of them again and again and find nothing. Of threads that build at once the
    last one starts it again; what else became garbage meanwhile waits until then. Nothing else in memory changes.
    """
    with _builders.lock:
        if not _builders.count:
            _builders.collecting = gc.isenabled()
            gc.disable()
        _builders.count += 1
    try:
        yield
    finally:
        with _builders.lock:
            _builders.count -= 1
            if not _builders.count and _builders.collecting:
                gc.enable()


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows that are checked already: for each field a text, whole number, day or None; JSON as its text.

    What `bulk_create` does without an object for each row: no defaults, no signals, no keys handed back. The
    database keeps its own conditions and guards, and all rows stand or none.
    """
    own: dict[str, Field[Any, Any]] = {one.name: one for one in model._meta.concrete_fields}
    columns = [str(own[one].column) for one in fields]
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(one) for one in columns)})"
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copied:
                for row in rows:
                    copied.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f"INSERT INTO {into} VALUES ({marks})",  # noqa: S608 -- names of our own model, values as parameters
            [[one.isoformat() if isinstance(one, date) else one for one in row] for row in rows],
        )
