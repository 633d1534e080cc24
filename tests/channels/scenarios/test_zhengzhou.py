"""郑州 by its script with fewer of everything that is only many: each figure follows what was done, each demand is met.

The whole script takes minutes (`jiheng scenario henan-zhengzhou`); here its large counts are small, and so must the figures be.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.run import Played, Published, as_text, judge, play_script, read_expected
from jiheng.channels.scenarios.script import Script, read_script
from jiheng.foundation.audit.queries import first_break

pytestmark = pytest.mark.django_db

PLACE = "henan-zhengzhou"
FEWER = {"X": 3, "P": 4, "S": 2, "W": 3, "MA": 3, "MB": 2, "MC": 2}
"""How many of each long list are registered here; the script's own numbers are hundreds."""
FOLLOWS = {
    "project_goals": "13",  # 3 new ones, 4, 2 special funds, 3 in use and the one looked at step by step
    "department_goals": "3",
    "appraisals": "3",
    "monitored": "8",  # 3, 2 and the one that is taken back, 2
    "slow": "6",
    "off_target": "3",
}


def smaller() -> Script:
    """The published script with short lists."""
    script = read_script(PLACE)
    return script.model_copy(
        update={
            "acts": [
                one.model_copy(update={"with_": {**one.with_, "count": FEWER[one.with_["prefix"]]}})
                if one.do == "register_many" and one.with_["prefix"] in FEWER
                else one
                for one in script.acts
            ]
        }
    )


def expected() -> Published:
    """What must come out of it: the published figures where nothing was shortened."""
    whole = read_expected(PLACE)
    figures = [one.model_copy(update={"published": FOLLOWS.get(one.key, one.published)}) for one in whole.figures]
    return whole.model_copy(update={"figures": figures})


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Played]:
    """The years, played once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield play_script(smaller(), "1")
        transaction.set_rollback(True)


@pytest.mark.feature("3.13")
def test_figures_follow_what_was_done_and_demands_are_met(played: Played) -> None:
    table = judge(played, expected())
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    assert first_break(played.world.place.pk) is None


def test_the_whole_script_registers_what_was_published() -> None:
    counts = {
        one.with_["prefix"]: one.with_["count"]
        for one in read_script(PLACE).acts
        if one.do == "register_many" and one.with_["prefix"] in FEWER
    }
    published = {one.key: int(one.published) for one in read_expected(PLACE).figures if one.key in FOLLOWS}
    short = {key: int(told) for key, told in FOLLOWS.items()}
    more = {key: counts[key] - few for key, few in FEWER.items()}
    assert published["project_goals"] - short["project_goals"] == more["X"] + more["P"] + more["S"]
    assert published["department_goals"] - short["department_goals"] == more["W"]
    assert published["appraisals"] - short["appraisals"] == more["X"]
    assert published["monitored"] - short["monitored"] == more["MA"] + more["MB"] + more["MC"]
    assert published["slow"] - short["slow"] == more["MA"] + more["MB"]
    assert published["off_target"] - short["off_target"] == more["MB"]
