"""Planted defects: each kind is named, and goals that a reviewer accepted raise no alarm."""

from pathlib import Path

import pytest

from jiheng.rules.goal_checks.handbook import handbook
from jiheng.rules.goal_checks.registry import CHECKS
from tests.rules.goal_checks.measure import DEFECTS, in_words, measure


@pytest.mark.feature("3.16")
def test_planted_defects_are_named_and_clean_goals_are_not():
    tally = measure(1)
    assert len(DEFECTS) >= 15
    assert not tally.alarms
    assert {check for check, _ in DEFECTS.values()} == set(CHECKS) - {"duty_without_indicator", "task_sum"}
    assert sum(tally.named.values()) >= sum(tally.planted.values()) * 0.99
    assert all(tally.named[kind] for kind in DEFECTS)
    assert f"合计 {len(DEFECTS)} 种" in in_words(tally)


def test_docs_hold_the_catalogue_as_the_checks_say_it():
    text = (Path(__file__).parents[3] / "docs" / "goal-checks.md").read_text(encoding="utf-8")
    assert text == handbook(), "run: python -m jiheng.rules.goal_checks.handbook > docs/goal-checks.md"
