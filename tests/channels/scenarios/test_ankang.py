"""安康's goals: 1,718 units with indicators of their own, two offices that review together, three tiers."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.run import Played, as_text, judge, play, read_expected
from jiheng.foundation.audit.queries import first_break

pytestmark = pytest.mark.django_db

PLACE = "shaanxi-ankang"


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Played]:
    """The year of goals, played once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield play(PLACE, "1")
        transaction.set_rollback(True)


@pytest.mark.feature("3.07")
@pytest.mark.feature("3.10")
def test_everything_published_and_demanded_is_equal(played: Played) -> None:
    table = judge(played, read_expected(PLACE))
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    assert {"below", "at", "above"} <= {row.side for row in table if hasattr(row, "side")}
    assert first_break(played.world.place.pk) is None


def test_a_changed_demand_fails_alone(played: Played) -> None:
    expected = read_expected(PLACE)
    changed = [one.model_copy(update={"demand": "B类"}) if one.key == "a_tier" else one for one in expected.demands]
    table = judge(played, expected.model_copy(update={"demands": changed}))
    assert [row.key for row in table if not row.equal] == ["a_tier"]
