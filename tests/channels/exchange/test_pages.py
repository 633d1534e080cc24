"""Exchange in the browser's words: upload, preview, confirm, undo; what others cannot open."""

import io
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from jiheng.channels.exchange import services
from jiheng.channels.exchange.services import read_batch
from jiheng.foundation import clock
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.jobs.models import JobRun
from jiheng.registers.budgets.models import LedgerEntry
from tests.channels.exchange.sheets import DAY, PAYMENTS, book, budgeted, send
from tests.make import County, make_county, sign_in

pytestmark = pytest.mark.django_db
GOOD = ("A1", 10, "2023-05-01", "Z1")


@pytest.fixture
def county() -> County:
    made = make_county()
    budgeted(made, "A1")
    return made


def client_of(county: County, role: str) -> Client:
    return sign_in(Client(), county.person(role), county.cycle)


def post_file(client: Client, content: bytes, kind: str = "payments", name: str = "list.xlsx") -> Any:
    with clock.at(DAY):
        return client.post(
            reverse("exchange:upload", args=[kind]), {"file": SimpleUploadedFile(name, content)}
        )


@pytest.mark.feature("1.12", "1.13")
def test_the_treasury_uploads_looks_confirms_and_takes_back(county: County) -> None:
    client = client_of(county, "treasury")
    home = client.get(reverse("exchange:home")).content.decode()
    assert "支付清单" in home
    assert "单位名册" not in home
    answer = post_file(client, book(PAYMENTS, GOOD, ("A1", "3万", "2023-05-02", "Z2")))
    batch = ImportBatch.objects.get()
    assert answer.url == reverse("exchange:batch", args=[batch.pk])
    page = client.get(answer.url).content.decode()
    assert "差额" in page
    assert "确认导入" in page
    with clock.at(DAY):
        done = client.post(
            reverse("exchange:confirm", args=[batch.pk]), {"fingerprint": batch.report["fingerprint"]}
        )
    assert done.status_code == HTTPStatus.FOUND
    assert LedgerEntry.objects.filter(batch=batch).count() == 2
    after = client.get(answer.url).content.decode()
    assert "差额 0.00 元" in after
    assert after.count(">已导入<") >= 2
    assert "将导入" not in after
    with clock.at(DAY):
        refused = client.post(reverse("exchange:undo", args=[batch.pk]), {"reason": ""})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        client.post(reverse("exchange:undo", args=[batch.pk]), {"reason": "传错"})
    batch.refresh_from_db()
    assert batch.phase == "undone"
    taken_back = client.get(answer.url).content.decode()
    assert "传错" in taken_back
    assert taken_back.count(">已撤销<") >= 2


def test_rows_to_be_looked_at_need_a_tick(county: County) -> None:
    client = client_of(county, "treasury")
    post_file(client, book(PAYMENTS, ("A1", "30000元", "2023-05-02", "Z2")))
    batch = ImportBatch.objects.get()
    told = {"fingerprint": batch.report["fingerprint"]}
    with clock.at(DAY):
        first = client.post(reverse("exchange:confirm", args=[batch.pk]), told)
        assert first.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "须人工核对" in first.content.decode()
        client.post(reverse("exchange:confirm", args=[batch.pk]), {**told, "looked": "1"})
    assert LedgerEntry.objects.filter(batch=batch).count() == 1


def test_a_wrong_list_shows_every_mistake_and_offers_the_marked_copy(county: County) -> None:
    client = client_of(county, "treasury")
    post_file(client, book(PAYMENTS, ("X9", "许多", "昨天", "Z1"), GOOD))
    batch = ImportBatch.objects.get()
    page = client.get(reverse("exchange:batch", args=[batch.pk])).content.decode()
    for cell in ("A2", "B2", "C2"):
        assert f"<td>{cell}</td>" in page
    assert "确认导入" not in page
    only = client.get(reverse("exchange:batch", args=[batch.pk]), {"state": "new"}).content.decode()
    assert "共 <strong>1</strong>" in only
    copy = client.get(reverse("exchange:marked", args=[batch.pk]))
    assert load_workbook(io.BytesIO(copy.content)).worksheets[1]["A2"].comment is not None
    same = client.get(reverse("exchange:file", args=[batch.pk]))
    assert same.content == services.content_of(batch)


def test_a_file_that_is_no_list_is_said_beside_the_form(county: County) -> None:
    answer = post_file(client_of(county, "treasury"), b"%PDF-1.4", name="a.pdf")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "文件“a.pdf”" in answer.content.decode()
    assert "PDF" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_templates_are_read_back_as_empty_lists(county: County) -> None:
    client = client_of(county, "performance_office")
    for kind in ("units", "projects", "budgets", "payments"):
        answer = client.get(reverse("exchange:template", args=[kind]))
        assert "没有数据行" in send(county, kind, answer.content).report["problems"][0][2]


@pytest.mark.parametrize(
    "role", ["unit_finance", "bureau_leader", "auditor", "agency"]
)
def test_others_cannot_open_the_pages(county: County, role: str) -> None:
    batch = send(county, "payments", book(PAYMENTS, GOOD))
    client = client_of(county, role)
    assert client.get(reverse("exchange:home")).status_code == HTTPStatus.FORBIDDEN
    assert client.get(reverse("exchange:upload", args=["payments"])).status_code == HTTPStatus.FORBIDDEN
    assert client.get(reverse("exchange:batch", args=[batch.pk])).status_code == HTTPStatus.NOT_FOUND
    assert client.post(reverse("exchange:confirm", args=[batch.pk])).status_code == HTTPStatus.NOT_FOUND


def test_a_department_imports_its_own_lists_and_sees_no_others(county: County) -> None:
    batch = send(county, "payments", book(PAYMENTS, GOOD))
    client = client_of(county, "department_reviewer")
    home = client.get(reverse("exchange:home"))
    assert home.status_code == HTTPStatus.OK
    assert reverse("exchange:upload", args=["payments"]) not in home.content.decode()
    assert client.get(reverse("exchange:upload", args=["payments"])).status_code == HTTPStatus.FORBIDDEN
    assert client.get(reverse("exchange:batch", args=[batch.pk])).status_code == HTTPStatus.NOT_FOUND


def test_a_guessed_batch_of_another_kind_does_not_exist(county: County) -> None:
    batch = send(county, "projects", book(("项目代码", "项目名称", "实施单位", "申报金额")))
    client = client_of(county, "treasury")
    for name in ("batch", "file", "marked", "progress"):
        assert client.get(reverse(f"exchange:{name}", args=[batch.pk])).status_code == HTTPStatus.NOT_FOUND
    assert client.get(reverse("exchange:upload", args=["projects"])).status_code == HTTPStatus.FORBIDDEN
    assert client.get(reverse("exchange:upload", args=["nothing"])).status_code == HTTPStatus.NOT_FOUND


def test_a_large_file_is_read_by_a_worker_while_the_page_waits(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "LARGE", 10)
    client = client_of(county, "treasury")
    answer = post_file(client, book(PAYMENTS, GOOD))
    batch = ImportBatch.objects.get()
    assert JobRun.objects.filter(key=f"exchange:{batch.pk}").exists()
    assert "正在逐格核对" in client.get(answer.url).content.decode()
    asked = {"HX-Request": "true"}
    waiting = client.get(reverse("exchange:progress", args=[batch.pk]), headers=asked)
    assert waiting.status_code == HTTPStatus.OK
    with clock.at(DAY):
        read_batch(batch=batch.pk, appointment=county.person("treasury").appointment_id)
    ready = client.get(reverse("exchange:progress", args=[batch.pk]), headers=asked)
    assert ready["HX-Redirect"] == reverse("exchange:batch", args=[batch.pk])
    assert "确认导入" in client.get(answer.url).content.decode()


def test_the_preview_needs_as_many_queries_for_many_rows_as_for_one(county: County) -> None:
    client = client_of(county, "treasury")
    one = send(county, "payments", book(PAYMENTS, GOOD), role="treasury")
    many = send(
        county,
        "payments",
        book(PAYMENTS, *(("A1", 1, "2023-05-01", f"Z{at}") for at in range(40))),
        role="treasury",
    )
    counts = []
    for batch in (one, many):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("exchange:batch", args=[batch.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]
