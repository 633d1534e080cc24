"""Synthetic twins of published tables: clean ones are clean in every dress, one planted defect is one finding."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiheng.rules.published.checks import CHECKS, LABELS
from jiheng.rules.published.report import report
from tests.rules.published.measure import PROJECTS, made_up, published
from tests.rules.published.twins import DEFECTS, DRESSES, Table, clean_tables, dressed

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["10", "0", "—", "90/0/1", "≥5%"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
PATHS = ["region", "project_name", "fiscal_year", "doc_type", "source", "budget", "complete", "budget_published",
         "budget_breakdown", "annual_objective", "actual_objective", "indicators", "self_score", "weight_total_published",
         "budget_published.annual", "budget_published.rate", "budget_published.bw", "budget_published.unit",
         "budget_breakdown.0", "budget_breakdown.0.published", "budget_breakdown.0.item", "indicators.0",
         "indicators.0.target", "indicators.0.actual", "indicators.0.weight", "indicators.0.score", "indicators.0.level3",
         "indicators.0.unit", "indicators.0.deviation_reason"]  # fmt: skip


def found(table: Table) -> list[str]:
    findings = report(0, table)["findings"]
    assert isinstance(findings, list)
    return [finding["check"] for finding in findings]


def planted(table: Table, path: str, value: object) -> Table:
    """The table with one value, at a dotted path, replaced."""
    twin = deepcopy(table)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner: Any = twin
    for step in way:
        inner = inner[step]
    inner[last] = value
    return twin


@pytest.mark.parametrize("dress", sorted(DRESSES))
@settings(max_examples=25)
@given(table=clean_tables())
def test_clean_table_has_no_finding_in_any_dress(dress: str, table: Table) -> None:
    assert report(0, dressed(table, DRESSES[dress]))["findings"] == []


@pytest.mark.parametrize(("defect", "check"), DEFECTS.items(), ids=[defect.__name__ for defect in DEFECTS])
@settings(max_examples=25)
@given(table=clean_tables())
def test_one_defect_is_exactly_one_finding(defect: Callable[[Table], None], check: str, table: Table) -> None:
    defect(table)
    assert found(table) == [check]


def test_every_defect_is_exactly_one_finding_in_every_dress() -> None:
    tally = made_up(range(2))
    assert tally.wrong == []
    assert tally.planted == tally.named
    assert sum(tally.planted.values()) > 2 * len(DEFECTS) * len(DRESSES) * 0.8


@pytest.mark.skipif(not PROJECTS.exists(), reason="没有 ../shared/data，跳过真实公开表的植入试验")
def test_defects_planted_into_real_tables_are_found_and_nothing_besides() -> None:
    tally = published()
    assert tally.wrong == []
    assert tally.planted == tally.named
    assert tally.alarms == 0
    assert set(tally.planted) == set(CHECKS)


@given(table=clean_tables())
def test_incomplete_table_has_no_finding_about_its_sums(table: Table) -> None:
    table["complete"] = False
    table["indicators"] = table["indicators"][:-1]
    assert found(table) == []


def test_every_check_has_a_defect_and_a_label() -> None:
    assert set(DEFECTS.values()) == set(CHECKS) == set(LABELS)


@given(table=clean_tables(), path=st.sampled_from(PATHS), value=JSON)
def test_no_oddly_typed_value_stops_the_check(table: Table, path: str, value: object) -> None:
    entry = report(3, planted(table, path, value))
    assert entry["index"] == 3
    assert entry == report(3, planted(table, path, value))
    assert json.loads(json.dumps(entry)) == entry


@given(JSON)
def test_anything_at_all_gets_an_entry(raw: object) -> None:
    entry = report(0, raw)
    assert set(entry) == {"index", "source", "project_name", "form", "findings", "unread"}
