"""What a metric is: a name, a definition, a clause, a number that opens the rows behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from jiheng.channels.dashboards.facts import Facts


@dataclass(frozen=True)
class Figure:
    """A computed metric: the number in words, its unit, what it is made of, where its rows are.

    `tone` is red only for money at risk or what is overdue.
    """

    value: str
    unit: str = ""
    note: str = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Metric:
    """One figure of the overview. `rule` is the pack parameter whose clause stands behind it, if any."""

    key: str
    name: str
    definition: str
    order: int
    compute: Callable[[Facts], Figure]
    rule: str = ""


def share(part: int, whole: int) -> str:
    """Return part of whole in per cent, one decimal; a dash when there is nothing."""
    return f"{Decimal(part) * 100 / whole:.1f}" if whole else "—"
