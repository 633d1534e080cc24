"""One county for all journeys of a file, rolled back after it; each journey brings its own projects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

if TYPE_CHECKING:
    from tests.make import County


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[County]:
    """A county with everybody in it, built once for the file."""
    from tests.make import make_county  # noqa: PLC0415 -- this file is read before Django is set up

    with django_db_blocker.unblock(), transaction.atomic():
        yield make_county()
        transaction.set_rollback(True)
