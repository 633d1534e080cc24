"""The permission matrix is the committed one, and the server answers as it says."""

from functools import cache
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.channels.scenarios.demo import build
from jiheng.foundation.accounts.middleware import SESSION_KEY
from jiheng.foundation.accounts.person import person_of
from tests.contracts.matrix import FILE, MAY, PUBLIC, Address, actors, addresses, as_csv, cell, matrix

FINE = {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.NO_CONTENT}
REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The demo county, built once for this file and rolled back after it."""
    from django.db import transaction  # noqa: PLC0415 -- beside its only use

    with django_db_blocker.unblock(), transaction.atomic():
        build()
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_matrix_is_the_committed_one(county: None) -> None:
    people = {role: person_of(appointment) for role, appointment in actors().items()}
    found = as_csv(matrix(addresses(), people)).splitlines()
    committed = FILE.read_text(encoding="utf-8").splitlines()
    assert found == committed, "rights changed: run python -m tests.contracts.matrix and look at the difference"


@pytest.mark.django_db
def test_server_answers_as_the_matrix_says(county: None) -> None:
    wrong = []
    people = {role: (appointment, person_of(appointment)) for role, appointment in actors().items()}
    for address in addresses():
        if "GET" not in address.access.methods or not simple(address):
            continue
        cells = {role: cell(address, person) for role, (_, person) in people.items()}
        for role, (appointment, _) in people.items():
            given = cells[role]
            pk = given.pk or next((one.pk for one in cells.values() if one.pk), None)
            if address.parameters and pk is None:
                continue
            status = answer(address, appointment, pk)
            if status not in (FINE if given.word in {MAY, PUBLIC} else REFUSED):
                wrong.append(f"{address.route} {role}: {given.word} {status}")
    assert wrong == []


def simple(address: Address) -> bool:
    """Whether the address can be built from one record alone."""
    return not address.parameters or (address.access.record is not None and len(address.parameters) == 1)


def answer(address: Address, appointment: Any, pk: Any) -> int:
    """Open the address as this person and return the status."""
    client = signed_in(appointment)
    response = client.get(reverse(address.name, kwargs=dict.fromkeys(address.parameters, pk)))
    response.close()
    return response.status_code


@cache
def signed_in(appointment: Any) -> Client:
    """Sign in once for each appointment."""
    client = Client(raise_request_exception=True)
    client.force_login(appointment.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SESSION_KEY] = appointment.pk
    session.save()
    return client
