"""People of the demo county at their screens: sign in, look for what is wrong with a page, make the manual's pictures.

The pictures of the user manual (docs/user/images) are made by the same tests: `JIHENG_MANUAL=1` lets them
write there; otherwise they only check that every page of the manual can still be reached.
"""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "user" / "images"
PASSWORD = "jiheng-demo-2026"  # the demo county prints it
DESK, LAPTOP, PHONE = (1440, 900), (1366, 768), (390, 844)


class Office:
    """Opens windows for people; each person keeps one window."""

    def __init__(self, chromium: Browser, address: str, follow: Callable[[Page], None]) -> None:
        self.address = address
        self._chromium = chromium
        self._follow = follow
        self._windows: dict[str, Page] = {}

    def window(self, size: tuple[int, int] = DESK, *, name: str = "") -> Page:
        """Open a window that nobody has signed in to."""
        context: BrowserContext = self._chromium.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": size[0], "height": size[1]}
        )
        context.set_default_timeout(10_000)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.address)
        context.on("page", self._follow)
        page = context.new_page()
        self._windows[name or f"nobody-{len(self._windows)}"] = page
        return page

    def sit(self, username: str, size: tuple[int, int] = DESK) -> Page:
        """Return the window of a person, signed in; signed in once."""
        if username in self._windows:
            return self._windows[username]
        page = self.window(size, name=username)
        page.goto(f"{self.address}/accounts/login/")
        page.get_by_label("登录名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.locator("#main")).to_be_visible()
        return page

    def open(self, page: Page, path: str) -> None:
        """Open an address of the site; an error page fails."""
        answer = page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def choose_year(self, page: Page, year: int) -> None:
        """Look at another budget year."""
        page.locator("header.top details.menu summary").first.click()
        page.get_by_role("button", name=f"{year} 年度").click()
        expect(page.locator("header.top details.menu summary").first).to_contain_text(str(year))

    def close(self) -> None:
        """Close every window."""
        for page in self._windows.values():
            page.context.close()


def picture(page: Page, name: str, *, top: str = "", height: int = 0) -> None:
    """Take the picture `name` of the manual: what the window shows, `top` scrolled to its upper edge."""
    assert (IMAGES / f"{name}.png").exists() or os.environ.get("JIHENG_MANUAL"), f"the manual has no picture {name}"
    if not os.environ.get("JIHENG_MANUAL"):
        return
    size = page.viewport_size
    if height and size:
        page.set_viewport_size({"width": size["width"], "height": height})
    page.evaluate("document.activeElement && document.activeElement.blur()")
    if top:
        page.locator(top).first.evaluate("part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 64)")
    else:
        page.evaluate("scrollTo(0, 0)")
    IMAGES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
    if height and size:
        page.set_viewport_size(size)
