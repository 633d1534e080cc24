"""Submissions under load: twenty units a second save their monitoring forms for ten minutes, and none is lost.

The server runs as `serve` runs it (granian, two worker processes of four threads). Every form was opened once over
HTTP before the clock starts; then the forms come at fixed instants, whether the ones before them are answered or not,
each by a unit's officer with session and CSRF token, every one with a figure that no other form carries. Latency is
counted from the instant at which a form was due, so that waiting in line counts. Afterwards every accepted figure must
stand in the audit chain exactly once, the last one of each form in its record, the versions must have counted each
save, and the chain must be whole.

    .venv/bin/python -m bench.submissions --seconds 60 --rate 20

Without PostgreSQL in JIHENG_DATABASE_URL it runs on SQLite.
"""

import argparse
import http.client
import json
import os
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import _measure
from bench._serving import Server, served

SECONDS, RATE = 600, 20
UNITS, PROJECTS = 334, 1516  # the city
LINES = 32
"""Connections at a time: more than ever wait while the server keeps up."""
SLICES = 10
"""Into how many stretches the run is cut for the curve; of ten minutes each is one minute."""


@dataclass
class Form:
    """A monitoring form as a browser holds it, with its officer's cookies; `saved` are the accepted figures."""

    report: int
    path: str
    session: str
    token: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    saved: list[int] = field(default_factory=list)
    busy: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Sent:
    """One submission: when it was due, seconds until its answer from then, and from when it was sent; the status."""

    due: float
    waited: float
    served: float
    status: int


@dataclass(frozen=True)
class Stretch:
    """One part of the run: MiB that the server's processes hold at its end, their processor seconds within it, and the
    machine's load at its end.
    """

    memory: float
    processor: float
    load: float


class Fields(HTMLParser):
    """The names and values that a browser would send of the form that holds the readings."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self._area: str | None = None
        self._list: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a field."""
        at = {name: value or "" for name, value in attrs}
        name = at.get("name", "")
        if tag == "form":
            self.forms.append([])
        elif tag == "input" and name and self.forms:
            unset = at.get("type") in {"checkbox", "radio"} and "checked" not in at
            if at.get("type") not in {"submit", "button", "file"} and not unset:
                self.forms[-1].append((name, at.get("value", "")))
        elif tag == "textarea" and self.forms:
            self._area = name
            self.forms[-1].append((name, ""))
        elif tag == "select" and self.forms:
            self._list = name
        elif tag == "option" and self._list and "selected" in at:
            self.forms[-1].append((self._list, at.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Leave a field."""
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._list = None

    def handle_data(self, data: str) -> None:
        """Take in what stands in a text field."""
        if self._area is not None:
            name, so_far = self.forms[-1][-1]
            self.forms[-1][-1] = (name, so_far + data)


def measure(seconds: str, rate: str, units: str, projects: str) -> _measure.Figures:
    """Build the city, open every form, submit at the rate, count what came of it."""
    from django.db import connection  # noqa: PLC0415  # after the set-up

    from bench import city  # noqa: PLC0415

    built = city.build(units=int(units), projects=int(projects))
    forms = unopened(built)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    before = standing(built)
    connection.close()
    with served(2) as server:
        with ThreadPoolExecutor(8) as openers:
            list(openers.map(lambda one: opened(one, server.port), forms))
        settled, spent = sum(held(one) for one in server.workers), processor(server.workers)
        sent, stretches = submit(forms, server, float(seconds), float(rate))
        spent = processor(server.workers) - spent
    return {
        "sent": [(one.due, one.waited, one.served, one.status) for one in sent],
        "kept": kept(built, forms, before),
        "settled_mb": settled,
        "processor": spent,
        "stretches": [asdict(one) for one in stretches],
    }


def unopened(built: Any) -> list[Form]:
    """Return the forms of the first checkpoint, open to their units, each with its officer's session."""
    from django.conf import settings  # noqa: PLC0415  # after the set-up
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from jiheng.foundation.accounts.services import appoint, create_user  # noqa: PLC0415
    from jiheng.registers.cycles.queries import policy_for  # noqa: PLC0415
    from jiheng.stages.monitoring.models import MonitoringReport  # noqa: PLC0415

    start = policy_for(built.cycle).workflows["monitoring"].start
    reports = MonitoringReport.objects.filter(checkpoint__key="q1").select_related("subject_year__unit")
    reports.update(state=start)
    sessions: dict[int, str] = {}
    found = []
    for report in reports.order_by("pk"):
        unit = report.subject_year.unit
        if unit.pk not in sessions:
            user = create_user(username=f"officer.{unit.code}", name="经办", password=None)
            begun = timezone.localdate().replace(year=2020)
            appoint(user=user, organisation=unit, role="unit_project", valid_from=begun)
            client = Client()
            client.force_login(user, backend="jiheng.foundation.sign_in.backend.PasswordBackend")
            sessions[unit.pk] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        found.append(Form(report.pk, reverse("monitoring:fill", args=[report.pk]), sessions[unit.pk]))
    return found


def opened(form: Form, port: int) -> None:
    """Open the page of a form over HTTP and keep what a browser would send back."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.request("GET", form.path, headers={"Cookie": form.session})
    answer = line.getresponse()
    body = answer.read().decode()
    if answer.status != http.client.OK:
        raise SystemExit(f"{form.path}: {answer.status}\n{body[:1000]}")
    cookie = re.search(r"(\w*csrftoken\w*=\w+)", answer.getheader("Set-Cookie") or "")
    form.token = cookie[1] if cookie else ""
    line.close()
    page = Fields()
    page.feed(body)
    form.fields = next(one for one in page.forms if any(name == "readings-TOTAL_FORMS" for name, _ in one))


def submit(forms: list[Form], server: Server, seconds: float, rate: float) -> tuple[list[Sent], list[Stretch]]:
    """Send forms at fixed instants, every one with a figure of its own; return them and the stretches of it."""
    numbers = iter(range(round(seconds * rate)))
    sent: list[Sent] = []
    guard, begun = threading.Lock(), time.perf_counter() + 1
    stretches: list[Stretch] = []
    spent = processor(server.workers)

    def work() -> None:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        while True:
            with guard:
                number = next(numbers, None)
            if number is None:
                line.close()
                return
            due = begun + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            form = forms[number * 7 % len(forms)]
            with form.busy:  # one officer does not press twice before the page has answered
                start = time.perf_counter()
                status = saved(line, form, number)
                end = time.perf_counter()
            with guard:
                sent.append(Sent(due - begun, end - due, end - start, status))

    threads = [threading.Thread(target=work) for _ in range(LINES)]
    for one in threads:
        one.start()
    for part in range(SLICES):
        time.sleep(max(0.0, begun + seconds * (part + 1) / SLICES - time.perf_counter()))
        before, spent = spent, processor(server.workers)
        stretches.append(Stretch(sum(held(one) for one in server.workers), spent - before, os.getloadavg()[0]))
    for one in threads:
        one.join()
    return sent, stretches


def saved(line: http.client.HTTPConnection, form: Form, number: int) -> int:
    """Press 保存 with this figure in the first row; return the status, 0 where the line broke."""
    figure = number + 1
    fields = [(name, f"{figure}") if name == "readings-0-actual_text" else (name, old) for name, old in form.fields]
    body = urlencode([*fields, ("do", "save")])
    cookies = "; ".join(one for one in (form.session, form.token) if one)
    head = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        line.request("POST", form.path, body, head)
        answer = line.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        line.close()
        return 0
    if answer.status in {http.client.FOUND, http.client.SEE_OTHER}:
        form.saved.append(figure)
    return answer.status


def standing(built: Any) -> int:
    """Return the number of the chain's last entry."""
    from jiheng.foundation.audit.models import Head  # noqa: PLC0415  # after the set-up

    return int(Head.objects.get(place_id=built.place.pk).number)


def kept(built: Any, forms: list[Form], before: int) -> dict[str, int]:
    """Hold what was accepted against the records and the chain; return the counts and what is missing or doubled."""
    from django.db.models import Sum  # noqa: PLC0415  # after the set-up

    from jiheng.foundation.audit.models import Entry  # noqa: PLC0415
    from jiheng.foundation.audit.queries import first_break  # noqa: PLC0415
    from jiheng.stages.monitoring.models import MonitoringReport, Reading  # noqa: PLC0415

    name = Reading.objects.order_by("pk")[0].indicator.name
    entries = Entry.objects.filter(place_id=built.place.pk, number__gt=before, action="monitoring.readings")
    told = Counter(int(one["values"][name]) for one in entries.values_list("detail", flat=True))
    accepted = Counter(figure for form in forms for figure in form.saved)
    rows = Reading.objects.filter(report__in=[one.report for one in forms], indicator__position=1)
    stands = dict(rows.values_list("report_id", "actual_text"))
    wrong = [one for one in forms if one.saved and stands[one.report] != str(one.saved[-1])]
    versions = MonitoringReport.objects.filter(checkpoint__key="q1").aggregate(all=Sum("fill_version"))["all"]
    return {
        "accepted": accepted.total(),
        "entries": told.total(),
        "versions": versions,
        "lost": (accepted - told).total(),
        "beyond": (told - accepted).total(),
        "records_wrong": len(wrong),
        "chain_broken": int(first_break(built.place.pk) is not None),
    }


def held(pid: int) -> float:
    """Return the memory that a process holds now, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def processor(pids: list[int]) -> float:
    """Return the processor seconds that these processes have used."""
    ticks = 0
    for pid in pids:
        user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
        ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")


def report() -> None:
    """Measure on the strongest database that is there, and print."""
    given = argparse.ArgumentParser(description="保存监控表的持续负载")
    given.add_argument("--seconds", type=int, default=SECONDS)
    given.add_argument("--rate", type=float, default=RATE)
    given.add_argument("--units", type=int, default=UNITS)
    given.add_argument("--projects", type=int, default=PROJECTS)
    asked = given.parse_args()
    server = _measure.servers()[-1]
    _measure.title(f"每秒保存 {asked.rate:g} 份监控表，{asked.seconds} 秒，{server}，granian 2 进程各 4 线程")
    found = _measure.fresh(
        "bench.submissions", asked.seconds, asked.rate, asked.units, asked.projects, server=server
    )
    tell(found, asked.seconds)


def tell(found: _measure.Figures, seconds: float) -> None:
    """Print the curve, the memory, and what was kept."""
    rows = []
    for part, stretch in enumerate(found["stretches"]):
        first, last = seconds * part / SLICES, seconds * (part + 1) / SLICES
        mine = [one for one in found["sent"] if first <= one[0] < last]
        waited, served = (_measure.Times(tuple(one[at] for one in mine) or (0.0,)) for at in (1, 2))
        rows.append(
            (
                f"{first:.0f}–{last:.0f} s",
                len(mine),
                *(f"{waited.percentile(share) * 1000:.0f}" for share in (50, 95, 99)),
                f"{max(waited.values) * 1000:.0f}",
                f"{served.median * 1000:.0f}",
                f"{stretch['processor'] / max(len(mine), 1) * 1000:.1f}",
                f"{stretch['memory']:.0f}",
                f"{stretch['load']:.1f}",
            )
        )
    head = ("时段", "份", "中位 ms", "p95", "p99", "最长", "发出后中位", "处理器 ms／份", "两个进程 MiB", "一分钟负载")
    _measure.table(head, rows)
    ended = max(due + waited for due, waited, *_ in found["sent"])
    statuses = Counter(status for *_, status in found["sent"])
    print(f"共 {len(found['sent'])} 份，全部答复用 {ended:.1f} s；答复：{dict(statuses)}")
    each = found["processor"] / len(found["sent"]) * 1000
    print(f"每份用服务进程的处理器 {each:.1f} ms；开始时两个进程 {found['settled_mb']:.0f} MiB；核对：{json.dumps(found['kept'])}")
    kept = found["kept"]
    if kept["accepted"] != kept["entries"] or kept["accepted"] != kept["versions"] or kept["records_wrong"]:
        raise SystemExit("有收下而没有留下的，或者留下而没有收下的")


if __name__ == "__main__":
    _measure.run(measure, report)
