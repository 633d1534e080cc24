"""Evaluations across years: which the rules know, whose years they may cover, when a project counts as over."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jiheng.rules.multi_year import Covered, span_refusals

ROWS: list[dict[str, Any]] = [
    {"key": "stage", "label": "阶段性评价"},
    {"key": "overall", "label": "总体评价"},
    {"key": "policy", "label": "政策评价", "major": True},
]
WHOLE = Covered(2021, 2023, 2021, 2023, {2021, 2022, 2023}, major=True)
AFTER = date(2024, 1, 1)


def told(span: str, covered: Covered, today: date = AFTER) -> str:
    found = span_refusals(span, covered, today, ROWS, "《办法》第二十八条")
    assert all(one.clause == "《办法》第二十八条" for one in found)
    return "；".join(one.message for one in found)


@pytest.mark.parametrize("span", ["stage", "overall", "policy"])
def test_the_whole_period_of_a_finished_project_may_be_evaluated(span: str) -> None:
    assert told(span, WHOLE) == ""


def test_a_kind_that_the_rules_do_not_know_is_refused() -> None:
    assert "没有规定" in told("surprise", WHOLE)
    assert "没有规定" in span_refusals("stage", WHOLE, AFTER, [], "x")[0].message


@pytest.mark.parametrize(("day", "refused"), [(date(2023, 12, 31), True), (date(2024, 1, 1), False), (date(2024, 1, 2), False)])
def test_overall_waits_until_the_last_year_is_over(day: date, refused: bool) -> None:
    assert bool(told("overall", WHOLE, day)) is refused
    assert told("stage", WHOLE, day) == ""


def test_overall_covers_all_years() -> None:
    assert "全部年度（2021—2023 年）" in told("overall", replace(WHOLE, first=2022))
    assert told("stage", replace(WHOLE, first=2022)) == ""


def test_one_year_is_no_span() -> None:
    assert "至少包括两个年度" in told("stage", replace(WHOLE, first=2023))
    single = Covered(2023, 2023, 2023, 2023, {2023}, major=True)
    assert told("stage", single) == "项目只在 2023 年实施，没有跨年度"


def test_years_outside_the_period_and_without_record_are_named() -> None:
    assert "以外的年度" in told("stage", replace(WHOLE, first=2020, recorded={2020, 2021, 2022, 2023}))
    assert "没有这个项目 2021、2022 年度的记录" in told("stage", replace(WHOLE, recorded={2023}))


def test_only_major_projects_where_the_row_says_so() -> None:
    minor = replace(WHOLE, major=False)
    assert "没有列为重大" in told("policy", minor)
    assert told("stage", minor) == ""
