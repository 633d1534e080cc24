"""docs/features.md and the tests tell the same story: each row names the tests that carry its id, and back."""

import re
from pathlib import Path

from tests.contracts.features import ID, marked_tests, rows

WRITE = "run: python -m tests.contracts.features"


def test_every_row_names_exactly_the_tests_that_carry_its_id() -> None:
    assert {row.feature: row.named for row in rows()} == marked_tests(), WRITE


def test_every_row_says_what_and_where_and_stands_once() -> None:
    listed = rows()
    assert [row.feature for row in listed if not (row.words and row.where)] == []
    assert len({row.feature for row in listed}) == len(listed)


def test_every_mark_is_an_id() -> None:
    assert [feature for feature in marked_tests() if not ID.fullmatch(feature)] == []


def test_marks_are_found_in_sources(tmp_path: Path, monkeypatch) -> None:
    source = "import pytest\n@pytest.mark.feature('3.05', '3.06')\n@pytest.mark.django_db\ndef test_it(): ...\n"
    (tmp_path / "test_planted.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr("tests.contracts.features.name_of", lambda path: path.name)
    found = marked_tests(tmp_path)
    assert found == {"3.05": {"test_planted.py::test_it"}, "3.06": {"test_planted.py::test_it"}}
    assert not re.fullmatch(ID, "3.5")
