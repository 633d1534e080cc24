"""What the explanation of rights says is what the server does: every role at every page of a record."""

from http import HTTPStatus

import pytest

from jiheng.channels.rights.queries import Asked, bodies_of, explain, record_asked
from jiheng.channels.rights.words import KINDS, act_words
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import person_of
from jiheng.foundation.accounts.roles import OVERSEER_ROLES
from tests.contracts import test_server_rights
from tests.contracts.matrix import Address, Cell, addresses
from tests.contracts.test_server_rights import FINE, OF_THE_EXAMPLE, answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_sessions")]
cells = test_server_rights.cells
ALIKE = OVERSEER_ROLES - {"congress", "discipline", "finance_supervision"}
"""One class of access under many names: three of them stand for all."""


def of_records() -> list[Address]:
    return [one for one in addresses() if one.access.record is not None and not one.name.startswith("api")]


def test_every_page_of_a_record_has_words() -> None:
    assert [one.name for one in of_records() if not act_words(one.name)] == []


def test_every_kind_of_record_has_words_and_a_way_to_its_bodies(
    cells: list[tuple[Address, Appointment, Cell, object]],
) -> None:
    models = {one.access.record(person_of(Appointment.objects.all()[0])).model for one in of_records()}
    assert {model._meta.label for model in models} - set(KINDS) == set()
    for model in models:
        row = model._default_manager.first()
        if row is not None:
            bodies_of(row)


def test_explanation_agrees_with_the_server(cells: list[tuple[Address, Appointment, Cell, object]]) -> None:
    """Opened, refused or not there: the server's answer to each role is the one that the page explains."""
    wrong, tried = [], 0
    for address, appointment, _, pk in cells:
        if address.access.record is None or address.name.startswith("api") or appointment.role in ALIKE:
            continue
        asked = record_asked(address.at(pk))
        assert asked is not None, address.route
        assert isinstance(asked, Asked)
        told = explain(asked, person_of(appointment), None)
        if "GET" in address.access.methods:
            tried += 1
            status = answer(address, appointment, pk, "get")
            fine = OF_THE_EXAMPLE.get(address.name, FINE)
            if not told.seen:
                expected = status == HTTPStatus.NOT_FOUND
            elif told.opens is not None and told.opens.allowed:
                expected = status in fine
            else:
                expected = status == HTTPStatus.FORBIDDEN
            if not expected:
                wrong.append(f"{address.route} {appointment.role}: {told.seen} {told.opens} {status}")
        wrong += [
            f"{address.route} {appointment.role}: {act.name} is refused without a reason"
            for act in told.acts
            if not act.allowed and not (act.reason and act.clause)
        ]
    assert not wrong, "\n".join(wrong)
    assert tried > 800

