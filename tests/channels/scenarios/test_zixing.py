"""资兴 by its script: the published figures come out, contradictions are told, and what the text demands is done."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.run import DISAGREE, Compared, Played, as_text, judge, play, read_expected
from jiheng.stages.goals.models import ReviewSession, SessionItem
from tests.channels.scenarios.whole import assert_whole

pytestmark = pytest.mark.django_db

PLACE = "hunan-zixing"


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Played]:
    """The played years."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield play(PLACE, "1")
        transaction.set_rollback(True)


@pytest.mark.feature("3.28")
def test_every_figure_and_demand_comes_out(played: Played) -> None:
    table = judge(played, read_expected(PLACE))
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    told = {row.key: row for row in table if isinstance(row, Compared)}
    assert {row.kind for row in told.values()} == {"input", "generated", "derived"}
    assert told["cut_sum"].verdict == DISAGREE
    assert told["cut_sum"].computed == "14647.07"
    assert "52.93" in told["cut_sum"].note


def test_all_goals_of_the_year_passed_face_to_face(played: Played) -> None:
    place = played.world.place
    assert SessionItem.objects.filter(session__place=place, outcome="passed").count() == 25 + 22 + 5
    assert set(ReviewSession.objects.filter(place=place).values_list("state", flat=True)) == {"sealed"}
    assert_whole(place)
