"""A person at a browser without scripts: opens pages, follows links, fills forms as they stand, presses buttons.

What is sent is what the page held (hidden fields, token, versions, rows) with what the person typed on top, so
a field that a page forgot, a button that is not there or a link that leads nowhere fails a journey.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from tests.make import County, sign_in

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
OK, MOVED = 200, frozenset({301, 302, 303, 307, 308})
Typed = str | bool | SimpleUploadedFile


@dataclass
class Node:
    """An element of a page."""

    tag: str
    at: dict[str, str] = field(default_factory=dict)
    inner: list["Node | str"] = field(default_factory=list)
    outer: "Node | None" = None

    def every(self, *tags: str) -> Iterator["Node"]:
        """Yield the elements within, in order; what stands in a <template> is not on the page."""
        for one in self.inner:
            if isinstance(one, Node) and one.tag != "template":
                if not tags or one.tag in tags:
                    yield one
                yield from one.every(*tags)

    @property
    def text(self) -> str:
        """What a person reads here, spaces joined; not the choices of a list that is folded."""
        return " ".join("".join(self._words()).split())

    @property
    def raw(self) -> str:
        """The text as it stands, for textareas."""
        return "".join(self._words())

    def _words(self) -> Iterator[str]:
        for one in self.inner:
            if isinstance(one, str):
                yield one
            elif one.tag not in {"template", "script", "select"}:
                yield from one._words()

    def has(self, name: str) -> bool:
        """Whether the element has this class."""
        return name in self.at.get("class", "").split()

    def within(self, tag: str) -> "Node | None":
        """Return the nearest element around this one."""
        found = self.outer
        while found is not None and found.tag != tag:
            found = found.outer
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = Node("page")
        self.here = self.top

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Node(tag, {name: value or "" for name, value in attrs}, outer=self.here)
        self.here.inner.append(made)
        if tag not in VOID:
            self.here = made

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}> ({self.here.at})"
        assert self.here.outer is not None
        self.here = self.here.outer

    def handle_data(self, data: str) -> None:
        self.here.inner.append(data)


def read_page(html: str) -> Node:
    """Read a page into its elements; one that is closed wrongly fails."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.here is reader.top, f"<{reader.here.tag}> is never closed"
    return reader.top


@dataclass(frozen=True)
class Said:
    """One refusal as it stands beside the button."""

    message: str
    remedy: str
    clause: str


class Screen:
    """What the browser shows: the page, where it came from, what can be done on it."""

    def __init__(self, visitor: "Visitor", url: str, response: Any) -> None:
        self.visitor = visitor
        self.url = url
        self.status = int(response.status_code)
        self.response = response
        self.body = b"".join(response.streaming_content) if response.streaming else response.content
        self.html = self.body.decode() if response.headers.get("Content-Type", "").startswith("text/html") else ""
        self.page = read_page(self.html)

    def __contains__(self, text: str) -> bool:
        return text in self.page.text

    @property
    def main(self) -> Node:
        """The page without the frame."""
        return next((one for one in self.page.every("main")), self.page)

    @property
    def state(self) -> str:
        """The state word beside a record's name."""
        head = next(one for one in self.page.every("div") if one.has("record-title"))
        return next(one.text for one in head.every("span") if one.has("state") or "badge" in one.at.get("class", ""))

    @property
    def told(self) -> str:
        """The messages that say what was done."""
        return " ".join(one.text for one in self.page.every() if "message-" in one.at.get("class", ""))

    @property
    def refusals(self) -> list[Said]:
        """The refusals on the page, with remedy and clause."""
        found = []
        for box in (one for one in self.page.every("div") if one.has("refusals")):
            for line in box.every("li"):
                remedy = " ".join(one.text for one in line.every("span") if one.has("remedy"))
                clause = " ".join(one.text for one in line.every() if one.has("clause"))
                found.append(Said(line.text, remedy, clause))
        return found

    @property
    def wrong(self) -> list[str]:
        """The mistakes shown at the fields."""
        return [one.text for one in self.page.every("p") if one.has("wrong")]

    @property
    def buttons(self) -> list[str]:
        """The words on the buttons of the page itself (not of its frame)."""
        return [one.text for one in self.main.every("button") if one.at.get("type", "submit") == "submit"]

    def links(self, text: str, around: str = "") -> list[Node]:
        """Return the links that read so; with `around` those nearest to that text (same row, to-do, section)."""
        return nearest([one for one in self.page.every("a") if text in (one.text, one.at.get("aria-label"))], around)

    def follow(self, text: str, around: str = "", *, status: int = OK) -> "Screen":
        """Follow the link that reads so."""
        found = self.links(text, around)
        assert found, f"no link “{text}” ({around}) on {self.url}: {[a.text for a in self.main.every('a')]}"
        return self.visitor.open(urljoin(self.url, found[0].at["href"]), status=status)

    def form_with(self, button: str, around: str = "") -> tuple[Node, Node]:
        """Return the form that this button sends, and the button."""
        fit = [one for one in self.page.every("button") if one.text == button and "disabled" not in one.at]
        for one in nearest([one for one in fit if one.at.get("type", "submit") == "submit"], around):
            form = one.within("form")
            if form is not None:
                return form, one
        raise AssertionError(f"no button “{button}” ({around}) on {self.url}: {self.buttons}; {self.main.text[:400]}")

    def press(
        self,
        button: str,
        typed: Mapping[str, Typed] | None = None,
        *,
        around: str = "",
        pick: str = "",
        rows: Sequence[Mapping[str, str]] = (),
        cells: Mapping[str, Mapping[str, Typed]] | None = None,
        status: int = OK,
    ) -> "Screen":
        """Fill in (by label or name) and press; return the page that one is led to.

        `pick` ticks the row of a list that holds this text, `rows` are added to the grid that has their
        columns, `cells` are typed into the row of a table that holds a text. `status` is that of the last page.
        """
        form, pressed = self.form_with(button, around)
        values = self.values(form, {**(typed or {}), **cells_of(form, cells or {})})
        if rows:
            values = with_rows(form, values, rows)
        if pick:
            picked = [row for row in form.every("tr") if pick in row.text]
            assert picked, f"no row “{pick}” on {self.url}"
            values += [
                (one.at["name"], one.at["value"]) for row in picked for one in row.every("input") if row_box(one)
            ]
        if pressed.at.get("name"):
            values.append((pressed.at["name"], pressed.at.get("value", "")))
        to = urljoin(self.url, pressed.at.get("formaction") or form.at.get("action") or self.url)
        if form.at.get("method", "get").lower() == "get":
            return self.visitor.open(f"{to.split('?')[0]}?{urlencode(values)}", status=status)
        multipart = form.at.get("enctype") == "multipart/form-data"
        return self.visitor.send(to, values, multipart=multipart, referer=self.url, status=status)

    def values(self, form: Node, typed: Mapping[str, Typed]) -> list[tuple[str, Any]]:
        """Return what a browser would send of this form, with what was typed."""
        left = dict(typed)
        sent: list[tuple[str, Any]] = []
        labels = self._labels(form)
        for control in form.every("input", "select", "textarea"):
            name = control.at.get("name")
            if not name or "disabled" in control.at:
                continue
            keys = [key for key in (name, *labels.get(id(control), [])) if key in typed]
            given = typed[keys[0]] if keys else None
            if keys and _kind(control) != "radio":
                left.pop(keys[0], None)
            if _kind(control) == "radio" and given in labels[id(control)]:
                given = control.at.get("value", "on")
            sent += [(name, value) for value in _sent(control, given)]
            if _kind(control) == "radio" and keys and given == control.at.get("value"):
                left.pop(keys[0], None)
        assert not left, f"no fields {list(left)} on {self.url}: {sorted({one for many in labels.values() for one in many})}"
        return sent

    def _labels(self, form: Node) -> dict[int, list[str]]:
        by_id = {one.at["id"]: one for one in form.every("input", "select", "textarea") if "id" in one.at}
        found: dict[int, list[str]] = {}
        for one in form.every("input", "select", "textarea"):
            row = one.within("tr")
            cell = one.within("td")
            said = [one.at["aria-label"]] if one.at.get("aria-label") else []
            if row is not None and cell is not None and cell.at.get("data-key"):
                number = next((span.text for span in row.every("span") if "data-number" in span.at), "")
                said.append(f"{cell.at['data-key']}@{number}")
            found[id(one)] = said
        for label in form.every("label"):
            must = [one.text for one in label.every("span") if one.has("must")]
            words = label.text.removesuffix(must[0]).strip() if must else label.text
            target = by_id.get(label.at.get("for", ""))
            held = [target] if target else list(label.every("input", "select", "textarea"))
            for one in held:
                if one is not None:
                    found[id(one)].append(words)
        return found


def cells_of(form: Node, cells: Mapping[str, Mapping[str, Typed]]) -> dict[str, Typed]:
    """Return by the name of its control what is typed into the columns of rows that hold a text."""
    found: dict[str, Typed] = {}
    for text, typed in cells.items():
        row = next((one for one in form.every("tr") if text in one.text or text in typed_in(one)), None)
        assert row is not None, f"no row “{text}”"
        for key, value in typed.items():
            boxes_of = [one for one in row.every("td", "span") if one.at.get("data-key") == key]
            controls = [one for box in boxes_of for one in box.every("input", "select", "textarea")]
            assert controls, f"no column “{key}” in row “{text}”"
            found[controls[0].at["name"]] = value
    return found


def typed_in(node: Node) -> list[str]:
    """Return what stands in the boxes of a row."""
    return [one.at.get("value", "") for one in node.every("input")]


def with_rows(form: Node, values: list[tuple[str, Any]], rows: Sequence[Mapping[str, str]]) -> list[tuple[str, Any]]:
    """Add rows to the grid whose columns they name, as its button 添加一行 does."""
    for box in (one for one in form.every("div") if "data-grid" in one.at):
        sample = next((one for one in box.inner if isinstance(one, Node) and one.tag == "template"), None)
        if sample is None:
            continue
        cells = {cell.at["data-key"]: cell for cell in sample.every("td") if cell.at.get("data-key")}
        if not all(key in cells for row in rows for key in row):
            continue
        counter = f"{box.at['data-prefix']}-TOTAL_FORMS"
        number = int(dict(values)[counter])
        added: list[tuple[str, Any]] = []
        for row in rows:
            for control in sample.every("input", "select", "textarea"):
                cell = control.within("td")
                given = row.get(cell.at.get("data-key", "")) if cell is not None else None
                name = control.at["name"].replace("__prefix__", str(number))
                added += [(name, value) for value in _sent(control, given)]
            number += 1
        return [(name, str(number) if name == counter else value) for name, value in values] + added
    raise AssertionError(f"no grid takes {sorted({key for row in rows for key in row})}")


def row_box(control: Node) -> bool:
    """Whether this is the box that ticks a row."""
    return control.at.get("type") == "checkbox" and control.at.get("name") == "pk"


def nearest(nodes: list[Node], around: str) -> list[Node]:
    """Return the elements that share a box with a text, those with the smallest such box first."""
    if not around:
        return nodes
    sizes = [(next((len(box.text) for box in boxes(one) if around in box.text), 0), one) for one in nodes]
    return [one for _, one in sorted((pair for pair in sizes if pair[0]), key=lambda pair: pair[0])]


def boxes(node: Node) -> Iterator[Node]:
    """Yield the rows, list items, sections and forms around an element, nearest first; not the whole page."""
    found = node.outer
    while found is not None and found.tag not in {"main", "body", "page"}:
        if found.tag in {"tr", "li", "section", "form", "div"}:
            yield found
        found = found.outer


def _kind(control: Node) -> str:
    return control.at.get("type", "text") if control.tag == "input" else control.tag


def _sent(control: Node, given: Typed | None) -> list[Any]:
    kind, value = _kind(control), control.at.get("value", "")
    if kind in {"submit", "button", "image", "reset"}:
        return []
    if kind == "file":
        return [] if given is None else [given]
    if kind in {"checkbox", "radio"}:
        default = "on" if "value" not in control.at else value
        if given is None:
            return [default] if "checked" in control.at else []
        if isinstance(given, bool):
            return [default] if given else []
        return [default] if given == value else []
    if kind == "select":
        return _chosen(control, given)
    if given is not None:
        return [given]
    if kind == "textarea":
        return [control.raw.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")]
    return [value]


def _chosen(select: Node, given: Typed | None) -> list[str]:
    options = [(one.at.get("value", one.text), one.text, "selected" in one.at) for one in select.every("option")]
    if given is not None:
        fit = [value for value, text, _ in options if given in (value, text)]
        assert fit, f"no choice “{given}” in {options}"
        return fit[:1]
    held = [value for value, _, selected in options if selected]
    if "multiple" in select.at:
        return held
    return held[-1:] or [value for value, _, _ in options[:1]]


class Visitor:
    """A browser: nobody's until somebody signs in. Forged posts are refused as in use."""

    def __init__(self, person: Person | None = None, cycle: Cycle | None = None) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.person = person
        if person is not None:
            sign_in(self.client, person, cycle)

    def open(self, url: str, *, status: int = OK, **headers: str) -> Screen:
        """Open an address; follow where it leads; the last page must answer with `status`."""
        response = self.client.get(local(url), headers=headers)
        return self._arrive(url, response, status)

    def send(
        self,
        url: str,
        values: list[tuple[str, Any]],
        *,
        multipart: bool = False,
        referer: str = "",
        status: int = OK,
        headers: Mapping[str, str] | None = None,
    ) -> Screen:
        """Send a form as a browser does; follow where the answer leads."""
        told = {**(headers or {}), **({"Referer": urljoin("http://testserver", referer)} if referer else {})}
        if multipart:
            many: dict[str, list[Any]] = {}
            for name, value in values:
                many.setdefault(name, []).append(value)
            response = self.client.post(local(url), many, headers=told)
        else:
            text = urlencode([(name, value) for name, value in values], errors="surrogatepass")
            response = self.client.post(
                local(url), text, content_type="application/x-www-form-urlencoded", headers=told
            )
        return self._arrive(url, response, status)

    def _arrive(self, url: str, response: Any, status: int) -> Screen:
        steps = 0
        while response.status_code in MOVED and steps < 5:
            url = urljoin(url, response["Location"])
            response = self.client.get(local(url))
            steps += 1
        screen = Screen(self, url, response)
        assert screen.status == status, f"{url}: {screen.status}, {screen.main.text[:900]}"
        return screen

    def desk(self) -> Screen:
        """Open the desk."""
        return self.open("/")

    def todo(self, about: str, verb: str, *, status: int = OK) -> Screen:
        """Take up a to-do from the desk."""
        return self.desk().follow(verb, about, status=status)

    def todos(self, part: str = "todo") -> list[str]:
        """Return the to-dos of the desk as they read; `part` may be returned or watching."""
        desk = self.desk()
        box = next((one for one in desk.page.every("section") if one.at.get("id") == part), None)
        return [one.text for one in box.every("li") if one.has("todo")] if box is not None else []

    def notices(self) -> str:
        """Read the notices."""
        return self.open("/notices/").main.text


def local(url: str) -> str:
    """Return the part of an address that the test client wants; another site fails."""
    parts = urlsplit(url)
    assert parts.netloc in {"", "testserver"}, f"leads to another site: {url}"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def pdf(name: str = "佐证.pdf", content: bytes = b"%PDF-1.4\n%%EOF\n") -> SimpleUploadedFile:
    """Return a file as it is chosen in a browser."""
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def sit(county: County, role: str, index: int = 0) -> Visitor:
    """Seat somebody of the county at a browser of their own."""
    return Visitor(county.person(role, index), county.cycle)
