"""Kept figures: exact while nothing is written, told with their moment when slow ones are older than the last write."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import caches

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit import kept as module
from jiheng.foundation.audit.kept import SLOW, WORTH, kept
from jiheng.foundation.audit.services import act, record
from tests.make import make_organisation, make_person, make_place

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _store(settings: Any) -> Iterator[None]:
    """Give these tests a store of their own; everywhere else nothing is kept."""
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept-tests"}
    settings.CACHES = {**settings.CACHES, "figures": local}
    caches["figures"].clear()
    yield
    caches["figures"].clear()


class Watch:
    """A stopwatch that only the work of these tests moves: how busy the machine is changes nothing."""

    seconds = 0.0

    def perf_counter(self) -> float:
        return self.seconds


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(module, "time", made)
    return made


@pytest.fixture
def person() -> Person:
    return make_person(make_organisation(make_place(), "bureau", "财政局"), "performance_office")


class Work:
    """Takes some seconds and counts how often it was asked."""

    def __init__(self, watch: Watch, seconds: float) -> None:
        self.watch, self.seconds = watch, seconds
        self.times = 0

    def __call__(self) -> int:
        self.watch.seconds += self.seconds
        self.times += 1
        return self.times


def write(person: Person) -> None:
    with act(person):
        record("test.note", "test:1")


def ask(person: Person, work: Work, key: str = "figure") -> Any:
    return kept(person.place_id, key, work)


def test_a_figure_is_worked_out_once_while_nothing_is_written(person: Person, watch: Watch) -> None:
    work = Work(watch, WORTH * 1.5)
    found = [ask(person, work) for _ in range(3)]
    assert [(one.value, one.at) for one in found] == [(1, None)] * 3
    assert ask(person, work, "another").value == 2


def test_a_quick_figure_is_worked_out_anew_after_a_write(person: Person, watch: Watch) -> None:
    work = Work(watch, WORTH * 1.5)
    ask(person, work)
    write(person)
    assert (ask(person, work).value, ask(person, work).at) == (2, None)


def test_a_slow_figure_says_for_which_moment_it_holds_and_is_not_kept_for_ever(
    person: Person, watch: Watch
) -> None:
    work = Work(watch, SLOW * 1.2)
    with clock.at(DAY, 9):
        ask(person, work)
        began = clock.now()
        write(person)
        old = ask(person, work)
        assert (old.value, old.at) == (1, began)
    with clock.at(DAY, 10):
        fresh = ask(person, work)
        assert (fresh.value, fresh.at) == (2, None)


def test_what_is_late_today_was_not_so_yesterday(person: Person, watch: Watch) -> None:
    work = Work(watch, SLOW * 1.2)
    with clock.at(DAY):
        ask(person, work)
    with clock.at(DAY + timedelta(days=1)):
        assert ask(person, work).value == 2


def test_a_write_in_a_place_below_is_noticed_above(person: Person, watch: Watch) -> None:
    work = Work(watch, WORTH * 1.5)
    ask(person, work)
    below = make_organisation(make_place("hunan-tianyuan", "下级县"), "bureau", "下级财政局")
    write(make_person(below, "performance_office"))
    assert ask(person, work).value == 2


def test_what_costs_less_than_asked_for_is_not_kept(person: Person, watch: Watch) -> None:
    work = Work(watch, 0)
    kept(person.place_id, "figure", work, least=60)
    assert kept(person.place_id, "figure", work, least=60).value == 2
