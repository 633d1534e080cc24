"""What the search keeps beside the library's table, made by a migration on either database."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from jiheng.rules.chinese import index_of
from jiheng.rules.indicator_sheet import SEARCHED

SQLITE_AWAY = (
    "DROP TRIGGER IF EXISTS indicators_search_add",
    "DROP TRIGGER IF EXISTS indicators_search_change",
    "DROP TRIGGER IF EXISTS indicators_search_remove",
    "DROP TABLE IF EXISTS indicators_search",
)
SQLITE = (
    """CREATE VIRTUAL TABLE indicators_search USING fts5(
        pieces, content='indicators_libraryindicator', content_rowid='id', tokenize='ascii')""",
    """CREATE TRIGGER indicators_search_add AFTER INSERT ON indicators_libraryindicator BEGIN
        INSERT INTO indicators_search(rowid, pieces) VALUES (new.id, new.pieces); END""",
    """CREATE TRIGGER indicators_search_change AFTER UPDATE OF pieces ON indicators_libraryindicator BEGIN
        INSERT INTO indicators_search(indicators_search, rowid, pieces) VALUES ('delete', old.id, old.pieces);
        INSERT INTO indicators_search(rowid, pieces) VALUES (new.id, new.pieces); END""",
    """CREATE TRIGGER indicators_search_remove AFTER DELETE ON indicators_libraryindicator BEGIN
        INSERT INTO indicators_search(indicators_search, rowid, pieces) VALUES ('delete', old.id, old.pieces); END""",
    "INSERT INTO indicators_search(indicators_search) VALUES ('rebuild')",
)
POSTGRESQL_AWAY = (
    "DROP INDEX IF EXISTS indicators_search",
    "ALTER TABLE indicators_libraryindicator DROP COLUMN IF EXISTS vector",
)
# The vector is kept: worked out again for every row that is looked at, a question without a hit took seconds.
POSTGRESQL = (
    """ALTER TABLE indicators_libraryindicator
        ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', pieces)) STORED""",
    "CREATE INDEX indicators_search ON indicators_libraryindicator USING gin (vector)",
)


def search_table() -> migrations.RunPython:
    """Return the step of a migration that makes the search's table or index.

    On SQLite a migration that alters the library's table makes it anew and loses the triggers; it has to end with
    this step again.
    """

    def make(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, (*SQLITE_AWAY, *SQLITE), (*POSTGRESQL_AWAY, *POSTGRESQL))

    def drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, SQLITE_AWAY, POSTGRESQL_AWAY)

    return migrations.RunPython(make, drop)


def index_existing(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Work out the pieces of what the library holds already."""
    rows = apps.get_model("indicators", "LibraryIndicator").objects
    for one in rows.filter(pieces="").iterator(chunk_size=2000):
        texts = [getattr(one, key) for key in (*SEARCHED, "code")]
        rows.filter(pk=one.pk).update(pieces=index_of(texts, sounded=one.name))


def _run(editor: BaseDatabaseSchemaEditor, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in sqlite if editor.connection.vendor == "sqlite" else postgresql:
        editor.execute(statement)
