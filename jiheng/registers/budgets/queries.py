"""Balances, computed from the ledger and from nothing else."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, When

from jiheng.foundation.accounts.person import Person
from jiheng.registers.budgets.access import visible_entries
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.access import within


@dataclass(frozen=True)
class Balance:
    """The money of one subject and year in fen, as of a day."""

    initial: int = 0
    adjustment: int = 0
    cut: int = 0
    recapture: int = 0
    payment: int = 0
    pause: int = 0

    @property
    def budget(self) -> int:
        """全年预算数：年初加调整，减去核减和收回。"""
        return self.initial + self.adjustment + self.cut + self.recapture

    @property
    def executed(self) -> int:
        """全年执行数。"""
        return self.payment


def balances(year_ids: Iterable[int], as_of: date | None = None) -> dict[int, Balance]:
    """Return the balance of many subjects and years by one grouped query; empty ones are zero."""
    wanted = list(year_ids)
    condition = Q(subject_year_id__in=wanted)
    if as_of is not None:
        condition &= Q(day__lte=as_of)
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    rows = LedgerEntry.objects.filter(condition).values_list("subject_year_id", "kind")
    for year_id, kind, total in rows.annotate(total=Sum("amount_fen")).order_by():
        sums[year_id][kind] = total
    return {year_id: Balance(**sums.get(year_id, {})) for year_id in wanted}


def balance(year_id: int, as_of: date | None = None) -> Balance:
    """Return the balance of one subject and year, to a day inclusive or altogether."""
    return balances([year_id], as_of)[year_id]


def by_source(year_id: int, as_of: date | None = None) -> dict[str, Balance]:
    """Return the balance of one subject and year for each source of money."""
    entries: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(subject_year_id=year_id)
    if as_of is not None:
        entries = entries.filter(day__lte=as_of)
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    for source, kind, total in entries.values_list("source", "kind").annotate(t=Sum("amount_fen")).order_by():
        sums[source][kind] = total
    return {source: Balance(**kinds) for source, kinds in sorted(sums.items())}


def ledger_of(year_id: int) -> QuerySet[LedgerEntry]:
    """Return the entries of one subject and year in the order of posting."""
    return LedgerEntry.objects.filter(subject_year_id=year_id).order_by("day", "pk")


def entry_rows(person: Person, cycle: Cycle | None) -> QuerySet[Any]:
    """Return the entries of a cycle for a list; `budget_part` and `paid_part` are never added to each other."""
    rows = visible_entries(person)
    rows = rows.filter(subject_year__cycle=cycle) if cycle is not None else rows.none()

    def part(kinds: Iterable[str]) -> Case:
        return Case(When(kind__in=tuple(kinds), then=F("amount_fen")), output_field=BigIntegerField())

    return rows.annotate(budget_part=part(LedgerEntry.BUDGET_KINDS), paid_part=part(["payment"]))


def ledger_totals(person: Person, cycle: Cycle) -> Balance:
    """Return the balance of everything in the cycle that the person may see, by one grouped query."""
    rows = LedgerEntry.objects.filter(within(person, "subject_year__"), subject_year__cycle=cycle)
    return Balance(**dict(rows.order_by().values_list("kind").annotate(fen=Sum("amount_fen"))))
