"""A closed year is closed in the database: triggers refuse every change of the rows that hang on it.

Which tables these are is derived from the models: everything that leads to a cycle by foreign keys, and what
names such a record in words (signatures, evidence). A model that lives on after the closing says so by
`outlives_closing = True`; one whose columns are filled in by others later names them in `after_closing`: these alone
may still be written, everything else of the row stands. The triggers are set after every `migrate` (see the command), hence a new model
cannot be forgotten.
"""

# ruff: noqa: S608 -- tables and columns of the statements come from the models, never from people

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

from jiheng.foundation.closed_year import MARK
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.sealed import Model, Way, ways
from jiheng.foundation.workflow.models import Signature
from jiheng.registers.cycles.models import Cycle, Turn

PREFIX = "frozen_"
KEPT = "keptrow_"
"""Triggers of SQLite against REPLACE, which takes a row away without asking the triggers of deletion."""
NAMED: tuple[type[models.Model], ...] = (Signature, Evidence)
"""Their column `subject` names a record as `goals.goal:12`."""


def _standing() -> dict[Model, Way]:
    """Return the ways whose tables all exist: while an app is migrated back, or not yet, some do not."""
    there = set(connection.introspection.table_names())
    return {
        one: way
        for one, way in ways().items()
        if {one._meta.db_table, *(step.related_model._meta.db_table for step in way)} <= there
    }


def closed_at(way: Way, value: str) -> str:
    """Return the condition that a row, whose first key has this SQL value, hangs on a closed year."""
    steps = way[:-1]
    if not steps:
        return f"EXISTS (SELECT 1 FROM cycles_cycle c WHERE c.id = {value} AND c.state = 'closed')"
    first = steps[0].related_model._meta
    tables, name = f"{first.db_table} t0", f"t0.{way[1].column}"
    for number, step in enumerate(steps[1:], 1):
        table = step.related_model._meta
        tables += f" JOIN {table.db_table} t{number} ON t{number}.{table.pk.column} = {name}"
        name = f"t{number}.{way[number + 1].column}"
    tables += f" JOIN cycles_cycle c ON c.id = {name}"
    return f"EXISTS (SELECT 1 FROM {tables} WHERE t0.{first.pk.column} = {value} AND c.state = 'closed')"


def _named(row: str) -> str:
    """Return the condition for a row that names its record: `goals.goal:12`."""
    cases = []
    for model, way in sorted(_standing().items(), key=lambda one: one[0]._meta.label_lower):
        label, table = f"{model._meta.label_lower}:", model._meta
        number = f"substr({row}.subject, {len(label) + 1})"
        fits = f"substr({row}.subject, 1, {len(label)}) = '{label}'"
        if connection.vendor == "postgresql":
            fits += f" AND {number} ~ '^[0-9]{{1,18}}$'"
        of = f"(SELECT {way[0].column} FROM {table.db_table} WHERE {table.pk.column} = CAST({number} AS BIGINT))"
        cases.append(f"WHEN {fits} THEN {closed_at(way, of)}")
    return f"(CASE {' '.join(cases)} ELSE {'false' if connection.vendor == 'postgresql' else '0'} END)"


def conditions(row: str) -> dict[str, str]:
    """Return for every frozen table the condition that `row` (OLD or NEW) hangs on a closed year."""
    found = {one._meta.db_table: closed_at(way, f"{row}.{way[0].column}") for one, way in _standing().items()}
    return found | {one._meta.db_table: _named(row) for one in NAMED}


def _touched() -> dict[str, str]:
    """Return, for tables with columns that come in after the closing, the condition that an update touches others."""
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    found = {}
    for one in _standing():
        later = getattr(one, "after_closing", ())
        if later:
            columns = [field.column for field in one._meta.concrete_fields if field.name not in later]
            found[one._meta.db_table] = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)
    return found


def tables() -> list[str]:
    """Return the tables that a closed year freezes, in order."""
    return sorted(conditions("NEW"))


REOPENED = (
    "(SELECT count(*) FROM {turns} t WHERE t.cycle_id = OLD.id AND t.state = 'granted' AND t.kind = 'reopen')"
    " < (SELECT count(*) FROM {turns} t WHERE t.cycle_id = OLD.id AND t.state = 'granted' AND t.kind = 'close')"
)
"""True while no granted reopening answers the last granted closing."""


def _year_condition() -> str:
    standing = REOPENED.format(turns=Turn._meta.db_table)
    return f"OLD.state = 'closed' AND (NEW.state = 'closed' OR {standing})"


def _in_the_way(table: str) -> list[str]:
    """Return, for each key of a table on SQLite, the condition that the row `o` has the key of the row NEW."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_info(%s) WHERE pk > 0", [table])
        keys = [[name for (name,) in cursor.fetchall()]]
        cursor.execute('SELECT name FROM pragma_index_list(%s) WHERE "unique" AND NOT partial', [table])
        for (index,) in cursor.fetchall():
            cursor.execute("SELECT name FROM pragma_index_info(%s)", [index])
            keys.append([name for (name,) in cursor.fetchall()])
    return [" AND ".join(f'o."{one}" = NEW."{one}"' for one in key) for key in keys if None not in key]


def _kept_rows() -> list[str]:
    """Return the triggers by which no row of a closed year, and none of a table that only grows, is replaced."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || '_no_delete'")
        growing = [table for (table,) in cursor.fetchall()]
    kept = conditions("o") | {"cycles_cycle": "o.state = 'closed'"}
    made = []
    for table in sorted({*growing, *kept}):
        same = " OR ".join(f"({one})" for one in _in_the_way(table))
        words, held = (f"{table} is append-only", "1") if table in growing else (MARK, kept[table])
        there = f"EXISTS (SELECT 1 FROM {table} o WHERE ({same}) AND {held}"
        refuse = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        made += [
            f"CREATE TRIGGER {KEPT}{table}_insert BEFORE INSERT ON {table} WHEN {there}) {refuse}",
            f"CREATE TRIGGER {KEPT}{table}_update BEFORE UPDATE ON {table} WHEN {there} AND o.rowid <> OLD.rowid) {refuse}",
        ]
    return made


def _on_sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MARK}'); END"
    made = _kept_rows()
    new, old, touched = conditions("NEW"), conditions("OLD"), _touched()
    for table, fresh in new.items():
        name = f"{PREFIX}{table}"
        closed = f"({old[table]} OR {fresh}) AND ({touched.get(table, '1')})"
        made += [
            f"CREATE TRIGGER {name}_insert BEFORE INSERT ON {table} WHEN {fresh} {refuse}",
            f"CREATE TRIGGER {name}_update BEFORE UPDATE ON {table} WHEN {closed} {refuse}",
            f"CREATE TRIGGER {name}_delete BEFORE DELETE ON {table} WHEN {old[table]} {refuse}",
        ]
    name = f"{PREFIX}cycles_cycle"
    return [
        *made,
        f"CREATE TRIGGER {name}_update BEFORE UPDATE ON cycles_cycle WHEN {_year_condition()} {refuse}",
        f"CREATE TRIGGER {name}_delete BEFORE DELETE ON cycles_cycle WHEN OLD.state = 'closed' {refuse}",
    ]


def _on_postgresql() -> list[str]:
    refuse = f"RAISE EXCEPTION '{MARK}' USING ERRCODE = 'restrict_violation';"
    made = []
    new, old, touched = conditions("NEW"), conditions("OLD"), _touched()
    for table, fresh in new.items():
        passing = f"IF TG_OP = 'UPDATE' THEN IF NOT ({touched.get(table, 'true')}) THEN RETURN NEW; END IF; END IF; "
        made += _function(
            table,
            f"{passing if table in touched else ''}IF TG_OP <> 'INSERT' THEN IF {old[table]} THEN {refuse} END IF; END IF;"
            f" IF TG_OP <> 'DELETE' THEN IF {fresh} THEN {refuse} END IF; END IF;",
            "INSERT OR UPDATE OR DELETE",
        )
    made += _function(
        "cycles_cycle",
        f"IF TG_OP = 'DELETE' THEN IF OLD.state = 'closed' THEN {refuse} END IF;"
        f" ELSE IF {_year_condition()} THEN {refuse} END IF; END IF;",
        "UPDATE OR DELETE",
    )
    name = f"{PREFIX}truncate"
    any_closed = "EXISTS (SELECT 1 FROM cycles_cycle WHERE state = 'closed')"
    made.append(
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {any_closed} THEN {refuse} END IF;"
        " RETURN NULL; END $$ LANGUAGE plpgsql"
    )
    return made + [
        f"CREATE TRIGGER {name}_{table} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        for table in (*new, "cycles_cycle")
    ]


def _function(table: str, body: str, events: str) -> list[str]:
    name = f"{PREFIX}{table}"
    leave = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {body} {leave} END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def guarded() -> set[str]:
    """Return the tables that carry a trigger of this module in the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 7) = %s", [PREFIX])
        else:
            cursor.execute(
                "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE substr(t.tgname, 1, 7) = %s",
                [PREFIX],
            )
        return {table for (table,) in cursor.fetchall()}


def thaw() -> None:
    """Take the triggers away: for a migration, which may make tables anew, and for a restore."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                " AND (substr(name, 1, 7) = %s OR substr(name, 1, 8) = %s)",
                [PREFIX, KEPT],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
            return
        cursor.execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = current_schema() AND substr(p.proname, 1, 7) = %s",
            [PREFIX],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {name}() CASCADE")


def freeze() -> bool:
    """Set the triggers anew; False, and none set, while years themselves have no tables (this app migrated back)."""
    thaw()
    years: tuple[Model, ...] = (Cycle, Turn, *NAMED)
    own = {one._meta.db_table for one in years}
    if not own <= set(connection.introspection.table_names()) or not _standing():
        return False
    made = _on_sqlite() if connection.vendor == "sqlite" else _on_postgresql()
    with connection.cursor() as cursor:
        for statement in made:
            cursor.execute(statement)
    return True


@contextmanager
def lifted() -> Iterator[None]:
    """Let rows of closed years be written inside the block and its transaction: for a restore into an empty database.

    The caller holds the transaction: when the block fails, the database takes back the lifting, too.
    """
    thaw()
    yield
    freeze()


def hold_writers() -> None:
    """Wait for everybody who writes business rows, and let nobody begin until this transaction ends.

    Else a row written meanwhile would stand in a year that was just closed. SQLite has one writer at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(tables())} IN SHARE MODE")
