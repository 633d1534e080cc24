"""A bare record of every kind, another body's, and every address and endpoint of its kind tried on it: nothing is found.

The demo county has no record of some forty kinds (joint evaluations, sessions, recaptures, …), so that no number of theirs could
be guessed there. These rows are written past every service, with nothing in them that the database does not demand.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import models
from django.test import Client

from jiheng.channels.api.v1 import endpoints
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.appraisal.models import RadarHit, RadarMember
from jiheng.stages.goals.models import Goal
from tests import make
from tests.channels.api.callers import at, call, token_for
from tests.contracts.matrix import addresses

pytestmark = pytest.mark.django_db
REFUSED = {403, 404}
EVERYBODYS = {
    "accounts.Place", "cycles.Cycle", "cycles.LegalEvent", "cycles.Turn", "disclosure.Publication", "indicators.LibraryIndicator",
    "indicators.LibraryMapping", "indicators.MappedIndicator", "indicators.Proposal", "policies.Snapshot",
    "experts.Evaluator", "standards.StandardVersion",
}  # fmt: skip
"""What is read by all on the business side: the year, its legal dates, what is published, the libraries and how they come about."""
OPEN = {("exemplars.Exemplar", "shown")}
"""The states in which others read a record: a case that was chosen to be shown, as a copy without names."""
SEALED = {"audit.Entry"}
"""Written by the chain alone; a test of its own asks who reads it."""


class Bare:
    """Rows of the first unit of a county, one of each kind, made as they are asked for."""

    def __init__(self, county: make.County) -> None:
        year = make.make_subject(county)
        owner = Appointment.objects.get(pk=county.person("unit_project").appointment_id)
        self.county, self.year = county, year
        self.rows: dict[Any, Any] = {
            Place: county.place, Cycle: county.cycle, Organisation: county.units[0], SubjectYear: year,
            Goal: make.make_goal(county, year), User: owner.user, Appointment: owner,
        }  # fmt: skip

    def of(self, model: Any) -> Any:
        """Return the one row of a kind."""
        if model not in self.rows:
            asked = [one for one in model._meta.concrete_fields if _asked(one)]
            model._default_manager.bulk_create([model(**{one.name: self._value(one) for one in asked})])
            self.rows[model] = model._default_manager.order_by("-pk")[0]
            if model is RadarHit:
                self.of(RadarMember)  # a hit without projects is nobody's
        return self.rows[model]

    def _value(self, field: Any) -> Any:
        if field.is_relation:
            if field.related_model is Organisation and field.name == "department":
                return self.county.departments[0]
            return self.of(field.related_model)
        if (field.model, field.name) == (RadarMember, "year_key"):
            return self.year.pk
        for kind, value in VALUES:
            if isinstance(field, kind):
                return value()
        return "" if field.blank or not field.choices else field.choices[0][0]


VALUES: tuple[tuple[Any, Callable[[], Any]], ...] = (
    (models.DateTimeField, clock.now),
    (models.DateField, clock.today),
    (models.JSONField, dict),
    (models.UUIDField, uuid4),
    (models.BooleanField, bool),
    ((models.IntegerField, models.DecimalField), lambda: 1),
)


def _asked(field: Any) -> bool:
    """Whether a bare row needs the column: what it hangs on always, that it may be somebody's."""
    if field.is_relation and field.null:
        asked = {one.related_model for one in field.model._meta.concrete_fields if one.is_relation and not one.null}
        return field.related_model not in {User, Place, field.model, *asked}
    if field.is_relation:
        return True
    return not (field.primary_key or field.null or field.has_default())


@pytest.fixture
def bare() -> Iterator[Bare]:
    with clock.at(make.DAY):
        yield Bare(make.make_county())


def strangers(county: make.County) -> list[Person]:
    """Return people of another department and its unit, and outsiders whom nobody asked about anything."""
    inside = [county.person("unit_project", 2), county.person("unit_head", 2), county.person("department_reviewer", 1)]
    return [*inside, county.person("agency"), county.person("expert")]


def test_a_record_of_every_kind_is_found_by_nobody_elses_number(bare: Bare) -> None:
    people = strangers(bare.county)
    clients = [make.sign_in(Client(), one, bare.county.cycle) for one in people]
    tokens = [token_for(one) for one in people]
    bare.of(LibraryIndicator)  # addresses that name an indicator beside the record
    before, wrong, kinds = Entry.objects.count(), [], set()
    listed: list[Any] = [*addresses(), *endpoints()]
    for turn, one in enumerate(listed):
        record = getattr(one, "access", one).record
        label = record(people[0]).model._meta.label if record is not None else ""
        if record is None or label in EVERYBODYS | SEALED:
            continue
        pk, who = bare.of(record(people[0]).model).pk, turn % len(people)
        kinds.add(label)
        if hasattr(one, "access"):
            told = {method: getattr(clients[who], method.lower())(one.at(pk)).status_code for method in one.access.methods}
        else:
            told = {one.method: call(tokens[who], one.method, at(one, pk), {}).status_code}
        wrong += [f"{one} {people[who].role}: {told}"] if set(told.values()) - REFUSED else []
    assert not wrong, "\n".join(wrong)
    assert len(kinds) > 50, sorted(kinds)
    assert Entry.objects.count() == before


def test_no_state_shows_a_record_to_whom_it_does_not_concern(bare: Bare) -> None:
    """What nobody else sees while it is drafted nobody else sees later either: every state of every table is tried."""
    people = strangers(bare.county)
    listed: list[Any] = [*addresses(), *endpoints()]
    asked = dict.fromkeys(getattr(one, "access", one).record for one in listed)
    wrong, tried = [], 0
    for record in filter(None, asked):
        model = record(people[0]).model
        if model._meta.label in EVERYBODYS | SEALED:
            continue
        row = bare.of(model)
        for state in _states(bare.county, model):
            if state:
                model._default_manager.filter(pk=row.pk).update(state=state)
            tried += 1
            if (model._meta.label, state) in OPEN:
                continue
            seen = [one.role for one in people if record(one).filter(pk=row.pk).exists()]
            wrong += [f"{model._meta.label} {state}: {'、'.join(seen)}"] if seen else []
    assert not wrong, "\n".join(sorted(wrong))
    assert tried > 200


def _states(county: make.County, model: Any) -> list[str]:
    """Return the states that a record of the kind may come to: its column's choices, else those of all tables that name the same."""
    field = next((one for one in model._meta.concrete_fields if one.name == "state"), None)
    if field is None:
        return [""]
    if field.choices:
        return [key for key, _ in field.choices]
    return sorted({state for table in county.policy.workflows.values() for state in table.states})
