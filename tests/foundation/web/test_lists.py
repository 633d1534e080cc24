"""Lists: counting, totals, pages by key, facets, search, remembered columns, export, a fixed number of queries."""

import base64
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.web.lists import LARGE, MANY_CHOICES
from tests.foundation.web.people import START, make_place, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.foundation.web.site")]


@pytest.fixture
def client(settings: Any) -> Client:
    """Sign in as somebody of an otherwise empty place."""
    settings.LOGIN_REDIRECT_URL = "/"
    browser = Client()
    browser.force_login(make_user(), backend="jiheng.foundation.sign_in.backend.PasswordBackend")
    return browser


def fill(number: int) -> list[Organisation]:
    """Add bodies; names repeat and every third one never ends, so that ties and empty values occur."""
    place = make_place()
    made = [
        Organisation(
            place=place,
            code=f"2{at:05}",
            name=f"第{at % 7}小学",
            kind="unit",
            valid_from=START,
            valid_to=None if at % 3 == 0 else date(2030, 1, 1 + at % 5),
        )
        for at in range(number)
    ]
    return Organisation.objects.bulk_create(made)


def listing(client: Client, query: str = "") -> Any:
    response = client.get(f"/bodies/{query}")
    assert response.status_code == 200
    return response.context["listing"]


def walk(client: Client, query: str) -> Iterator[Any]:
    page = listing(client, query)
    yield page
    while page.next_url:
        page = listing(client, page.next_url.removeprefix("/bodies/"))
        yield page


def test_filtered_list_without_rows_offers_to_clear_the_filter(client: Client) -> None:
    response = client.get("/bodies/?kind=unit")
    assert "没有符合筛选条件的单位" in response.content.decode()
    assert response.context["listing"].clear_url == "/bodies/?sort=name"


def test_empty_list_says_what_to_do(client: Client) -> None:
    text = client.get("/closed/").content.decode()
    assert "还没有单位" in text
    assert '<a class="btn btn-primary" href="/import/">导入单位</a>' in text


@pytest.mark.parametrize("number", [0, 1, 3, 10_000])
def test_list_needs_the_same_queries_whatever_its_size(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    fill(number)
    # session, user with appointments, the chain's head, the choices of a facet, count with totals, one page of rows,
    # of a large list first their keys; the frame is left out
    with django_assert_num_queries(6 + (number > LARGE)):
        response = client.get("/bodies/?sort=-until", headers={"HX-Request": "true"})
    page = response.context["listing"]
    assert page.count == number + 1
    assert len(page.rows) == min(number + 1, 50)


def test_totals_cover_everything_filtered_not_only_the_page(client: Client) -> None:
    made = fill(120)
    page = listing(client, "?kind=unit")
    assert page.count == 120
    column, total = page.totals[0]
    assert column.key == "money"
    assert total == f"{sum(one.pk for one in made) / 1_000_000:,.2f}"


@pytest.mark.parametrize("sort", ["name", "-name", "until", "-until", "parent", "-money", "since"])
def test_walking_forward_meets_every_row_once_in_order(client: Client, sort: str) -> None:
    fill(173)
    whole = list(walk(client, f"?sort={sort}"))
    met = [row.pk for page in whole for row in page.rows]
    assert len(met) == 174
    assert sorted(met) == sorted(Organisation.objects.values_list("pk", flat=True))
    back = [whole[-1]]
    while back[-1].previous_url:
        back.append(listing(client, back[-1].previous_url.removeprefix("/bodies/")))
    assert [row.pk for row in back[-1].rows] == [row.pk for row in whole[0].rows]


FORGED = (
    "not json", '["not a date", "1"]', "[1, 2, 3]", "[1e999, 1]", '["1e999", "1"]', '["NaN", "1"]', '["9999-12-31", "x"]',
    '["\\u0000", "1"]', f'["2023-01-01", "{"9" * 30}"]', f'[{"9" * 30}, "1"]', "[" * 3000, "null", '[{}, "1"]', "[[], []]",
)  # fmt: skip


@pytest.mark.parametrize("token", ["x", *(base64.urlsafe_b64encode(one.encode()).decode() for one in FORGED)])
def test_edge_that_was_changed_by_hand_starts_at_the_first_page(client: Client, token: str) -> None:
    fill(60)
    first = listing(client, "?sort=until")
    assert [r.pk for r in listing(client, f"?sort=until&after={token}").rows] == [r.pk for r in first.rows]


def test_search_wants_every_word_in_some_field(client: Client) -> None:
    fill(20)
    assert listing(client, "?q=第3小学+200003").count == 1
    assert listing(client, "?q=小学+水务").count == 0


def test_unknown_facet_value_and_sort_are_ignored(client: Client) -> None:
    fill(3)
    page = listing(client, "?kind=nothing&sort=password")
    assert (page.count, page.ordering) == (4, "name")


def departments(number: int) -> list[Organisation]:
    """Add departments with one school each."""
    place = make_place()

    def body(code: str, name: str, kind: str, parent: Organisation | None = None) -> Organisation:
        return Organisation(place=place, code=code, name=name, kind=kind, parent=parent, valid_from=START)

    made = Organisation.objects.bulk_create(body(f"3{at:04}", f"第{at}<局", "department") for at in range(number))
    Organisation.objects.bulk_create(
        body(f"{one.code}01", f"{one.name}小学", "unit", one) for one in made
    )
    return made


def test_few_bodies_are_chosen_from_a_list(client: Client) -> None:
    made = departments(3)
    page = client.get(f"/bodies/?parent={made[1].pk}")
    assert page.context["listing"].count == 1
    assert f'<option value="{made[1].pk}" selected>第1&lt;局</option>' in page.content.decode()
    assert listing(client, "?parent=第1").count == 7, "what cannot be chosen is not asked"


def test_of_many_bodies_a_part_of_the_name_is_typed(client: Client) -> None:
    made = departments(MANY_CHOICES + 1)
    page = client.get("/bodies/?parent=第17+局").content.decode()
    assert '<input class="form-control" type="search" id="list-organisations-parent" name="parent" value="第17 局"' in page
    assert "第17&lt;局小学" in page
    assert f'<option value="{made[0].pk}"' not in page
    assert listing(client, "?parent=第17+局").count == 11  # 17 and 170 to 179
    assert listing(client, "?parent=没有").count == 0
    assert listing(client, "?parent=没有").filtered


def test_an_address_names_one_of_many_bodies_by_its_key(client: Client) -> None:
    made = departments(MANY_CHOICES + 1)
    page = client.get(f"/bodies/?parent={made[17].pk}")
    assert page.context["listing"].count == 1
    assert 'name="parent" value="第17&lt;局"' in page.content.decode()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(page.context["listing"].export_url).streaming_content)))  # type: ignore[attr-defined]
    assert ("筛选", "上级：第17<局") in list(book["说明"].iter_rows(values_only=True))
    assert listing(client, "?parent=99999999").count == 0


def test_chosen_columns_are_remembered_for_this_person(client: Client) -> None:
    fill(1)
    listing(client, "?columns=name&columns=kind&dense=1")
    page = listing(client)
    assert (page.chosen, page.dense) == (["name", "kind"], True)


def test_script_gets_only_the_list(client: Client) -> None:
    fill(2)
    part = client.get("/bodies/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div class="list')
    assert "<html" not in part
    assert (
        "<html"
        in client.get("/bodies/", headers={"HX-Request": "true", "HX-Boosted": "true"}).content.decode()
    )


def test_export_holds_exactly_what_is_seen(client: Client) -> None:
    fill(61)
    Organisation.objects.create(place=make_place(), code="=1+1", name="=cmd()", kind="unit", valid_from=START)
    page = listing(client, "?kind=unit&sort=-name&columns=name&columns=since&columns=money")
    response = client.get(page.export_url)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    rows = list(book["明细"].iter_rows(values_only=True))
    assert rows[0] == ("名称", "生效", "预算（万元）")
    assert len(rows) == 1 + 62 + 1
    names = [row[0] for row in rows[1:-1]]
    assert "'=cmd()" in names
    shown = [row.cells[0].text for walked in walk(client, "?kind=unit&sort=-name") for row in walked.rows]
    assert [str(name).removeprefix("'") for name in names] == shown
    assert rows[-1][0] == "合计"
    assert rows[-1][2] == pytest.approx(sum(float(str(row[2])) for row in rows[1:-1]))
    assert ("筛选", "类型：预算单位") in list(book["说明"].iter_rows(values_only=True))


def test_a_large_list_that_nothing_can_match_is_an_empty_list(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiheng.foundation.web.lists.LARGE", 2)
    fill(3)
    assert client.get("/closed/").context["listing"].count == 0
    assert listing(client).count == 4  # the fourth is one's own
    assert client.get("/nothing/").context["listing"].count == 0
