"""Tampering with a county's records, undone afterwards, and what is said of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from jiheng.foundation.audit.proving import proved_records
from tests.make import County


def lines_of(county: County) -> list[str]:
    """What is said of the county's records."""
    return proved_records(county.place.pk).lines


@contextmanager
def undone() -> Iterator[None]:
    """Put everything back that was done to the database within."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
