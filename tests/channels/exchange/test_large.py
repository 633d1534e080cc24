"""Large lists are written by a worker: the page waits, a dead worker leaves nothing, the list is imported once."""

from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.channels.exchange import services
from jiheng.channels.exchange.files.payments import LIST
from jiheng.channels.exchange.models import ImportLine
from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.jobs import services as jobs
from jiheng.foundation.jobs.models import JobRun
from jiheng.foundation.jobs.services import MAX_ATTEMPTS, run_job
from jiheng.registers.budgets.models import LedgerEntry
from tests.channels.exchange.sheets import DAY, PAYMENTS, book, budgeted, send
from tests.make import County, make_budget, make_county, sign_in

pytestmark = pytest.mark.django_db
ROWS = (("A1", 10, "2023-05-01", "Z1"), ("A1", 20, "2023-05-02", "Z2"))


@pytest.fixture
def county(monkeypatch: pytest.MonkeyPatch) -> County:
    monkeypatch.setattr(services, "LARGE_ROWS", 2)
    monkeypatch.setattr(jobs, "_send", lambda _: None)
    made = make_county()
    budgeted(made, "A1")
    return made


def asked(county: County) -> tuple[Client, ImportBatch]:
    """A treasury's list of two rows, its confirmation pressed twice."""
    client = sign_in(Client(), county.person("treasury"), county.cycle)
    batch = send(county, "payments", book(PAYMENTS, *ROWS), role="treasury")
    for _ in range(2):
        press(client, batch)
    batch.refresh_from_db()
    return client, batch


def press(client: Client, batch: ImportBatch) -> None:
    with clock.at(DAY):
        told = {"fingerprint": batch.report["fingerprint"]}
        answer = client.post(reverse("exchange:confirm", args=[batch.pk]), told)
    assert answer.status_code == HTTPStatus.FOUND


def page(client: Client, batch: ImportBatch) -> str:
    with clock.at(DAY):
        return str(client.get(reverse("exchange:batch", args=[batch.pk])).content.decode())


def job() -> JobRun:
    return JobRun.objects.get(key__startswith="exchange:confirm:")


def work() -> None:
    with clock.at(DAY):
        run_job.func(job().pk)


def paid() -> int:
    return LedgerEntry.objects.filter(kind="payment").count()


@pytest.mark.feature("1.13")
def test_a_large_list_is_written_by_a_worker_while_the_page_waits(county: County) -> None:
    client, batch = asked(county)
    assert paid() == 0
    assert "正在写入 2 行" in page(client, batch)
    part = reverse("exchange:progress", args=[batch.pk])
    assert "正在写入" in client.get(part, headers={"HX-Request": "true"}).content.decode()
    assert "正在写入" in client.get(reverse("exchange:home")).content.decode()
    work()
    work()
    assert client.get(part, headers={"HX-Request": "true"})["HX-Redirect"] == reverse("exchange:batch", args=[batch.pk])
    assert "差额 0.00 元" in page(client, batch)
    assert paid() == 2
    assert Entry.objects.filter(action="exchange.import").count() == 1


def test_a_small_list_is_written_at_once(county: County) -> None:
    client = sign_in(Client(), county.person("treasury"), county.cycle)
    batch = send(county, "payments", book(PAYMENTS, ROWS[0]), role="treasury")
    press(client, batch)
    assert paid() == 1
    assert not JobRun.objects.filter(key__startswith="exchange:confirm:").exists()


def test_a_worker_that_dies_amid_the_list_leaves_nothing_and_another_writes_it_once(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, batch = asked(county)

    def dying(*told: Any) -> tuple[int, int]:
        apply(*told)
        assert paid() == 2
        raise SystemExit

    apply = LIST.apply
    with monkeypatch.context() as mortal:
        mortal.setitem(LIST.__dict__, "apply", dying)
        with pytest.raises(SystemExit):
            work()
    assert (paid(), ImportBatch.objects.get(pk=batch.pk).phase) == (0, "preview")
    work()  # its lease has not run out: nobody else takes it
    assert paid() == 0
    JobRun.objects.filter(pk=job().pk).update(leased_until=None)
    work()
    assert paid() == 2
    assert "差额 0.00 元" in page(client, batch)


def test_why_a_list_was_not_written_stands_on_its_page(county: County) -> None:
    client, batch = asked(county)
    make_budget(county, LedgerEntry.objects.get().subject_year, 90_000_000, kind="payment", day=date(2023, 5, 20))
    work()
    told = page(client, batch)
    assert "没有写入：预览之后数据有了变化" in told
    assert "超过全年预算" in told
    assert ImportLine.objects.filter(batch=batch, state="wrong").exists()
    assert paid() == 1


def test_a_list_that_was_dropped_meanwhile_is_not_written(county: County) -> None:
    client, batch = asked(county)
    with clock.at(DAY):
        client.post(reverse("exchange:drop", args=[batch.pk]))
    work()
    batch.refresh_from_db()
    assert (paid(), batch.phase) == (0, "dropped")


def test_when_every_try_failed_the_page_says_so_and_takes_another_confirmation(county: County) -> None:
    client, batch = asked(county)
    JobRun.objects.filter(pk=job().pk).update(attempts=MAX_ATTEMPTS)
    assert "后台试了几次都没有写成" in page(client, batch)
    press(client, batch)
    assert JobRun.objects.filter(key__startswith="exchange:confirm:").count() == 2
    assert "正在写入" in page(client, batch)
