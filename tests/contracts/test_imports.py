"""Imports point down only: the contracts of pyproject.toml hold, and each can break."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["name"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
COMMAND = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the package that lies in `folder`."""
    environment = os.environ | {"PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run(COMMAND, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package's Python files, to plant mistakes in."""
    folder = tmp_path_factory.mktemp("imports")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(
        ROOT / "jiheng",
        folder / "jiheng",
        ignore=lambda where, names: [
            name for name in names if not name.endswith(".py") and not (Path(where) / name).is_dir()
        ],
    )
    return folder


def test_contracts_hold() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("Groups point downwards", {"rules/planted.py": "import jiheng.foundation.clock\n"}),
        (
            "A later stage may read an earlier one, never the reverse",
            {"stages/goals/planted.py": "import jiheng.stages.results.services\n"},
        ),
        (
            "Ways in and out do not know each other",
            {"channels/desk/planted.py": "import jiheng.channels.portal.urls\n"},
        ),
        ("Rules know neither the web nor the database", {"rules/planted.py": "import django.db\n"}),
        (
            "No cycles at any depth",
            {
                "rules/planted_one.py": "import jiheng.rules.planted_two\n",
                "rules/planted_two.py": "import jiheng.rules.planted_one\n",
            },
        ),
    ],
)
def test_planted_import_breaks_its_contract(copy: Path, name: str, files: dict[str, str]) -> None:
    for path, source in files.items():
        (copy / "jiheng" / path).write_text(source, encoding="utf-8")
    try:
        answer = lint(copy)
    finally:
        for path in files:
            (copy / "jiheng" / path).unlink()
    assert answer.returncode == 1
    assert f"{name} BROKEN" in answer.stdout


def test_order_of_stages_is_that_of_the_settings() -> None:
    layers = CONTRACTS["A later stage may read an earlier one, never the reverse"]["layers"]
    assert [layer.strip("()") for layer in reversed(layers)] == settings.JIHENG_STAGES
