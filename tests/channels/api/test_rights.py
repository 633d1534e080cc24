"""Same permissions as the screen: every endpoint × role answers as its rule and its page's rule say."""

from http import HTTPStatus
from typing import Any

import pytest

from jiheng.channels.api.endpoint import Endpoint
from jiheng.channels.api.v1 import endpoints
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.web.pages import every_page
from tests.channels.api.callers import at, call

pytestmark = pytest.mark.django_db
HIDDEN, DENIED = HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN
LOOKED_AT = 40


def expected(endpoint: Endpoint, person: Person) -> tuple[Any, HTTPStatus | None]:
    """Return a record to try and the refusal that the rule gives, None when it lets the person in."""
    if endpoint.record is None:
        return None, None if endpoint.may is None or endpoint.may(person) else DENIED
    rows = list(endpoint.record(person).order_by("pk")[:LOOKED_AT])
    for row in rows:
        if endpoint.may is None or endpoint.may(person, row):
            return row.pk, None
    return (rows[0].pk, DENIED) if rows else (None, HIDDEN)


def test_every_endpoint_answers_each_role_as_its_rule_says(county: dict[str, Any]) -> None:
    """Reads succeed or are refused as the rule says; writes with nothing in them get past the rule or do not."""
    before, wrong, tried = Entry.objects.count(), [], 0
    for endpoint in endpoints():
        people = {role: person_of(held) for role, (held, _) in county.items()}
        told = {role: expected(endpoint, person) for role, person in people.items()}
        some = next((pk for pk, _ in told.values() if pk is not None), None)
        for role, (_, token) in county.items():
            pk, refusal = told[role]
            key = pk if pk is not None else some
            if endpoint.record is not None and key is None:
                continue
            tried += 1
            # An empty If-Match lets nothing be written: whoever may is told to name the version.
            answer = call(token, endpoint.method, at(endpoint, key), "[]")
            if refusal is not None:
                fine = answer.status_code == refusal
            elif endpoint.writes:
                fine = answer.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.PRECONDITION_REQUIRED, 200}
            else:
                fine = answer.status_code == HTTPStatus.OK
            if not fine:
                wrong.append(f"{endpoint.method} {endpoint.path} {role}: {refusal} {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert tried > 1500
    assert Entry.objects.count() >= before


def test_endpoints_have_the_rule_of_their_page() -> None:
    """The record and the right asked for are the page's own; where they differ, the list says why."""
    pages = {name: access for _, name, access in every_page() if access is not None}
    wrong = []
    for endpoint in endpoints():
        for name in endpoint.pages:
            page = pages[name]
            same = page.may is endpoint.may and page.record is endpoint.record
            if not same and (endpoint.method, endpoint.path) not in NARROWER:
                wrong.append(f"{endpoint.method} {endpoint.path} / {name}: {page.may} {endpoint.may}")
    assert not wrong, "\n".join(wrong)


NARROWER: dict[tuple[str, str], str] = {
    ("GET", "cycles/{pk}/parameters"): "the rules of a year, for those who work in it; the page shows the pack",
    ("POST", "goals/{pk}/content"): "each half of a form has its own right; the page asks for either",
    ("POST", "goals/{pk}/money"): "each half of a form has its own right",
    ("POST", "self-evaluations/{pk}/results"): "each half of a form has its own right",
    ("POST", "self-evaluations/{pk}/execution"): "each half of a form has its own right",
    ("GET", "self-evaluations"): "the page sends outside evaluators on to their own list",
}
"""Endpoints that let in fewer people than their page, and why."""
