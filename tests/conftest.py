"""Shared by all tests: which settings, and how Hypothesis draws its examples."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from jiheng.rules.policy import load_policy, loading

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

# "ci" draws the same examples in every run; "thorough" searches: HYPOTHESIS_PROFILE=thorough.
# How long a machine takes to make an example is no finding.
hypothesis_settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=60, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile("thorough", deadline=None, max_examples=2000, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings now, so that pytest-django sets Django up; rules are tested without (-p no:django)."""
    if config.pluginmanager.hasplugin("django"):
        assert settings.ROOT_URLCONF == "jiheng.site.urls"
    if not hasattr(config, "workerinput"):  # the first process, whose environment the others get
        os.environ["JIHENG_TESTS_SNAPSHOTS"] = tempfile.mkdtemp(prefix="jiheng-snapshots-")


LONGEST = (
    "contracts/test_server_rights.py",
    "contracts/test_closed_year.py",
    "channels/scenarios/test_tianyuan_bites.py",
    "channels/scenarios/test_hailin_bites.py",
    "channels/scenarios/test_yunnan.py",
    "channels/scenarios/test_tianyuan.py",
    "channels/scenarios/test_xiangtan.py",
    "channels/scenarios/test_zixing.py",
    "channels/scenarios/test_ankang.py",
    "channels/scenarios/test_yanchi.py",
    "channels/scenarios/test_zhengzhou.py",
    "channels/scenarios/test_hailin.py",
    "journeys/test_stale_pages.py",
    "journeys/test_killed_year.py",
    "journeys/test_killed_server.py",
    "site/test_export.py",
    "journeys/test_machine_fails.py",
    "journeys/test_http_review_session.py",
)
"""The files that take long: first, or one process would still be busy with them when the other has nothing left."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first; within a file their order stays. Leave out what is the same twice."""
    if config.pluginmanager.hasplugin("django") and "sqlite" not in str(settings.DATABASES["default"]["ENGINE"]):
        same = [one for one in items if one.get_closest_marker("own_database")]
        items[:] = [one for one in items if not one.get_closest_marker("own_database")]
        config.hook.pytest_deselected(items=same)
    turn = {Path(__file__).parent / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda one: turn.get(one.path, len(turn)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind: pytest-xdist ends its processes without Python's own farewell."""
    if config.pluginmanager.hasplugin("django"):
        shutil.rmtree(os.environ["JIHENG_DATA"], ignore_errors=True)
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop("JIHENG_TESTS_SNAPSHOTS"), ignore_errors=True)


@pytest.fixture(scope="module")
def demo_county(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo county for all tests of a file, rolled back after it; the database stays open to fixtures on top of it."""
    from django.db import transaction  # noqa: PLC0415 -- Django is set up by now

    from tests.snapshots import put_demo_county  # noqa: PLC0415

    with django_db_blocker.unblock(), transaction.atomic():
        put_demo_county()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _guards(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Callable[[], None]]]:
    waiting: list[Callable[[], None]] = []
    yield waiting
    with django_db_blocker.unblock():
        for put_back in waiting:
            put_back()


@pytest.fixture
def committed(
    request: pytest.FixtureRequest, _guards: list[Callable[[], None]], transactional_db: None
) -> Iterator[None]:
    """Real transactions, for threads and locks; afterwards the append-only tables let themselves be emptied."""
    assert not request.node.get_closest_marker("django_db"), "the mark would empty the tables too late"
    yield
    from tests.guards import take_away  # noqa: PLC0415 -- needs Django, which tests of rules go without

    _guards.append(take_away())


@pytest.fixture
def amended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str, str, str], None]]:
    """Let a place's pack, in a copy, say something else in one of its files: place, file, old, new."""
    copy = tmp_path / "packs"
    shutil.copytree(loading.PACKS, copy)
    monkeypatch.setattr(loading, "PACKS", copy)

    def amend(place: str, file: str, old: str, new: str) -> None:
        path = copy / place / file
        text = path.read_text(encoding="utf-8")
        assert len(re.findall(re.escape(old), text)) == 1, f"{old!r} in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        load_policy.cache_clear()

    yield amend
    monkeypatch.undo()
    load_policy.cache_clear()
