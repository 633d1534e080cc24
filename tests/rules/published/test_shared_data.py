"""A trial on real published tables, where their folder lies beside the project: agreement with hand-made checks."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from jiheng.rules.published.checks import CHECKS
from jiheng.rules.published.report import report

FOLDER = Path(__file__).parents[4] / "shared" / "data"
PROJECTS = FOLDER / "projects.jsonl"

pytestmark = pytest.mark.skipif(not PROJECTS.exists(), reason="没有 ../shared/data，跳过真实公开表的核对")

# What only the system finds, and why it is right: docs/published-tables.md.
OURS_ONLY = {(3, "execution_score"), (4, "executed_le_budget"), (42, "score_vs_attainment")}
AGREED = {
    "weights_sum_100": 2, "scores_sum_total": 1, "execution_rate": 2, "execution_score": 3, "executed_le_budget": 1,
    "score_vs_attainment": 2, "objective_copied": 5, "breakdown_sum": 2, "total_row_vs_subrow": 2,
}  # fmt: skip
UNREAD = 14


def tables(name: str) -> list[dict[str, object]]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line.strip()]


def hand_made(table: dict[str, object], result: str) -> set[str]:
    checks = table["checks"]
    assert isinstance(checks, list)
    return {check["check"] for check in checks if check["result"] == result}


def found(index: int, table: dict[str, object]) -> set[str]:
    findings = report(index, table)["findings"]
    assert isinstance(findings, list)
    return {finding["check"] for finding in findings}


def test_published_projects_agree_with_hand_made_checks() -> None:
    ours = {(i, check) for i, table in enumerate(tables("projects.jsonl")) for check in found(i, table)}
    theirs = {
        (i, c) for i, table in enumerate(tables("projects.jsonl")) for c in hand_made(table, "mismatch")
    }
    assert theirs - ours == set()
    assert ours - theirs == OURS_ONLY
    assert Counter(check for _, check in ours & theirs) == AGREED


def test_nothing_is_found_that_was_checked_by_hand_and_in_order() -> None:
    for index, table in enumerate(tables("projects.jsonl")):
        assert not found(index, table) & hand_made(table, "ok"), index


def test_unread_texts_of_published_projects() -> None:
    entries = [report(index, table) for index, table in enumerate(tables("projects.jsonl"))]
    unread = [
        text for entry in entries for text in (entry["unread"] if isinstance(entry["unread"], list) else [])
    ]
    assert len(unread) == UNREAD


def test_published_reports_have_no_finding() -> None:
    for index, table in enumerate(tables("reports.jsonl")):
        assert not found(index, table), index
        assert not hand_made(table, "mismatch") & set(CHECKS), index


def test_every_file_of_the_folder_goes_through() -> None:
    for path in sorted(FOLDER.rglob("*.jsonl")):
        for index, table in enumerate(tables(str(path.relative_to(FOLDER)))):
            assert report(index, table)["index"] == index
