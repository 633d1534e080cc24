"""How an endpoint is written: a path, an access rule, a typed function of a few lines that calls one service."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeVar, get_type_hints

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict, Field, create_model

from jiheng.channels.api.problem import Stop
from jiheng.channels.api.shapes import LARGEST, Shape, etag_of, row_model, row_of
from jiheng.foundation.accounts.person import Person, Verdict
from jiheng.foundation.web.lists import Table, Wish, edge_token, page_of, read_token
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight
from jiheng.rules.refusal import mistake

MOST_ROWS = 200
F = TypeVar("F", bound=Callable[..., Any])
Id = Annotated[int, Field(ge=1, le=LARGEST, description="记录编号")]
Year = Annotated[int, Field(ge=1990, le=2100, description="预算年度，如 2026；不写为最新的年度")]
STRICT = ConfigDict(extra="forbid")


class Done(BaseModel):
    """Nothing is left to show: what was asked has been done."""

    done: bool = Field(description="已办理")


@dataclass(frozen=True)
class Call:
    """One call: who acts, on which record, with what; what a function of an endpoint may ask for."""

    request: HttpRequest
    person: Person
    row: Any = None
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """What an endpoint answers with: the content, and the record whose version mark goes with it."""

    content: Any
    of: Model | None = None


@dataclass(frozen=True)
class Endpoint:
    """One address and method of the interface with its access rule; `pages` are its counterparts on the screen."""

    method: str
    path: str
    name: str
    area: str
    summary: str
    may: Callable[..., Verdict] | None
    record: Callable[[Person], QuerySet[Any]] | None
    pages: tuple[str, ...]
    answer: type[BaseModel]
    run: Callable[[Call], Given]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    description: str = ""
    matched: bool = False
    upload: bool = False

    @property
    def writes(self) -> bool:
        """Whether something changes by it."""
        return self.method != "GET"


class Area:
    """The endpoints of one part of the interface, in the order in which they are declared."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.endpoints: list[Endpoint] = []

    def _add(self, **told: Any) -> None:
        name = told["path"].replace("{pk}", "one").replace("/", "_").replace("-", "_")
        verb = "get" if told["method"] == "GET" else "post"
        self.endpoints.append(Endpoint(name=f"{verb}_{name}", area=self.key, **told))

    def listing(
        self,
        path: str,
        table: Table,
        *,
        summary: str,
        may: Callable[..., Verdict],
        rows: Callable[..., QuerySet[Any]],
        page: str | tuple[str, ...],
        cycle: bool = False,
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Declare a list: the screen's own table with its facets and order, `rows(person)` or `rows(person, cycle)`."""
        told, known = replace(table, facets=[replace(one, default="") for one in table.facets]), names or {}
        title = _title(path)
        row = row_model(told, f"{title}Row", known)

        def run(call: Call) -> Given:
            of = (cycle_asked(call.person, call.given["budget_year"]),) if cycle else ()
            return Given(_listed(call, told, rows(call.person, *of), known))

        self._add(
            method="GET", path=path, summary=summary, may=may, record=None, pages=_pages(page),
            answer=_list_model(title, row), run=run, query=_query_model(title, told, cycle=cycle),
        )  # fmt: skip

    def reading(
        self,
        path: str,
        shape: Shape,
        *,
        summary: str,
        record: Callable[[Person], QuerySet[Any]],
        may: Callable[..., Verdict] | None,
        page: str | tuple[str, ...],
    ) -> None:
        """Declare one record with all that hangs on it; its version mark is the answer's ETag."""

        def run(call: Call) -> Given:
            return Given(shape.read(call.row, call.person), call.row)

        self._add(
            method="GET", path=path, summary=summary, may=may, record=record, pages=_pages(page),
            answer=shape.schema(), run=run,
        )  # fmt: skip

    def telling(
        self,
        path: str,
        *,
        summary: str,
        may: Callable[..., Verdict] | None,
        page: str | tuple[str, ...],
        record: Callable[[Person], QuerySet[Any]] | None = None,
    ) -> Callable[[F], F]:
        """Declare something else to read: `function(person[, record], *, …query) -> BaseModel`."""

        def decorate(function: F) -> F:
            hints = get_type_hints(function, include_extras=True)
            query = _asked(function, hints, f"{_title(path)}Query")

            def run(call: Call) -> Given:
                first = (call.person,) if record is None else (call.person, call.row)
                told: BaseModel = function(*first, **call.given)
                return Given(told.model_dump(mode="json"), call.row)

            self._add(
                method="GET", path=path, summary=summary, may=may, record=record, pages=_pages(page),
                answer=hints["return"], run=run, query=query, description=_rule(function),
            )  # fmt: skip
            return function

        return decorate

    def act(
        self,
        path: str,
        *,
        summary: str,
        may: Callable[..., Verdict] | None,
        page: str | tuple[str, ...],
        answer: Shape | None = None,
        record: Callable[[Person], QuerySet[Any]] | None = None,
        upload: bool = False,
    ) -> Callable[[F], F]:
        """Declare a write: `function(person[, record], *, …body)`, with `version` for the one that was seen.

        Where several endpoints ask for the same, the body is one model: `function(person[, record], *, body: Model)`.
        It returns a record (told by `answer`), a pydantic model, or None. With `upload` the body is the file
        itself, the function gets it as `content`, and everything else stands in the query.
        """

        def decorate(function: F) -> F:
            hints = get_type_hints(function, include_extras=True)
            asked = _asked(function, hints, f"{_title(path)}Body")
            counted = "version" in inspect.signature(function).parameters
            whole: type[BaseModel] | None = hints.get("body")

            def run(call: Call) -> Given:
                sent = dict(call.given) if whole is None else {"body": whole(**call.given)}
                given = sent | ({"version": call.row.version} if counted else {})
                first = (call.person,) if record is None else (call.person, call.row)
                made = function(*first, **given)
                if made is None:
                    return Given({"done": True}, _fresh(call.row))
                if isinstance(made, BaseModel):
                    return Given(made.model_dump(mode="json"), _fresh(call.row))
                if answer is None:
                    raise TypeError(f"{function.__name__} returns a record of no shape")
                fresh = answer.model._default_manager.get(pk=made.pk)
                return Given(answer.read(fresh, call.person), fresh)

            told = hints["return"]
            schema = answer.schema() if answer else told if _is_model(told) else Done
            self._add(
                method="POST", path=path, summary=summary, may=may, record=record, pages=_pages(page),
                answer=schema, run=run, description=_rule(function), matched=record is not None, upload=upload,
                **({"query": asked} if upload else {"body": asked}),
            )  # fmt: skip
            return function

        return decorate


def _is_model(told: Any) -> bool:
    return inspect.isclass(told) and issubclass(told, BaseModel)


def _fresh(row: Any) -> Any:
    return type(row)._default_manager.filter(pk=row.pk).first() if isinstance(row, Model) else None


def _pages(page: str | tuple[str, ...]) -> tuple[str, ...]:
    return (page,) if isinstance(page, str) else page


def _rule(function: Callable[..., Any]) -> str:
    return inspect.cleandoc(function.__doc__ or "")


def _title(path: str) -> str:
    """Return the words of an address as the beginning of a name that no other address has."""
    return "".join(word.title() for word in path.replace("{pk}", "one").replace("-", "/").split("/"))


def _asked(function: Callable[..., Any], hints: Mapping[str, Any], title: str) -> type[BaseModel] | None:
    """Return the schema of what a function asks for: its keyword-only parameters."""
    kept = [
        one
        for one in inspect.signature(function).parameters.values()
        if one.kind is inspect.Parameter.KEYWORD_ONLY and one.name not in {"version", "content"}
    ]
    if not kept:
        return None
    if kept[0].name == "body":
        whole: type[BaseModel] = hints["body"]
        return whole
    fields: dict[str, Any] = {
        one.name: (hints[one.name], ... if one.default is inspect.Parameter.empty else one.default)
        for one in kept
    }
    made: type[BaseModel] = create_model(title, __config__=STRICT, **fields)
    return made


# --- lists


def cycle_asked(person: Person, budget_year: int | None) -> Cycle | None:
    """Return the budget year that was asked for, or the newest one; 422 for one that the place has not opened."""
    found = cycles_in_sight(person)
    if budget_year is None:
        return found.first()
    cycle = found.filter(budget_year=budget_year).first()
    if cycle is None:
        words = f"{budget_year} 年度还没有开启"
        raise Stop(422, words, [mistake(words, "可用的年度见 /api/v1/cycles", "budget_year")])
    return cycle


def of_cycle(visible: Callable[[Person], QuerySet[Any]], path: str = "cycle") -> Callable[..., QuerySet[Any]]:
    """Return the rows of a list that keeps to one budget year: what is in sight, none without a year."""

    def rows(person: Person, cycle: Cycle | None) -> QuerySet[Any]:
        found = visible(person)
        return found.filter(**{path: cycle}) if cycle is not None else found.none()

    return rows


def needed_cycle(person: Person, budget_year: int | None) -> Cycle:
    """Return the budget year that was asked for, or the newest one; 422 where the place has opened none."""
    cycle = cycle_asked(person, budget_year)
    if cycle is None:
        raise Stop(422, "还没有开启预算年度")
    return cycle


def _query_model(title: str, table: Table, *, cycle: bool) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    if cycle:
        fields["budget_year"] = (Year | None, None)
    if table.search:
        text = Field(max_length=100, description=f"检索：{table.search_label}")
        fields["q"] = (Annotated[str, text], "")
    sorted_by = [one.key for one in table.columns if one.sort]
    if sorted_by:
        words = f"排序：{'、'.join(sorted_by)}，前面加 - 为从大到小"
        fields["sort"] = (Annotated[str, Field(description=words)], "")
    for facet in table.facets:
        known = "" if callable(facet.choices) else "：" + "、".join(f"{key}={label}" for key, label in facet.choices)
        fields[facet.key] = (Annotated[str, Field(description=f"筛选：{facet.label}{known}")], "")
    fields["limit"] = (Annotated[int, Field(ge=1, le=MOST_ROWS, description="一页几条")], 50)
    fields["after"] = (Annotated[str, Field(max_length=2000, description="上一页的 next，照原样")], "")
    made: type[BaseModel] = create_model(f"{title}Query", **fields)
    return made


def _list_model(title: str, row: type[BaseModel]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        "items": (list[row], Field(description="本页各条")),  # type: ignore[valid-type]
        "count": (int, Field(ge=0, description="筛选后的总条数")),
        "next": (str | None, Field(description="下一页的 after；没有了为空")),
    }
    made: type[BaseModel] = create_model(f"{title}List", **fields)
    return made


def _listed(call: Call, table: Table, rows: QuerySet[Any], names: Mapping[str, str]) -> dict[str, Any]:
    sent = call.given
    request: Any = call.request
    request.person = call.person
    request.COOKIES = {}
    wish = Wish(request, replace(table, page_size=sent["limit"]))
    wrong = [
        mistake(
            f"“{view.facet.label}”没有“{sent[view.facet.key]}”这个选项",
            f"可用：{'、'.join(value for value, _ in view.choices[:30]) or '无'}",
            view.facet.key,
        )
        for view in wish.facets
        if sent.get(view.facet.key) and not view.value
    ]
    if sent.get("sort") and wish.ordering != sent["sort"]:
        wrong.append(mistake(f"不能按“{sent['sort']}”排序", where="sort"))
    if sent["after"] and read_token(sent["after"]) is None:
        wrong.append(mistake("after 不是本接口给出的", "照原样使用上一页的 next", "after"))
    if wrong:
        raise Stop(422, wrong[0].message, wrong)
    found = wish.narrow(rows)
    page, _, behind = page_of(wish, found)
    return {
        "items": [row_of(table, names, one) for one in page],
        "count": found.order_by().count(),
        "next": edge_token(wish.sort_field, page[-1]) if page and behind else None,
    }


def matches(sent: str, row: Model) -> bool:
    """Whether one of the version marks that were sent is that of the record."""
    return etag_of(row) in {one.strip() for one in sent.split(",")}


def in_rows(rows: QuerySet[Any], ids: Sequence[int], where: str) -> list[Any]:
    """Return the visible records of these numbers; 422 when one of them is not there for this person."""
    found = list(rows.filter(pk__in=ids).order_by("pk"))
    if missing := sorted(set(ids) - {one.pk for one in found}):
        words = f"没有这些记录，或者不在您可以查看的范围内：{'、'.join(map(str, missing[:20]))}"
        raise Stop(422, words, [mistake(words, where=where)])
    return found
