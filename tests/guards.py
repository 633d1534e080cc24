"""Taking the guards of append-only tables away and putting them back: only so can a test leave them empty."""

from collections.abc import Callable

from django.db import connection

REFUSING = "type = 'trigger' AND sql LIKE '%RAISE(%'"
"""The triggers of SQLite that refuse; others keep the library's search in step and must stay."""


def take_away() -> Callable[[], None]:
    """Switch the triggers off; return what switches them on again."""
    return _drop_on_sqlite() if connection.vendor == "sqlite" else _disable_on_postgresql()


def guarded_tables() -> set[str]:
    """Return the tables that always refuse both change and deletion, not only those of a closed year."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"SELECT tbl_name, sql, name FROM sqlite_master WHERE {REFUSING}")  # noqa: S608  ours alone
            found = [
                (table, "UPDATE" in sql, "DELETE" in sql, not name.startswith(("frozen_", "keptrow_")))
                for table, sql, name in cursor.fetchall()
            ]
        else:
            cursor.execute(
                "SELECT c.relname, (t.tgtype & 16) <> 0, (t.tgtype & 8) <> 0, t.tgname NOT LIKE 'frozen%' FROM pg_trigger t"
                " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
            )
            found = cursor.fetchall()
    found = [one for one in found if one[3]]
    return {table for table, change, *_ in found if change} & {table for table, _, delete, _ in found if delete}


def _drop_on_sqlite() -> Callable[[], None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE {REFUSING}")  # noqa: S608  ours alone
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")

    def put_back() -> None:
        with connection.cursor() as cursor:
            for _, sql in triggers:
                cursor.execute(sql)

    return put_back


def _disable_on_postgresql() -> Callable[[], None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
        )
        tables = sorted(name for (name,) in cursor.fetchall())

    def switch(word: str) -> None:
        connection.check_constraints()  # a table with checks that still wait cannot be altered
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} {word} TRIGGER USER")

    switch("DISABLE")
    return lambda: switch("ENABLE")
