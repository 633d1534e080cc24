"""Every threshold of 海林 bites: another value in a copy of its pack fails exactly the rows that rest on it."""

from collections.abc import Callable

import pytest

from jiheng.channels.scenarios.run import judge, play, read_expected
from tests.bites import tried_here

pytestmark = pytest.mark.django_db

PLACE = "heilongjiang-hailin"


CAUGHT = ("new", "raised", "adjusted", "renewed")


def rows_of(first: str, changes: tuple[str, ...], sides: tuple[str, ...]) -> set[str]:
    return {f"{first}_{kind}_{change}_{side}" for kind in ("project", "policy") for change in changes for side in sides}


FISCAL_SHARE = """\
  label: 财政评价占重点专项资金总规模的最低比例
  unit: "%"
  new: true
  values:
    - from_budget_year: 2020
      value: 20"""
BITES = [
    # (file, old, new, the rows that fail and no others)
    ("parameters/appraisal.yaml", "value: 5000000", "value: 6000000", rows_of("a", CAUGHT, ("at", "above"))),
    ("parameters/appraisal.yaml", "value: 5000000", "value: 4999999.99", rows_of("a", CAUGHT, ("below",))),
    (
        "parameters/appraisal.yaml",
        "changes: [new, enlarged, renewed]",
        "changes: [new, enlarged]",
        rows_of("a", ("renewed",), ("at", "above")),
    ),
    (
        "parameters/evaluation.yaml",
        FISCAL_SHARE,
        f"{FISCAL_SHARE}.000001",
        {"fiscal_below", "fiscal_at", "fiscal_returned"},
    ),
    (
        "calendar.yaml",
        "due: {year: 0, month: 11, day: 30}",
        "due: {year: 0, month: 11, day: 29}",
        {"recapture_due", "decide_on_the_day", "late_flag_at", "decide_day_after"},
    ),
    (
        "calendar.yaml",
        "due: {year: 0, month: 7, day: 20}",
        "due: {year: 0, month: 7, day: 19}",
        {"report_july_2021", "report_july_2022", "report_july_at_flag"},
    ),
    (
        "parameters/monitoring.yaml",
        "value: flag",
        "value: refuse",
        {"decide_day_after_with_reason", "late_flag_above", "recaptured_r06"},
    ),
    (
        "parameters/monitoring.yaml",
        "{month: 6, ratio: 50}",
        "{month: 6, ratio: 49.999}",
        {"slow_half_below", "slow_without_reason", "slow_without_measure", "slow_with_measure", "pay_paused"},
    ),
    ("parameters/monitoring.yaml", ", holds_payment: true", "", {"pay_paused"}),
    (
        "parameters/evaluation.yaml",
        "value: 60\n      cite: {source: hailin-2021-14, clause: 二（五）}",
        "value: 59.98\n      cite: {source: hailin-2021-14, clause: 二（五）}",
        {"engage_below", "draw_only_below"},
    ),
    (
        "parameters/evaluation.yaml",
        "value: 60\n      cite: {source: hailin-2021-14, clause: 二（五）}",
        "value: 60.01\n      cite: {source: hailin-2021-14, clause: 二（五）}",
        {"engage_at", "engage_below"},
    ),
    (
        "parameters/appraisal.yaml",
        "value: both",
        "value: either",  # then 重大 alone is enough, and so is the amount alone
        rows_of("a", CAUGHT, ("below", "at", "above")) | {"a_minor_at", "a_minor_above"},
    ),
    (
        "parameters/results.yaml",
        "value: 10\n      cite: {source: hailin-2021-14, clause: 二（六）}",
        "value: 9.99\n      cite: {source: hailin-2021-14, clause: 二（六）}",
        {"weight_below"},
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "rows"), tried_here(BITES), ids=[one[2] for one in tried_here(BITES)])
def test_changed_parameter_fails_exactly_its_rows(
    file: str, old: str, new: str, rows: set[str], amended: Callable[[str, str, str, str], None]
) -> None:
    amended(PLACE, file, old, new)
    table = judge(play(PLACE, "1"), read_expected(PLACE))
    assert {row.key for row in table if not row.equal} == rows
