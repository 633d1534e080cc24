"""First pages on a generated city: the lists of goals and projects and the dashboard, as a browser asks for them.

A real granian server (one worker process with four threads, so that its memory is the page's) on loopback serves
the product with two more addresses; a client with one kept connection asks for all pages in turn, warm. The usual
alternative in the same run: a trivial templated page with one query on the same server and database, and the same
page inside the frame that every page of the product has (session, person, navigation, budget year).
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench import _measure

CITIES = ((167, 758), (334, 1516), (668, 3032))  # units and projects: half of 郑州, 郑州, double
WARM, REQUESTS = 5, 40
TRIVIAL = "/bench/plain/"
ROLE = "performance_office"


@dataclass
class Page:
    """One page and how long each answer took; `queries` and `size` are of one warm answer."""

    label: str
    path: str
    taken: list[float]
    size: int = 0
    queries: int = 0


def measure(units: str, projects: str) -> _measure.Figures:
    """Build the city, start the server, ask for the pages in turn."""
    from django.conf import settings  # noqa: PLC0415  # after the set-up
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from bench import city  # noqa: PLC0415
    from jiheng.foundation.accounts.models import User  # noqa: PLC0415

    built = city.build(units=int(units), projects=int(projects))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what the database does by itself once rows have stood for a while
    pages = [
        Page("一个查询的普通页", TRIVIAL, []),
        Page("同上，在系统的框架里", "/bench/framed/", []),
        Page("绩效目标列表首页", reverse("goals:list"), []),
        Page("项目库列表首页", reverse("subjects:list"), []),
        Page("驾驶舱", reverse("dashboards:home"), []),
    ]
    client = Client()
    user = User.objects.get(pk=built.people[ROLE].user_id)
    client.force_login(user, backend="jiheng.foundation.sign_in.backend.PasswordBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    settings.ALLOWED_HOSTS.append("testserver")
    for page in pages:
        visitor = Client() if page.path == TRIVIAL else client
        visitor.get(page.path)
        with CaptureQueriesContext(connection) as queries:
            visitor.get(page.path)
        page.queries = len(queries)
    connection.close()
    memory = serve_and_ask(pages, f"{settings.SESSION_COOKIE_NAME}={cookie}")
    return {
        "pages": [(one.label, one.taken, one.size, one.queries) for one in pages],
        "peak_mb": memory,
    }


def serve_and_ask(pages: list[Page], cookie: str) -> float:
    """Start the server, ask, stop it; return the peak memory of its worker in MiB."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "jiheng.site.wsgi:application"),
    ]
    server = subprocess.Popen(command, env=os.environ, stdout=sys.stderr)
    try:
        wait_until_it_answers(port)
        ask(pages, port, cookie)
        return max(peak_of(child) for child in children(server.pid))
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()


def ask(pages: list[Page], port: int, cookie: str) -> None:
    """Ask for all pages in turn over one connection, so that what disturbs one disturbs all."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(WARM + REQUESTS):
        for page in pages:
            start = time.perf_counter()
            line.request("GET", page.path, headers={} if page.path == TRIVIAL else {"Cookie": cookie})
            answer = line.getresponse()
            body = answer.read()
            taken = time.perf_counter() - start
            if answer.status != http.client.OK:
                raise SystemExit(f"{page.path}: {answer.status}\n{body[:2000].decode(errors='replace')}")
            if number >= WARM:
                page.taken.append(taken)
                page.size = len(body)
    line.close()


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(port: int, seconds: int = 60) -> None:
    """Wait for the first answer of the server."""
    for _ in range(seconds * 10):
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/healthz")
            line.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer")


def children(pid: int) -> list[int]:
    """Return the worker processes of the server, or itself when it has none."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(one) for one in found] or [pid]


def peak_of(pid: int) -> float:
    """Return the largest memory that a process has held, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def report() -> None:
    """Measure every city and print."""
    for server in _measure.servers():
        _measure.title(f"首页，{server}，granian 1 进程 4 线程，单个连接")
        found = [_measure.fresh("bench.pages", *size, server=server) for size in CITIES]
        rows = []
        for (units, projects), one in zip(CITIES, found, strict=True):
            trivial = _measure.Times(tuple(one["pages"][0][1])).median
            for label, taken, size, queries in one["pages"]:
                times = _measure.Times(tuple(taken))
                rows.append(
                    (
                        f"{units}／{projects:,}",
                        label,
                        f"{times.median * 1000:.1f}",
                        f"{times.percentile(95) * 1000:.1f}",
                        f"{min(taken) * 1000:.1f}–{max(taken) * 1000:.1f}",
                        f"{times.median / trivial:.1f}",
                        queries,
                        f"{size / 1024:.0f}",
                        f"{one['peak_mb']:.0f}",
                    )
                )
        head = ("单位／项目", "页面", "中位 ms", "p95 ms", "最小–最大", "为普通页的倍数", "查询", "KiB", "服务进程峰值 MiB")
        _measure.table(head, rows)
        sizes = [projects for _, projects in CITIES]
        for at, (label, *_) in enumerate(found[0]["pages"]):
            medians = [_measure.Times(tuple(one["pages"][at][1])).median for one in found]
            shortest = [min(one["pages"][at][1]) for one in found]
            powers = f"中位 {_measure.growth(sizes, medians)}，最短 {_measure.growth(sizes, shortest)}"
            print(f"{label}：增长指数 {powers}（0 为不随规模变化）")


if __name__ == "__main__":
    _measure.run(measure, report)
