"""云南's three years of key reviews: every published figure comes out; a moved record moves its figure alone."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.acts import perform
from jiheng.channels.scenarios.run import Played, Row, as_text, judge, play, read_expected
from jiheng.channels.scenarios.vocabulary import compute
from tests.channels.scenarios.whole import assert_whole

pytestmark = pytest.mark.django_db

PLACE = "yunnan"


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Played]:
    """The three years, played once; each test leaves them as they were."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield play(PLACE, "1")
        transaction.set_rollback(True)


def figures(played: Played) -> dict[str, Row]:
    return {row.key: row for row in judge(played, read_expected(PLACE))}


@pytest.mark.feature("3.08")
@pytest.mark.feature("3.22")
def test_every_published_figure_and_demand_is_equal(played: Played) -> None:
    table = judge(played, read_expected(PLACE))
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    assert_whole(played.world.place)
    # What 80 would do in the last year: the failed ones, those that passed just so, and the three around the line.
    assert compute(played.world.place, "failing_at", {"year": 2022, "line": "80"}) == "21个项目，21个部门"
    assert compute(played.world.place, "failing_at", {"year": 2022, "line": "75"}) == "6个项目，6个部门"


def test_one_more_review_moves_its_figures_alone(played: Played) -> None:
    before = {key: row.computed for key, row in figures(played).items()}
    with transaction.atomic():
        subject = {"code": "K900", "name": "新增项目", "unit": "u0100", "wan": "100.00"}
        for day, word, said in (
            (date(2021, 12, 28), "register", {"year": 2022, "subjects": [subject]}),
            (date(2021, 12, 28), "choose_key_projects", {"year": 2022, "codes": "900", "reason": "追加", "due": date(2022, 1, 31)}),
            (date(2021, 12, 29), "file_key_goals", {"year": 2022, "codes": "900"}),
            (date(2021, 12, 30), "score_as", {"year": 2022, "totals": {"K900": "80.00"}, "role": "performance_office"}),
        ):
            perform(played.world, day, word, said)
        moved = {key for key, row in figures(played).items() if row.computed != before[key]}
        transaction.set_rollback(True)
    # Its department was counted already; nobody took it on until its day had gone by.
    assert moved == {"projects", "money", "all_on_time"}
