"""What those that walk over the demo county share."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture
def own_sessions() -> Iterator[None]:
    """Sessions end with the test that began them; what is refused on purpose needs no line in the log."""
    from tests.contracts.signing import signed_in  # noqa: PLC0415  # Django is set up by now

    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
    signed_in.cache_clear()
