"""`act`: one transaction, one batch of entries; what failed leaves neither rows nor entries."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry, Head
from jiheng.foundation.audit.queries import first_break, history
from jiheng.foundation.audit.services import OutsideAct, act, record
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.notices.services import notify
from tests.make import make_organisation, make_person, make_place
from tests.threads import all_at_once, names_of


def people(number: int = 1, code: str = "trial") -> list[Person]:
    place = make_place(code, "试验县")
    bureau = make_organisation(place, "bureau", "财政局")
    return [make_person(bureau, "performance_office") for _ in range(number)]


def noted(prefix: str = "trial.") -> list[str]:
    found = Entry.objects.filter(action__startswith=prefix).order_by("place_id", "number")
    return list(found.values_list("action", flat=True))


def write_row(person: Person) -> None:
    """Any row: to see whether it stays."""
    notify(organisation=Organisation.objects.get(pk=person.organisation_id), role=person.role, text="试")


def fail(person: Person, *, before: Callable[[], None] = lambda: None) -> None:
    """An act that writes a row and an entry, and fails at its end."""
    with act(person):
        before()
        write_row(person)
        record("trial.failed", "x:1")
        raise ZeroDivisionError


@pytest.mark.django_db
class TestOneAfterAnother:
    """Without a race."""

    def test_nothing_is_recorded_outside_an_act(self) -> None:
        with pytest.raises(OutsideAct, match="不能入链"):
            record("trial.one", "x:1")

    def test_act_without_person_needs_a_place(self) -> None:
        with pytest.raises(OutsideAct), act(None):
            pass

    def test_entries_keep_the_order_of_the_act_and_are_written_at_its_end(self) -> None:
        person = people()[0]
        with act(person):
            record("trial.one", "x:1")
            record("trial.two", "x:1", {"fen": 12}, "第一条")
            assert noted() == []
        assert noted() == ["trial.one", "trial.two"]
        assert [one.action for one in history("x:1")] == ["trial.two", "trial.one"]
        assert first_break(person.place_id) is None

    def test_acts_inside_join_and_are_the_outer_person_s(self) -> None:
        outer, inner = people(2)
        with act(outer):
            record("trial.one", "x:1")
            with act(inner):
                record("trial.two", "x:1")
            record("trial.three", "x:1")
        assert noted() == ["trial.one", "trial.two", "trial.three"]
        assert set(Entry.objects.filter(action__startswith="trial.").values_list("who__text", flat=True)) == {str(outer)}

    def test_act_that_fails_leaves_nothing(self) -> None:
        person = people()[0]
        with pytest.raises(ZeroDivisionError):
            fail(person)
        assert (noted(), Notice.objects.count()) == ([], 0)

    def test_inner_act_that_fails_leaves_nothing_though_the_outer_goes_on(self) -> None:
        """Bulk acts pass over the refused ones; those must not stand in the chain as done."""
        person = people()[0]
        with act(person):
            record("trial.before", "x:1")
            with pytest.raises(ZeroDivisionError):
                fail(person)
            record("trial.after", "x:1")
        assert noted() == ["trial.before", "trial.after"]
        assert Notice.objects.count() == 0

    def test_outer_act_that_fails_takes_finished_inner_ones_back(self) -> None:
        person = people()[0]

        def inner() -> None:
            with act(person):
                record("trial.inner", "x:1")

        with pytest.raises(ZeroDivisionError):
            fail(person, before=inner)
        assert noted() == []

    def test_next_act_begins_empty_after_a_failure(self) -> None:
        person = people()[0]
        with pytest.raises(ZeroDivisionError):
            fail(person)
        with act(person):
            record("trial.next", "x:1")
        assert noted() == ["trial.next"]
        with pytest.raises(OutsideAct):
            record("trial.outside", "x:1")

    def test_act_without_notes_writes_no_entry(self) -> None:
        person = people()[0]
        before = Entry.objects.count()
        with act(person):
            write_row(person)
        assert Entry.objects.count() == before

    def test_each_place_has_its_own_chain(self) -> None:
        one, two = people(code="one")[0], people(code="two")[0]
        numbers = {}
        for person in (one, two):
            with act(person):
                record("trial.one", "x:1")
            numbers[person.place_id] = Head.objects.get(place_id=person.place_id).number
        assert numbers[one.place_id] == numbers[two.place_id] == 3
        assert first_break(one.place_id) is first_break(two.place_id) is None

    def test_one_act_never_writes_into_two_chains(self) -> None:
        one, two = people(code="one")[0], people(code="two")[0]
        with pytest.raises(OutsideAct, match="一个地区"), act(one), act(two):
            pass

    def test_heads_are_locked_last(self) -> None:
        """Everything the act does comes before the first look at the head."""
        person = people()[0]
        with connection.execute_wrapper(watch := Watch()), act(person):
            record("trial.one", "x:1")
            write_row(person)
        head = [at for at, sql in enumerate(watch.seen) if "audit_head" in sql]
        rows = [at for at, sql in enumerate(watch.seen) if "notices_notice" in sql]
        assert rows
        assert max(rows) < min(head)

    def test_many_entries_are_written_in_batches(self) -> None:
        person = people()[0]
        with connection.execute_wrapper(watch := Watch()), act(person):
            for number in range(200):
                record("trial.one", f"x:{number}")
        assert len([sql for sql in watch.seen if 'INSERT INTO "audit_entry"' in sql]) <= 4
        assert len(noted()) == 200

    def test_entry_holds_the_moment_of_the_clock_and_is_equal_after_reading_back(self) -> None:
        person = people()[0]
        with clock.at(date(2023, 4, 5)), act(person):
            record("trial.one", "x:1", {"金额": 10**18, "text": "“引号”\n换行", "none": None, "list": [1, "二"]})
        entry = Entry.objects.get(action="trial.one")
        assert entry.at.date() == date(2023, 4, 5)
        assert entry.detail == {"金额": 10**18, "text": "“引号”\n换行", "none": None, "list": [1, "二"]}
        assert first_break(person.place_id) is None

    @pytest.mark.parametrize("change", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
    def test_database_refuses_to_change_an_entry(self, change: str) -> None:
        people()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(change)


class Watch:
    """Notes every statement that is sent."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        self.seen.append(sql)
        return execute(sql, params, many, context)


@pytest.mark.concurrency
@pytest.mark.usefixtures("committed")
class TestAtTheSameMoment:
    """With real transactions in threads."""

    def test_eight_writers_make_one_whole_chain(self) -> None:
        writers = people(8)

        def write(person: Person) -> None:
            for number in range(5):
                with act(person):
                    record("trial.one", f"x:{number}")
                    record("trial.two", f"x:{number}")

        answers = all_at_once(*(lambda one=one: write(one) for one in writers))
        assert names_of(answers) == ["done"] * 8
        assert len(noted()) == 80
        assert noted() == ["trial.one", "trial.two"] * 40
        assert first_break(writers[0].place_id) is None

    def test_first_acts_of_a_new_place_meet_without_harm(self) -> None:
        place = Place.objects.create(code="new", name="新县")

        def write() -> None:
            with act(None, place=place):
                record("trial.one", "x:1")

        assert names_of(all_at_once(*[write] * 6)) == ["done"] * 6
        assert Head.objects.get(place=place).number == 6
        assert first_break(place.pk) is None
