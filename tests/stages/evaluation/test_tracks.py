"""The calendar knows every state in which an evaluation of any place is still under way."""

import pytest

from jiheng.rules.policy import available_places, load_policy
from jiheng.stages.evaluation.stage import STAGE


@pytest.mark.parametrize("place", available_places())
def test_every_state_until_the_result_has_its_day(place: str) -> None:
    table = load_policy(place).workflows["evaluation"]
    assert set(table.states) - set(table.final) <= set(STAGE.tracks["evaluation.evaluation"].items)
