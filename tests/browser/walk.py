"""A walk through the site as one role: every page of the menu and what its links lead to, and what is wrong there."""

import json
import os
import re
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page, Request, Response

from jiheng.rules.workflow.roles import ROLES
from tests.browser.office import DESK, LAPTOP, PHONE

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Roles that open a kind of page which does not stand on the left side: of all processes that walk together.
ENOUGH = max(1, 6 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
PAPER = 703  # pixels between the margins of A4 (web/static/jiheng/print.css): 186 mm at 96 dpi

# Links that only order, turn or export the list they stand in.
SAME_PAGE = {"sort", "after", "before", "export", "columns", "dense"}
DOWNLOAD = re.compile(r"\.(xlsx|pdf|docx|csv|json|zip)$|^/files/|/file/$")

# Words that Chinese offices write with these letters; every other one is a word left untranslated.
WORD = re.compile(r"[A-Za-z][A-Za-z'-]+")
KNOWN = {
    "Excel", "PDF", "Word", "PNG", "JPG", "DOCX", "XLSX", "XLS", "xlsx", "CSV", "JSON", "GBK", "WPS", "Ctrl", "SHA",
    "MB", "KB", "AI", "LED", "GB", "YAML", "PPP",
    "Python", "LF",  # how anybody works a random draw out again
    "zhangyimin",  # the sign-in name that the form of people gives as an example
}  # fmt: skip
# What is no word in any language.
SIGNS = re.compile(
    r"（[a-z]{2,4}(-\d)?）"  # codes of bodies
    rf"|[\w-]+\.({'|'.join(sorted(ROLES, key=len, reverse=True))}|hats)\b"  # sign-in names
    r"|[\w.-]+\.(pdf|docx?|xlsx?|csv|json|txt|py|png|jpg|zip|yaml)\b"  # names of files
    r"|sha256|\bsm3\b|\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b"  # digests
    r"|\b[A-Z]{1,4}[-\d][\w.-]*|\b[a-z]+(-[\w]+)*-\d+\b"  # numbers of forms, projects, publications
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# All that can be read, but for commands to be typed.
TEXT = """() => [
    [...document.querySelectorAll('code')].reduce((text, one) => text.replaceAll(one.innerText, ''), document.body.innerText),
    ...[...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')]
        .filter(one => one.checkVisibility())
        .flatMap(one => ['aria-label', 'title', 'placeholder', 'alt'].map(name => one.getAttribute(name) || '')),
].join('\\n')"""

SIDE = """() => [...document.querySelectorAll('#side a.side-item')].map(one => one.pathname)"""
LINKS = """() => [...document.querySelectorAll('main a[href], #side a[href]')]
    .filter(one => one.origin === location.origin && !one.hasAttribute('download'))
    .map(one => one.pathname + one.search)"""

# Keyboard focus given by script shows a ring when the last key was Tab, as Chromium does for people.
FOCUS = """() => {
    const about = one => one.outerHTML.slice(0, 120);
    const dark = [], start = document.activeElement;
    const stops = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]');
    for (const one of stops) {
        if (!one.checkVisibility({ visibilityProperty: true }) || one.disabled) continue;
        one.focus({ preventScroll: true });
        if (document.activeElement !== one) continue;
        const look = getComputedStyle(one);
        if (look.outlineStyle === 'none' || parseFloat(look.outlineWidth) < 1) dark.push(about(one));
        if (dark.length === 3) break;
    }
    start?.focus?.({ preventScroll: true });
    return dark;
}"""

# What is pressed; a link inside words may be as high as its line (WCAG 2.2, 2.5.8), axe-core looks after their distance.
SMALL = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.visually-hidden, .skip'))
    .filter(one => one.tagName !== 'A' || getComputedStyle(one).display !== 'inline')
    .filter(one => {
        const boxes = [one, ...(one.labels || [])].map(box => box.getBoundingClientRect());
        return Math.max(...boxes.map(box => box.height)) < 23.9 || Math.max(...boxes.map(box => box.width)) < 23.9;
    })
    .map(one => { const box = one.getBoundingClientRect();
        return `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`; })"""

CUT_OFF = """() => [...document.querySelectorAll('main button, main .btn, main h1, main h2, main .state')]
    .filter(one => !one.closest('.visually-hidden'))
    .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 2 && one.clientWidth)
    .map(one => one.outerHTML.slice(0, 120))"""

WIDE = """() => {
    const wide = document.documentElement.scrollWidth;
    if (wide <= innerWidth) return '';
    const worst = [...document.body.querySelectorAll('*')]
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
        .filter(one => ![...one.children].some(child => child.getBoundingClientRect().right > innerWidth + 1));
    return `${wide} wide: ${worst.slice(0, 2).map(one => one.outerHTML.slice(0, 120)).join(' ')}`;
}"""

PIECES = """() => [...new Set([...document.body.querySelectorAll('*')].map(one =>
    `${one.tagName} ${one.getAttribute('class') || ''} ${one.getAttribute('role') || ''} ${one.type || ''}`))]"""

AXE_RUN = """async () => {
    const found = await axe.run(document, {
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
        resultTypes: ['violations'],
    });
    return found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node =>
        `${node.html.slice(0, 160)} (${node.any.concat(node.all, node.none).map(check => check.message).join('; ').slice(0, 200)})`
    ).join(' | ')} [${one.nodes.length}]`);
}"""


def kind_of(address: str) -> str:
    """Return what kind of page an address names: keys of records as #, without the query."""
    return re.sub(r"[^/]*\d[^/]*", "#", urlsplit(address).path)


def worth_opening(address: str) -> bool:
    """Say whether a link leads to another page: not to a file, not to the same list in another order."""
    parts = urlsplit(address)
    return not DOWNLOAD.search(parts.path) and not SAME_PAGE & {name for name, _ in parse_qsl(parts.query)}


class Seen:
    """What the walks of a run have seen: how many opened each kind of page, and which pieces were judged."""

    def __init__(self) -> None:
        self.kinds = Counter[str]()
        self.pieces = set[str]()


class Walk:
    """One person's way through the site, after those that made `seen`."""

    def __init__(self, page: Page, address: str, seen: Seen) -> None:
        self.page = page
        self.address = address
        self.seen = seen
        self.opened: list[str] = []
        self._axe = AXE.read_text(encoding="utf-8")
        self._failed: list[str] = []
        page.on("requestfailed", self._request_failed)
        page.on("response", self._answered)

    def _request_failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the walk went on before an icon had come
            self._failed.append(f"{request.url}: {request.failure}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self._failed.append(f"{answer.url}: {answer.status}")

    def addresses(self, start: list[str]) -> Iterator[str]:
        """Open `start`, the left side, and one of each kind of page that links lead to.

        Yield each address while it is open. What ENOUGH walks have opened is left out, unless it stands on the
        left side: it would only be seen again.
        """
        waiting, known, kinds, always = deque(start), set(start), set[str](), set(start)
        while waiting:
            address = waiting.popleft()
            kind = kind_of(address)
            if kind in kinds or (self.seen.kinds[kind] >= ENOUGH and address not in always):
                continue
            kinds.add(kind)
            self.seen.kinds[kind] += 1
            self.opened.append(address)
            self._failed.clear()
            self.page.goto(self.address + address)
            yield address
            always.update(self.page.evaluate(SIDE))
            for link in self.page.evaluate(LINKS):
                if link not in known and worth_opening(link):
                    known.add(link)
                    waiting.append(link)

    def problems(self) -> list[str]:
        """Say everything that is wrong with the open page: what it says, and how it looks."""
        page = self.page
        found = [f"failed: {one}" for one in self._failed]
        if page.locator("h1").count() != 1:
            found.append(f"{page.locator('h1').count()} headings of the first order")
        if not CHINESE.search(page.title().removesuffix("绩衡")):
            found.append(f"title {page.title()!r}")
        text = SIGNS.sub(" ", page.evaluate(TEXT))
        if words := sorted({one for one in WORD.findall(text) if one not in KNOWN}):
            found.append(f"untranslated: {words}")
        if any(sign in text for sign in ("None", "{{", "{%", "&lt;")):
            found.append("a value without words")
        return found + (self.looks() + self.on_paper() if self._is_new() else [])

    def _is_new(self) -> bool:
        """Say whether the open page is the first of its kind, or has a piece that none before it had."""
        here = {kind_of(self.page.url), *self.page.evaluate(PIECES)}
        new = not here <= self.seen.pieces
        self.seen.pieces |= here
        return new

    def looks(self) -> list[str]:
        """Say what is wrong with how the open page looks and is worked, at each width."""
        page, found = self.page, list[str]()
        self.page.evaluate(self._axe)
        for width, height in (LAPTOP, PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            if wide := page.evaluate(WIDE):
                page.wait_for_timeout(400)  # drawings follow the window a moment later
                wide = page.evaluate(WIDE)
            found += [f"at {width}: {wide}"] if wide else []
            found += [f"at {width} too small to press: {one}" for one in page.evaluate(SMALL)[:3]]
            found += [f"at {width} cut off: {one}" for one in page.evaluate(CUT_OFF)[:3]]
            if width != LAPTOP[0]:
                found += [f"axe-core at {width}: {one}" for one in page.evaluate(AXE_RUN)]
        page.keyboard.press("Tab")
        return found + [f"no ring around: {one}" for one in page.evaluate(FOCUS)]

    def on_paper(self) -> list[str]:
        """Say what is wrong with the open page when it is printed on A4."""
        page = self.page
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER, "height": 1000})
        shown = [
            name
            for name in (".top", ".side", ".page-tools", ".next", ".form-bar")
            if page.locator(f"{name}:visible").count()
        ]
        wide = page.evaluate(WIDE)
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        return [f"printed: {name}" for name in shown] + ([f"on A4: {wide}"] if wide else [])

    def told(self, problems: dict[str, list[str]]) -> str:
        """List the problems by page."""
        return json.dumps(
            {page: wrong for page, wrong in problems.items() if wrong}, ensure_ascii=False, indent=1
        )
