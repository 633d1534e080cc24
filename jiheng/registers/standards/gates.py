"""没有标准原则上不安排预算: the gate of the ledger; `settings.JIHENG_LEDGER_GATES` names it, see docs/decisions/0078."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Sum

from jiheng.foundation.portions import portions
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.services import Posting, brings_money
from jiheng.registers.standards.queries import asking_clause, gate_in, refusals_by_year
from jiheng.rules.refusal import Refusal
from jiheng.rules.spending_standards import budget_refusal


def standard_gate(postings: Sequence[Posting]) -> list[Refusal]:
    """Return what projects without standards say against a budget; empty when it may be booked."""
    return [refusal for found in standards_by_posting(postings).values() for refusal in found]


def standards_by_posting(postings: Sequence[Posting]) -> dict[int, list[Refusal]]:
    """测算明细没有标准、超过标准、与申报金额不符的，不得安排预算；预算合计不得高于测算明细合计。按年度项目列出。"""
    years = {one.year.pk: one.year for one in postings if brings_money(one)}
    asked = {cycle.pk for cycle in {one.cycle_id: one.cycle for one in years.values()}.values() if gate_in(cycle) is not None}
    wanted = {pk: year for pk, year in years.items() if year.cycle_id in asked}
    if not wanted:
        return {}
    found = refusals_by_year(wanted.values())
    budget = Counter(dict.fromkeys(wanted, 0))
    for one in postings:
        if one.year.pk in wanted and one.kind in LedgerEntry.BUDGET_KINDS:
            budget[one.year.pk] += one.amount_fen
    for part in portions(sorted(wanted)):
        held = LedgerEntry.objects.filter(subject_year__in=part, kind__in=LedgerEntry.BUDGET_KINDS).order_by()
        for pk, fen in held.values_list("subject_year_id").annotate(fen=Sum("amount_fen")):
            budget[pk] += fen
    for pk, year in wanted.items():
        above = budget_refusal(year.requested_fen, budget[pk], asking_clause(year.cycle)) if pk not in found else None
        if above is not None:  # the lines make what is asked for, else they were refused
            found[pk] = [above]
    return {
        pk: [replace(one, message=f"“{wanted[pk].name}”不得安排预算：{one.message}") for one in against]
        for pk, against in found.items()
    }
