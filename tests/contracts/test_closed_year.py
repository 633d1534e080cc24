"""A closed year is sealed for everybody: no rule lets anyone act on its records, no page shows a way to try."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from jiheng.channels.api.v1 import endpoints
from jiheng.foundation.accounts.models import User
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.sealed import closed_year, ways
from jiheng.registers.cycles.models import Cycle
from tests.contracts.matrix import Address, actors, addresses
from tests.make import sign_in

pytestmark = pytest.mark.django_db
LOOKED_AT = 40
COMES_LATER = {"disclosure:reporting_receipt"}
"""What others send in their own time, also after the closing: written once, into columns of its own."""
VIEWERS = 2
"""How many roles' pages are opened for each address and record."""
FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\"[^>]*>")
ACTION = re.compile(r"\baction=\"([^\"]*)\"")
LINK = re.compile(r"<a\b[^>]*\bhref=\"([^\"#]+)")
SEALED = "该年度已封存"


@pytest.fixture(scope="module")
def county(demo_county: None) -> dict[str, Person]:
    """The demo county while its years are open, by role."""
    User.objects.update(must_change_password=False)
    return {role: person_of(held) for role, held in actors().items()}


def of_a_year() -> list[Address]:
    """Return every address of one record that hangs on a budget year."""
    found = [one for one in addresses() if not one.access.public and one.access.record is not None]
    return [one for one in found if one.access.record(_anybody()).model in ways()]


def _anybody() -> Person:
    return person_of(next(iter(actors().values())))


def writes(address: Address) -> bool:
    """Whether something is done there, and not looked at by everybody who sees the record."""
    return "POST" in address.access.methods and not address.access.may.__name__.startswith("may_see")


@pytest.mark.feature("1.11")
def test_nobody_may_act_on_a_record_of_a_closed_year(county: dict[str, Person]) -> None:
    """Every rule of a write, on the page and in the interface, for every role and record."""
    rules = {rule: name for rule, name in write_rules().items() if name not in COMES_LATER}
    assert sorted(name for (_, may), name in rules.items() if not hasattr(may, "__wrapped__")) == [], "@while_open"
    before = allowed(county, rules)
    assert len({name for name, _, _ in before}) > 25, "the demo county has open records that somebody may act on"
    Cycle.objects.update(state="closed")
    assert sorted({(name, role) for name, role, _ in allowed(county, rules)}) == []
    some_rule = next(may for (_, may), name in rules.items() if name == before[0][0])
    record = next(record for (record, _), name in rules.items() if name == before[0][0])
    person = county[before[0][1]]
    verdict = some_rule(person, record(person).get(pk=before[0][2]))
    assert SEALED in verdict.reason
    assert "重新开启" in verdict.reason
    assert verdict.clause


def write_rules() -> dict[Any, str]:
    """Return record and rule of everything that is done to a record of a year, with an address of each."""
    found: dict[Any, str] = {(one.access.record, one.access.may): one.name for one in of_a_year() if writes(one)}
    for one in endpoints():
        if one.writes and one.record is not None and one.may is not None and one.record(_anybody()).model in ways():
            found.setdefault((one.record, one.may), one.path)
    return found


def allowed(people: dict[str, Person], rules: dict[Any, str]) -> list[tuple[str, str, Any]]:
    """Return who may act on what now: address, role, record."""
    return [
        (name, role, row.pk)
        for (record, may), name in rules.items()
        for role, person in people.items()
        for row in record(person).order_by("pk")[:LOOKED_AT]
        if may(person, row)
    ]


@pytest.mark.feature("1.11")
def test_no_page_of_a_closed_year_shows_a_button_that_would_be_refused(county: dict[str, Person]) -> None:
    """Every record page, by those who could act before: it says that the year is sealed and offers nothing."""
    pages = [one for one in of_a_year() if "GET" in one.access.methods and one.parameters == ["pk"] and "." not in one.route]
    could: dict[tuple[str, Any], list[str]] = {}
    for one in pages:
        for role, person in county.items():
            for row in one.access.record(person).order_by("pk")[:VIEWERS]:
                could.setdefault((one.name, row.pk), []).append(role)
    Cycle.objects.update(state="closed")
    wrong, opened, told = [], 0, 0
    for one in pages:
        for pk in [pk for name, pk in could if name == one.name][:VIEWERS]:
            for role in could[one.name, pk][:VIEWERS]:
                person = county[role]
                row = one.access.record(person).filter(pk=pk).first()
                if row is None or not one.access.may(person, row):
                    continue
                answer = sign_in(Client(), person).get(one.at(pk))
                if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
                    continue
                opened += 1
                text = answer.content.decode()
                told += SEALED in text
                main = text.partition("<main")[2].partition("</main>")[0]
                wrong += [f"{one.name} {role}: {way}" for way in ways_to_act(main, one.at(pk), person)]
                if 'class="record-head"' in text and SEALED not in text:
                    wrong.append(f"{one.name} {role}: does not say that the year is sealed")
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert opened > 20
    assert told > 15


def ways_to_act(main: str, here: str, person: Person) -> Iterator[str]:
    """Yield the forms and links of a page that act on a record of a closed year, or are refused."""
    for form in FORM.findall(main):
        action = ACTION.search(form)
        found = target(action[1] if action and action[1] else here, person)
        if found is not None and found[0] not in COMES_LATER and closed_year(found[1]) is not None:
            yield f"form {found[0]}"
    for link in LINK.findall(main):
        found = target(link, person)
        if found is None or "POST" not in found[2].methods or closed_year(found[1]) is None:
            continue
        if not found[2].may(person, found[1]):
            yield f"link {found[0]}"


def target(url: str, person: Person) -> tuple[str, Any, Any] | None:
    """Return name, record and rule of an address of one record; None for any other."""
    try:
        match = resolve(urlsplit(url.replace("&amp;", "&")).path)
    except Resolver404:
        return None
    access = getattr(match.func, "access", None)
    if access is None or access.public or access.record is None or "pk" not in match.kwargs:
        return None
    row = access.record(person).filter(pk=match.kwargs["pk"]).first()
    return (match.view_name, row, access) if row is not None else None
