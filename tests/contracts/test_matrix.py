"""The permission matrix is the committed one, and the server answers as it says."""

from functools import cache
from http import HTTPStatus
from operator import attrgetter
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import NoReverseMatch, reverse

from jiheng.channels.scenarios.demo import build
from jiheng.foundation.accounts.middleware import SESSION_KEY
from jiheng.foundation.accounts.models import Appointment, Organisation
from jiheng.foundation.accounts.person import person_of
from tests.contracts.matrix import FILE, MAY, PUBLIC, Address, actors, addresses, as_csv, cell, matrix

FINE = {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.NO_CONTENT}
ROWS_TRIED = 400
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


@pytest.mark.django_db
def test_server_takes_nothing_that_the_matrix_forbids(county: None) -> None:
    wrong = []
    people = {role: (appointment, person_of(appointment)) for role, appointment in actors().items()}
    for address in addresses():
        if "POST" not in address.access.methods or not simple(address):
            continue
        cells = {role: cell(address, person) for role, (_, person) in people.items()}
        any_pk = next((one.pk for one in cells.values() if one.pk), None)
        if address.parameters and any_pk is None:
            continue
        for role, (appointment, _) in people.items():
            if cells[role].word in {MAY, PUBLIC}:
                continue
            status = answer(address, appointment, cells[role].pk or any_pk, method="post")
            if status not in REFUSED:
                wrong.append(f"{address.route} {role}: {cells[role].word} {status}")
    assert wrong == []


@pytest.mark.django_db
def test_nobody_gets_in_without_signing_in(county: None) -> None:
    wrong = []
    for address in addresses():
        if address.access.public:
            continue
        values = dict.fromkeys(address.parameters, 1) | ({"kind": "pdf"} if "kind" in address.parameters else {})
        for method in (one.lower() for one in address.access.methods):
            try:
                where = reverse(address.name, kwargs=values)
            except NoReverseMatch:
                where = reverse(address.name, kwargs=dict.fromkeys(address.parameters, "xlsx") | {"pk": 1})
            response = getattr(Client(), method)(where)
            if response.status_code != HTTPStatus.FOUND or not response["Location"].startswith("/accounts/login/"):
                wrong.append(f"{method} {where}: {response.status_code}")
    assert wrong == []


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


def owners(row: Any) -> set[int] | None:
    """Return the bodies whose record this is: unit and department; None when it is everybody's."""
    label = row._meta.label
    if label == "audit.Entry":
        return set()  # no body's: only overseers and the audit administrator read it
    if label == "files.Evidence":
        name, _, pk = row.subject.partition(":")
        return owners(apps.get_model(name).objects.get(pk=pk))
    way = WAYS[label]
    if way is None:
        return None
    held = attrgetter(way)(row) if way else row
    if isinstance(held, Organisation):
        return {held.pk, held.parent_id or 0}
    return {held.unit_id, held.department_id}


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["jyj-1.unit_project", "mzj-1.unit_finance", "wjj.department_reviewer"])
def test_guessed_numbers_open_nobody_elses_records(county: None, username: str) -> None:
    """Every record of the county, tried at every address that takes one, by somebody whose record it is not."""
    appointment = Appointment.objects.get(user__username=username)
    wrong, tried = [], 0
    foreign: dict[type, list[int]] = {}
    for address in addresses():
        if address.access.public or address.access.record is None or len(address.parameters) != 1:
            continue
        model = address.access.record(person_of(appointment)).model
        if model not in foreign:
            known = [(row.pk, owners(row)) for row in model._default_manager.order_by("pk")]
            foreign[model] = [
                pk for pk, bodies in known if bodies is not None and appointment.organisation_id not in bodies
            ][:ROWS_TRIED]
        for pk in foreign[model]:
            for method in (one.lower() for one in address.access.methods):
                tried += 1
                status = answer(address, appointment, pk, method=method)
                if status not in REFUSED:
                    wrong.append(f"{method} {address.route} {pk}: {status}")
    assert wrong == []
    assert tried > 1000


def simple(address: Address) -> bool:
    """Whether the address can be built from one record alone."""
    return not address.parameters or (address.access.record is not None and len(address.parameters) == 1)


def answer(address: Address, appointment: Any, pk: Any, method: str = "get") -> int:
    """Open the address as this person (or send it an empty form) and return the status."""
    client = signed_in(appointment)
    response = getattr(client, method)(reverse(address.name, kwargs=dict.fromkeys(address.parameters, pk)))
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
