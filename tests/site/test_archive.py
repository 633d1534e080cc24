"""Backup and restore by the command, between two installations: every row, and the chain still whole."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.sources import ROOT

GROUND = """
import django
django.setup()
from datetime import date
from jiheng.foundation.accounts.services import appoint, create_organisation, create_place, create_user
place = create_place(code="ningxia-yanchi", name="测试县")
bureau = create_organisation(place=place, code="1", name="财政局𠮷", kind="bureau", valid_from=date(2020, 1, 1))
appoint(user=create_user(username="u", name="甲", password=None), organisation=bureau,
        role="treasury", valid_from=date(2020, 1, 1))
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIHENG_")}
    environment = kept | {
        "JIHENG_DATA": str(folder),
        "JIHENG_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "jiheng.site.settings",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Path:
    """A database with its tables and nothing in them."""
    folder: Path = tmp_path_factory.mktemp("empty")
    made = run(folder, "-m", "django", "migrate", "-v", "0")
    assert made.returncode == 0, made.stderr
    return folder / "jiheng.sqlite3"


@pytest.fixture(scope="module")
def archive(tmp_path_factory, empty: Path) -> Path:
    """A backup of an installation whose chain was written at real moments, down to the microsecond."""
    folder: Path = tmp_path_factory.mktemp("first")
    shutil.copy(empty, folder)
    grounded = run(folder, "-c", GROUND)
    assert grounded.returncode == 0, grounded.stderr
    (folder / "media" / "ab").mkdir(parents=True)
    (folder / "media" / "ab" / "file.pdf").write_bytes(b"%PDF-1.4")
    target = folder / "backup.tar.gz"
    kept = run(folder, "-m", "jiheng.site.cli", "backup", str(target))
    assert kept.returncode == 0, kept.stderr
    return target


def test_restored_installation_has_the_same_chain_and_files(archive: Path, empty: Path, tmp_path: Path) -> None:
    shutil.copy(empty, tmp_path)
    restored = run(tmp_path, "-m", "jiheng.site.cli", "restore", str(archive))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "与备份时一致（2 条）" in restored.stdout
    verified = run(tmp_path, "-m", "jiheng.site.cli", "audit", "verify")
    assert verified.stdout == "测试县：审计链完整，共 2 条\n"
    assert (tmp_path / "media" / "ab" / "file.pdf").read_bytes() == b"%PDF-1.4"


def test_restoring_over_data_is_refused(archive: Path) -> None:
    again = run(archive.parent, "-m", "jiheng.site.cli", "restore", str(archive))
    assert (again.returncode, "不能恢复" in again.stdout + again.stderr) == (1, True)
