"""Lists go their own, faster road: what it finds and writes is what one row after the other would."""

import hashlib
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jiheng.channels.exchange.files.payments import DEFINITION
from jiheng.channels.exchange.models import ImportLine
from jiheng.channels.exchange.plan import kept_rows, kept_text, told_of
from jiheng.channels.exchange.services import Stale, held_again, plan_for
from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.refused import Refused
from jiheng.foundation.sheets import tables
from jiheng.foundation.sheets.tables import read_table
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.services import ENTRY, Posting, entries_digest, post, post_batch
from jiheng.registers.subjects.models import SubjectYear
from tests.channels.exchange.sheets import DAY, PAYMENTS, book, budgeted, import_now, send
from tests.make import County, make_county, make_promise, make_subject

HEAD = (*PAYMENTS, "资金来源", "摘要")
CELLS: Any = st.one_of(
    st.sampled_from(
        [None, "", " ", "A1", "a1", "—", 0, 0.0, -0.0, 1, 1.0, True, False, "1", "1.0", 1.25, "3万", "30000元", "昨天",
         "2023-05-01", "2023年5月1日", datetime(2023, 5, 1), 45047, 45047.0, "财政拨款", "Ａ1", "合计", "='1'"]  # noqa: DTZ001
    ),
    st.integers(-10, 10**9),
    st.floats(-1e6, 1e6, allow_nan=False),
)  # fmt: skip


def read(rows: Any) -> tuple[Any, ...]:
    found = read_table(DEFINITION, book(HEAD, *rows), name="list.xlsx")
    return (
        [(row.number, [repr(one) for one in row.values.values()], dict(row.cells)) for row in found.rows],
        [row.number for row in found.wrong_rows], found.problems, found.notices, found.sums, found.stated, found.rows_in,
    )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=12))
def test_what_a_cell_says_does_not_depend_on_what_was_read_before(monkeypatch: Any, rows: Any) -> None:
    remembered = read(rows)
    with monkeypatch.context() as forgetful:
        forgetful.setattr(tables, "MOST_KNOWN", 0)
        assert read(rows) == remembered


MOVES: Any = st.lists(
    st.tuples(
        st.sampled_from(["A1", "A2", "B1"]),  # the goal of B1 is not approved
        st.sampled_from(["initial", "adjustment", "payment"]),
        st.integers(1, 60_000_000),
        st.dates(date(2023, 1, 1), date(2023, 5, 31)),
        st.sampled_from(["fiscal", "other"]),
        st.sampled_from(["", "设备|款", "示财〔2023〕1号"]),
    ),
    max_size=6,
)


@pytest.mark.django_db
@settings(max_examples=12, phases=[Phase.explicit, Phase.generate], deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES)
def test_a_batch_is_refused_and_written_like_its_postings_one_by_one(moves: Any) -> None:
    with transaction.atomic():
        county = make_county()
        for code in ("A1", "A2"):
            make_promise(make_subject(county, code=code, name=f"项目{code}"))
        make_subject(county, code="B1", name="没有目标的项目")
        treasury = county.person("treasury")

        def postings() -> list[Posting]:
            years = {one.subject.code: one for one in SubjectYear.objects.select_related("subject")}
            return [
                Posting(years[code], kind, fen, day, source, note, f"Z{number}")
                for number, (code, kind, fen, day, source, note) in enumerate(moves)
            ]

        batch = send(county, "payments", book(PAYMENTS, ("A1", 1, "2023-05-01", "Z")), role="treasury")
        with clock.at(DAY):
            one_by_one = outcome(lambda: [post(posting=one, person=treasury, batch=batch) for one in postings()])
            together = outcome(lambda: post_batch(postings=postings(), person=treasury, batch=batch))
        assert together == one_by_one
        transaction.set_rollback(True)


def outcome(write: Any) -> Any:
    """What stands in the ledger and the library after it, or the clauses that refused; taken back in either case."""
    point = transaction.savepoint()
    try:
        write()
        return (
            list(LedgerEntry.objects.order_by("pk").values_list(*ENTRY, "reverses")),
            list(SubjectYear.objects.order_by("pk").values_list("library_state", flat=True)),
        )
    except Refused as refused:
        return {one.clause for one in refused.refusals}
    finally:
        transaction.savepoint_rollback(point)


@pytest.fixture
def county(db: None) -> County:
    made = make_county()
    budgeted(made, "A1")
    return made


LISTS = {
    "payments": (
        (*PAYMENTS, "项目名称"),
        ("A1", 10, "2023-05-01", "Z1", "另一个名称"),
        ("A1", "30000元", "2023.5.2", "Z2", "项目A1"),
        ("A1", 0.29, datetime(2023, 5, 3), 3, None),  # noqa: DTZ001
    ),
    "projects": (
        ("项目代码", "项目名称", "实施单位", "申报金额", "重大项目", "起始年", "终止年", "项目概况"),
        ("P1", "甲", "测试县第一中学", 10, "√", 2022, "2024", "第一行\n第二行"),
        ("P2", "甲", "测试县第一中学", "1,234.56", None, None, None, None),
    ),
    "budgets": (("项目代码", "预算金额", "批复日期", "预算类型", "文号"), ("A1", -0.5, "2023-05-04", "预算调整", "示财1号")),
}


@pytest.mark.feature("1.13")
@pytest.mark.parametrize("kind", LISTS)
def test_a_confirmation_sees_in_the_kept_rows_what_the_file_says(county: County, kind: str) -> None:
    batch = send(county, kind, book(*LISTS[kind]))
    assert batch.report["ok"], batch.report["problems"]
    office = county.person("performance_office")
    with clock.at(DAY):
        _, _, from_file = plan_for(batch, office)
        _, _, from_rows = held_again(batch, office)
    assert from_rows.fingerprint == from_file.fingerprint == batch.report["fingerprint"]
    assert from_rows.made == from_file.made
    assert [line[:5] for line in from_rows.lines] == [line[:5] for line in from_file.lines]
    done = import_now(batch, office)
    assert done.report["applied"]["rows"] == len(LISTS[kind]) - 1


def test_kept_rows_that_were_changed_are_not_imported(county: County) -> None:
    batch = send(county, "payments", book(*LISTS["payments"]))
    line = ImportLine.objects.get(batch=batch, number=2)
    line.values["reference"] = "Z9"
    line.save()
    with pytest.raises(Stale, match="预览之后数据有了变化"):
        import_now(batch, county.person("treasury"))
    assert not LedgerEntry.objects.filter(kind="payment").exists()
    assert ImportLine.objects.get(batch=batch, number=2).values["reference"] == "Z1"


@pytest.mark.feature("1.13")
def test_the_chain_keeps_the_digest_of_every_row_and_of_every_entry(county: County) -> None:
    batch = import_now(send(county, "payments", book(*LISTS["payments"])), county.person("treasury"))
    lines = list(ImportLine.objects.filter(batch=batch))
    values = kept_rows(DEFINITION.columns, [kept_text(one.values) for one in lines])
    kept = [
        told_of(one.number, one.state, one.amount_fen, one.remark, read)
        for one, read in zip(lines, values, strict=True)
    ]
    imported, posted = (Entry.objects.get(action=one).detail for one in ("exchange.import", "ledger.post"))
    assert imported["rows_sha256"] == hashlib.sha256("\n".join(kept).encode()).hexdigest()
    stands = LedgerEntry.objects.filter(batch=batch).order_by("pk").values_list(*ENTRY)
    assert posted["entries_sha256"] == entries_digest(stands)
    assert (posted["entries"], posted["fen"]) == (3, 13_290_000)
