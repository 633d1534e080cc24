"""What pages keep for a person: shown to nobody else, gone with the next write, never in the way of rights."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, User
from jiheng.foundation.accounts.person import Person, person_for
from jiheng.foundation.audit.kept import exactly, reading
from jiheng.foundation.audit.models import Head
from jiheng.foundation.audit.services import act, record
from tests.make import make_organisation, make_person, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings: Any) -> Iterator[None]:
    """Give these tests a store of their own; everywhere else nothing is kept."""
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept-pages"}
    settings.CACHES = {**settings.CACHES, "figures": local}
    caches["figures"].clear()
    yield
    caches["figures"].clear()


@pytest.fixture
def person() -> Person:
    return make_person(make_organisation(make_place(), "bureau", "财政局"), "performance_office")


class Counted:
    """Says how often it was worked out."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def ask(person: Person, work: Callable[[], int], key: str = "part") -> int:
    with reading():
        return exactly(person, key, work)


def write(person: Person) -> None:
    with act(person):
        record("test.note", "test:1")


def test_a_part_of_a_page_is_worked_out_once_while_nothing_is_written(person: Person) -> None:
    work = Counted()
    assert [ask(person, work), ask(person, work), ask(person, work, "another")] == [1, 1, 2]


def test_the_next_write_is_seen_at_once_however_long_the_work_takes(person: Person) -> None:
    work = Counted()
    ask(person, work)
    write(person)
    assert ask(person, work) == 2


def test_a_write_in_the_same_request_is_seen_behind_it(person: Person) -> None:
    work = Counted()
    with reading():
        exactly(person, "part", work)
        write(person)
        assert exactly(person, "part", work) == 2


def test_whoever_writes_reads_everything_anew(person: Person) -> None:
    work = Counted()
    ask(person, work)
    assert exactly(person, "part", work) == 2


def test_a_new_day_is_another_matter(person: Person) -> None:
    work = Counted()
    ask(person, work)
    with clock.at(clock.today() + timedelta(days=1)):
        assert ask(person, work) == 2


@pytest.mark.parametrize("role", ["division", "treasury", "bureau_leader"])
def test_nothing_kept_for_one_appointment_is_shown_to_another(person: Person, role: str) -> None:
    work = Counted()
    ask(person, work)
    other = make_person(make_organisation(make_place("hunan-tianyuan", "另一地区"), "bureau", "财政局"), role)
    assert ask(other, work) == 2


def test_another_role_of_the_same_user_has_its_own(person: Person) -> None:
    work = Counted()
    ask(person, work)
    again = Appointment.objects.create(
        user_id=person.user_id, organisation_id=person.organisation_id, role="division", valid_from=clock.today()
    )
    acting = person_for(again.user.username, "division")
    assert ask(acting, work) == 2


@pytest.fixture
def client(person: Person) -> Client:
    made = Client()
    made.force_login(
        User.objects.get(pk=person.user_id), backend="jiheng.foundation.sign_in.backend.PasswordBackend"
    )
    return made


def warm(client: Client) -> None:
    for _ in range(2):
        assert client.get("/").status_code == 200


def test_the_frame_is_read_with_four_queries_once_it_is_kept(client: Client, person: Person) -> None:
    write(person)
    warm(client)
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    assert len(asked) == 4, [one["sql"][:80] for one in asked]  # session, user with appointments, head, notices


def test_an_appointment_that_ended_ends_with_the_next_request(client: Client, person: Person) -> None:
    warm(client)
    yesterday = clock.today() - timedelta(days=1)
    Appointment.objects.filter(pk=person.appointment_id).update(valid_from=yesterday, valid_to=yesterday)
    assert client.get("/").status_code == 403


def test_an_account_that_is_switched_off_is_nobodys_with_the_next_request(client: Client, person: Person) -> None:
    warm(client)
    User.objects.filter(pk=person.user_id).update(is_active=False)
    answer = client.get("/")
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/")  # type: ignore[attr-defined]


def test_a_new_password_ends_the_sessions_that_stand(client: Client, person: Person) -> None:
    warm(client)
    user = User.objects.get(pk=person.user_id)
    user.set_password("另一个很长的口令-2026")
    user.save()
    assert client.get("/").status_code == 302


def test_two_people_at_one_desk_see_their_own_frame(client: Client, person: Person) -> None:
    warm(client)
    body = make_organisation(make_place("hunan-tianyuan", "另一地区"), "overseer", "审计局")
    other = make_person(body, "auditor")
    theirs = Client()
    theirs.force_login(
        User.objects.get(pk=other.user_id), backend="jiheng.foundation.sign_in.backend.PasswordBackend"
    )
    text = theirs.get("/").content.decode()
    assert "审计局" in text
    assert "财政局" not in text


def test_what_another_server_process_wrote_is_seen(client: Client, person: Person) -> None:
    """A process keeps under the head that stands in the database, not under what it has written itself."""
    work = Counted()
    ask(person, work)
    write(person)
    Head.objects.filter(place_id=person.place_id).update(number=99)  # as another process would move it
    assert ask(person, work) == 2
