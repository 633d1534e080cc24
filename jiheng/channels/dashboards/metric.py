"""What a metric is: a name, a definition in words, a clause, and the function that reads it from a scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.urls import reverse

from jiheng.channels.dashboards.scope import Cover, Scope
from jiheng.rules.money import format_wan
from jiheng.rules.workflow.steps import Tone

FIRST_OTHER = 10

Kind = Literal["wan", "count", "percent"]


@dataclass(frozen=True)
class Figure:
    """A figure as it is shown: value (fen, a number, or a ratio), a note below it, where its rows are."""

    value: Any
    kind: Kind
    note: str = ""
    url: str = ""
    tone: Tone = "grey"
    unit: str = ""


@dataclass(frozen=True)
class Metric:
    """One figure of the dashboard.

    `order` below 10 is a cover. `figure` reads it; `parts` are the lists of subjects behind it, by key, each with a label and the ids.
    """

    key: str
    name: str
    order: int
    definition: str
    figure: Callable[[Scope], Figure]
    clause: Callable[[Scope], str] = lambda _: ""
    parts: Mapping[str, tuple[str, Callable[[Scope], frozenset[int]]]] = field(default_factory=dict)

    @property
    def is_cover(self) -> bool:
        """Whether it stands in the first row: how far a stage covers the money."""
        return self.order < FIRST_OTHER


@dataclass(frozen=True)
class Shown:
    """A metric with its figure, ready to be drawn."""

    metric: Metric
    figure: Figure
    clause: str


def rows_url(scope: Scope, key: str, part: str, **facets: str) -> str:
    """Return the address of the subjects behind a figure, or behind its share of a department, unit or book.

    Somebody of an upper place gets the list that is made for it: the subjects of the lower place, without a way in.
    """
    if scope.department is not None:
        facets["department"] = str(scope.department)
    if scope.person.reading:
        facets["year"] = str(scope.cycle.budget_year)
    query = "&".join(f"{name}={value}" for name, value in facets.items())
    name, args = "dashboards:rows", [key, part]
    if scope.person.reading:
        name, args = "dashboards:place_rows", [str(scope.person.place_id), key, part]
    return reverse(name, args=args) + (f"?{query}" if query else "")


def narrowed_url(scope: Scope, name: str, **facets: str) -> str:
    """Return the address of a stage's list with facets, and with the department that the scope is narrowed to.

    A stage's list holds records of one's own place only: somebody of an upper place gets no address.
    """
    if scope.person.reading:
        return ""
    if scope.department is not None:
        facets["department"] = str(scope.department)
    query = "&".join(f"{key}={value}" for key, value in facets.items())
    return reverse(name) + (f"?{query}" if query else "")


def cover_figure(scope: Scope, key: str, cover: Cover, *, part: str = "missing") -> Figure:
    """Return the figure of a cover: the share of the money, numbers and money below it."""
    if not cover.due:
        return Figure(None, "percent", "没有应做的项目")
    note = f"{cover.done} / {cover.due} 项，{format_wan(cover.done_fen)} / {format_wan(cover.due_fen)} 万元"
    tone: Tone = "green" if cover.done == cover.due else "amber"
    return Figure(cover.ratio, "percent", note, rows_url(scope, key, part), tone)
