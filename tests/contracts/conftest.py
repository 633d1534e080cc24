"""What those that walk over the demo county share."""

import logging
from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo county, built once for a file and rolled back after it."""
    from tests.snapshots import demo_county  # noqa: PLC0415  # Django is set up by now

    with django_db_blocker.unblock(), transaction.atomic():
        demo_county()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def own_sessions() -> Iterator[None]:
    """Sessions end with the test that began them; what is refused on purpose needs no line in the log."""
    from tests.contracts.signing import signed_in  # noqa: PLC0415  # Django is set up by now

    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
    signed_in.cache_clear()
