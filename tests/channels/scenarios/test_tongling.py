"""铜陵 by its script: the route of four parties cannot be shortened, each step left out is refused with its clause."""

import pytest

from jiheng.channels.scenarios.run import as_text, judge, play, read_expected
from tests.channels.scenarios.whole import assert_whole

pytestmark = pytest.mark.django_db

PLACE = "anhui-tongling"


@pytest.mark.feature("2.08")
def test_the_route_of_four_parties_cannot_be_shortened() -> None:
    played, expected = play(PLACE, "1"), read_expected(PLACE)
    assert [line for row in judge(played, expected) if not row.equal for line in as_text([row])] == []
    assert_whole(played.world.place)
    # Each party is left out once, as a step and as a signature; another answer is told apart.
    named = {one.because for one in expected.demands if one.of.startswith("conclude-without")}
    assert {"缺主管部门陈述", "缺市财政局初审", "缺第三方专家质询", "缺市人大预工委审查"} < named
    other = {"demand": "allowed", "by": "", "because": ""}
    wrong = [one.model_copy(update=other) if one.key == "conclude_three_signed" else one for one in expected.demands]
    failed = {row.key for row in judge(played, expected.model_copy(update={"demands": wrong})) if not row.equal}
    assert failed == {"conclude_three_signed"}
