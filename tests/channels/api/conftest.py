"""The demo county with a token for every role, built once for each file and rolled back after it."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """No test throttles the next one; what is refused on purpose needs no line in the log."""
    from django.core.cache import cache  # noqa: PLC0415 -- pytest reads this file before Django is set up

    cache.clear()
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def county(demo_county: None) -> dict[str, Any]:
    """The demo county: by role, its appointment and a token."""
    from tests.channels.api.callers import token_for  # noqa: PLC0415
    from tests.contracts.matrix import actors  # noqa: PLC0415

    return {role: (held, token_for(held)) for role, held in actors().items()}
