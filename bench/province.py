"""First pages up to a province: lists, a record, the desk and the dashboard at a city's size, ten and a hundred times it.

The rows of a province are copied inside the database (`_province`); the pages are asked for over HTTP, one connection,
one worker process, all in turn. Told with them: how long the building took, how large the database is, the memory of
the server. Of every page also the first answer after the server's start, when it has kept nothing yet: what is not
bound by the database would show there. PostgreSQL where JIHENG_DATABASE_URL names one, else SQLite.

    bash scripts/postgres.sh .venv/bin/python -m bench.province 2000 20000 200000
"""

import http.client
import os
import sys
import time
from typing import Any

from bench import _measure
from bench._serving import served
from bench.pages import peak_of

PROJECTS = {"SQLite": (2_000, 20_000), "PostgreSQL": (2_000, 20_000, 200_000)}
WARM, REQUESTS = 2, 20
ROLE = "performance_office"
TRIVIAL = "/bench/plain/"


def measure(projects: str) -> _measure.Figures:
    """Build so many projects, then ask for the pages."""
    from bench import _province  # noqa: PLC0415  # after the set-up

    start = time.perf_counter()
    built = _province.build(int(projects))
    return {"built": time.perf_counter() - start} | figures(built.people[ROLE].user_id)


def figures(user: int) -> _measure.Figures:
    """Ask for the pages as this person, over what the database holds."""
    from django.conf import settings  # noqa: PLC0415  # after the set-up
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from jiheng.foundation.accounts.models import User  # noqa: PLC0415

    client = Client()
    client.force_login(User.objects.get(pk=user), backend="jiheng.foundation.sign_in.backend.PasswordBackend")
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    paths, size = wanted(), database_mb()
    connection.close()
    taken: dict[str, list[float]] = {label: [] for label in paths}
    with served(1) as server:
        before = peak_of(server.workers[0])
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        for _ in range(1 + WARM + REQUESTS):
            for label, path in paths.items():
                taken[label].append(asked(line, path, cookie))
        memory = peak_of(server.workers[0])
    return {"pages": taken, "size_mb": size, "before_mb": before, "peak_mb": memory, "load": os.getloadavg()[0]}


def wanted() -> dict[str, str]:
    """Return the pages by label."""
    from django.urls import reverse  # noqa: PLC0415  # after the set-up

    from jiheng.stages.evaluation.models import SelfEvaluation  # noqa: PLC0415
    from jiheng.stages.goals.models import Goal  # noqa: PLC0415

    goal, form = Goal.objects.order_by("-pk").first(), SelfEvaluation.objects.order_by("-pk").first()
    if goal is None or form is None:
        raise SystemExit("nothing was built")
    return {
        "一个查询的普通页": TRIVIAL,
        "同上，在系统的框架里": "/bench/framed/",
        "工作台": reverse("desk:home"),
        "项目库": reverse("subjects:list"),
        "绩效目标": reverse("goals:list"),
        "资金台账": reverse("budgets:list"),
        "运行监控概览": reverse("monitoring:overview"),
        "监控表": reverse("monitoring:list"),
        "单位自评": reverse("evaluation:list"),
        "结果应用": reverse("results:decisions"),
        "一份绩效目标": reverse("goals:detail", args=[goal.pk]),
        "一份自评": reverse("evaluation:self_detail", args=[form.pk]),
        "驾驶舱": reverse("dashboards:home"),
    }


def asked(line: http.client.HTTPConnection, path: str, cookie: str) -> float:
    """Return the seconds until the whole page was there."""
    start = time.perf_counter()
    line.request("GET", path, headers={} if path == TRIVIAL else {"Cookie": cookie})
    answer = line.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise SystemExit(f"{path}: {answer.status}\n{body[:2000].decode(errors='replace')}")
    return time.perf_counter() - start


def database_mb() -> float:
    """Return how large the database is, in MiB."""
    from django.db import connection  # noqa: PLC0415  # after the set-up

    asks = (
        "SELECT pg_database_size(current_database())"
        if connection.vendor == "postgresql"
        else "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    )
    with connection.cursor() as cursor:
        cursor.execute(asks)
        return float(cursor.fetchone()[0]) / 2**20


def report() -> None:
    """Measure every size and print."""
    server = _measure.servers()[-1]
    sizes = [int(one) for one in sys.argv[1:]] or list(PROJECTS[server])
    _measure.title(f"直到一个省的首页，{server}，granian 1 进程 4 线程，单个连接")
    found = []
    for size in sizes:
        found.append(_measure.fresh("bench.province", size, server=server))
        tell(size, found[-1])
    if len(sizes) > 1:
        for label in found[0]["pages"]:
            medians = [warm(one["pages"][label]).median for one in found]
            print(f"{label}：增长指数 {_measure.growth(sizes, medians)}（0 为不随规模变化）")


def tell(size: int, one: _measure.Figures) -> None:
    """Print the figures of one size."""
    built = f"建好用 {one['built']:.0f} s，" if "built" in one else ""
    print(
        f"\n{size:,} 个项目：{built}数据库 {one['size_mb']:,.0f} MiB，服务进程峰值 {one['peak_mb']:.0f} MiB"
        f"（开始时 {one['before_mb']:.0f}），一分钟负载 {one['load']:.1f}"
    )
    trivial = warm(one["pages"]["一个查询的普通页"]).median
    rows = []
    for label, taken in one["pages"].items():
        times = warm(taken)
        rows.append(
            (
                label,
                f"{taken[0] * 1000:.0f}",
                f"{times.median * 1000:.1f}",
                f"{times.percentile(95) * 1000:.1f}",
                f"{min(times.values) * 1000:.1f}",
                f"{times.median / trivial:.1f}",
            )
        )
    _measure.table(("页面", "启动后第一次 ms", "中位 ms", "p95 ms", "最短 ms", "为普通页的倍数"), rows)


def warm(taken: list[float]) -> Any:
    """Return the times of the answers after the first ones."""
    return _measure.Times(tuple(taken[1 + WARM :]))


if __name__ == "__main__":
    _measure.run(measure, report)
