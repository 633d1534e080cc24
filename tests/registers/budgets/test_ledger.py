"""The ledger: whole fen, append-only, every cut with its decision, balances from entries alone."""

import ast
from collections import defaultdict
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from jiheng.foundation.audit.models import Entry
from jiheng.foundation.files.models import ImportBatch, StoredFile
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import Balance, balance, balances, by_source, ledger_of
from jiheng.registers.budgets.services import NEEDS_DECISION, Posting, post, post_all, reverse, reverse_all
from jiheng.registers.subjects.models import SubjectYear
from tests.contracts.sources import PACKAGE, name_of, python_files
from tests.make import County, make_budget, make_county, make_subject
from tests.threads import all_at_once, names_of

DAY = date(2023, 3, 1)
TRILLION = 10**12 * 100  # 一万亿元, in fen
LARGEST = 2**63 - 1


@pytest.fixture
def county(db: None) -> County:
    return make_county()


@pytest.fixture
def year(county: County) -> SubjectYear:
    return make_subject(county)


def put(county: County, year: SubjectYear, fen: int, kind: str = "initial", *, day: date = DAY, source: str = "fiscal") -> LedgerEntry:
    named = kind in NEEDS_DECISION
    return post(
        posting=Posting(year, kind, fen, day, source),
        person=county.person("treasury"),
        cause=year if named else None,
        clause="第九条" if named else "",
    )


class TestPosting:
    """What may be written."""

    def test_balance_is_the_sum_of_what_was_posted(self, county: County, year: SubjectYear) -> None:
        for kind, fen in (("initial", 1000), ("adjustment", -50), ("cut", -200), ("recapture", -30), ("pause", 70), ("payment", 400)):
            put(county, year, fen, kind)
        found = balance(year.pk)
        assert found == Balance(initial=1000, adjustment=-50, cut=-200, recapture=-30, pause=70, payment=400)
        assert (found.budget, found.executed) == (720, 400)

    def test_balance_to_a_day_is_inclusive(self, county: County, year: SubjectYear) -> None:
        put(county, year, 100, "payment", day=date(2023, 6, 30))
        put(county, year, 200, "payment", day=date(2023, 7, 1))
        assert [balance(year.pk, date(2023, 6, day)).payment for day in (29, 30)] == [0, 100]
        assert balance(year.pk, date(2023, 7, 1)).payment == 300

    @pytest.mark.parametrize("kind", sorted(NEEDS_DECISION))
    def test_cut_without_decision_is_refused_by_service_and_database(
        self, county: County, year: SubjectYear, kind: str
    ) -> None:
        posting = Posting(year, kind, -1, DAY)
        for more in ({}, {"clause": "第九条"}, {"cause": year}):
            with pytest.raises(Refused, match="决定和条款"):
                post(posting=posting, person=county.person("treasury"), **more)
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerEntry.objects.create(
                place=county.place, subject_year=year, budget_year=2023, kind=kind, book="b", source="s",
                amount_fen=-1, day=DAY,
            )  # fmt: skip
        assert not LedgerEntry.objects.exists()

    @pytest.mark.parametrize("kind", ["cut", "recapture"])
    def test_cut_that_would_add_money_is_refused(self, county: County, year: SubjectYear, kind: str) -> None:
        with pytest.raises(Refused, match="负数"):
            put(county, year, 1, kind)

    def test_unknown_kind_is_refused(self, county: County, year: SubjectYear) -> None:
        with pytest.raises(Refused, match="没有“gift”"):
            put(county, year, 1, "gift")

    @pytest.mark.parametrize(
        "role", ["unit_project", "unit_finance", "unit_head", "department_reviewer", "agency", "congress", "system_admin"]
    )
    def test_only_the_bureau_posts(self, county: County, year: SubjectYear, role: str) -> None:
        with pytest.raises(Refused, match="财政局"):
            post(posting=Posting(year, "payment", 1, DAY), person=county.person(role))
        assert not LedgerEntry.objects.exists()

    def test_nobody_posts_for_another_place(self, county: County, year: SubjectYear) -> None:
        other = make_county("national")
        with pytest.raises(Refused, match="本地区"):
            post(posting=Posting(year, "payment", 1, DAY), person=other.person("treasury"))

    def test_one_bad_row_takes_the_whole_list_back(self, county: County, year: SubjectYear) -> None:
        rows = [Posting(year, "initial", 100, DAY), Posting(year, "cut", -10, DAY)]
        with pytest.raises(Refused):
            post_all(postings=rows, person=county.person("treasury"))
        assert not LedgerEntry.objects.exists()

    def test_decision_and_clause_stand_in_the_entry_and_in_the_chain(self, county: County, year: SubjectYear) -> None:
        made = put(county, year, -5, "cut")
        assert (made.cause, made.clause) == (f"subjects.subjectyear:{year.pk}", "第九条")
        entry = Entry.objects.filter(action="ledger.post").order_by("-number")[0]
        assert (entry.detail, entry.clause) == ({"entries": 1, "fen": -5, "kind": "cut"}, "第九条")

    def test_subject_with_its_first_budget_stands_as_budgeted(self, county: County, year: SubjectYear) -> None:
        SubjectYear.objects.filter(pk=year.pk).update(library_state="entered")
        make_budget(county, SubjectYear.objects.get(pk=year.pk))
        assert SubjectYear.objects.get(pk=year.pk).library_state == "budgeted"

    @pytest.mark.parametrize("fen", [TRILLION, 123 * TRILLION, LARGEST, -LARGEST])
    def test_largest_amounts_are_exact(self, county: County, year: SubjectYear, fen: int) -> None:
        put(county, year, fen, "adjustment")
        found = balance(year.pk).budget
        assert (found, type(found)) == (fen, int)

    def test_sums_of_the_largest_amounts_are_exact(self, county: County, year: SubjectYear) -> None:
        for _ in range(9):
            put(county, year, 10**16 + 1)
        assert balance(year.pk).initial == 9 * (10**16 + 1)


class TestReversal:
    """What was wrong is taken back by its opposite, once."""

    def test_reversal_is_the_opposite_and_leaves_nothing(self, county: County, year: SubjectYear) -> None:
        entry = put(county, year, -30, "cut", source="other")
        made = reverse(entry=entry, day=DAY, note="重复", person=county.person("treasury"))
        assert (made.amount_fen, made.kind, made.source, made.cause, made.reverses_id) == (30, "cut", "other", entry.cause, entry.pk)
        assert by_source(year.pk) == {"other": Balance()}
        assert ledger_of(year.pk).count() == 2

    def test_entry_is_reversed_once(self, county: County, year: SubjectYear) -> None:
        entry = put(county, year, 10)
        reverse(entry=entry, day=DAY, note="", person=county.person("treasury"))
        with pytest.raises(Refused, match="冲销过"):
            reverse(entry=entry, day=DAY, note="", person=county.person("treasury"))
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerEntry.objects.create(
                place=county.place, subject_year=year, budget_year=2023, kind="initial", book="b", source="s",
                amount_fen=-10, day=DAY, reverses=entry,
            )  # fmt: skip

    def test_reversal_itself_stays(self, county: County, year: SubjectYear) -> None:
        made = reverse(entry=put(county, year, 10), day=DAY, note="", person=county.person("treasury"))
        with pytest.raises(Refused, match="不能再冲销"):
            reverse(entry=made, day=DAY, note="", person=county.person("treasury"))

    @pytest.mark.parametrize("role", ["unit_finance", "department_reviewer", "auditor"])
    def test_only_the_bureau_reverses(self, county: County, year: SubjectYear, role: str) -> None:
        entry = put(county, year, 10)
        with pytest.raises(Refused, match="财政局"):
            reverse(entry=entry, day=DAY, note="", person=county.person(role))

    def test_batch_is_taken_back_whole_and_only_once(self, county: County, year: SubjectYear) -> None:
        stored = StoredFile.objects.create(digest="0" * 64, size=1, kind="csv", content="files/x")
        batch = ImportBatch.objects.create(
            place=county.place, organisation=county.bureau, kind="budgets", name="a.csv", file=stored,
            uploaded_at=Entry.objects.order_by("-number")[0].at, uploaded_by="某",
        )  # fmt: skip
        person = county.person("treasury")
        rows = [Posting(year, "initial", fen, DAY) for fen in (1, 20, 300)]
        made = post_all(postings=rows, person=person, batch=batch)
        reverse(entry=made[0], day=DAY, note="", person=person)
        everything = list(LedgerEntry.objects.filter(batch=batch))
        assert reverse_all(entries=everything, day=DAY, note="撤销", batch=batch, person=person) == 2
        assert reverse_all(entries=list(LedgerEntry.objects.filter(batch=batch)), day=DAY, note="", batch=batch, person=person) == 0
        assert balance(year.pk) == Balance()


class TestAppendOnly:
    """What is written stays: in the code and in the database."""

    @pytest.mark.parametrize("change", [{"amount_fen": 1}, {"note": "x"}, {"day": DAY}, {"cause": ""}], ids=str)
    def test_database_refuses_to_change_an_entry(self, county: County, year: SubjectYear, change: dict[str, object]) -> None:
        put(county, year, 10)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            LedgerEntry.objects.update(**change)

    def test_database_refuses_to_delete_an_entry(self, county: County, year: SubjectYear) -> None:
        entry = put(county, year, 10)
        for delete in (entry.delete, LedgerEntry.objects.all().delete):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                delete()
        assert LedgerEntry.objects.count() == 1

    def test_no_code_changes_or_deletes_an_entry(self) -> None:
        verbs = {"update", "delete", "bulk_update", "update_or_create", "save"}
        found = [
            f"{name_of(path)}:{node.lineno}"
            for path, tree in python_files(PACKAGE)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in verbs
            and "LedgerEntry" in ast.unparse(node.func.value)
        ]
        assert found == []


POSTINGS = some.lists(
    some.tuples(
        some.sampled_from(["initial", "adjustment", "payment", "cut", "recapture"]),
        some.sampled_from(["fiscal", "debt", "other"]),
        some.integers(min_value=-(10**14), max_value=10**14),
        some.booleans(),
    ),
    max_size=12,
)


class BalancesAreSums(TestCase):
    """Whatever was posted and taken back, a balance is the sum of what stands, by source and altogether."""

    county: County
    years: list[SubjectYear]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.county = make_county()
        cls.years = [make_subject(cls.county), make_subject(cls.county)]

    @given(POSTINGS)
    def test_balances(self, rows: list[tuple[str, str, int, bool]]) -> None:
        wanted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        person = self.county.person("treasury")
        year, other = self.years
        put(self.county, other, 777)
        for kind, source, amount, taken_back in rows:
            fen = -abs(amount) if kind in {"cut", "recapture"} else amount
            entry = put(self.county, year, fen, kind, source=source)
            wanted[source][kind] += 0 if taken_back else fen
            if taken_back:
                reverse(entry=entry, day=DAY, note="", person=person)
        found = by_source(year.pk)
        assert found == {source: Balance(**kinds) for source, kinds in sorted(wanted.items())}
        both = balances([year.pk, other.pk])
        assert both[year.pk].budget == sum(one.budget for one in found.values())
        assert both[year.pk].executed == sum(one.payment for one in found.values())
        assert both[other.pk] == Balance(initial=777)


@pytest.mark.concurrency
def test_of_two_who_take_the_same_entry_back_one_does(committed: None) -> None:
    county = make_county()
    year = make_subject(county)
    entry = put(county, year, 10)
    people = [county.person("treasury"), county.second("treasury")]
    answers = all_at_once(
        *(lambda person=person: reverse(entry=entry, day=DAY, note="", person=person) for person in people)
    )
    assert names_of(answers) == ["Refused", "done"]
    assert balance(year.pk).initial == 0
