"""First pages on a generated city, twice and thirteen times it: warm, and just after somebody wrote.

Lists, a record, the desk and the dashboard as a browser asks for them, over HTTP, against a trivial templated page
with one query (see `_pages`). Each page is told twice: when nothing was written since the last visit, and right behind
a write, when what was kept until then is worked out again. SQLite, and PostgreSQL where JIHENG_DATABASE_URL names one.

    .venv/bin/python -m bench.pages                            three sizes
    .venv/bin/python -m bench.pages 1516 20000 --seconds 5     sizes in projects; seconds for each page and kind
"""

import argparse
import time

from bench import _measure, _pages

UNITS, CITY = 334, 1_516  # 郑州's budget units and projects
PROJECTS = (CITY, 2 * CITY, 20_000)


def measure(projects: str, rounds: str, seconds: str) -> _measure.Figures:
    """Build so many projects, then ask for the pages."""
    from bench import _province  # noqa: PLC0415  # after the set-up

    start = time.perf_counter()
    built = _province.build(int(projects), units=max(1, int(projects) * UNITS // CITY))
    taken = time.perf_counter() - start
    return {"built": taken} | _pages.figures(built, _pages.Length(int(rounds), float(seconds)))


def report() -> None:
    """Measure every size and print."""
    usual = _pages.Length()
    given = argparse.ArgumentParser(description="首页的快慢，预热后和写入后")
    given.add_argument("projects", type=int, nargs="*", help="项目数，可以几个")
    given.add_argument("--rounds", type=int, default=usual.rounds, help="每页、每种情形至多问几次")
    given.add_argument("--seconds", type=float, default=usual.seconds, help="每页、每种情形至多问多少秒")
    asked = given.parse_args()
    sizes = asked.projects or PROJECTS
    for server in _measure.servers():
        _measure.title(f"首页，{server}，granian 1 进程 4 线程，单个连接")
        found = []
        for size in sizes:
            found.append(_measure.fresh("bench.pages", size, asked.rounds, asked.seconds, server=server))
            _pages.tell(size, found[-1])
        if len(sizes) > 1:
            _pages.tell_growth(sizes, found)


if __name__ == "__main__":
    _measure.run(measure, report)
