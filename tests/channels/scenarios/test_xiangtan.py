"""湘潭 by its script: thresholds, the route of review and the three steps together, for another seed too."""

import pytest

from jiheng.channels.scenarios.demands import Answered
from jiheng.channels.scenarios.run import AMBIGUOUS, as_text, judge, play, read_expected
from tests.channels.scenarios.whole import assert_whole

pytestmark = pytest.mark.django_db

PLACE = "hunan-xiangtan"


@pytest.mark.feature("3.13")
def test_everything_demanded_is_done() -> None:
    played = play(PLACE, "1")
    table = judge(played, read_expected(PLACE))
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    assert {row.side for row in table if isinstance(row, Answered)} == {"", "below", "at", "above"}
    assert_whole(played.world.place)
    rise = next(row for row in table if row.key == "share_rise")
    assert (rise.verdict, rise.computed) == (AMBIGUOUS, "按百分比 11.00；按百分点 2.20")
    changed = read_expected(PLACE)
    wrong = [one.model_copy(update={"demand": "allowed", "by": "", "because": ""}) if one.key == "budget_at" else one for one in changed.demands]
    failed = {row.key for row in judge(played, changed.model_copy(update={"demands": wrong})) if not row.equal}
    assert failed == {"budget_at"}
    # A share that neither reading gives is not equal, and a department that declares nothing is missed.
    moved = [one.model_copy(update={"published": "11.01"}) if one.key == "share_rise" else one for one in changed.figures]
    assert {row.key for row in judge(played, changed.model_copy(update={"figures": moved})) if not row.equal} == {"share_rise"}
