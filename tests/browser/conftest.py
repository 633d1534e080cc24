"""Chromium for browser tests, watching for what a person would not notice: errors, foreign hosts."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.office import Office

if TYPE_CHECKING:
    from tests.make import County

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
DEMO_DAY = "2026-10-09"  # the third quarter is over, next year's goals are being written
OWN_HOSTS = {"127.0.0.1", "localhost"}


def chromium_path() -> str:
    """Return the system's Chromium; JIHENG_CHROMIUM names another one."""
    found = os.environ.get("JIHENG_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert found, "找不到 Chromium：请安装软件包 chromium，或用 JIHENG_CHROMIUM 指出它在哪里"
    return found


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one process; the walks, which are as long as all others, name their own."""
    for one in items:
        if one.get_closest_marker("browser") and not one.get_closest_marker("xdist_group"):
            one.add_marker(pytest.mark.xdist_group(one.path.stem))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one headless Chromium for the run."""
    # Playwright's loop runs in this thread, so Django takes every query here for one inside async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium has no sandbox for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS + root)
        yield browser
        browser.close()


class Watch:
    """What went wrong while pages were open; `allowed` texts are expected by the test."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        # Chromium logs the product's own refusals (422) and "somebody was faster" (409) as errors.
        self.allowed: list[str] = ["status of 422", "status of 409"]

    def follow(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in OWN_HOSTS:
            self.problems.append(f"asked another host: {request.url}")

    def unexpected(self) -> list[str]:
        """Return the problems that no `allowed` text explains."""
        return [one for one in self.problems if not any(text in one for text in self.allowed)]


@pytest.fixture
def watch() -> Watch:
    """The problems seen in this test; append to `allowed` what the test provokes on purpose."""
    return Watch()


@pytest.fixture
def context(chromium: Browser, watch: Watch) -> Iterator[BrowserContext]:
    """A fresh browser window: no cookies, Chinese, the size of an office screen."""
    opened = chromium.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900}
    )
    opened.on("page", watch.follow)
    yield opened
    opened.close()
    assert watch.unexpected() == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of that window. Errors in its console and calls to other hosts fail the test."""
    return context.new_page()


@pytest.fixture
def office(chromium: Browser, watch: Watch, demo_address: str) -> Iterator[Office]:
    """The demo county's people at their screens; errors and calls to other hosts fail the test."""
    opened = Office(chromium, demo_address, watch.follow)
    yield opened
    opened.close()
    assert watch.unexpected() == []


@pytest.fixture(scope="module")
def emptied_afterwards(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Each test's data are flushed behind it; append-only tables allow that only without their guards."""
    from tests.guards import take_away  # noqa: PLC0415  # Django is set up by now

    with django_db_blocker.unblock():
        put_back = take_away()
    yield
    with django_db_blocker.unblock():
        put_back()


@pytest.fixture
def county() -> "County":
    """A county with the starter library, for pages of the test's own server."""
    from jiheng.registers.indicators.services import load_library  # noqa: PLC0415  # Django is set up by now
    from tests import make  # noqa: PLC0415

    made = make.make_county()
    load_library(place=made.place, person=made.person("performance_office"))
    return made


@pytest.fixture(scope="session")
def demo_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the demo county and serve it as `make demo` does; return its address.

    The day is fixed, so that every run sees the same pages. JIHENG_DEMO_ADDRESS names a county that is
    being served already, to try a test out; what a test does there stays.
    """
    if served := os.environ.get("JIHENG_DEMO_ADDRESS"):
        yield served
        return
    jiheng = str(Path(sys.executable).with_name("jiheng"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JIHENG_", "DJANGO_"))}
    environment |= {
        "JIHENG_DATA": str(tmp_path_factory.mktemp("demo")), "JIHENG_DEMO": "1", "JIHENG_TODAY": DEMO_DAY,
    }  # fmt: skip
    built = subprocess.run(
        [jiheng, "demo", "--build-only"], env=environment, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([jiheng, "serve", "--port", str(port)], env=environment, start_new_session=True)
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/healthz", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def wait_until_it_answers(address: str, server: subprocess.Popen[bytes], seconds: int = 60) -> None:
    """Ask until the server answers; fail when it ends or stays silent."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer within {seconds} seconds")
