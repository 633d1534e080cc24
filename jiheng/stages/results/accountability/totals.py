"""What all projects of a body get together in a budget year, and the gate of the ledger for bodies that were cut.

不予安排或减少安排预算：没有涉及具体项目的，约束被问责单位（部门连同所属单位）以后年度的预算总额。
`settings.JIHENG_LEDGER_GATES` names `body_refusals`.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from jiheng.foundation.accounts.models import Organisation
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.services import Posting, brings_money
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import format_wan
from jiheng.rules.refusal import Refusal
from jiheng.stages.results.models import Accountability

WHOLE = "department"
"""The kind of subject that stands for all projects of a body: its money is not counted a second time."""


class BodyMoney(NamedTuple):
    """The budgets of a body's projects in a year, adjusted, and what is paid of them; fen."""

    budget: int
    paid: int


def projects_of(body: Organisation, budget_year: int) -> QuerySet[SubjectYear]:
    """Return what a unit, or a department with its units, gets money for in a budget year."""
    own = Q(unit=body) | Q(department=body) if body.kind == "department" else Q(unit=body)
    return SubjectYear.objects.filter(own, place_id=body.place_id, budget_year=budget_year).exclude(kind=WHOLE)


def body_money(body: Organisation, budget_year: int) -> BodyMoney:
    """Return the sums of the ledger over all projects of a body."""
    found = LedgerEntry.objects.filter(subject_year__in=projects_of(body, budget_year).order_by().values("pk"))
    sums = found.aggregate(
        budget=Sum("amount_fen", filter=Q(kind__in=LedgerEntry.BUDGET_KINDS), default=0),
        paid=Sum("amount_fen", filter=Q(kind="payment"), default=0),
    )
    return BodyMoney(sums["budget"], sums["paid"])


def body_refusals(postings: Sequence[Posting]) -> list[Refusal]:
    """年初预算和追加登记以后，被问责单位各项目的预算合计不得超过决定的上限；恰为上限的可以登记。

    One refusal for each decision that would be passed; several decisions on one body all hold.
    """
    bringing = [one for one in postings if brings_money(one) and one.year.kind != WHOLE]
    years = {one.year.budget_year for one in bringing}
    bodies = {pk for one in bringing for pk in (one.year.unit_id, one.year.department_id)}
    if not bringing:
        return []
    held = Accountability.objects.filter(ceiling_fen__isnull=False, ceiling_year__in=years).select_related("body")
    return [
        _refusal(case, after)
        for case in held.order_by("pk")
        if case.body_id in bodies and (after := _after(case, postings)) is not None and after > (case.ceiling_fen or 0)
    ]


def _after(case: Accountability, postings: Sequence[Posting]) -> int | None:
    """What the body would have in all; None when nothing of this is its money."""
    year = case.ceiling_year or 0
    own = [
        one
        for one in postings
        if one.year.budget_year == year and one.year.kind != WHOLE and one.kind in LedgerEntry.BUDGET_KINDS
        and case.body_id in ({one.year.unit_id, one.year.department_id} if case.body.kind == "department" else {one.year.unit_id})
    ]  # fmt: skip
    if not any(brings_money(one) for one in own):
        return None
    return body_money(case.body, year).budget + sum(one.amount_fen for one in own)


def _refusal(case: Accountability, after: int) -> Refusal:
    ceiling = case.ceiling_fen or 0
    limit = f"不得超过 {format_wan(ceiling)} 万元" if ceiling else "不予安排"
    return Refusal(
        f"“{case.body}”{case.ceiling_year} 年度各项目预算合计 {format_wan(after)} 万元：绩效问责（第 {case.pk} 号）决定，本年预算总额{limit}",
        case.measures_clause,
        f"请按合计不超过 {format_wan(ceiling)} 万元登记" if ceiling else "请撤销该单位的预算安排",
        "amount_fen",
    )
