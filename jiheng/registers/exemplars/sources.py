"""What cases are found in: each stage tells of its own records; the library knows none of them by name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.navigation import stages
from jiheng.rules.exemplars import Bar


@dataclass(frozen=True)
class Found:
    """One of the best: the record's key, its points, why in words, by whom and when they were decided; whose it is."""

    pk: int
    title: str
    score: Decimal
    ground: str
    decided_by: str
    decided_on: date | None
    department_id: int | None = None
    unit_id: int | None = None
    project_type: str = ""
    category: str = ""
    sector: str = ""
    fund: str = ""
    budget_year: int | None = None


@dataclass(frozen=True)
class Told:
    """What a record says: texts with their headings, and a table."""

    parts: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Source:
    """Records of one kind that cases are found in. `page` is the URL name of one, `visible` who sees the record itself."""

    kind: str
    model: str
    found: Callable[[Place, Bar], Iterable[Found]] = field(repr=False)
    told: Callable[[int], Told] = field(repr=False)
    page: str
    visible: Callable[[Person], QuerySet[Any]] = field(repr=False)

    def name(self, pk: int) -> str:
        """Return how a record of this source is named."""
        return f"{self.model}:{pk}"


def sources() -> list[Source]:
    """Return the sources of all stages."""
    return [source for stage in stages() for source in stage.exemplars]


def source_of(name: str) -> tuple[Source, int]:
    """Return the source of a record's name and its key. LookupError for a stage that is not installed."""
    model, _, pk = name.partition(":")
    for one in sources():
        if one.model == model:
            return one, int(pk)
    raise LookupError(f"没有“{model}”这种原件")
