"""Calls made up from the interface's own description: no server error, and every answer as described.

Each endpoint is tried on records that somebody may open, by the roles that may, that may not and that see nothing;
every call is rolled back, so that the examples are the same in every run. FUZZ_EXAMPLES=200 searches longer.
PostgreSQL is tried with a third (`made_up`).
"""

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from jiheng.channels.api.endpoint import Endpoint
from jiheng.channels.api.shapes import etag_of
from jiheng.channels.api.tokens import holder_of
from jiheng.channels.api.v1 import endpoints
from jiheng.channels.api.wiring import openapi
from jiheng.foundation.accounts.person import person_of
from tests.channels.api.test_rights import expected
from tests.turns import made_up

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    *(
        check
        for check in schemathesis.checks.CHECKS.get_all()
        if check.__name__
        in {"status_code_conformance", "content_type_conformance", "response_schema_conformance"}
    ),
]


def actors_for(endpoint: Endpoint, county: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return tokens to call with, each with a record: one role that may, one that is denied, one that sees nothing."""
    found: dict[Any, tuple[str, Any]] = {}
    some = None
    for held, token in county.values():
        pk, refusal = expected(endpoint, person_of(held))
        some = some or pk
        found.setdefault(refusal, (token, pk))
    return [(token, pk or some or 1) for token, pk in found.values()]


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """All calls stay within the test's own transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
@override_settings(API_RATE=10**6)
def test_no_call_made_up_from_the_description_breaks_the_server(county: dict[str, Any]) -> None:
    examples = made_up(EXAMPLES)
    schema = schemathesis.openapi.from_dict(openapi())
    schema.app = get_wsgi_application()
    known = {one.name: one for one in endpoints()}
    wrong: list[str] = []
    tried = [0]
    for result in schema.get_all_operations():
        operation = result.ok()
        endpoint = known[operation.definition.raw["operationId"]]
        try:
            _try(operation, endpoint, actors_for(endpoint, county), examples, tried)
        except Exception as error:  # noqa: BLE001 -- every endpoint is to be tried; the test tells all at once
            wrong.append(f"{endpoint.method} {endpoint.path}\n{str(error)[:3000]}")
    assert not wrong, "\n\n".join(wrong)
    assert tried[0] >= len(known) * examples // 2


def _try(
    operation: Any, endpoint: Endpoint, actors: list[tuple[str, Any]], examples: int, tried: list[int]
) -> None:
    sound = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    broken = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    @given(case=st.one_of(sound, sound, broken), actor=st.sampled_from(actors), aimed=st.sampled_from([True] * 4 + [False]))
    def attempt(case: Any, actor: tuple[str, Any], aimed: bool) -> None:
        tried[0] += 1
        token, pk = actor
        headers = {"Authorization": f"Bearer {token}"}
        if endpoint.record is not None and aimed:
            case.path_parameters = {"pk": pk}
        if endpoint.writes and aimed:
            headers["Idempotency-Key"] = uuid4().hex
            if endpoint.record is not None:
                row = endpoint.record(_person(token)).filter(pk=pk).first()
                headers["If-Match"] = etag_of(row) if row is not None else '"0"'
        cache.clear()
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    attempt()


def _person(token: str) -> Any:
    held = holder_of(token)
    assert held is not None
    return held[1]
