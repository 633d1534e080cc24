"""The web server killed while people press buttons: what it confirmed is there, nothing is half-written or done twice.

A real server on a database of its own; clerks who open pages and send forms over HTTP. After each kill the server is
started again and the person does what people do: looks at the page anew, and presses again where it does not show.
More kills: JIHENG_KILL_SEEDS=1-20.
"""

import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from jiheng.foundation.audit.services import SEALED
from tests.journeys.test_killed_year import seeds
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.own_database
TODAY = "2022-11-01"
ROOT = Path(__file__).resolve().parents[2]
ROLES = ("unit_project", "unit_finance", "department_reviewer", "division", "performance_office")
SETUP = f"""
import django; django.setup()
import json
from datetime import date
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
from jiheng.foundation import clock
from tests.make import make_county, make_goal, make_subject, sign_in
with clock.at(date(2022, 10, 8)):
    county = make_county()
with clock.at(date.fromisoformat("{TODAY}")):
    goal = make_goal(county, make_subject(county), "draft")
found = {{}}
for role in {ROLES}:
    client = sign_in(Client(), county.person(role), county.cycle)
    found[role] = {{name: one.value for name, one in client.cookies.items()}}
print(json.dumps([goal.pk, found]))
"""


@dataclass(frozen=True)
class Answer:
    """As much of an answer as the visitor reads."""

    status_code: int
    content: bytes
    headers: dict[str, str]
    streaming: bool = False

    def __getitem__(self, name: str) -> str:
        return self.headers[name]


class Line:
    """What a visitor uses of Django's test client, over HTTP to a real server."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.port = port
        self.cookies = dict(cookies)

    def get(self, url: str, **_: Any) -> Answer:
        """Ask for a page."""
        return self._ask("GET", url, None, {})

    def post(self, url: str, data: str, *, headers: dict[str, str], **_: Any) -> Answer:
        """Send a form."""
        here = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{self.port}/"}
        return self._ask("POST", url, data.encode(), {**headers, **here})

    def _ask(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            line.request(method, url, body, {**headers, "Cookie": cookie})
            answer = line.getresponse()
            content = answer.read()
        finally:
            line.close()
        told = {name.title(): value for name, value in answer.getheaders()}
        for value in answer.msg.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.value for name, one in SimpleCookie(value).items()}
        return Answer(answer.status, content, told)


class Server:
    """`jiheng serve`, to be killed with its workers and started again."""

    def __init__(self, port: int, environment: dict[str, str]) -> None:
        self.port, self.environment = port, environment
        self.process: subprocess.Popen[bytes] | None = None
        self.lives = 0

    def start(self) -> None:
        """Start it unless it lives, and wait until it answers."""
        if self.process is None:
            command = [sys.executable, "-m", "jiheng.site.cli", "serve", "--port", str(self.port)]
            self.process = subprocess.Popen(
                command, env=self.environment, cwd=ROOT, start_new_session=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            self.lives += 1
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=30) as answer:
                    if answer.status == http.HTTPStatus.OK:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server never answered")

    def kill(self) -> None:
        """End it and all its workers at once, with SIGKILL."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Server, Path, int, dict[str, dict[str, str]]]]:
    """A server over a county with one drafted goal, its database, the goal, and the cookies of who is signed in."""
    base = tmp_path / "killed.sqlite3"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("JIHENG_")} | {
        "DJANGO_SETTINGS_MODULE": "jiheng.site.settings", "JIHENG_DATA": str(tmp_path), "PYTHONPATH": str(ROOT),
        "JIHENG_SECRET_KEY": "killed-server-" + "0k1" * 20, "JIHENG_DATABASE_URL": f"sqlite:///{base}",
        "JIHENG_DEMO": "1", "JIHENG_TODAY": TODAY,
    }  # fmt: skip
    made = subprocess.run([sys.executable, "-c", SETUP], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    goal, cookies = json.loads(made.stdout.strip().splitlines()[-1])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Server(port, environment)
    yield server, base, goal, cookies
    server.kill()


def counted(base: Path) -> dict[str, int]:
    """How many entries of the chain tell of each act, and which records they sealed: read beside the server."""
    with sqlite3.connect(f"file:{base}?mode=ro", uri=True, timeout=60) as line:
        rows = line.execute("SELECT action, count(*) FROM audit_entry GROUP BY action").fetchall()
    return dict(rows)


def told(base: Path, asks: str, *said: str) -> Any:
    """The first column of the first row."""
    with sqlite3.connect(f"file:{base}?mode=ro", uri=True, timeout=60) as line:
        return line.execute(asks, said).fetchone()[0]


class Deed(NamedTuple):
    """One press of a button: whose, on which page, what is typed, and whether it shows in the database."""

    role: str
    page: str
    button: str
    typed: dict[str, str]
    done: Callable[[], bool]


def test_server_killed_while_forms_are_sent_keeps_what_it_confirmed(
    place: tuple[Server, Path, int, dict[str, dict[str, str]]],
) -> None:
    server, base, goal, cookies = place
    chance, kills = random.Random(seeds()[0]), max(3, len(seeds()))
    visitors = {role: Visitor() for role in ROLES}
    for role, visitor in visitors.items():
        visitor.client = Line(server.port, cookies[role])  # type: ignore[assignment]

    def saved(words: str) -> Deed:
        asks = "SELECT objective FROM goals_goal"
        return Deed("unit_project", f"/goals/{goal}/edit/", "保存", {"年度目标": words}, lambda: told(base, asks) == words)

    def stepped(role: str, button: str, action: str) -> Deed:
        asks = "SELECT count(*) FROM workflow_signature WHERE role = ? AND action = ?"
        return Deed(role, f"/goals/{goal}/", button, {}, lambda: told(base, asks, role, action) == 1)

    saves = [saved(f"购置教学设备120台并投入使用，实验开出率达到95%以上，改善办学条件（第{number}稿）。") for number in range(max(3, kills - 3))]
    deeds = [
        *saves,
        stepped("unit_project", "提交审核", "submit"),
        stepped("unit_finance", "提交审核", "submit"),
        stepped("department_reviewer", "审核通过", "approve_department"),
    ]
    before = counted(base)
    doomed = set(chance.sample(range(len(deeds)), min(kills, len(deeds))))
    confirmed = lost = 0
    for number, deed in enumerate(deeds):
        server.start()
        screen = visitors[deed.role].open(deed.page)
        timer = None
        if number in doomed:
            timer = threading.Timer(chance.random() * 0.25, server.kill)
            timer.start()
        try:
            screen.press(deed.button, deed.typed)
            said = True
        except (OSError, http.client.HTTPException):
            said = False
        if timer is not None:
            timer.join()
        if said:
            confirmed += 1
            assert deed.done(), f"{deed.button} of {deed.role} was confirmed and is gone"
        elif not deed.done():
            lost += 1
            server.start()
            visitors[deed.role].open(deed.page).press(deed.button, deed.typed)
            assert deed.done()
    assert server.lives > 1, "nothing was killed"
    assert confirmed + lost >= len(deeds) - len(doomed)
    after = counted(base)
    assert after["goals.save_content"] - before["goals.save_content"] == len(saves), "each save once, none twice"
    assert after["goals.submit"] - before.get("goals.submit", 0) == 2
    assert after["goals.approve_department"] - before.get("goals.approve_department", 0) == 1
    assert told(base, "SELECT state FROM goals_goal") == "division"
    assert SEALED in told(base, "SELECT detail FROM audit_entry WHERE action = 'goals.approve_department'")
    server.kill()
    verified = subprocess.run(
        [sys.executable, "-m", "jiheng.site.cli", "audit", "verify"],
        env=server.environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stdout + verified.stderr
