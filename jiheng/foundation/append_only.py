"""Tables that only grow: the database itself refuses to change or delete their rows."""

from collections.abc import Iterable, Sequence

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def creating(vendor: str, table: str, columns: Sequence[str] = (), once: Sequence[str] = ()) -> list[str]:
    """Return the statements that guard a table: no delete, and no change of `columns` (of none when empty).

    `once` are columns that are empty at first and, when the first of them has a value, stay.
    """
    of = f" OF {', '.join(columns)}" if columns else ""
    words = f"{table} is append-only"
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        made = [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} {refuse}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        ]
        return made + [
            f"CREATE TRIGGER {table}_once BEFORE UPDATE OF {', '.join(once)} ON {table}"
            f" WHEN OLD.{one} IS NOT NULL {refuse}"
            for one in once[:1]
        ]
    refuse = f"{table}_refuse()"
    run = f"EXECUTE FUNCTION {refuse}"
    return [
        f"CREATE FUNCTION {refuse} RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{words}'; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} FOR EACH ROW {run}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {run}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}",
        *(
            f"CREATE TRIGGER {table}_once BEFORE UPDATE OF {', '.join(once)} ON {table}"
            f" FOR EACH ROW WHEN (OLD.{one} IS NOT NULL) {run}"
            for one in once[:1]
        ),
    ]


def dropping(vendor: str, table: str, once: Sequence[str] = ()) -> list[str]:
    """Return the statements that take the guard away again."""
    if vendor == "sqlite":
        names = ("no_update", "no_delete", "once") if once else ("no_update", "no_delete")
        return [f"DROP TRIGGER {table}_{name}" for name in names]
    return [f"DROP FUNCTION {table}_refuse CASCADE"]


def append_only(table: str, columns: Sequence[str] = (), once: Sequence[str] = ()) -> migrations.RunPython:
    """Return the step of a migration that guards a table, on SQLite and on PostgreSQL.

    With `columns` only these are fixed: for rows that still gain a mark later; those of `once` gain it once.
    On SQLite a migration that alters the table makes it anew and loses the guard; it has to end with this
    step again.
    """

    def guard(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        run(editor, creating(editor.connection.vendor, table, columns, once))

    def unguard(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        run(editor, dropping(editor.connection.vendor, table, once))

    return migrations.RunPython(guard, unguard)


def run(editor: BaseDatabaseSchemaEditor, statements: Iterable[str]) -> None:
    """Send the statements one by one."""
    for statement in statements:
        editor.execute(statement)
