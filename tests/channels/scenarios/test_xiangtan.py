"""湘潭 by its script: thresholds, the route of review and the three steps together, for another seed too."""

import pytest

from jiheng.channels.scenarios.run import as_text, judge, play, read_expected
from jiheng.foundation.audit.queries import first_break

pytestmark = pytest.mark.django_db

PLACE = "hunan-xiangtan"


@pytest.mark.feature("3.13")
def test_everything_demanded_is_done() -> None:
    played = play(PLACE, "1")
    table = judge(played, read_expected(PLACE))
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    assert {row.side for row in table} == {"", "below", "at", "above"}
    assert first_break(played.world.place.pk) is None
    changed = read_expected(PLACE)
    wrong = [one.model_copy(update={"demand": "allowed", "by": "", "because": ""}) if one.key == "budget_at" else one for one in changed.demands]
    failed = {row.key for row in judge(played, changed.model_copy(update={"demands": wrong})) if not row.equal}
    assert failed == {"budget_at"}
