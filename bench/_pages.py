"""Pages asked for over HTTP as a browser asks: which ones, warm and just after a write, and the table of it.

A server of one worker process (so that its memory is the pages') and one kept connection. All pages are asked for in
turn, so that what disturbs one disturbs all. Beside them the usual alternative: a trivial templated page with one
query, bare and within the frame that every page of the product has (session, person, navigation, budget year).
"""

import http.client
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench import _measure
from bench._serving import peak_of, served

ROLE = "performance_office"
TRIVIAL = "/bench/plain/"
SLOW = 1.0
"""Seconds of a first answer from which no further one is asked for only to warm up: compiling was little of it."""
LEAST = 3
"""How often every page is asked for however long it takes."""


@dataclass
class Page:
    """One page: seconds of each answer, queries and size of one answer of each kind.

    `first` is the answer after the server's start, `warm` are those after which nothing was written, `written` those
    right behind an entry in the place's chain, when whatever hangs on the chain's head is worked out again.
    """

    label: str
    path: str
    first: float = 0.0
    warm: list[float] = field(default_factory=list)
    written: list[float] = field(default_factory=list)
    queries: int = 0
    queries_written: int = 0
    size: int = 0


@dataclass(frozen=True)
class Length:
    """How often each page is asked for, each kind of answer for itself: so many times, or until its answers of the
    kind took so many seconds together.
    """

    rounds: int = 20
    seconds: float = 0.5


def figures(built: Any, length: Length) -> _measure.Figures:
    """Ask for the pages over what the database holds, as the performance office of this city."""
    from django.conf import settings  # noqa: PLC0415  # after the set-up
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from jiheng.foundation.accounts.models import User  # noqa: PLC0415

    client = Client()
    user = User.objects.get(pk=built.people[ROLE].user_id)
    client.force_login(user, backend="jiheng.foundation.sign_in.backend.PasswordBackend")
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    pages, size = wanted(), database_mb()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what the database does by itself once rows have stood for a while
    count(pages, client, lambda: write(built.place))
    connection.close()
    with served(1) as server:
        before = peak_of(server.workers[0])
        ask(pages, server.port, cookie, length, lambda: write(built.place))
        memory = peak_of(server.workers[0])
    return {
        "pages": [asdict(one) for one in pages],
        "size_mb": size,
        "before_mb": before,
        "peak_mb": memory,
        "load": os.getloadavg()[0],
    }


def wanted() -> list[Page]:
    """Return the pages: the two trivial ones, desk and dashboard, each list that a year fills, a record of two kinds."""
    from django.urls import reverse  # noqa: PLC0415  # after the set-up

    from jiheng.stages.evaluation.models import SelfEvaluation  # noqa: PLC0415
    from jiheng.stages.goals.models import Goal  # noqa: PLC0415

    goal, form = Goal.objects.order_by("-pk").first(), SelfEvaluation.objects.order_by("-pk").first()
    if goal is None or form is None:
        raise SystemExit("nothing was built")
    return [
        Page("一个查询的普通页", TRIVIAL),
        Page("同上，在系统的框架里", "/bench/framed/"),
        Page("工作台", reverse("desk:home")),
        Page("驾驶舱", reverse("dashboards:home")),
        Page("项目库", reverse("subjects:list")),
        Page("绩效目标", reverse("goals:list")),
        Page("资金台账", reverse("budgets:list")),
        Page("运行监控概览", reverse("monitoring:overview")),
        Page("监控表", reverse("monitoring:list")),
        Page("可收回的资金", reverse("monitoring:recapture_candidates")),
        Page("单位自评", reverse("evaluation:list")),
        Page("财政评价", reverse("evaluation:evaluations")),
        Page("选取评价对象", reverse("evaluation:choose")),
        Page("结果应用", reverse("results:decisions")),
        Page("信息公开", reverse("disclosure:due")),
        Page("一份绩效目标", reverse("goals:detail", args=[goal.pk])),
        Page("一份自评", reverse("evaluation:self_detail", args=[form.pk])),
    ]


def write(place: Any) -> None:
    """Add an entry to the chain of the place, as every write of the product does at its end."""
    from jiheng.foundation.audit.services import act, record  # noqa: PLC0415  # after the set-up

    with act(None, place=place):
        record("bench.write", place)


def count(pages: list[Page], client: Any, write: Callable[[], None]) -> None:
    """Count the queries of an answer when nothing was written since the last one, and right behind a write."""
    from django.conf import settings  # noqa: PLC0415  # after the set-up
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext, override_settings  # noqa: PLC0415

    with override_settings(ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "testserver"]):
        for page in pages:
            visitor = Client() if page.path == TRIVIAL else client
            visitor.get(page.path)
            with CaptureQueriesContext(connection) as warm:
                visitor.get(page.path)
            write()
            with CaptureQueriesContext(connection) as written:
                visitor.get(page.path)
            page.queries, page.queries_written = len(warm), len(written)


def ask(pages: list[Page], port: int, cookie: str, length: Length, write: Callable[[], None]) -> None:
    """Ask for all pages round by round: the first time, warm, and each one right behind a write of its own."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    for page in pages:
        page.first = asked(line, page, cookie)
    for page in pages:
        if page.first < SLOW:
            asked(line, page, cookie)
    for number in range(length.rounds):
        for page in pages:
            if number < LEAST or sum(page.warm) < length.seconds:
                page.warm.append(asked(line, page, cookie))
    for number in range(length.rounds):
        for page in pages:
            if number < LEAST or sum(page.written) < length.seconds:
                write()
                page.written.append(asked(line, page, cookie))
    line.close()


def asked(line: http.client.HTTPConnection, page: Page, cookie: str) -> float:
    """Return the seconds until the whole page was there."""
    start = time.perf_counter()
    line.request("GET", page.path, headers={} if page.path == TRIVIAL else {"Cookie": cookie})
    answer = line.getresponse()
    body = answer.read()
    taken = time.perf_counter() - start
    if answer.status != http.client.OK:
        raise SystemExit(f"{page.path}: {answer.status}\n{body[:2000].decode(errors='replace')}")
    page.size = len(body)
    return taken


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


def tell(projects: int, one: _measure.Figures) -> None:
    """Print the figures of one size."""
    print(
        f"\n{projects:,} 个项目：建好用 {one['built']:.0f} s，数据库 {one['size_mb']:,.0f} MiB，"
        f"服务进程峰值 {one['peak_mb']:.0f} MiB（开始时 {one['before_mb']:.0f}），一分钟负载 {one['load']:.1f}"
    )
    trivial, trivial_written = (times(one["pages"][0], kind).median for kind in ("warm", "written"))
    rows = []
    for page in one["pages"]:
        warm, written = times(page, "warm"), times(page, "written")
        rows.append(
            (
                page["label"],
                f"{len(page['warm'])}、{len(page['written'])}",
                f"{page['first'] * 1000:.0f}",
                f"{warm.median * 1000:.1f}",
                f"{warm.percentile(95) * 1000:.1f}",
                f"{warm.median / trivial:.1f}",
                page["queries"],
                f"{written.median * 1000:.1f}",
                f"{written.percentile(95) * 1000:.1f}",
                f"{written.median / trivial_written:.1f}",
                page["queries_written"],
                f"{page['size'] / 1024:.0f}",
            )
        )
    head = ("页面", "次数", "启动后第一次 ms", "中位 ms", "p95 ms", "倍数", "查询")
    behind = ("写入后中位 ms", "写入后 p95 ms", "写入后倍数", "写入后查询", "KiB")
    _measure.table((*head, *behind), rows)


def tell_growth(sizes: Sequence[int], found: Sequence[_measure.Figures]) -> None:
    """Print how each page grows from size to size: 0 does not grow, 1 in proportion."""
    rows = []
    for at, page in enumerate(found[0]["pages"]):
        powers = [
            _measure.growth(sizes, [times(one["pages"][at], kind).median for one in found])
            for kind in ("warm", "written")
        ]
        rows.append((page["label"], *powers))
    print(f"\n增长指数，{'、'.join(f'{one:,}' for one in sizes)} 个项目之间（0 为不随规模变化，1 为成比例）")
    _measure.table(("页面", "预热后中位", "写入后中位"), rows)


def times(page: dict[str, Any], kind: str) -> _measure.Times:
    """Return the measured answers of one kind."""
    return _measure.Times(tuple(page[kind]))
