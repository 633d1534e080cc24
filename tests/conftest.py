"""Shared by all tests: the settings of the run, the databases, Hypothesis, the browser."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

# Before Django reads its settings. Each process (pytest-xdist starts two) has a data folder of its own.
DATA = Path(tempfile.mkdtemp(prefix="jiheng-tests-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "jiheng.site.settings"
os.environ["JIHENG_DATA"] = str(DATA)
os.environ.setdefault("JIHENG_SECRET_KEY", "only-for-tests-" + "0" * 40)
os.environ.setdefault("JIHENG_TASKS", "django_tasks.backends.immediate.ImmediateBackend")

# "ci" draws the same examples in every run; "thorough" searches: HYPOTHESIS_PROFILE=thorough.
hypothesis_settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60, print_blob=True)
hypothesis_settings.register_profile("thorough", deadline=None, max_examples=2000, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

def pytest_configure(config: pytest.Config) -> None:
    """Fit the product's own settings to tests; tests of rules run without Django (-p no:django)."""
    if config.pluginmanager.hasplugin("django"):
        from django.conf import settings  # noqa: PLC0415 -- only when this run has Django

        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        database = settings.DATABASES["default"]
        if database["ENGINE"].endswith("sqlite3"):
            # A file, not memory: only so do threads queue for the lock as they will in use.
            database["TEST"] = {"NAME": str(DATA / "tests.sqlite3")}
            database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(DATA, ignore_errors=True)
