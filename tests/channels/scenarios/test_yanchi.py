"""盐池's year by its script: every published figure comes out; a moved record moves its figure; a wrong one fails."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.acts import perform
from jiheng.channels.scenarios.run import DIFFERENT, DISAGREE, Compared, compare, play, read_expected
from jiheng.channels.scenarios.world import World, amounts, spread_loss
from tests.channels.scenarios.whole import assert_whole
from tests.turns import seeds

pytestmark = pytest.mark.django_db

PLACE = "ningxia-yanchi"


@pytest.fixture(scope="module", params=seeds("1", "2026"))
def world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """The played year, once a seed; each test leaves it as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield play(PLACE, request.param).world
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def untouched(world: World) -> Iterator[None]:
    """Take back what a test did to the world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def table_of(world: World) -> dict[str, Compared]:
    return {row.key: row for row in compare(world, read_expected(PLACE))}


def test_every_published_figure_is_equal(world: World) -> None:
    table = table_of(world)
    assert [f"{row.label}：{row.published} ≠ {row.computed}" for row in table.values() if not row.equal] == []
    assert {row.kind for row in table.values()} == {"input", "generated", "derived"}


def test_document_that_contradicts_itself_is_named(world: World) -> None:
    assert table_of(world)["pension_name"].verdict == DISAGREE


def test_chain_of_the_year_is_whole(world: World) -> None:
    assert_whole(world.place)


def test_one_more_appraisal_moves_its_figures_by_exactly_that(world: World) -> None:
    before = table_of(world)
    subject = {"code": "X01", "name": "新增项目", "unit": "nyj-1", "wan": "100.00"}
    perform(world, date(2022, 12, 1), "register", {"year": 2023, "subjects": [subject], "change": "new"})
    perform(world, date(2022, 12, 2), "appraise", {"year": 2023, "levels": {"strong": ["X01"]}})
    after = table_of(world)
    moved = {key for key, row in after.items() if row.computed != before[key].computed}
    assert moved == {"appraisal_count", "appraisal_asked", "appraisal_supported"}
    assert Decimal(after["appraisal_asked"].computed) - Decimal(before["appraisal_asked"].computed) == 100
    assert (after["appraisal_count"].computed, after["appraisal_supported"].computed) == ("28", "11")
    assert after["appraisal_count"].verdict == DIFFERENT


def test_changed_expectation_fails(world: World) -> None:
    expected = read_expected(PLACE)
    wrong = [
        one.model_copy(update={"published": "26"}) if one.key == "appraisal_count" else one
        for one in expected.figures
    ]
    table = compare(world, expected.model_copy(update={"figures": wrong}))
    assert [row.key for row in table if not row.equal] == ["appraisal_count"]


def test_about_so_much_has_its_limit(world: World) -> None:
    (figure,) = [one for one in read_expected(PLACE).figures if one.key == "cut_rate"]
    strict = figure.model_copy(update={"near": "12"})
    (row,) = compare(world, read_expected(PLACE).model_copy(update={"figures": [strict]}))
    assert not row.equal


def test_generated_amounts_add_up_and_scores_reach_their_total(world: World) -> None:
    assert sum(amounts(world, "t", 27, 8_472_610_000_0)) == 8_472_610_000_0
    points = spread_loss(world, "t", [Decimal(5)] * 20, Decimal("92.75"))
    assert sum(points) == Decimal("92.75")
    assert all(0 <= one <= 5 for one in points)
