"""docs/features.md and the marks of the tests.

`python -m tests.contracts.features` writes the column of tests anew from the marks, adds a row without words
for each new id and says which; the words are yours to write. A row whose last mark is gone is named, not removed.
"""

import ast
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tests.contracts.sources import ROOT, name_of, python_files

FILE = ROOT / "docs" / "features.md"
ID = re.compile(r"\d+\.\d{2}")
TEST = re.compile(r"`(tests/[\w/]+\.py::test_\w+)`")


@dataclass(frozen=True)
class Row:
    """One line of the table: id, what was done, where, the tests that prove it."""

    feature: str
    words: str
    where: str
    tests: str

    @property
    def named(self) -> set[str]:
        """The tests that the line names."""
        return set(TEST.findall(self.tests))

    def __str__(self) -> str:
        return f"| {self.feature} | {self.words} | {self.where} | {self.tests} |"


def marked_tests(below: Path = ROOT / "tests") -> dict[str, set[str]]:
    """Return, by feature id, the tests that carry it (`path::function`)."""
    found: dict[str, set[str]] = defaultdict(set)
    for path, tree in python_files(below):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for decorator in node.decorator_list:
                    for feature in feature_ids(decorator):
                        found[feature].add(f"{name_of(path)}::{node.name}")
    return dict(found)


def feature_ids(decorator: ast.expr) -> list[str]:
    """Return the ids of `@pytest.mark.feature("3.05", …)`; other decorators have none."""
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.feature":
        return [str(ast.literal_eval(argument)) for argument in decorator.args]
    return []


def rows() -> list[Row]:
    """Return the lines of the table in their order."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.startswith("|")]
    return [Row(*row) for row in cells if ID.fullmatch(row[0])]


def main() -> int:
    """Bring the table up to the marks; exit status 1 when words are missing or a row has lost its tests."""
    marked = marked_tests()
    table = {row.feature: row for row in rows()}
    told = []
    for feature, tests in marked.items():
        old = table.get(feature, Row(feature, "", "", ""))
        table[feature] = Row(feature, old.words, old.where, "<br>".join(f"`{test}`" for test in sorted(tests)))
    for feature, row in table.items():
        if feature not in marked:
            told.append(f"{feature}: no test carries this id any more")
        elif not (row.words and row.where):
            told.append(f"{feature}: say in docs/features.md what was done, and where")
    opening = FILE.read_text(encoding="utf-8").split("|---|---|---|---|\n")[0]
    ordered = sorted(table.values(), key=lambda row: [int(part) for part in row.feature.split(".")])
    FILE.write_text(f"{opening}|---|---|---|---|\n" + "".join(f"{row}\n" for row in ordered), encoding="utf-8")
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
