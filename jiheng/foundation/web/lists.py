"""Lists: what columns, facets and bulk acts a table has, and one function that draws or exports it.

One grouped query gives the count and the totals of everything filtered, one gives the rows of a page.
Pages are found by key (sort value and primary key of the edge row), never by a growing offset.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet, FieldError, ValidationError
from django.db.models import Count, F, Model, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.kept import Kept, exactly, kept
from jiheng.foundation.web.columns import RIGHT, Row, row_of, rows_html, shown
from jiheng.foundation.web.columns import Column as Column  # noqa: PLC0414  a table is written with one import
from jiheng.foundation.web.export import Sheet, sheet_response
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import is_part, whole
from jiheng.rules.workflow.steps import Tone

PAGE_SIZE = 50
MANY_CHOICES = 200  # beyond it a choice is typed: nobody reads through a list of twenty thousand units
FRONT_FACETS = 3  # what fits beside the search on one line at 1366 pixels; the others fold away
LARGE = 200  # beyond so many rows a page is chosen by key alone, and only its own rows are read whole
COOKIE_AGE = 365 * 24 * 3600


@dataclass(frozen=True)
class Facet:
    """A choice above the list. `field` is filtered for equality, or `apply` narrows the rows itself.

    `choices` are (value, label) pairs, or a function of the person that returns them. With more than
    `MANY_CHOICES` bodies (`field` ends in `_id`) a part of the name is typed instead of chosen; an address
    that names a body by its key goes on to mean that one.
    """

    key: str
    label: str
    choices: Sequence[tuple[str, str]] | Callable[[Person], Sequence[tuple[str, str]]]
    field: str = ""
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    default: str = ""

    @property
    def named_by(self) -> str:
        """The field with the name of what is chosen; "" where it is not a record with a name."""
        return f"{self.field.removesuffix('_id')}__name" if self.field.endswith("_id") else ""


@dataclass(frozen=True)
class BulkAction:
    """An act on the chosen rows: a POST of their `pk`s to the address.

    `confirm` may contain {count} and says what will happen; roles limit who sees the button.
    """

    key: str
    label: str
    url: str
    confirm: str = ""
    roles: frozenset[str] | None = None
    danger: bool = False


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what is not there, and what to do about it."""

    title: str = "这里还没有内容"
    hint: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Table:
    """A list. `order` is a column key, "-" in front for descending; `unit` counts the rows.

    `find` narrows the rows by what was typed where a full-text index serves better than `search`, field by field.
    """

    key: str
    title: str
    columns: Sequence[Column]
    facets: Sequence[Facet] = ()
    search: Sequence[str] = ()
    search_label: str = "名称"
    find: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    order: str = ""
    unit: str = "项"
    empty: Empty = Empty()
    bulk: Sequence[BulkAction] = ()
    page_size: int = PAGE_SIZE
    row_tone: Callable[[Any], Tone] | None = None

    def column(self, key: str) -> Column | None:
        """Return the column of this key."""
        return next((one for one in self.columns if one.key == key), None)


@dataclass(frozen=True)
class Head:
    """One column heading: its label, and the address that sorts by it."""

    column: Column
    url: str
    direction: str = ""


@dataclass
class FacetView:
    """A facet with its choices and the chosen one."""

    facet: Facet
    choices: list[tuple[str, str]]
    value: str
    typed: bool = False
    words: str = ""

    @property
    def said(self) -> str:
        """What was chosen or typed, in words."""
        return self.words or dict(self.choices).get(self.value, self.value)

    @property
    def options(self) -> SafeString:
        """The choices as options of a select."""
        marks = {self.value: mark_safe(" selected")}
        rows = ((value, marks.get(value, ""), label) for value, label in self.choices)
        return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@dataclass
class Listing:
    """A list ready to be drawn; also what a test looks at."""

    table: Table
    heads: list[Head]
    rows: list[Row]
    count: int
    totals: list[tuple[Column, str]]
    facets: list[FacetView]
    query: str
    ordering: str
    dense: bool
    chosen_columns: list[Column]
    bulk: list[BulkAction]
    previous_url: str = ""
    next_url: str = ""
    first_url: str = ""
    export_url: str = ""
    clear_url: str = ""
    filtered: bool = False
    hidden: list[tuple[str, str]] = field(default_factory=list)
    counted_at: datetime | None = None

    @property
    def chosen(self) -> list[str]:
        """The keys of the shown columns."""
        return [column.key for column in self.chosen_columns]

    @property
    def element(self) -> str:
        """The id of the element that htmx swaps."""
        return f"list-{self.table.key}"

    @property
    def body(self) -> SafeString:
        """The rows of the table's body."""
        return rows_html(self.chosen_columns, self.rows, dense=self.dense, pick=bool(self.bulk))

    @property
    def front_facets(self) -> list[FacetView]:
        """The facets that stand in the bar: the table names the most asked for first."""
        return self.facets[:FRONT_FACETS]

    @property
    def more_facets(self) -> list[FacetView]:
        """The facets behind 更多筛选."""
        return self.facets[FRONT_FACETS:]

    @property
    def more_used(self) -> int:
        """How many of the folded facets narrow the list, so that none does so unseen."""
        return sum(1 for view in self.more_facets if view.value)


def list_page(
    request: HttpRequest,
    table: Table,
    queryset: QuerySet[Any],
    *,
    template: str = "web/list.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Draw, swap or export a list of what the person may see (`queryset`, with its annotations).

    ?q= searches, a facet's key filters, ?sort= orders, ?after= and ?before= turn the page,
    ?columns= chooses columns and ?dense= the row height (both remembered), ?export=xlsx exports.
    """
    wish = Wish(request, table)
    rows = wish.narrow(queryset)
    if request.GET.get("export") == "xlsx":
        return export(wish, rows)
    listing = listing_of(wish, rows)
    whole = {"listing": listing, "table": table, **(context or {})}
    response = render(request, "web/_list.html" if is_part(request) else template, whole)
    wish.remember(response)
    return response


class Wish:
    """What the address (and what is remembered of this person) asks of a table."""

    def __init__(self, request: HttpRequest, table: Table) -> None:
        self.request = request
        self.table = table
        self.person: Person = cast(Any, request).person
        given = request.GET
        self.query = given.get("q", "").strip()[:100]
        self.facets = [self._facet(one) for one in table.facets]
        self.ordering = self._ordering(given.get("sort", ""))
        self.chosen = self._columns()
        self.dense = self._preference("dense", "0") == "1"

    def _facet(self, facet: Facet) -> FacetView:
        choices = self._choices(facet)
        known = [(str(value), label) for value, label in choices]
        asked = self.request.GET.get(facet.key, facet.default)
        if facet.named_by and len(known) > MANY_CHOICES:
            return FacetView(facet, [], asked.strip()[:100], typed=True)
        return FacetView(facet, known, asked if asked in dict(known) else "")

    def _choices(self, facet: Facet) -> Sequence[tuple[str, str]]:
        """Return the choices; those that are read are kept for the page as it opens, where only the year is chosen."""
        read = facet.choices
        if not callable(read):
            return read
        if self.request.GET:
            return read(self.person)
        year = getattr(current_cycle(self.request), "pk", "")
        return exactly(self.person, f"choices:{self.request.path}:{year}:{facet.key}", lambda: read(self.person))

    def _ordering(self, asked: str) -> str:
        for wanted in (asked, self.table.order):
            column = self.table.column(wanted.removeprefix("-"))
            if column is not None and column.sort:
                return wanted
        return ""

    def _columns(self) -> list[Column]:
        keys = self.request.GET.getlist("columns") or self._cookie("columns").split(".")
        chosen = [one for one in self.table.columns if one.key in keys]
        return chosen or [one for one in self.table.columns if one.shown]

    def _cookie_name(self, name: str) -> str:
        return f"jh_{name}_{self.table.key}_{self.person.user_id}"

    def _cookie(self, name: str) -> str:
        return str(self.request.COOKIES.get(self._cookie_name(name), ""))

    def _preference(self, name: str, default: str) -> str:
        return self.request.GET.get(name) or self._cookie(name) or default

    def remember(self, response: HttpResponse) -> None:
        """Keep the chosen columns and the row height for this person in this browser."""
        given = self.request.GET
        kept = {}
        if "columns" in given:
            kept["columns"] = ".".join(column.key for column in self.chosen)
        if "dense" in given:
            kept["dense"] = "1" if self.dense else "0"
        for name, value in kept.items():
            response.set_cookie(
                self._cookie_name(name), value, max_age=COOKIE_AGE, httponly=True, samesite="Lax"
            )

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Apply the facets and the search."""
        return narrowed(self.table, rows, self.facets, self.query)

    @property
    def filtered(self) -> bool:
        """Whether the list is narrower than what the person may see."""
        return bool(self.query) or any(view.value for view in self.facets)

    def address(self, **changes: str | None) -> str:
        """Return the list's address with some parameters changed (None drops one), the rest kept."""
        kept: QueryDict = self.request.GET.copy()
        for name in ("after", "before", "columns", "dense", "export"):
            kept.pop(name, None)
        for name, value in changes.items():
            if value is None:
                kept.pop(name, None)
            else:
                kept[name] = value
        return f"{self.request.path}?{kept.urlencode()}" if kept else self.request.path

    @property
    def sort_field(self) -> str:
        """The field behind the sorted column, "" for the order of the primary key."""
        column = self.table.column(self.ordering.removeprefix("-"))
        return column.sort if column is not None else ""

    @property
    def descending(self) -> bool:
        """Whether the sorted column runs downwards."""
        return self.ordering.startswith("-")


def narrowed(table: Table, rows: QuerySet[Any], facets: Sequence[FacetView], query: str) -> QuerySet[Any]:
    """Narrow a table's rows by what is chosen above it and by a search: every word must stand in one of its fields."""
    for view in facets:
        if not view.value:
            continue
        if view.typed:
            rows = _typed(rows, view)
        elif view.facet.apply is not None:
            rows = view.facet.apply(rows, view.value)
        else:
            rows = rows.filter(**{view.facet.field or view.facet.key: view.value})
    if table.find is not None:
        return table.find(rows, query) if query else rows
    return worded(rows, query.split(), table.search)


def worded(rows: QuerySet[Any], words: Sequence[str], fields: Sequence[str]) -> QuerySet[Any]:
    """Narrow to rows that have every word in one of these fields; without fields nothing is narrowed."""
    for word in words if fields else ():
        rows = rows.filter(reduce(or_, (Q(**{f"{one}__icontains": word}) for one in fields)))
    return rows


def _typed(rows: QuerySet[Any], view: FacetView) -> QuerySet[Any]:
    """Narrow by what was typed: every word stands in the name; a number is the key that an address named."""
    facet = view.facet
    if (pk := whole(view.value)) is not None:
        rows = rows.filter(**{facet.field: pk})
        view.words = rows.order_by().values_list(facet.named_by, flat=True).first() or view.value
        return rows
    for word in view.value.split():
        rows = rows.filter(**{f"{facet.named_by}__icontains": word})
    return rows


# --- pages by key


def ordered(rows: QuerySet[Any], name: str, *, down: bool, backwards: bool = False) -> QuerySet[Any]:
    """Order by a field and then the primary key; rows without a value stand last in either direction."""
    if not name:
        return rows.order_by("-pk" if backwards else "pk")
    at = F(name)
    if backwards:
        first = at.asc(nulls_first=True) if down else at.desc(nulls_first=True)
        return rows.order_by(first, "-pk")
    return rows.order_by(at.desc(nulls_last=True) if down else at.asc(nulls_last=True), "pk")


def beyond(name: str, value: Any, pk: Any, *, down: bool, backwards: bool = False) -> Q:
    """Return the condition "behind this row" (or before it) in the order of `ordered`."""
    tie = Q(pk__lt=pk) if backwards else Q(pk__gt=pk)
    if not name:
        return tie
    nothing = Q(**{f"{name}__isnull": True})
    if value is None:
        return (~nothing | tie) if backwards else (nothing & tie)
    further = "gt" if down == backwards else "lt"
    found = Q(**{f"{name}__{further}": value}) | (Q(**{name: value}) & tie)
    return found if backwards else found | nothing


def edge_token(name: str, row: Any) -> str:
    """Pack the sort value and key of an edge row for the address."""
    value = reduce(lambda found, step: getattr(found, step, None), name.split("__"), row) if name else None
    plain = value is None or isinstance(value, (bool, int, str))
    text = value.isoformat() if isinstance(value, date) else value if plain else str(value)
    return base64.urlsafe_b64encode(json.dumps([text, str(row.pk)]).encode()).decode().rstrip("=")


def read_token(token: str) -> tuple[Any, Any] | None:
    """Unpack an edge; None when it is not one of ours."""
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, binascii.Error, TypeError, RecursionError):
        return None
    known = value is None or isinstance(value, (bool, int)) or (isinstance(value, str) and "\0" not in value)
    return (value, whole(pk)) if known and isinstance(pk, str) and whole(pk) is not None else None


def page_of(wish: Wish, rows: QuerySet[Any], asked: str = "") -> tuple[list[Any], bool, bool]:
    """Return the rows of the asked page, and whether there are rows before and behind it.

    `asked` names what is asked of a large list, so that the keys of its page are kept (see `_read`).
    """
    size, name, down = wish.table.page_size, wish.sort_field, wish.descending
    for word, backwards in (("before", True), ("after", False)):
        edge = read_token(wish.request.GET.get(word, ""))
        if edge is None:
            continue
        try:
            cut = rows.filter(beyond(name, *edge, down=down, backwards=backwards))
            wanted = ordered(cut, name, down=down, backwards=backwards)
            found = _read(wish, wanted, cut, asked)
        except (ValueError, ArithmeticError, ValidationError, FieldError, TypeError):
            continue  # the address was changed by hand: start at the first page
        more = len(found) > size
        if backwards:
            if not found or not more:
                break  # fewer rows than a page before here: show the first page whole
            return found[:size][::-1], True, True
        return found[:size], True, more
    found = _read(wish, ordered(rows, name, down=down), rows, asked)
    return found[:size], False, len(found) > size


def _read(wish: Wish, wanted: QuerySet[Any], rows: QuerySet[Any], asked: str) -> list[Any]:
    """Read a page of the wanted rows and one beyond it.

    `asked` stands for a large list: only its keys are sorted, kept while nothing is written, and then the rows of the
    page are read with everything that hangs on them.
    """
    most = wish.table.page_size + 1
    if not asked:
        return list(wanted[:most])
    given = wish.request.GET
    page = f"page:{asked}:{wish.ordering}:{given.get('after', '')}:{given.get('before', '')}"
    keys = exactly(wish.person, page, lambda: list(wanted.values_list("pk", flat=True)[:most]))
    found = {one.pk: one for one in rows.order_by().filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


# --- drawing


def listing_of(wish: Wish, rows: QuerySet[Any]) -> Listing:
    """Read the counted, totalled page that was asked for."""
    table = wish.table
    summed = {f"total_{one.key}": Sum(one.total) for one in table.columns if one.total}
    asked = asked_of(wish, rows)
    counted = _counted(wish, rows, summed, asked)
    figures = counted.value
    large = asked if figures["number"] > LARGE else ""
    found, before, behind = page_of(wish, rows, large) if figures["number"] else ([], False, False)
    bulk = [one for one in table.bulk if one.roles is None or wish.person.role in one.roles]
    listing = Listing(
        table=table,
        heads=[_head(wish, column) for column in wish.chosen],
        rows=[row_of(wish.chosen, one, table.row_tone) for one in found],
        count=figures["number"],
        totals=[(one, shown(one, figures[f"total_{one.key}"] or 0)) for one in table.columns if one.total],
        facets=wish.facets,
        query=wish.query,
        ordering=wish.ordering,
        dense=wish.dense,
        chosen_columns=wish.chosen,
        bulk=bulk,
        export_url=wish.address(export="xlsx"),
        clear_url=wish.request.path + (f"?{urlencode({'sort': wish.ordering})}" if wish.ordering else ""),
        filtered=wish.filtered,
        hidden=_carried(wish),
        counted_at=counted.at,
    )
    if found and before:
        listing.first_url = wish.address()
        listing.previous_url = wish.address(before=edge_token(wish.sort_field, found[0]))
    if found and behind:
        listing.next_url = wish.address(after=edge_token(wish.sort_field, found[-1]))
    return listing


def asked_of(wish: Wish, rows: QuerySet[Any]) -> str:
    """Return what stands for the table and everything that its rows and sums hang on; "" where nothing can match.

    The statement names who looks, what is asked and which year.
    """
    totals = [one.total for one in wish.table.columns if one.total]
    try:
        statement = rows.order_by().values_list("pk", *totals).query.sql_with_params()
    except EmptyResultSet:  # nothing can match, and the database need not be asked
        return ""
    return f"{wish.table.key}:{hashlib.sha256(repr(statement).encode()).hexdigest()}"


def _counted(wish: Wish, rows: QuerySet[Any], summed: dict[str, Sum], asked: str) -> Kept[dict[str, Any]]:
    """Return how many rows there are and what they add up to, by one grouped query, kept while nothing is written."""

    def work() -> dict[str, Any]:
        return rows.order_by().aggregate(number=Count("pk"), **summed)

    return kept(wish.person.place_id, f"list:{asked}", work, least=0) if asked else Kept(work())


def _carried(wish: Wish) -> list[tuple[str, str]]:
    own = {"q", "after", "before", "columns", "dense", "export", *(view.facet.key for view in wish.facets)}
    return [
        (name, value)
        for name, value in wish.request.GET.items()
        if name not in own and isinstance(value, str)
    ]


def _head(wish: Wish, column: Column) -> Head:
    if not column.sort:
        return Head(column, "")
    now = wish.ordering.removeprefix("-") == column.key
    direction = ("descending" if wish.descending else "ascending") if now else ""
    first_down = column.kind in RIGHT
    turned = not wish.descending if now else first_down
    return Head(column, wish.address(sort=f"-{column.key}" if turned else column.key), direction)


# --- bulk acts and export


def chosen(request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows that were ticked, from what the person may see; in the order of their keys."""
    asked = [pk for one in request.POST.getlist("pk") if (pk := whole(one)) is not None]
    return queryset.filter(pk__in=asked).order_by("pk")


def export(wish: Wish, rows: QuerySet[Any]) -> HttpResponse:
    """Write everything filtered, in this order and these columns, with the totals, as .xlsx."""
    filters = [f"{view.facet.label}：{view.said}" for view in wish.facets if view.value]
    if wish.query:
        filters.append(f"检索：{wish.query}")
    sheet = Sheet(
        title=wish.table.title,
        columns=[(column.label, column.kind) for column in wish.chosen],
        notes=[
            ("内容", wish.table.title),
            ("筛选", "；".join(filters) or "全部"),
            ("导出人", str(wish.person)),
        ],
        totals=[bool(column.total) for column in wish.chosen],
    )
    found = ordered(rows, wish.sort_field, down=wish.descending).iterator(chunk_size=1000)
    return sheet_response(sheet, ([_bare(column, row) for column in wish.chosen] for row in found))


def _bare(column: Column, row: Any) -> Any:
    value = column.read(row)
    return str(value) if isinstance(value, (SafeString, Model)) else value
