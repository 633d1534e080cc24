"""Many plain rows into a table at once, as fast as the driver takes them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Field


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
