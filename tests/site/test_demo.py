"""A demo that is stopped while it is built is built anew the next time, not taken for whole."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

PATIENCE = 120
UNDER_WAY = 3


def places_in(database: Path) -> int | None:
    """Return how many places are committed; None while the tables are not all there."""
    if not database.exists():
        return None
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            last = "SELECT count(*) FROM sqlite_master WHERE name = 'disclosure_publication'"
            if connection.execute(last).fetchone() == (0,):
                return None
            return int(connection.execute("SELECT count(*) FROM accounts_place").fetchone()[0])
        except sqlite3.OperationalError:
            return None


def test_a_build_killed_half_way_leaves_no_county(tmp_path: Path) -> None:
    """启动两次是安全的，第一次中途被终止也一样。"""
    ours = ("JIHENG_", "DJANGO_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = clean | {"JIHENG_DATA": str(tmp_path), "JIHENG_DEMO": "1"}
    command = [sys.executable, "-m", "jiheng.site.cli", "demo", "--build-only"]
    database = tmp_path / "jiheng.sqlite3"
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as building:
        until = time.monotonic() + PATIENCE
        while places_in(database) is None and building.poll() is None:
            if time.monotonic() > until:
                pytest.fail("the tables were not made")
            time.sleep(0.1)
        time.sleep(UNDER_WAY)
        assert building.poll() is None, "the build was over before it could be stopped"
        building.kill()
    assert places_in(database) == 0
