"""First pages up to a province: lists, a record, the desk and the dashboard at a city's size, ten and a hundred times it.

The rows of a province are copied inside the database (`_province`); the pages are asked for as `pages` asks for them,
with the same columns (`_pages`). What is not bound by the database shows in the first answer after the server's start.
PostgreSQL where JIHENG_DATABASE_URL names one, else SQLite.

    bash scripts/postgres.sh .venv/bin/python -m bench.province 2000 20000 200000
"""

import sys
import time

from bench import _measure, _pages

PROJECTS = {"SQLite": (2_000, 20_000), "PostgreSQL": (2_000, 20_000, 200_000)}
LENGTH = _pages.Length(rounds=60, seconds=5)


def measure(projects: str) -> _measure.Figures:
    """Build so many projects, then ask for the pages."""
    from bench import _province  # noqa: PLC0415  # after the set-up

    start = time.perf_counter()
    built = _province.build(int(projects))
    return {"built": time.perf_counter() - start} | _pages.figures(built, LENGTH)


def report() -> None:
    """Measure every size and print."""
    server = _measure.servers()[-1]
    sizes = [int(one) for one in sys.argv[1:]] or list(PROJECTS[server])
    _measure.title(f"直到一个省的首页，{server}，granian 1 进程 4 线程，单个连接")
    found = []
    for size in sizes:
        found.append(_measure.fresh("bench.province", size, server=server))
        _pages.tell(size, found[-1])
    if len(sizes) > 1:
        _pages.tell_growth(sizes, found)


if __name__ == "__main__":
    _measure.run(measure, report)
