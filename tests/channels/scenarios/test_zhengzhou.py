"""郑州 by its script with fewer of everything that is only many: each figure follows what was done, each demand is met.

The whole script takes minutes (`jiheng scenario henan-zhengzhou`); here its large counts are small, and so must the figures be.
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

PLACE = "henan-zhengzhou"
FEWER = {"X": 3, "P": 4, "S": 2, "W": 3, "MA": 2, "MB": 1, "ME": 2, "MC": 1, "T": 1, "KD": 1, "ZD": 2, "BM": 1}
"""How many of each long list are registered here; the script's own numbers are hundreds."""
FOLLOWS = {
    "project_goals": "13",  # 3 new ones, 4, 2 special funds, 3 in use and the one looked at step by step
    "department_goals": "3",
    "appraisals": "3",
    "monitored": "7",  # 2, 1, 2 and the one that is taken back, 1
    "slow": "6",
    "off_target": "4",
    "self_projects": "8",  # the same and one that was added later
    "self_units": "3",
    "self_low": "2",
    "self_low_units": "2",
    "key_projects_before": "1",
    "key_projects": "17",  # fifteen special funds and two
    "key_units": "12",
    "key_departments": "1",
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


@pytest.mark.feature("3.13")
def test_figures_follow_what_was_done_and_demands_are_met(played: Played) -> None:
    table = judge(played, expected())
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    assert_whole(played.world.place)


def test_the_whole_script_registers_what_was_published() -> None:
    counts = counts_in(read_script(PLACE), FEWER)
    published = {one.key: int(one.published) for one in read_expected(PLACE).figures if one.key in FOLLOWS}
    short = {key: int(told) for key, told in FOLLOWS.items()}
    more = {key: counts[key] - few for key, few in FEWER.items()}
    monitored = more["MA"] + more["MB"] + more["ME"] + more["MC"]
    assert published["project_goals"] - short["project_goals"] == more["X"] + more["P"] + more["S"]
    assert published["department_goals"] - short["department_goals"] == more["W"]
    assert published["appraisals"] - short["appraisals"] == more["X"]
    assert published["monitored"] - short["monitored"] == monitored
    assert published["slow"] - short["slow"] == more["MA"] + more["MB"] + more["ME"]
    assert published["off_target"] - short["off_target"] == more["MB"] + more["ME"]
    assert published["self_projects"] - short["self_projects"] == monitored + more["T"]
    assert published["self_low"] - short["self_low"] == more["ME"]
    assert published["key_projects_before"] - short["key_projects_before"] == more["KD"]
    assert published["key_projects"] - short["key_projects"] == more["ZD"]
    assert published["key_departments"] - short["key_departments"] == more["BM"]


def test_lists_are_dealt_out_over_as_many_units_as_published() -> None:
    units = {one.with_["prefix"]: one.with_ for one in read_script(PLACE).acts if one.do == "register_many"}
    published = {one.key: one.published for one in read_expected(PLACE).figures}
    assert units["MA"]["bodies"] == f"1-{published['self_units']}"
    assert units["ME"]["bodies"] == f"1-{published['self_low_units']}"
    assert units["MA"]["count"] >= int(published["self_units"])
    assert units["ME"]["count"] >= int(published["self_low_units"])
