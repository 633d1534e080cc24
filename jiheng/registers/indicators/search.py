"""Full-text search of the library, on both databases over the same pieces of text (`rules.chinese`).

On SQLite the pieces stand in an FTS5 table that triggers keep in step, on PostgreSQL in a kept tsvector with an index.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, IntegerField, Lookup, Q, QuerySet, TextField, Value, When
from django.db.models.sql.compiler import SQLCompiler

from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.synonyms import synonyms
from jiheng.rules.chinese import Piece, Question, loose_question, question_of


@TextField.register_lookup
class Asked(Lookup[str]):
    """Whether the pieces of a row hold what a `Question` asks."""

    lookup_name = "asked"
    prepare_rhs = False

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, list[str | int]]:
        """Ask the FTS5 table for the keys of the rows."""
        alias = compiler.quote_name_unless_alias(self.lhs.alias)
        found = "SELECT rowid FROM indicators_search WHERE indicators_search MATCH %s"
        return f'{alias}."id" IN ({found})', [for_sqlite(self.rhs)]

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, list[str | int]]:
        """Compare the row's vector, which is kept beside it and which an index holds."""
        alias = compiler.quote_name_unless_alias(self.lhs.alias)
        return f"{alias}.vector @@ to_tsquery('simple', %s)", [for_postgresql(self.rhs)]


def for_sqlite(question: Question) -> str:
    """Return a question as FTS5 reads it; its pieces are letters and digits alone, so nothing in it is special."""

    def one(piece: Piece) -> str:
        return f'"{" ".join(piece.tokens)}"{" *" if piece.open_end else ""}'

    return " AND ".join(f"({' OR '.join(one(piece) for piece in ways)})" for ways in question.all_of)


def for_postgresql(question: Question) -> str:
    """Return a question as `to_tsquery` reads it."""

    def one(piece: Piece) -> str:
        tokens = [*piece.tokens[:-1], piece.tokens[-1] + (":*" if piece.open_end else "")]
        return f"({' <-> '.join(tokens)})"

    return " & ".join(f"({' | '.join(one(piece) for piece in ways)})" for ways in question.all_of)


def asking(rows: QuerySet[LibraryIndicator], words: str) -> QuerySet[LibraryIndicator]:
    """Narrow rows to those that hold every word, as written, by its initials or by a synonym; all without words."""
    question = question_of(words, synonyms())
    if not question:
        return rows.none() if words.strip() else rows
    return rows.filter(pieces__asked=question)


def asking_loosely(rows: QuerySet[LibraryIndicator], words: str) -> QuerySet[LibraryIndicator]:
    """Narrow rows to those whose name or class holds any pair of characters of the words."""
    question = loose_question(words)
    return rows.filter(pieces__asked=question) if question else rows.none()


def nearest(places: Sequence[int], words: str, limit: int) -> list[int]:
    """Return the keys of indicators in use that share most with the words, the nearest first.

    Any pair of characters counts, rare ones more than common ones where the database tells them apart.
    """
    question = loose_question(words)
    if not question or not places:
        return []
    if connection.vendor == "sqlite":
        asked, statement = for_sqlite(question), _NEAREST_SQLITE
    else:
        asked, statement = for_postgresql(question), _NEAREST_POSTGRESQL
    listed = ", ".join(["%s"] * len(places))
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("(places)", f"({listed})"), [asked, *places, limit])
        return [row[0] for row in cursor.fetchall()]


_NEAREST_SQLITE = """
    SELECT one.id FROM indicators_search JOIN indicators_libraryindicator one ON one.id = indicators_search.rowid
    WHERE indicators_search MATCH %s AND one.retired_on IS NULL AND one.place_id IN (places)
    ORDER BY bm25(indicators_search), one.id LIMIT %s"""
_NEAREST_POSTGRESQL = """
    SELECT one.id FROM indicators_libraryindicator one, to_tsquery('simple', %s) asked
    WHERE one.vector @@ asked AND one.retired_on IS NULL AND one.place_id IN (places)
    ORDER BY ts_rank(one.vector, asked) DESC, one.id LIMIT %s"""


def by_name_first(rows: QuerySet[LibraryIndicator], words: str) -> QuerySet[LibraryIndicator]:
    """Put rows whose name holds every word before those that hold them elsewhere; among equals by code."""
    held = Q()
    for word in words.split():
        held &= Q(name__icontains=word)
    nearness = Case(When(held, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.annotate(nearness=nearness).order_by("nearness", "code")
