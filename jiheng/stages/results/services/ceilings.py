"""No budget above what an earlier result left: the gate of the ledger for decided cuts.

`settings.JIHENG_LEDGER_GATES` names `ceiling_refusals`; why it stands there: docs/decisions/0017.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from jiheng.foundation.portions import portions
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balances
from jiheng.registers.budgets.services import Posting, brings_money
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.rules.refusal import Refusal
from jiheng.rules.release_gate import ceiling_refusal
from jiheng.stages.results.models import Decision


def ceiling_refusals(postings: Sequence[Posting]) -> list[Refusal]:
    """Return what decided cuts say against these movements of money; empty when they may be posted."""
    return list(ceilings_by_year(postings).values())


def ceilings_by_year(postings: Sequence[Posting]) -> dict[int, Refusal]:
    """评价结果应用决定核减的，以后年度的预算不得超过决定的上限：年初预算和追加都算，已登记的一并计算.

    By subject and year, only those whose budget would lie above; named are decision, ceiling and clause.
    """
    years = {one.year.pk: one.year for one in postings if brings_money(one)}
    tightest = _tightest(list(years.values()))
    after = {pk: one.budget for pk, one in balances(list(tightest)).items()}
    for one in postings if after else ():
        if one.year.pk in after and one.kind in LedgerEntry.BUDGET_KINDS:
            after[one.year.pk] += one.amount_fen
    asked = {pk: (ceiling_of(standing), after[pk]) for pk, standing in tightest.items()}
    found = {pk: _refusal(years[pk], ceiling, sum_) for pk, (ceiling, sum_) in asked.items()}
    return {pk: one for pk, one in found.items() if one is not None}


@dataclass(frozen=True)
class Ceiling:
    """What an earlier result leaves a later budget at most (fen), which decision did, by which clause."""

    fen: int
    left: str
    clause: str


def ceiling_of(standing: Standing) -> Ceiling:
    """Return the ceiling that a result left, in words with the number of its decision."""
    kind, _, number = standing.cause.partition(":")
    left_by = f"（处理决定第 {number} 号）" if kind == Decision._meta.label_lower else ""
    return Ceiling(standing.ceiling_fen or 0, f"{standing.text}{left_by}", standing.clause)


def tightest_ceiling(year: SubjectYear) -> Ceiling | None:
    """Return what leaves a subject and year least; None when nothing does."""
    found = _tightest([year]).get(year.pk)
    return ceiling_of(found) if found is not None else None


def _refusal(year: SubjectYear, ceiling: Ceiling, after: int) -> Refusal | None:
    return ceiling_refusal(
        name=year.name, budget_year=year.budget_year, after=after, ceiling=ceiling.fen, left=ceiling.left, clause=ceiling.clause
    )


def _tightest(years: Sequence[SubjectYear]) -> dict[int, Standing]:
    """Return, by subject and year, what leaves it least; one query for many."""
    wanted = {(year.subject_id, year.budget_year): year.pk for year in years}
    found: dict[int, Standing] = {}
    for part in portions(years):
        some = [year.subject_id for year in part]
        for one in Standing.objects.filter(subject_id__in=some, ceiling_fen__isnull=False).order_by("pk"):
            pk = wanted.get((one.subject_id, one.for_budget_year))
            if pk is not None and (pk not in found or (one.ceiling_fen or 0) < (found[pk].ceiling_fen or 0)):
                found[pk] = one
    return found
