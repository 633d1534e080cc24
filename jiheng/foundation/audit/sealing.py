"""What the chain seals of a record with each act: its state, its own columns, the rows that belong to it.

A register or stage names its kinds in one file, which its app's configuration points to (`sealed_kinds`), and rows of
its own that belong to records of an app below it (`sealed_parts`). Whoever changes such a record notes it in the chain,
as always; the rest is done here and in `services.append`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler
from django.utils.module_loading import import_string

from jiheng.foundation.audit.chain import canonical
from jiheng.foundation.portions import portions

GONE = "gone"
STATE = "state"
OWN = "record"
AT_ONCE = 500
LENGTH = 32
"""Hexadecimal digits kept of each digest: 128 bits."""

Model = type[models.Model]
Rows = models.QuerySet[Any]
Columns = tuple[tuple[str, object], ...]
NEVER = object()


@dataclass(frozen=True)
class Part:
    """Rows that belong to a record: `by` are their columns that name it, `of` its own columns in the same order.

    Without `by` they name it by its key in the chain, in their column `subject`. `always`: also held against the chain while the
    record itself is being written. `leave` are columns that change without an act. `place` leads to the rows' place.
    """

    key: str
    words: str
    model: Model
    by: tuple[str, ...] = ()
    of: tuple[str, ...] = ("pk",)
    leave: frozenset[str] = frozenset()
    always: bool = False
    place: str = "place"
    subject: str = "subject"


@dataclass(frozen=True)
class Kind:
    """Records whose every change stands in the chain under their own key.

    `open_in` are states in which drafts are saved without an entry: there only state and `always` parts are held.
    `leave` are columns that change without an act. `steps` gives what the states of a record are called. `place` leads
    to the record's place; "" where it belongs to no single one: then only what a chain tells of is held against it.
    """

    model: Model
    words: str
    parts: tuple[Part, ...] = ()
    open_in: frozenset[str] = frozenset()
    leave: frozenset[str] = frozenset()
    steps: Callable[[Any], Mapping[str, str]] | None = None
    place: str = "place"

    @property
    def label(self) -> str:
        """The name before the colon of the record's key in the chain."""
        return self.model._meta.label_lower

    @property
    def stated(self) -> bool:
        """Whether the records have a state of their own."""
        return any(one.name == STATE for one in self.model._meta.concrete_fields)


@cache
def kinds() -> dict[str, Kind]:
    """Return all kinds by the label of their model: `sealed_kinds` of an app's configuration names a tuple of them.

    `sealed_parts` names a mapping from the label of another app's kind to the parts that this app adds to it.
    """
    found = {one.label: one for one in _named("sealed_kinds")}
    for label, parts in _named("sealed_parts"):
        found[label] = replace(found[label], parts=(*found[label].parts, *parts))
    return found


def _named(attribute: str) -> Iterator[Any]:
    for config in apps.get_app_configs():
        if path := getattr(config, attribute, ""):
            told = import_string(path)
            yield from told.items() if isinstance(told, Mapping) else told


def kind_of(subject: str) -> tuple[Kind, int] | None:
    """Return the kind and number of a record by its key in the chain; None for what is not sealed."""
    label, _, pk = subject.partition(":")
    kind = kinds().get(label)
    return (kind, int(pk)) if kind is not None and pk.isdigit() else None


def rows_of(model: Model) -> Rows:
    """Return all rows of a table, whatever its manager leaves out."""
    return models.QuerySet(model)


def seals_of(kind: Kind, keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return what is to be sealed of records as they stand in the database, by number; `gone` where there is none.

    A few queries for each 500 records, whatever belongs to them.
    """
    made: dict[int, dict[str, Any]] = {}
    for some in portions(sorted(set(keys)), AT_ONCE):
        made |= _seals(kind, some)
    return made


def _seals(kind: Kind, keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    own = _columns(kind.model, kind.leave | {STATE, "version"} if kind.stated else kind.leave)
    wanted = dict.fromkeys(["pk", *((STATE,) if kind.stated else ()), *(n for part in kind.parts for n in part.of)])
    named = [*wanted, *(name for name, _ in own)]
    made: dict[int, dict[str, Any]] = {key: {GONE: True} for key in keys}
    found: dict[int, dict[str, Any]] = {}
    for values in _values(kind.model, kind.model._meta.pk.attname, keys, tuple(named)):
        row = dict(zip(wanted, values, strict=False))
        pk, state = row["pk"], row.get(STATE, "")
        found[pk] = row
        made[pk] = {STATE: state} if kind.stated else {}
        if state not in kind.open_in:
            made[pk][OWN] = _digest([_text(own, values[len(wanted) :])])
    for part in kind.parts:
        if part.by:
            whose = {pk: row for pk, row in found.items() if part.always or OWN in made[pk]}
            names = {pk: tuple(row[one] for one in part.of) for pk, row in whose.items()}
        else:  # what names a record by its key stays when the record goes
            names = {pk: (f"{kind.label}:{pk}",) for pk in keys if part.always or OWN in made[pk]}
        texts = _texts(part, names.values())
        for pk, name in names.items():
            made[pk][part.key] = _digest(texts[name]) if name in texts else ""
    return made


def _texts(part: Part, names: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], list[str]]:
    columns = _columns(part.model, part.leave)
    by = part.by or (part.subject,)
    asked = sorted({name[0] for name in names})
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for some in portions(asked, AT_ONCE):
        for values in _values(part.model, by[0], some, (*by, *(name for name, _ in columns))):
            found[tuple(values[: len(by)])].append(_text(columns, values[len(by) :]))
    return found


def _values(model: Model, by: str, keys: Sequence[Any], names: tuple[str, ...]) -> Iterable[Sequence[Any]]:
    """Return these columns of the rows whose column `by` holds one of the keys, in the order of the rows' numbers."""
    if len(keys) != 1:
        rows = rows_of(model).filter(**{f"{by}__in": keys}).order_by("pk")
        return rows.values_list(*names).iterator(chunk_size=2000)
    statement, converters, compiler = _statement(model, by, names, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement, (keys[0],))
        found: list[Sequence[Any]] = cursor.fetchall()
    return compiler.apply_converters(found, converters) if converters else found


@cache
def _statement(model: Model, by: str, names: tuple[str, ...], _vendor: str) -> tuple[str, Any, SQLCompiler]:
    """Return the question for one key, written once: nearly every act asks it, and writing takes longer than asking."""
    query = rows_of(model).filter(**{by: 0}).order_by("pk").values_list(*names).query
    compiler = query.get_compiler(connection=connection)
    statement, said = compiler.as_sql()
    if len(said) != 1:
        raise TypeError(f"{model._meta.label}.{by}: one key is asked for, {len(said)} values are sent")
    return statement, compiler.get_converters([one for one, _, _ in compiler.select]), compiler


@cache
def _columns(model: Model, leave: frozenset[str]) -> Columns:
    """Return the columns of a table that are sealed, each with the value of which nothing is said.

    Nothing is said of a column that has its default: so a column that a later version adds leaves what was sealed
    before as it was.
    """
    return tuple(
        (one.attname, _default(one))
        for one in model._meta.concrete_fields
        if one.name not in leave and one.attname not in leave
    )


def _default(column: models.Field[Any, Any]) -> object:
    if column.has_default() and callable(column.default) and column.default not in {dict, list}:
        return NEVER
    return column.get_default()


def _text(columns: Columns, values: Sequence[Any]) -> str:
    told = {
        name: _plain(value) for (name, default), value in zip(columns, values, strict=True) if value != default
    }
    return canonical(told)


def _plain(value: Any) -> Any:
    """Return a value as both databases and every later one give it."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:LENGTH]
