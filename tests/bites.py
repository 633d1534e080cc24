"""Other values in a copy of a pack, each with the whole year of its place played again."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
EVERY = 16


def tried_here(bites: Sequence[T]) -> Sequence[T]:
    """All of them on SQLite; every sixteenth on PostgreSQL, where the played years themselves are the same suite's."""
    return bites if connection.vendor == "sqlite" else bites[::EVERY]
