"""The handbook in docs is what the methods say today."""

from pathlib import Path

from jiheng.rules.scoring.handbook import handbook
from jiheng.rules.scoring.registry import METHODS

DOCS = Path(__file__).parents[3] / "docs" / "scoring.md"


def test_docs_hold_the_handbook_as_the_methods_say_it():
    assert DOCS.read_text(encoding="utf-8") == handbook(), (
        "run: python -m jiheng.rules.scoring.handbook > docs/scoring.md"
    )


def test_every_method_has_its_chapter_rule_and_calculation():
    text = handbook()
    for key, method in METHODS.items():
        assert f"## {method.label}（`{key}`）" in text
        assert all(example.points in text for example in method.examples)
