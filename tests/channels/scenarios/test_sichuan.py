"""四川: each of the four rules bites just below its line, and lets pass at it and above."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.run import Played, as_text, judge, play, read_expected
from tests.channels.scenarios.whole import assert_whole

pytestmark = pytest.mark.django_db

PLACE = "sichuan"


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Played]:
    """The year, played once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield play(PLACE, "1")
        transaction.set_rollback(True)


@pytest.mark.feature("1.04")
def test_each_of_the_four_rules_bites(played: Played) -> None:
    table = judge(played, read_expected(PLACE))
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    assert {"below", "at", "above"} <= {row.side for row in table if hasattr(row, "side")}
    assert_whole(played.world.place)


def test_a_changed_demand_fails_alone(played: Played) -> None:
    told = read_expected(PLACE)
    changed = [one.model_copy(update={"demand": "allowed", "by": "", "because": ""}) if one.key == "poor_nothing" else one for one in told.demands]
    table = judge(played, told.model_copy(update={"demands": changed}))
    assert [row.key for row in table if not row.equal] == ["poor_nothing"]
