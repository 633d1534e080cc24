"""How the scripts of this folder measure: fresh processes, throw-away databases, medians with their spread.

A script has one function that measures (`measure`, run in a process of its own for each size, so that peak
memory belongs to that size alone) and one that asks for the sizes and prints (`report`). `run` is its last line.
"""

import json
import math
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlunparse

CHILD = "--child"
SETTINGS = "bench._settings"
Figures = dict[str, Any]


@dataclass(frozen=True)
class Times:
    """Repeated measurements of one thing, in seconds."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    def percentile(self, share: int) -> float:
        """The value that `share` per cent do not exceed (nearest rank)."""
        ordered = sorted(self.values)
        return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]

    def __str__(self) -> str:
        return f"{self.median:.3f} s ({min(self.values):.3f}–{max(self.values):.3f}, n={len(self.values)})"


def repeated(times: int, work: Callable[[], object]) -> Times:
    """Do it so many times; the first one counts like the others."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return Times(tuple(taken))


def growth(sizes: Sequence[float], taken: Sequence[float]) -> str:
    """Say how the time grows from size to size: 1.0 is in proportion, 2.0 as the square."""
    pairs = zip(zip(sizes, taken, strict=True), list(zip(sizes, taken, strict=True))[1:], strict=False)
    powers = [math.log(late / early) / math.log(large / small) for (small, early), (large, late) in pairs]
    return "、".join(f"{power:.2f}" for power in powers)


def peak_mb() -> float:
    """Return the largest memory that this process has held, in MiB, since its start or since `forget_peak`."""
    return _held("VmHWM")


def forget_peak() -> float:
    """Begin the peak anew, so that it belongs to what comes now; return what is held at this moment, in MiB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _held("VmRSS")


def _held(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) / 1024


def servers() -> list[str]:
    """Return the databases to measure on: always SQLite, PostgreSQL too where JIHENG_DATABASE_URL names one."""
    given = os.environ.get("JIHENG_DATABASE_URL", "")
    return ["SQLite", "PostgreSQL"] if given.startswith("postgresql:") else ["SQLite"]


def beside() -> list[str]:
    """Return the folder of what is only compared with (`requirements/bench.lock`), where it is installed."""
    folder = os.environ.get("JIHENG_BENCH_BESIDE", "")
    return [folder] if folder and Path(folder, "import_export").is_dir() else []


@contextmanager
def throwaway(server: str) -> Iterator[dict[str, str]]:
    """Give the environment of a process that has an empty database and folder of its own; both go afterwards."""
    with tempfile.TemporaryDirectory(prefix="jiheng-bench-") as folder:
        (Path(folder) / "static").mkdir()  # WhiteNoise warns without
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JIHENG_")}
        environment = {
            **kept,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "JIHENG_SECRET_KEY": secrets.token_hex(32),
            "JIHENG_DATA": folder,
            "JIHENG_DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "JIHENG_TASKS": "django_tasks.backends.immediate.ImmediateBackend",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).resolve().parents[1]), *beside()]),
        }
        if server == "SQLite":
            yield environment
            return
        with _postgres_database(os.environ["JIHENG_DATABASE_URL"]) as address:
            yield environment | {"JIHENG_DATABASE_URL": address}


@contextmanager
def _postgres_database(address: str) -> Iterator[str]:
    import psycopg  # noqa: PLC0415  # only where there is a PostgreSQL

    name = f"jiheng_bench_{os.getpid()}_{secrets.token_hex(3)}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    try:
        yield urlunparse(urlparse(address)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(psycopg.sql.SQL("DROP DATABASE {}").format(psycopg.sql.Identifier(name)))


def fresh(module: str, *said: object, server: str = "SQLite") -> Figures:
    """Measure in a new process with a new database; return its figures and its peak memory (`peak_mb`)."""
    command = [sys.executable, "-W", "ignore", "-m", module, CHILD, *(str(one) for one in said)]
    with throwaway(server) as environment:
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(f"{module} {said}: exit status {done.returncode}")
    found: Figures = json.loads(done.stdout.decode().splitlines()[-1])
    return found


def run(measure: Callable[..., Figures], report: Callable[[], None]) -> None:
    """Report; or, as the process that `fresh` started, measure with an empty database ready."""
    if sys.argv[1:2] != [CHILD]:
        report()
        return
    import django  # noqa: PLC0415  # reads the environment that `fresh` has set

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  # after the set-up

    call_command("migrate", verbosity=0)
    found = measure(*sys.argv[2:])
    print(json.dumps({"peak_mb": peak_mb(), **found}))


def machine() -> str:
    """Say in one line where the figures come from."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cores} 核，内存 {memory:.0f} GiB，Python {sys.version.split()[0]}，一分钟负载 {os.getloadavg()[0]:.1f}"


def title(text: str) -> None:
    """Print what is measured, and where."""
    print(f"\n== {text}\n   {machine()}")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table that reads well and pastes as Markdown."""
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)
