"""A year of the treasury at the browser: booking, reversing, lists; the ledger only grows."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiheng.foundation import clock
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balance
from jiheng.registers.subjects.models import SubjectYear
from tests.channels.exchange.sheets import PAYMENTS, book
from tests.journeys.visitor import sit
from tests.make import County, make_budget
from tests.stages.evaluation.builders import approved_goal

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SOUND = {"类型": "支付", "金额": "63.2", "日期": "2023-09-28", "凭证号或文号": "ZF20230928-07", "登记原因": "接口中断补录"}


def budgeted(county: County, code: str, fen: int = 100_000_000) -> SubjectYear:
    """A project with a budget and an approved goal: money may be paid."""
    return approved_goal(county, code=code, budget=fen, paid=0).subject_year


def test_booking_by_hand_names_every_mistake_and_books_once(shared: County) -> None:
    with clock.at(date(2023, 9, 28)):
        year = budgeted(shared, "B0001", 88_600_000)
        treasury = sit(shared, "treasury")
        page = treasury.open("/budgets/").follow("手工登记")
        sound = {**SOUND, "项目代码": "B0001"}
        for wrong in (
            {"项目代码": "没有这个"}, {"金额": "NaN"}, {"金额": "1e400"}, {"金额": "=1+1"}, {"金额": "9" * 40}, {"金额": "0"},
            {"金额": "88.61"}, {"日期": "2023-02-30"}, {"日期": "9999-12-31"}, {"日期": "0000-01-01"}, {"登记原因": " "},
            {"凭证号或文号": ""},
        ):  # fmt: skip
            said = page.press("登记台账", {**sound, **wrong}, status=422)
            assert said.wrong or said.refusals, wrong
        assert balance(year.pk).payment == 0
        done = page.press("登记台账", {**sound, "金额": "６３．２"})
        assert done.told
        assert balance(year.pk).payment == 63_200_000
        twice = page.press("登记台账", sound, status=422)
        assert any("ZF20230928-07" in one for one in (*twice.wrong, *(said.message for said in twice.refusals)))
        assert balance(year.pk).payment == 63_200_000


def test_reversal_leaves_both_entries_and_works_once(shared: County) -> None:
    with clock.at(date(2023, 9, 28)):
        year = budgeted(shared, "B0004")
        make_budget(shared, year, 5_000_000, kind="payment")
        entry = LedgerEntry.objects.get(subject_year=year, kind="payment")
        treasury = sit(shared, "treasury")
        page = treasury.open(f"/budgets/{entry.pk}/")
        assert page.press("冲销这一笔", {"冲销原因": ""}, status=422).refusals
        page.press("冲销这一笔", {"冲销原因": "重复登记"})
        again = page.press("冲销这一笔", {"冲销原因": "再冲一次"}, status=403)
        assert "已冲销过" in again
        assert balance(year.pk).payment == 0
        assert LedgerEntry.objects.filter(subject_year=year, kind="payment").count() == 2


def test_list_is_looked_at_before_it_is_booked_and_booked_once(shared: County) -> None:
    with clock.at(date(2023, 5, 10)):
        year = budgeted(shared, "B0002")
        treasury = sit(shared, "treasury")
        page = treasury.open("/exchange/payments/upload/")
        rows = (("B0002", 10, "2023-05-01", "L1"), ("B0002", "二十", "2023-05-02", "L2"))
        wrong = page.press("上传并核对", {"file": SimpleUploadedFile("支付.xlsx", book(PAYMENTS, *rows), XLSX)})
        assert "确认导入" not in wrong.buttons
        assert "B3" in wrong
        assert balance(year.pk).payment == 0
        sound = book(PAYMENTS, rows[0], ("B0002", 20, "2023-05-02", "L2"))
        ready = page.press("上传并核对", {"file": SimpleUploadedFile("支付.xlsx", sound, XLSX)})
        done = ready.press("确认导入")
        assert balance(year.pk).payment == 30_000_000
        late = ready.press("确认导入", status=409)
        assert balance(year.pk).payment == 30_000_000
        assert late.status == 409
        assert done.press("撤销本批", {"撤销原因": ""}, status=422).refusals
        done.press("撤销本批", {"撤销原因": "传错年度"})
        assert balance(year.pk).payment == 0


def test_others_book_nothing(shared: County) -> None:
    with clock.at(date(2023, 9, 28)):
        year = budgeted(shared, "B0003")
        treasury = sit(shared, "treasury")
        page = treasury.open("/budgets/book/")
        form, _ = page.form_with("登记台账")
        sent = [one for one in page.values(form, {**SOUND, "项目代码": "B0003"}) if one[0] != "csrfmiddlewaretoken"]
        for role in ("unit_finance", "department_reviewer", "division", "performance_office", "bureau_leader", "auditor"):
            other = sit(shared, role)
            token = str(other.desk().response.context["csrf_token"])
            other.send("/budgets/book/", [("csrfmiddlewaretoken", token), *sent], status=403)
        assert balance(year.pk).payment == 0
