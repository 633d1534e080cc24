"""The ledger: append-only, balances from entries alone, booked by hand with a reason, taken back by its opposite."""

from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.proving import broken_ledger
from jiheng.registers.budgets.queries import balance, ledger_totals
from jiheng.registers.budgets.services import Posting, book_by_hand, post, post_all, take_back
from jiheng.registers.subjects.models import SubjectYear
from tests.channels.exchange.sheets import PAYMENTS, book, import_now, send
from tests.guards import take_away
from tests.make import County, make_budget, make_county, make_promise, make_subject, sign_in

pytestmark = pytest.mark.django_db
DAY = date(2023, 6, 1)


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def year(county: County) -> SubjectYear:
    made = make_subject(county, code="A1", name="道路养护")
    make_promise(made)
    make_budget(county, made)
    return made


def posting(year: SubjectYear, fen: int = 10_000_000, kind: str = "payment", **more: Any) -> Posting:
    values: dict[str, Any] = {"day": date(2023, 5, 1), "note": "接口中断补录", "reference": "Z1"} | more
    return Posting(year, kind, fen, **values)


def client_of(county: County, role: str, index: int = 0) -> Client:
    return sign_in(Client(), county.person(role, index), county.cycle)


def test_booking_by_hand_leaves_entry_reason_and_trace(county: County, year: SubjectYear) -> None:
    with clock.at(DAY):
        made = book_by_hand(posting=posting(year), person=county.person("treasury"))
    assert balance(year.pk).payment == 10_000_000
    told = [line for line in history(made) if line.action == "ledger.book"]
    assert told[0].detail["comment"] == "接口中断补录"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"note": ""}, "须写明原因"),
        ({"reference": ""}, "须写明凭证号或文号"),
        ({"fen": 0}, "不能为 0"),
        ({"day": date(2023, 6, 2)}, "晚于今天"),
        ({"fen": 100_000_001}, "超过预算"),
        ({"fen": -1}, "不能为负"),
        ({"kind": "adjustment", "fen": -100_000_001}, "超过预算"),
    ],
)
def test_what_speaks_against_an_entry_is_said(
    county: County, year: SubjectYear, more: dict[str, Any], said: str
) -> None:
    with clock.at(DAY), pytest.raises(Refused, match=said):
        book_by_hand(posting=posting(year, **more), person=county.person("treasury"))
    assert LedgerEntry.objects.count() == 1


def test_spending_beyond_the_budget_is_refused_by_the_clause_of_the_pack(
    county: County, year: SubjectYear
) -> None:
    with clock.at(DAY), pytest.raises(Refused) as refused:
        book_by_hand(posting=posting(year, fen=100_000_001), person=county.person("treasury"))
    rule = county.policy.value("payment_within_budget", budget_year=2023)
    assert [one.clause for one in refused.value.refusals] == [str(rule.clause)]
    assert rule.clause.source == "npc-budget-law"


@pytest.mark.feature("3.27")
def test_no_road_to_the_ledger_goes_around_the_goal(county: County) -> None:
    bare, treasury = make_subject(county, code="A2", name="桥梁加固"), county.person("treasury")
    for kind in ("initial", "adjustment", "payment"):
        moved = posting(bare, kind=kind)
        for road in (
            lambda moved=moved: post(posting=moved, person=treasury),
            lambda moved=moved: post_all(postings=[moved], person=treasury),
            lambda moved=moved: book_by_hand(posting=moved, person=treasury),
        ):
            with clock.at(DAY), pytest.raises(Refused, match="绩效目标还没有批复") as refused:
                road()
            assert all(one.clause and one.remedy for one in refused.value.refusals)
    data = {"code": "A2", "kind": "initial", "amount_fen": "50", "source": "fiscal", "day": "2023-05-01"}
    data |= {"reference": "Z9", "note": "年初"}
    with clock.at(DAY):
        answer = client_of(county, "treasury").post(reverse("budgets:book"), data)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = answer.content.decode()
    assert "绩效目标还没有批复，不得安排预算" in page
    assert "请先申报绩效目标并取得批复" in page
    assert not LedgerEntry.objects.exists()


def test_only_the_treasury_books_and_the_same_voucher_once(county: County, year: SubjectYear) -> None:
    with clock.at(DAY):
        for role in ("division", "performance_office", "unit_finance"):
            with pytest.raises(Refused, match="由集中支付中心登记"):
                book_by_hand(posting=posting(year), person=county.person(role))
        book_by_hand(posting=posting(year), person=county.person("treasury"))
        with pytest.raises(Refused, match="已登记过凭证号"):
            book_by_hand(posting=posting(year, 1), person=county.person("treasury"))


def test_a_cut_needs_its_decision_and_its_clause(county: County, year: SubjectYear) -> None:
    treasury = county.person("treasury")
    for kind in ("cut", "pause", "recapture"):
        with pytest.raises(Refused, match="须指明所依据的决定和条款"):
            post(posting=posting(year, -1, kind), person=treasury)
        with pytest.raises(Refused):
            post(posting=posting(year, -1, kind), person=treasury, cause=year)
    with pytest.raises(Refused, match="须记为负数"):
        post(posting=posting(year, 1, "cut"), person=treasury, cause=year, clause="第一条")


def test_taking_back_books_the_opposite_and_happens_once(county: County, year: SubjectYear) -> None:
    treasury = county.person("treasury")
    with clock.at(DAY):
        made = book_by_hand(posting=posting(year), person=treasury)
        with pytest.raises(Refused, match="请写明冲销原因"):
            take_back(entry=made, note=" ", person=treasury)
        opposite = take_back(entry=made, note="重复登记", person=treasury)
        again = LedgerEntry.objects.get(pk=made.pk)
        with pytest.raises(Refused, match="该笔已冲销过"):
            take_back(entry=again, note="再冲", person=treasury)
        with pytest.raises(Refused, match="冲销分录不能再冲销"):
            take_back(entry=opposite, note="再冲", person=treasury)
    assert (opposite.amount_fen, opposite.reverses_id) == (-10_000_000, made.pk)
    assert balance(year.pk).payment == 0


def test_a_budget_that_payments_lean_on_is_not_taken_back(county: County, year: SubjectYear) -> None:
    make_budget(county, year, 1, kind="payment")
    first = LedgerEntry.objects.get(kind="initial")
    with clock.at(DAY), pytest.raises(Refused, match="超过预算"):
        take_back(entry=first, note="重来", person=county.person("treasury"))


def test_what_a_decision_caused_is_not_taken_back_by_hand(county: County, year: SubjectYear) -> None:
    treasury = county.person("treasury")
    made = post(posting=posting(year, -5, "cut"), person=treasury, cause=year, clause="《办法》第一条")
    with pytest.raises(Refused, match="须由新的决定更正"):
        take_back(entry=made, note="不认", person=treasury)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["initial", "adjustment", "payment"]), st.integers(-(10**12), 10**12)),
        max_size=12,
    )
)
def test_balances_are_the_sums_of_their_entries(
    county: County, year: SubjectYear, moves: list[tuple[str, int]]
) -> None:
    other = make_subject(county)
    make_promise(other, 10**14)
    treasury = county.person("treasury")
    if moves:
        post_all(postings=[posting(other, fen, kind) for kind, fen in moves], person=treasury)
    found = balance(other.pk)
    assert found.budget == sum(fen for kind, fen in moves if kind != "payment")
    assert found.executed == sum(fen for kind, fen in moves if kind == "payment")
    assert balance(year.pk).budget == 100_000_000


# --- pages


def test_the_treasury_books_and_takes_back_in_the_browser(county: County, year: SubjectYear) -> None:
    client = client_of(county, "treasury")
    assert "手工登记" in client.get(reverse("budgets:list")).content.decode()
    data = {
        "code": "A1",
        "kind": "payment",
        "amount_fen": "12.5",
        "source": "fiscal",
        "day": "2023年5月1日",
        "reference": "Z9",
        "note": "补录",
    }
    with clock.at(DAY):
        wrong = client.post(reverse("budgets:book"), data | {"code": "X", "amount_fen": "125000元"})
        assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "项目库中" in wrong.content.decode()
        assert "写的是元" in wrong.content.decode()
        over = client.post(reverse("budgets:book"), data | {"amount_fen": "1000"})
        assert "超过预算" in over.content.decode()
        done: Any = client.post(reverse("budgets:book"), data)
    entry = LedgerEntry.objects.get(kind="payment")
    assert done.url == reverse("budgets:detail", args=[entry.pk])
    assert entry.amount_fen == 12_500_000
    page = client.get(done.url).content.decode()
    assert "125,000.00" in page
    assert "冲销这一笔" in page
    with clock.at(DAY):
        refused = client.post(reverse("budgets:reverse", args=[entry.pk]), {"note": ""})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        client.post(reverse("budgets:reverse", args=[entry.pk]), {"note": "重复"})
    assert balance(year.pk).payment == 0
    assert "已被冲销" in client.get(done.url).content.decode()


def test_an_entry_of_another_unit_does_not_exist(county: County, year: SubjectYear) -> None:
    entry = LedgerEntry.objects.get(subject_year=year)
    for role, index, status in (
        ("unit_finance", 0, HTTPStatus.OK),
        ("unit_finance", 1, HTTPStatus.NOT_FOUND),
        ("department_reviewer", 0, HTTPStatus.OK),
        ("department_reviewer", 1, HTTPStatus.NOT_FOUND),
        ("auditor", 0, HTTPStatus.OK),
        ("agency", 0, HTTPStatus.NOT_FOUND),
    ):
        client = client_of(county, role, index)
        assert client.get(reverse("budgets:detail", args=[entry.pk])).status_code == status
    assert client_of(county, "division").get(reverse("budgets:book")).status_code == HTTPStatus.FORBIDDEN
    taken = client_of(county, "division").post(reverse("budgets:reverse", args=[entry.pk]), {"note": "x"})
    assert taken.status_code == HTTPStatus.FORBIDDEN


def test_the_list_sums_what_is_filtered_and_totals_follow_the_viewer(
    county: County, year: SubjectYear
) -> None:
    other = make_subject(county, unit=2)
    make_budget(county, other, 40_000_000)
    make_budget(county, year, 7_000_000, kind="payment", day=date(2023, 3, 1))
    client = client_of(county, "treasury")
    page = client.get(reverse("budgets:list"), {"kind": "payment"}).content.decode()
    assert "70,000.00" in page
    assert "共 <strong>1</strong> 笔" in page
    whole = ledger_totals(county.person("treasury"), county.cycle)
    assert (whole.budget, whole.payment) == (140_000_000, 7_000_000)
    own = ledger_totals(county.person("unit_finance", 2), county.cycle)
    assert (own.budget, own.payment) == (40_000_000, 0)


def test_the_list_needs_as_many_queries_for_many_entries_as_for_one(
    county: County, year: SubjectYear
) -> None:
    client = client_of(county, "treasury")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("budgets:list"))
        return len(queries)

    before = count()
    for unit in range(3):
        make_budget(county, make_subject(county, unit=unit))
    assert count() == before


@pytest.mark.feature("10.03")
def test_ledger_that_was_changed_in_the_database_differs_from_the_chain(county: County, year: SubjectYear) -> None:
    treasury = county.person("treasury")
    with clock.at(DAY):
        by_hand = book_by_hand(posting=posting(year), person=treasury)
        take_back(entry=by_hand, note="重复登记", person=treasury)
    rows = [("A1", 1, "2023-05-01", f"Z{number}") for number in range(5)]
    batch = import_now(send(county, "payments", book(PAYMENTS, *rows), role="treasury"), treasury)
    [told] = broken_ledger(county.place.pk)
    assert "审计链记 1 笔、100,000.00 元，数据库中 2 笔、1,100,000.00 元" in told, "the budget came by no service here"
    with act(treasury):
        record("ledger.post", year, {"entries": 1, "fen": 100_000_000, "kind": "initial"})
    assert broken_ledger(county.place.pk) == []
    put_back = take_away()
    one, two = LedgerEntry.objects.filter(batch=batch).order_by("pk")[:2]
    LedgerEntry.objects.filter(pk=one.pk).update(amount_fen=one.amount_fen + 1)
    [told] = broken_ledger(county.place.pk)
    assert f"导入批次 {batch.pk} 号：审计链记 5 笔、50,000.00 元，数据库中 5 笔、50,000.01 元" in told
    LedgerEntry.objects.filter(pk=two.pk).update(amount_fen=two.amount_fen - 1)
    assert "与导入时的摘要不符" in broken_ledger(county.place.pk)[0], "the sum is right again"
    LedgerEntry.objects.filter(batch=batch).delete()
    LedgerEntry.objects.filter(pk=by_hand.pk).update(amount_fen=by_hand.amount_fen - 1)
    lines = broken_ledger(county.place.pk)
    assert len(lines) == 3
    assert any(f"资金台账 {by_hand.pk} 号：与审计链第" in line for line in lines)
    assert any("数据库中 0 笔" in line for line in lines)
    assert any("逐笔登记" in line for line in lines)
    put_back()
    page = client_of(county, "audit_admin").post("/audit/verify/", {"anchor": ""}).content.decode()
    assert "资金台账有 3 处与审计链不符" in page
