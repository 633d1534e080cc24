"""The four budget books are one dimension of one project list: filtered book by book it adds up."""

import pytest
from django.db.models import Sum
from django.test import Client

from jiheng.channels.dashboards.scope import Scope, lines_by
from jiheng.foundation import clock
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.labels import BOOKS
from jiheng.registers.subjects.queries import library
from tests.make import DAY, make_budget, make_county, make_promise, make_subject, sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.feature("1.03")
def test_the_same_list_filtered_by_book_adds_up(client: Client) -> None:
    """Two projects in each book, one of them with a goal: list, ledger and coverage agree to the fen."""
    county = make_county()
    for at, (book, _) in enumerate(BOOKS, start=1):
        pair = [make_subject(county, unit=at % 3, book=book, requested_fen=1_000_003 * at * one) for one in (1, 2)]
        for number, year in enumerate(pair, start=1):
            make_budget(county, year, 700_001 * at * number)
            make_budget(county, year, 300_007 * at, kind="payment")
        make_promise(pair[-1])
    office = county.person("performance_office")
    cycle = Cycle.objects.get(pk=county.cycle.pk)
    whole = library(office, cycle)
    sums = {"asked": Sum("requested_fen"), "budget": Sum("budget_fen"), "paid": Sum("paid_fen")}
    total = whole.aggregate(**sums)
    parts = [whole.filter(book=book).aggregate(**sums) for book, _ in BOOKS]
    assert {key: sum(part[key] for part in parts) for key in sums} == total
    assert [part["budget"] for part in parts] == [700_001 * 3 * at for at in (1, 2, 3, 4)]
    with clock.at(DAY):
        lines = {line.key: line for line in lines_by(Scope(office, cycle), "book")}
        assert {key: (line.subjects, line.fen, line.paid) for key, line in lines.items()} == {
            book: (2, part["budget"], part["paid"]) for (book, _), part in zip(BOOKS, parts, strict=True)
        }
        for line in lines.values():  # the coverage of a book's money: one of two projects has its goal
            goals = line.covers[0]
            assert (goals.done, goals.due, goals.due_fen) == (1, 2, line.fen)
            assert goals.done_fen * 3 == goals.due_fen * 2
        sign_in(client, office, cycle)
        counts = [client.get(f"/subjects/?book={book}").context["listing"].count for book, _ in BOOKS]
        assert counts == [2, 2, 2, 2]
        assert client.get("/subjects/").context["listing"].count == sum(counts)
