"""Calls of the interface as a program makes them: a token for each role of the demo county."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from jiheng.channels.api.endpoint import Endpoint
from jiheng.channels.api.shapes import etag_of
from jiheng.channels.api.tokens import create_token
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person, person_of

BASE = "/api/v1/"


def token_for(who: Appointment | Person, *, name: str = "测试程序", **told: Any) -> str:
    """Return the text of a new token that may write."""
    person = person_of(who) if isinstance(who, Appointment) else who
    until = clock.today() + timedelta(days=30)
    _, text = create_token(person=person, name=name, expires_on=until, **({"read_only": False} | told))
    return text


def call(
    token: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    etag: str = "",
    key: str | None = None,
    query: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Call the interface; a write gets a key of its own unless one is given."""
    sent = {"Authorization": f"Bearer {token}"} if token else {}
    if method != "GET":
        sent["Idempotency-Key"] = uuid4().hex if key is None else key
    if etag:
        sent["If-Match"] = etag
    raw = body if isinstance(body, (bytes, str)) else json.dumps({} if body is None else body)
    kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    data: dict[str, Any] = {} if method == "GET" else {"data": raw, "content_type": kind}
    told = sent | dict(headers or {})
    return Client().generic(method, BASE + path, headers=told, query_params=dict(query or {}), **data)


def at(endpoint: Endpoint, pk: Any = None) -> str:
    """Return the path of an endpoint for a record."""
    return endpoint.path.replace("{pk}", str(pk))


def mark(row: Any) -> str:
    """Return the version mark of a record as it stands in the database."""
    return etag_of(type(row)._default_manager.get(pk=row.pk))
