"""Chromium for browser tests, watching for what a person would not notice: errors, foreign hosts."""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

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
OWN_HOSTS = {"127.0.0.1", "localhost"}


def chromium_path() -> str:
    """Return the system's Chromium; JIHENG_CHROMIUM names another one."""
    found = os.environ.get("JIHENG_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert found, "找不到 Chromium：请安装软件包 chromium，或用 JIHENG_CHROMIUM 指出它在哪里"
    return found


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
        self.allowed: list[str] = []

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
