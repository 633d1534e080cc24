"""A database of its own for a scenario: made for the run, gone with it."""

import atexit
import os
import shutil
import tempfile


def use_throwaway_database() -> None:
    """Point the settings at an empty folder that is removed when the process ends."""
    folder = tempfile.mkdtemp(prefix="jiheng-scenario-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["JIHENG_DATA"] = folder
    os.environ["JIHENG_DATABASE_URL"] = f"sqlite:///{folder}/scenario.sqlite3"
    os.environ["JIHENG_TASKS"] = "django_tasks.backends.immediate.ImmediateBackend"
