"""安康: 1,718 units with indicators of their own, two offices that review together, three tiers; monitoring and what is published.

The whole script takes a quarter of an hour (`jiheng scenario shaanxi-ankang`); here its large counts are small, and so must the
figures be.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.run import Played, Published, as_text, judge, play_script, read_expected
from jiheng.channels.scenarios.script import read_script
from tests.channels.scenarios.shorter import counts_in, following, shortened
from tests.channels.scenarios.whole import assert_whole

pytestmark = pytest.mark.django_db

PLACE = "shaanxi-ankang"
FEWER = {"G": 2, "H": 2, "R": 1, "L": 2, "N": 2, "draw_monitoring": 2}
"""How many of each long list are registered or drawn here; the script's own numbers are hundreds."""
FOLLOWS = {
    "key_projects": "4",
    "rectified": "10",  # two findings in each of two, three in each of the other two
    "agencies": "2",
    "spot_checks": "2",
    "corrected": "2",
    "low": "2",
    "published": "9",  # five self-evaluations, four evaluations
}


def expected() -> Published:
    """What must come out of it: the published figures where nothing was shortened."""
    return following(read_expected(PLACE), FOLLOWS)


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Played]:
    """The years, played once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield play_script(shortened(read_script(PLACE), FEWER), "1")
        transaction.set_rollback(True)


@pytest.mark.feature("3.07")
@pytest.mark.feature("3.10")
def test_everything_published_and_demanded_is_equal(played: Played) -> None:
    table = judge(played, expected())
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    assert {"below", "at", "above"} <= {row.side for row in table if hasattr(row, "side")}
    assert_whole(played.world.place)


def test_a_changed_demand_fails_alone(played: Played) -> None:
    told = expected()
    changed = [one.model_copy(update={"demand": "B类"}) if one.key == "a_tier" else one for one in told.demands]
    table = judge(played, told.model_copy(update={"demands": changed}))
    assert [row.key for row in table if not row.equal] == ["a_tier"]


def test_the_whole_script_registers_what_was_published() -> None:
    counts = counts_in(read_script(PLACE), FEWER)
    published = {one.key: one for one in read_expected(PLACE).figures}
    assert counts["G"] + counts["H"] == int(published["key_projects"].published)
    assert 2 * counts["G"] + 3 * counts["H"] == int(published["rectified"].published)
    assert counts["L"] == int(published["low"].published)
    # Self-evaluations of all, evaluations of the first two lists.
    assert counts["R"] + 2 * (counts["G"] + counts["H"]) == int(published["published"].published)
    assert 50 <= counts["draw_monitoring"] < 60
    assert 190 <= counts["N"] < 200
