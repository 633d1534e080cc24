"""Same permissions as the screen: every endpoint × role answers as its rule and its page's rule say."""

from http import HTTPStatus
from typing import Any

import pytest

from jiheng.channels.api.endpoint import Endpoint
from jiheng.channels.api.v1 import endpoints
from jiheng.foundation.accounts.models import Appointment, Organisation
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.accounts.services import create_organisation
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.web.pages import every_page
from tests.channels.api.callers import at, call, token_for
from tests.make import make_person, make_place
from tests.turns import least, tried_here

pytestmark = pytest.mark.django_db
HIDDEN, DENIED = HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN
LOOKED_AT = 40


@pytest.fixture(autouse=True)
def _many_calls(settings: Any) -> None:
    """One token asks here more often in a minute than anybody may."""
    settings.API_RATE = 10**6


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
    for turn, endpoint in enumerate(endpoints()):
        people = {role: person_of(held) for role, (held, _) in county.items()}
        told = {role: expected(endpoint, person) for role, person in people.items()}
        some = next((pk for pk, _ in told.values() if pk is not None), None)
        for role, (_, token) in tried_here(list(county.items()), turn):
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
    assert tried > least(1500)
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
    ("GET", "dispatches/{pk}"): "the page shows all papers in sight; one of them is read by the same rule",
    ("GET", "cycles/{pk}/parameters"): "the rules of a year, for those who work in it; the page shows the pack",
    ("POST", "goals/{pk}/content"): "each half of a form has its own right; the page asks for either",
    ("POST", "goals/{pk}/money"): "each half of a form has its own right",
    ("POST", "self-evaluations/{pk}/results"): "each half of a form has its own right",
    ("POST", "self-evaluations/{pk}/execution"): "each half of a form has its own right",
    ("POST", "cycles/{pk}/turn"): "the page shows everybody how the year stands; asking and deciding have their own rights",
    ("POST", "turns/{pk}/decide"): "the page shows everybody how the year stands; the request is the record",
    ("POST", "extensions/{pk}/decide"): "the page shows the request to whoever sees it",
    ("POST", "legal-events/{pk}/withdraw"): "the page shows the event to whoever sees it",
    ("POST", "main-works/{pk}/duty"): "the page shows the work to whoever sees it",
    ("POST", "subject-years/{pk}/duties"): "the page shows the shares to whoever sees the project",
    ("POST", "goals/{pk}/duties"): "the page shows the rows to whoever sees the goal",
    ("POST", "goals/{pk}/policy"): "the page shows the policy to whoever sees the goal",
    ("POST", "goals/{pk}/tree/bind"): "the page shows the tree to whoever sees the goal",
    ("POST", "goals/{pk}/tree/release"): "the page shows the tree to whoever sees the goal",
    ("POST", "library-mappings/{pk}/choose"): "the page shows one pair to whoever sees the library; the pair is named by its code",
    ("POST", "plan-tasks/{pk}/report"): "the page shows the task to whoever sees it",
    ("POST", "plan-tasks/{pk}/accept"): "the page shows the task to whoever sees it",
    ("GET", "sessions/{pk}"): "the page of an item shows one line of the session that is read whole here",
    ("POST", "sessions/{pk}/decide"): "the session is the record; the service asks the right over the item that is named",
    ("POST", "sessions/{pk}/shift"): "the session is the record; the service asks the right over the item that is named",
    ("POST", "sessions/{pk}/amend"): "the session is the record; the service asks the right over the item that is named",
    ("GET", "library-mappings/{pk}"): "the page of a pair shows one line of the mapping that is read whole here",
    ("GET", "self-evaluations"): "the page sends outside evaluators on to their own list",
}
"""Endpoints that let in fewer people than their page, and why."""


@pytest.mark.parametrize("role", ["unit_project", "department_reviewer", "agency", "security_admin"])
def test_guessed_numbers_open_nobody_elses_records(county: dict[str, Any], role: str) -> None:
    """Every endpoint of one record, tried with records of other bodies: nothing is found, nothing is written."""
    held, token = county[role]
    person = person_of(held)
    before, wrong, tried = Entry.objects.count(), [], 0
    for endpoint in endpoints():
        if endpoint.record is None:
            continue
        model = endpoint.record(person).model
        seen = set(endpoint.record(person).values_list("pk", flat=True))
        hidden = [row.pk for row in model._default_manager.all() if row.pk not in seen]
        for pk in hidden[:: max(1, len(hidden) // 3)][:3]:
            tried += 1
            answer = call(token, endpoint.method, at(endpoint, pk), {})
            if answer.status_code != HIDDEN:
                wrong.append(f"{endpoint.method} {endpoint.path} {pk}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert tried > 80
    assert Entry.objects.count() == before


def test_no_endpoint_opens_a_record_of_another_place(county: dict[str, Any]) -> None:
    """Tokens of a place without records: every number of the demo county is unknown, every list is its own."""
    numbers = {}
    for endpoint in endpoints():
        if endpoint.record is not None:
            for held, _ in county.values():
                pk, refusal = expected(endpoint, person_of(held))
                if pk is not None and refusal is None:
                    numbers[endpoint] = pk
                    break
    assert len(numbers) > 50
    place, wrong, before = make_place("national", "邻县"), [], 0
    for turn, (held, _) in enumerate(county.values()):
        twin = held.organisation
        body = Organisation.objects.filter(place=place, code=twin.code).first() or create_organisation(
            place=place, code=twin.code, name=twin.name, kind=twin.kind, valid_from=twin.valid_from
        )
        token = token_for(Appointment.objects.get(pk=make_person(body, held.role).appointment_id))
        before = Entry.objects.count()
        for endpoint, pk in tried_here(list(numbers.items()), turn):
            answer = call(token, endpoint.method, at(endpoint, pk), {})
            if answer.status_code != HIDDEN:
                wrong.append(f"{endpoint.method} {endpoint.path} {pk} {held.role}: {answer.status_code}")
        for endpoint in endpoints():
            if endpoint.method == "GET" and endpoint.record is None and "List" in endpoint.answer.__name__:
                answer = call(token, "GET", endpoint.path)
                if answer.status_code == HTTPStatus.OK and endpoint.path not in OWN and answer.json()["items"]:
                    wrong.append(f"{endpoint.path} {held.role}: {answer.json()['items'][:1]}")
        assert Entry.objects.count() == before
    assert not wrong, "\n".join(wrong)


OWN = {"audit-entries", "bodies", "import-kinds", "evaluator-organisations", "lead-offices"}
"""Lists in which a new place has something of its own."""
