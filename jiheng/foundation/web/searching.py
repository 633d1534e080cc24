"""Searching in everything: what each app lets be found, found by name as its navigation is.

An app whose records can be found has a module `findable` with `SEARCHED`: a list of `Searched` (its list of records, the
same columns, facets and rows as on the list's own page) and of `Looked` (what is no list). What a person may not see is
not in the rows that these give.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import module_has_submodule

from jiheng.foundation.accounts.person import Person, Verdict
from jiheng.foundation.web.columns import Cell, row_of
from jiheng.foundation.web.lists import MANY_CHOICES, FacetView, Table, narrowed, ordered
from jiheng.rules.asking import Asked, Choice


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, where it is, and what tells it from others."""

    title: str
    url: str
    cells: tuple[Cell, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Found:
    """What was found in one place; `url` opens the list itself with the same filters above it, in the year `cycle`."""

    label: str
    hits: tuple[Hit, ...]
    more: bool = False
    url: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    cycle: Any = None


@dataclass(frozen=True)
class Searched:
    """A list whose records can be found: `names` are what people call it, `rows` what the person may see of a year.

    `yearly` tells lists of one budget year from those of all.
    """

    names: tuple[str, ...]
    table: Table
    url: str
    may: Callable[..., Verdict]
    rows: Callable[[Person, Any], QuerySet[Any]]
    yearly: bool = True

    @property
    def key(self) -> str:
        """What it goes by among all that can be searched."""
        return self.table.key

    @property
    def label(self) -> str:
        """What it is called."""
        return self.table.title

    def choices(self, person: Person) -> list[Choice]:
        """Return what can be chosen above the list; where bodies are too many to choose from, their names are words."""
        found = []
        for facet in self.table.facets:
            told = facet.choices(person) if callable(facet.choices) else facet.choices
            body = bool(facet.named_by)
            if body and len(told) > MANY_CHOICES:
                continue
            found += [Choice(self.key, facet.key, str(value), label, facet.label, body) for value, label in told]
        return found

    def found(self, person: Person, cycle: Any, asked: Asked, most: int) -> Found | None:
        """Return the first records that answer a question; None where there are none, or it is about something else."""
        if not asked.concerns(self.key):
            return None
        chosen = asked.filters(self.key)
        views = [FacetView(one, [], chosen[one.key]) for one in self.table.facets if one.key in chosen]
        query = " ".join(asked.words)
        rows = narrowed(self.table, self.rows(person, cycle), views, query)
        column = self.table.column(self.table.order.removeprefix("-"))
        some = list(ordered(rows, column.sort if column else "", down=self.table.order.startswith("-"))[: most + 1])
        if not some:
            return None
        title, *rest = [one for one in self.table.columns if one.link or one.card]
        hits = []
        for row in some[:most]:
            cells = row_of([title, *rest], row).cells
            hits.append(Hit(str(cells[0].text), cells[0].link, tuple(cells[1:])))
        told = {**chosen, **({"q": query} if query else {})}
        address = reverse(self.url) + (f"?{urlencode(told)}" if told else "")
        shown = tuple((one.facet_label, one.label) for one in asked.choices if one.list == self.key)
        return Found(self.label, tuple(hits), len(some) > most, address, shown)


@dataclass(frozen=True)
class Looked:
    """What is no list and can be found all the same, by words alone: `look` returns at most so many hits."""

    key: str
    label: str
    names: tuple[str, ...]
    url: str
    may: Callable[..., Verdict]
    look: Callable[[Person, Any, Sequence[str], int], list[Hit]]
    yearly: ClassVar = False

    def choices(self, _: Person) -> list[Choice]:
        """Nothing can be chosen."""
        return []

    def found(self, person: Person, cycle: Any, asked: Asked, most: int) -> Found | None:
        """Return what the words find; nothing is chosen here, so a question without words finds nothing."""
        if not asked.texts or not asked.concerns(self.key, by_words=True):
            return None
        hits = self.look(person, cycle, asked.texts, most + 1)
        address = f"{reverse(self.url)}?{urlencode({'q': ' '.join(asked.texts)})}"
        return Found(self.label, tuple(hits[:most]), len(hits) > most, address) if hits else None


@lru_cache(maxsize=1)
def searched() -> tuple[Searched | Looked, ...]:
    """Return everything that can be searched, in the order of the apps."""
    configs = [one for one in apps.get_app_configs() if module_has_submodule(one.module, "findable")]
    return tuple(one for config in configs for one in import_module(f"{config.name}.findable").SEARCHED)


def names_of(some: Sequence[Searched | Looked]) -> Mapping[str, Sequence[str]]:
    """Return by key what each is called."""
    return {one.key: (one.label, *one.names) for one in some}
