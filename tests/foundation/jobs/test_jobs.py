"""Background work: once for each key, at most three times tried, never lost, never done twice."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.jobs import services
from jiheng.foundation.jobs.models import JobRun
from jiheng.foundation.jobs.services import LEASE, MAX_ATTEMPTS, enqueue, reap, run_job
from tests.foundation.jobs.deeds import failing_job, make_place_job, overtaken_job
from tests.make import make_organisation, make_person, make_place
from tests.threads import all_at_once, names_of


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What would go to the workers: here nobody takes it by himself."""
    waiting: list[int] = []
    monkeypatch.setattr(services, "_send", waiting.append)
    return waiting


def places() -> int:
    return Place.objects.filter(name="由任务建立").count()


def work(pk: int) -> None:
    """Do what a worker does with one job."""
    run_job.func(pk)


def job() -> JobRun:
    return JobRun.objects.get()


@pytest.mark.django_db
class TestKey:
    """One job for each key."""

    def test_same_key_is_sent_once(self, sent: list[int], django_capture_on_commit_callbacks: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            first = enqueue(make_place_job, key="k", code="a")
            second = enqueue(make_place_job, key="k", code="b")
        assert first.pk == second.pk
        assert sent == [first.pk]
        assert job().arguments == {"code": "a"}

    def test_job_goes_only_after_the_act_is_committed(
        self, sent: list[int], django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks() as waiting:
            enqueue(make_place_job, key="k", code="a")
        assert sent == []
        assert len(waiting) == 1

    def test_job_of_an_act_that_failed_never_was(
        self, sent: list[int], django_capture_on_commit_callbacks: Any
    ) -> None:
        def fails() -> None:
            with transaction.atomic():
                enqueue(make_place_job, key="k", code="a")
                raise ZeroDivisionError

        with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
            fails()
        assert (sent, JobRun.objects.count()) == ([], 0)


@pytest.mark.django_db
class TestRun:
    """Taken, tried, done."""

    @pytest.fixture
    def pk(self, sent: list[int]) -> int:
        return enqueue(make_place_job, key="k", code="a").pk

    def test_done_job_never_runs_again(self, pk: int) -> None:
        work(pk)
        work(pk)
        assert reap() == 0
        assert (places(), job().attempts, job().progress) == (1, 1, 100)
        assert job().done_at is not None

    def test_taken_job_is_left_to_the_one_who_took_it(self, pk: int) -> None:
        JobRun.objects.update(leased_until=clock.now() + timedelta(minutes=1), attempts=1)
        work(pk)
        assert (places(), job().attempts, job().done_at) == (0, 1, None)

    def test_job_of_a_killed_worker_comes_back_after_its_lease(self, pk: int, sent: list[int]) -> None:
        start = date(2023, 5, 1)
        with clock.at(start):
            # The worker took the lease and was killed: nothing else is left of it.
            JobRun.objects.update(leased_until=clock.now() + LEASE, attempts=1)
            assert reap() == 0
        with clock.at(start, hour=10):
            assert reap() == 1
            assert sent == [pk]
            work(pk)
        assert (places(), job().attempts) == (1, 2)

    def test_job_that_was_never_sent_is_sent_by_the_reaper(self, pk: int, sent: list[int]) -> None:
        assert reap() == 1
        assert sent == [pk]

    def test_slow_worker_that_was_overtaken_leaves_nothing(self, sent: list[int]) -> None:
        run = enqueue(overtaken_job, key="slow", code="a")
        JobRun.objects.update(arguments={"code": "a", "pk": run.pk})
        work(run.pk)
        assert (places(), job().failure) == (0, "")


@pytest.mark.django_db
class TestFailure:
    """What fails is tried three times and keeps its reason."""

    @pytest.fixture
    def pk(self, sent: list[int]) -> int:
        return enqueue(failing_job, key="k", code="a").pk

    def test_failed_job_writes_nothing_and_keeps_the_reason(self, pk: int) -> None:
        with pytest.raises(ZeroDivisionError):
            work(pk)
        assert places() == 0
        assert (job().failure, job().done_at, job().leased_until) == ("ZeroDivisionError: 算不出", None, None)

    def test_failed_job_is_tried_three_times_and_no_more(self, pk: int) -> None:
        for _ in range(MAX_ATTEMPTS):
            assert reap() == 1
            with pytest.raises(ZeroDivisionError):
                work(pk)
        assert reap() == 0
        work(pk)
        assert (job().attempts, MAX_ATTEMPTS) == (3, 3)

    def test_entries_of_a_failed_job_are_not_in_the_chain(self, pk: int) -> None:
        place = make_place("c", "县")

        def deed() -> None:
            with act(None, place=place):
                record("trial.job", "x:1")
                failing_job(code="a")

        with pytest.raises(ZeroDivisionError):
            deed()
        assert not Entry.objects.filter(action="trial.job").exists()


@pytest.fixture
def person(db: None) -> Person:
    return make_person(make_organisation(make_place(), "bureau", "财政局"), "performance_office")


@pytest.mark.concurrency
def test_of_four_workers_one_does_the_job(committed: None, sent: list[int]) -> None:
    pk = enqueue(make_place_job, key="k", code="a").pk
    assert names_of(all_at_once(*[lambda: work(pk)] * 4)) == ["done"] * 4
    assert (places(), job().attempts) == (1, 1)


@pytest.mark.concurrency
def test_same_key_from_many_sides_is_one_job(committed: None, sent: list[int]) -> None:
    answers = all_at_once(*[lambda: enqueue(make_place_job, key="k", code="a")] * 6)
    assert names_of(answers) == ["done"] * 6
    assert (JobRun.objects.count(), len(sent)) == (1, 1)
