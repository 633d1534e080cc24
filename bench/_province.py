"""A province out of a city: every unit, project and record of a generated city again and again, inside the database.

Django would need an hour to write the three million rows of a province one object at a time; the server copies them
in a minute. What a copy must have of its own (keys, codes, names, identities) it gets; the rest is the city's.
Never use it for anything but measuring.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from bench import city
from jiheng.foundation.accounts.models import Organisation
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.subjects.models import Subject, SubjectYear
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation, SelfLine
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.monitoring.models import MonitoringReport, Reading, Warning

UNITS, PROJECTS = 20_000, 200_000  # a province: its budget units and the projects of one year
STRIDE = 10_000_000
"""Between a row's key and its copy's: more than any table of a city has rows."""
BASE = 2_000
"""Projects of the city that is copied: enough that hardly two of its neighbours are alike."""
COPIED: tuple[type[models.Model], ...] = (
    Organisation,
    Subject,
    SubjectYear,
    Goal,
    GoalIndicator,
    LedgerEntry,
    MonitoringReport,
    Reading,
    Warning,
    SelfEvaluation,
    SelfLine,
    Evaluation,
)
OWN_TEXTS = {(Organisation, "code"), (Organisation, "name"), (Subject, "code"), (SubjectYear, "name")}


def build(projects: int, *, units: int | None = None, seed: int = 1) -> city.City:
    """Build a province of about so many projects: a city of some thousand of them, so many times.

    `units` of all copies together; without, as many as a province has for its projects.
    """
    times = max(1, projects // BASE)
    share = (units if units is not None else projects * UNITS // PROJECTS) // times
    built = city.build(units=max(1, share), projects=projects // times, seed=seed)
    if times > 1:
        bureau = Organisation.objects.get(place=built.place, kind="bureau")
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE bench_copies (n bigint)")
            cursor.executemany("INSERT INTO bench_copies VALUES (%s)", [(one,) for one in range(1, times)])
            for model in COPIED:
                with transaction.atomic(), _unindexed(cursor, model):
                    cursor.execute(_copying(model, bureau.pk))
            for statement in connection.ops.sequence_reset_sql(no_style(), list(COPIED)):
                cursor.execute(statement)
            cursor.execute("ANALYZE")  # what the database does by itself once rows have stood for a while
    return city.City(built.place, built.cycle, built.people, SubjectYear.objects.count())


@contextmanager
def _unindexed(cursor: Any, model: type[models.Model]) -> Iterator[None]:
    """Write without the table's indexes and without a look at every key that a copy names; indexed again afterwards.

    PostgreSQL only, and a superuser's session: the copies' keys are right because the originals' are.
    """
    if connection.vendor != "postgresql":
        yield
        return
    table = model._meta.db_table
    cursor.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = %s AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint c JOIN pg_class k ON k.oid = c.conindid WHERE k.relname = i.indexname)",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    for _, definition in indexes:
        cursor.execute(definition)


def _copying(model: type[models.Model], bureau: int) -> str:
    """Return the statement that writes all copies of a table; the bureau is the same for all of them."""
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    columns = [(quoted(str(field.column)), expression) for field, expression in _columns(model, bureau)]
    kept = f" WHERE t.id <> {bureau}" if model is Organisation else ""
    return (
        f"INSERT INTO {table} ({', '.join(name for name, _ in columns)}) "  # noqa: S608  names of our own models
        f"SELECT {', '.join(one for _, one in columns)} FROM {table} t CROSS JOIN bench_copies c{kept} "
        "ORDER BY c.n, t.id"  # a year is written project by project: rows that are read together lie together
    )


def _columns(model: type[models.Model], bureau: int) -> Iterator[tuple[Any, str]]:
    identity = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    for field in model._meta.concrete_fields:
        name = f"t.{connection.ops.quote_name(str(field.column))}"
        shifted = f"{name} + c.n * {STRIDE}"
        if field.primary_key:
            yield field, shifted
        elif field.is_relation and field.related_model is Organisation:
            yield field, f"CASE WHEN {name} = {bureau} THEN {name} ELSE {shifted} END"
        elif field.is_relation and field.related_model in COPIED:
            yield field, shifted
        elif isinstance(field, models.UUIDField):
            yield field, identity
        elif (model, field.name) in OWN_TEXTS:
            yield field, f"{name} || '-' || c.n"
        else:
            yield field, name
