"""Shared by all tests: which settings, and how Hypothesis draws its examples."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

# "ci" draws the same examples in every run; "thorough" searches: HYPOTHESIS_PROFILE=thorough.
hypothesis_settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60, print_blob=True)
hypothesis_settings.register_profile("thorough", deadline=None, max_examples=2000, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings now, so that pytest-django sets Django up; rules are tested without (-p no:django)."""
    if config.pluginmanager.hasplugin("django"):
        assert settings.ROOT_URLCONF == "jiheng.site.urls"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind: pytest-xdist ends its processes without Python's own farewell."""
    if config.pluginmanager.hasplugin("django"):
        shutil.rmtree(os.environ["JIHENG_DATA"], ignore_errors=True)


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
