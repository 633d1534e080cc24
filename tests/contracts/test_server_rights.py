"""The server answers as the permission matrix says; nobody reaches another body's records by guessing numbers."""

import logging
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from operator import attrgetter
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.demo import build
from jiheng.foundation.accounts.middleware import SESSION_KEY
from jiheng.foundation.accounts.models import Appointment, Organisation
from jiheng.foundation.accounts.person import person_of
from tests.contracts.matrix import MAY, PUBLIC, Address, Cell, actors, addresses, cell

pytestmark = pytest.mark.django_db

FINE = {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.NO_CONTENT}
REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
OF_THE_EXAMPLE = {
    "portal:detail": {HTTPStatus.NOT_FOUND},  # a number that nothing has
    **dict.fromkeys(("exchange:upload", "exchange:template", "exchange:export"), FINE | {HTTPStatus.FORBIDDEN}),
}
"""Where the answer hangs on the example too: each kind of list has rights of its own."""

# Whose a record is: the way from it to the subject's year or to the body; None for what is everybody's.
WAYS: dict[str, str | None] = {
    "appraisal.Appraisal": "subject_year",
    "assessment.Assessment": "department",
    "assessment.OutsideFact": "department",
    "budgets.LedgerEntry": "subject_year",
    "cycles.Cycle": None,
    "disclosure.Publication": None,
    "evaluation.Draw": None,
    "evaluation.Evaluation": "subject_year",
    "evaluation.Finding": "evaluation.subject_year",
    "evaluation.SelfEvaluation": "goal.subject_year",
    "experts.Evaluator": None,
    "files.ImportBatch": "organisation",
    "goals.Goal": "subject_year",
    "goals.GoalReview": "goal.subject_year",
    "indicators.LibraryIndicator": None,
    "monitoring.Measure": "report.subject_year",
    "monitoring.MonitoringReport": "subject_year",
    "policies.Snapshot": None,
    "results.Decision": "evaluation.subject_year",
    "results.Rectification": "unit",
    "subjects.SubjectYear": "",
}


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo county, built once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        build()
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _sessions() -> Iterator[None]:
    """Sessions end with the test that began them; what is refused on purpose needs no line in the log."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
    signed_in.cache_clear()


@pytest.fixture(scope="module")
def cells(county: None) -> list[tuple[Address, Appointment, Cell, Any]]:
    """Every address with every role: the appointment, what the matrix says, a record to try it on."""
    people = {role: (appointment, person_of(appointment)) for role, appointment in actors().items()}
    found = []
    for address in addresses():
        if "pk" in address.parameters and address.access.record is None:
            continue  # public files by number: a test of their own
        row = {role: cell(address, person) for role, (_, person) in people.items()}
        some = next((one.pk for one in row.values() if one.pk), None)
        if "pk" in address.parameters and some is None:
            continue
        found += [(address, people[role][0], one, one.pk or some) for role, one in row.items()]
    return found


def test_pages_open_as_the_matrix_says(cells: list[tuple[Address, Appointment, Cell, Any]]) -> None:
    wrong = []
    for address, appointment, given, pk in cells:
        if "GET" in address.access.methods:
            status = answer(address, appointment, pk, "get")
            fine = OF_THE_EXAMPLE.get(address.name, FINE)
            if status not in (fine if given.word in {MAY, PUBLIC} else REFUSED):
                wrong.append(f"{address.route} {appointment.role}: {given.word} {status}")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_taken_from_whom_the_matrix_forbids(
    cells: list[tuple[Address, Appointment, Cell, Any]],
) -> None:
    wrong = []
    for address, appointment, given, pk in cells:
        if "POST" in address.access.methods and given.word not in {MAY, PUBLIC}:
            status = answer(address, appointment, pk, "post")
            if status not in REFUSED:
                wrong.append(f"{address.route} {appointment.role}: {given.word} {status}")
    assert not wrong, "\n".join(wrong)


def test_nobody_gets_in_without_signing_in(county: None) -> None:
    wrong = []
    for address in addresses():
        for method in () if address.access.public else address.access.methods:
            response = getattr(Client(), method.lower())(address.at(1))
            if response.status_code != HTTPStatus.FOUND or not response["Location"].startswith("/accounts/login/"):
                wrong.append(f"{method} {address.route}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("username", ["jyj-1.unit_project", "wjj.department_reviewer"])
def test_guessed_numbers_open_nobody_elses_records(county: None, username: str) -> None:
    """No record of another body is in sight at any address, and the server finds none of those tried."""
    appointment = Appointment.objects.get(user__username=username)
    person = person_of(appointment)
    foreign: dict[type, set[Any]] = {}
    wrong, tried = [], 0
    for address in addresses():
        if address.access.record is None:
            continue
        rows = address.access.record(person)
        model = rows.model
        if model not in foreign:
            foreign[model] = {row.pk for row in model._default_manager.all() if not_of(appointment, row)}
        may = address.access.may
        known = rows.filter(pk__in=foreign[model])
        wrong += [f"{address.route}: may see {row.pk}" for row in known if may is None or may(person, row)]
        for pk in spread(sorted(foreign[model])):
            for method in address.access.methods:
                tried += 1
                status = answer(address, appointment, pk, method.lower())
                if status not in REFUSED:
                    wrong.append(f"{method} {address.route} {pk}: {status}")
    assert not wrong, "\n".join(wrong)
    assert tried > 500


def spread(keys: list[Any]) -> list[Any]:
    """Return a dozen of the keys, evenly spread."""
    return keys[:: max(1, len(keys) // 12)]


def not_of(appointment: Appointment, row: Any) -> bool:
    """Whether the record is another body's: neither its unit nor its department is that of the appointment."""
    bodies = owners(row)
    return bodies is not None and appointment.organisation_id not in bodies


def owners(row: Any) -> set[int] | None:
    """Return the bodies whose record this is: unit and department; None when it is everybody's."""
    label = row._meta.label
    if label == "audit.Entry":
        return set()  # no body's own: only overseers and the audit administrator read the chain
    if label == "files.Evidence":
        name, _, pk = row.subject.partition(":")
        return owners(apps.get_model(name)._default_manager.get(pk=pk))
    way = WAYS[label]
    if way is None:
        return None
    held = attrgetter(way)(row) if way else row
    if isinstance(held, Organisation):
        return {held.pk, held.parent_id or 0}
    return {held.unit_id, held.department_id}


def answer(address: Address, appointment: Appointment, pk: Any, method: str) -> int:
    """Open the address as this person, or send it an empty form; return the status."""
    response = getattr(signed_in(appointment), method)(address.at(pk))
    if response.streaming:
        b"".join(response.streaming_content)
    return int(response.status_code)


@cache
def signed_in(appointment: Appointment) -> Client:
    """Sign in once for each appointment."""
    client = Client()
    client.force_login(appointment.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SESSION_KEY] = appointment.pk
    session.save()
    return client
