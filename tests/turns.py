"""Which of very many alike tries are made: all on SQLite; on PostgreSQL a quarter, another quarter at the next place.

Rules and pages are the same code on both databases. What PostgreSQL could answer otherwise is a question that a page
asks: every page is still asked for there, by some who may and by some who may not.
"""

from collections.abc import Sequence
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
EVERY = 4


def by_turn(things: Sequence[T], at: int) -> list[T]:
    """Every fourth of them, at place `at` others than at the next; of one or two always one."""
    return list(things)[at % min(EVERY, len(things)) :: EVERY] if things else []


def tried_here(things: Sequence[T], at: int) -> list[T]:
    """All of them on SQLite, by turn on PostgreSQL."""
    return list(things) if connection.vendor == "sqlite" else by_turn(things, at)


def least(number: int) -> int:
    """How many tries there must have been, of so many on SQLite."""
    return number if connection.vendor == "sqlite" else number // (EVERY + 1)


def seeds(*all_of_them: str) -> list[str]:
    """All on SQLite; on PostgreSQL the first: another seed moves what is generated, not what is asked."""
    return list(all_of_them) if connection.vendor == "sqlite" else list(all_of_them[:1])


def made_up(number: int) -> int:
    """How many of so many made-up examples are tried: a third on PostgreSQL, as they meet the interface before a database."""
    return number if connection.vendor == "sqlite" else max(1, number // 3)
