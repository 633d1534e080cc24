"""The explanation of rights has words for every page of a record; test_server_rights.py holds it against the server."""

import pytest

from jiheng.channels.rights.queries import bodies_of
from jiheng.channels.rights.words import KINDS, act_words
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import person_of
from tests.contracts.matrix import Address, addresses

pytestmark = pytest.mark.django_db


def of_records() -> list[Address]:
    return [one for one in addresses() if one.access.record is not None and not one.name.startswith("api")]


def test_every_page_of_a_record_has_words() -> None:
    assert [one.name for one in of_records() if not act_words(one.name)] == []


def test_every_kind_of_record_has_words_and_a_way_to_its_bodies(demo_county: None) -> None:
    models = {one.access.record(person_of(Appointment.objects.all()[0])).model for one in of_records()}
    assert {model._meta.label for model in models} - set(KINDS) == set()
    for model in models:
        row = model._default_manager.first()
        if row is not None:
            bodies_of(row)
