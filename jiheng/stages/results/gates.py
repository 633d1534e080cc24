"""How a project stands at the last gates: what earlier results left to it, and the ledger."""

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.registers.budgets.queries import balances
from jiheng.registers.budgets.services import Posting, budget_first, gate_refusals
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.queries import standing_for
from jiheng.rules.gates import Gate, gate
from jiheng.rules.money import format_wan
from jiheng.stages.results.accountability.totals import body_refusals
from jiheng.stages.results.grounds.gate import policy_refusals
from jiheng.stages.results.services.ceilings import ceiling_refusals


def gates(year: SubjectYear, _: Person) -> list[Gate]:
    """以前年度结果、安排预算。"""
    budget = balances([year.pk])[year.pk].budget
    asked = [Posting(year, "initial", year.requested_fen, clock.today())] if budget == 0 else []
    return [_result(year, asked), _budget(year, asked, budget)]


def _result(year: SubjectYear, asked: list[Posting]) -> Gate:
    against = [*ceiling_refusals(asked), *policy_refusals(asked), *body_refusals(asked)]
    left = standing_for(year)
    return gate(
        "result", against, applies=bool(left), passed="；".join(one.text for one in left), free="以前年度的结果没有留下限制",
        clause=left[-1].clause if left else "", url=reverse("subjects:detail", args=[year.pk]) + "#standing" if left else "",
    )  # fmt: skip


def _budget(year: SubjectYear, asked: list[Posting], budget: int) -> Gate:
    """What the ledger would say now if the money asked for were booked as the first budget."""
    spendless = rule_in(year.cycle, "kinds_without_budget")
    if spendless is not None and year.kind in spendless.value:
        return gate("budget", (), applies=False, passed="", free="此类对象没有支出预算", clause=str(spendless.clause))
    url = reverse("subjects:detail", args=[year.pk]) + "#ledger" if budget else ""
    passed = f"预算 {format_wan(budget)} 万元" if budget else "现在可以登记年初预算"
    return gate("budget", gate_refusals(asked) if asked else (), applies=True, passed=passed, free="", clause=budget_first(year.cycle), url=url)
