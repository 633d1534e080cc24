"""Which self-evaluations are written up: by kind of subject, and by the year's budget below, at and above the line."""

from typing import Any

import pytest

from jiheng.rules.self_report import outline_asked

ROWS: list[dict[str, Any]] = [
    {"outline": "department_outline", "kinds": ["department"]},
    {"outline": "project_outline", "kinds": ["project", "policy"], "least": 5_000_000},
]


@pytest.mark.parametrize(
    ("kind", "fen", "outline"),
    [
        ("department", 0, "department_outline"),
        ("project", 499_999_999, ""),
        ("project", 500_000_000, "project_outline"),
        ("policy", 500_000_001, "project_outline"),
        ("transfer", 900_000_000, ""),
    ],
)
def test_first_fitting_row_names_the_outline(kind: str, fen: int, outline: str) -> None:
    assert outline_asked(ROWS, kind, fen) == outline


def test_a_row_without_narrowing_asks_it_of_all() -> None:
    assert outline_asked([{"outline": "any"}], "transfer", 0) == "any"
    assert outline_asked([], "project", 10**12) == ""
