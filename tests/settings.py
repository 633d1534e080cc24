"""The product's settings as tests and type checks use them; each test process has a data folder of its own."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

DATA_FOLDER = str(Path(__file__).resolve().parents[1] / "build" / "types")
if "mypy" not in sys.modules:  # it only looks, and ends without cleaning up
    DATA_FOLDER = tempfile.mkdtemp(prefix="jiheng-tests-")
    atexit.register(shutil.rmtree, DATA_FOLDER, ignore_errors=True)
(Path(DATA_FOLDER) / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without
os.environ["JIHENG_DATA"] = DATA_FOLDER
os.environ.setdefault("JIHENG_SECRET_KEY", "only-for-tests-" + "0" * 40)
os.environ.setdefault("JIHENG_TASKS", "django_tasks.backends.immediate.ImmediateBackend")

from jiheng.site.settings import *  # noqa: E402, F403 -- the environment comes first
from jiheng.site.settings import CACHES, DATABASES  # noqa: E402

CACHES = {**CACHES, "figures": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # each test has its own data
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast
if "sqlite3" in str(DATABASES["default"]["ENGINE"]):
    # A file, not memory: only so do threads queue for the lock as they will in use.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATA_FOLDER}/tests.sqlite3"}
    OPTIONS = dict[str, object](DATABASES["default"]["OPTIONS"])  # type: ignore[call-overload]
    OPTIONS["init_command"] = f"{OPTIONS['init_command']} PRAGMA synchronous=OFF;"
    DATABASES["default"]["OPTIONS"] = OPTIONS
