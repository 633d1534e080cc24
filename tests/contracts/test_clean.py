"""What must not stand in the repository: a machine's paths, a registry's hosts, unfinished work."""

import ast
import re
from pathlib import Path

import pytest

from tests.contracts.sources import PACKAGE, files, name_of, python_files

# Each is written so that it does not find itself.
MACHINE = re.compile(r"/work/(?:main|shared|steering|\.)|/far[m]/|/tmp/(?:bash|c/)|/roo[t]/|/hom[e]/(?!jiheng)[a-z]")
HOSTS = re.compile(r"files\.pythonhosted|pypi\.org|registry\.npmjs|deb\.debian\.org")
UNFINISHED = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b|raise NotImplemented[E]rror|pragma: no[ ]cover")
SILENCED = re.compile(r"pytest\.mark\.(?:ski[p]|xfai[l])|pytest\.(?:ski[p]|xfai[l]|importorski[p])\(")
# The folder of real published tables is no part of the repository; synthetic twins test the same always.
MAY_BE_ABSENT = "../shared/data"
CLOCKS = {"today", "utcnow", "now"}
CONVERSIONS = {"localdate", "localtime"}  # of a given moment; without one they ask the machine


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """List the lines that match."""
    return [
        f"{name_of(path)}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line) and not (pattern is SILENCED and MAY_BE_ABSENT in line)
    ]


@pytest.mark.parametrize("pattern", [MACHINE, HOSTS, UNFINISHED, SILENCED], ids=lambda one: one.pattern[:20])
def test_nothing_forbidden_stands_anywhere(pattern: re.Pattern[str]) -> None:
    assert found(pattern, list(files())) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE, "open('/wo" + "rk/main/x')"),
        (HOSTS, "--index https://py" + "pi.org/simple"),
        (UNFINISHED, "# TO" + "DO later"),
        (SILENCED, "@pytest.mark.sk" + "ip"),
    ],
)
def test_each_pattern_finds_what_it_forbids(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def test_lock_files_name_no_host() -> None:
    locks = [path for path in files() if path.suffix == ".lock" or path.name == "package-lock.json"]
    assert {name_of(path) for path in locks} == {
        "package-lock.json",
        "requirements.lock",
        "requirements/bench.lock",
        "requirements/dev.lock",
        "requirements/node.lock",
    }
    assert found(re.compile(r'"resolved"|index-url|find-links| @ http'), locks) == []


def test_only_the_clock_asks_for_the_time() -> None:
    asked = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in python_files(PACKAGE)
        if name_of(path) != "jiheng/foundation/clock.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in CLOCKS or (node.func.attr in CONVERSIONS and not node.args and not node.keywords))
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"date", "datetime", "timezone"}
    ]
    assert asked == []
