"""天元's values bite: another value in a copy of its pack fails the rows that rest on it."""

from collections.abc import Callable

import pytest

from jiheng.channels.scenarios.run import judge, play, read_expected
from tests.bites import tried_here

pytestmark = pytest.mark.django_db

PLACE = "hunan-tianyuan"


REDUCTION = """\
  label: 年度中调减预算须重新上报绩效目标
  unit: 是否
  new: true
  values:
    - from_budget_year: 2016
      value: """
BITES = [
    (
        "parameters/results.yaml",
        "value: 2\n",
        "value: 3\n",
        {"due", "due_delivered", "due_month_end", "flag_month_end_after", "flag_q03"},
    ),
    (
        "parameters/evaluation.yaml",
        "      value: 5\n",
        "      value: 4\n",
        {"material_at", "material_above"},
    ),
    (
        "parameters/evaluation.yaml",
        "      value: true\n      cite: {source: tianyuan-measures, clause: 第三十三条}",
        "      value: false\n      cite: {source: tianyuan-measures, clause: 第三十三条}",
        {"order_undrawn", "order_other"},
    ),
    (
        "parameters/evaluation.yaml",
        "逻辑清晰, 客观公正, 建议可行]",
        "逻辑清晰, 客观公正]",
        {"confirm_six_of_seven", "examine_again", "confirm_seven"},
    ),
    (
        "parameters/goals.yaml",
        "[output, quantity, quality, timeliness, cost, benefit, satisfaction]",
        "[output, quantity, quality, timeliness, benefit, satisfaction]",
        {"goal_without_cost"},
    ),
    ("parameters/monitoring.yaml", "      value: true\n", "      value: false\n", {"pace_above"}),
    (
        "parameters/goals.yaml",
        f"{REDUCTION}true\n",
        f"{REDUCTION}false\n",
        {"reduction_without_goal", "reduction_below"},
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "keys"), tried_here(BITES))
def test_another_value_fails_the_rows_that_rest_on_it(
    amended: Callable[[str, str, str, str], None], file: str, old: str, new: str, keys: set[str]
) -> None:
    amended(PLACE, file, old, new)
    table = judge(play(PLACE, "1"), read_expected(PLACE))
    failed = {row.key: row.clause for row in table if not row.equal}
    assert keys <= set(failed)
    assert set(failed.values()) == {failed[key] for key in keys}  # and no row of another article
