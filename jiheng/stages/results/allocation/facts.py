"""What the rules are told about a scheme of sharing out: factors, bodies with their results, what is demanded."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jiheng.foundation.accounts.tree import tree_on
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in, rules_at
from jiheng.rules.allocation import Factor, Floor, Recipient, result_weight
from jiheng.rules.money import round_half_up
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.results.models import Allocation, AllocationLine

RESULT = "绩效评价结果"
EVALUATED = "绩效评价"
ACCEPTED = ("rechecked", "accepted")


def factors_of(allocation: Allocation) -> list[Factor]:
    """Return the factors in their order; weights in per cent."""
    return [Factor(one["label"], Decimal(one["weight"]), bool(one["result"])) for one in allocation.factors]


def recipients_of(allocation: Allocation, lines: Iterable[AllocationLine]) -> list[Recipient]:
    """Return the bodies with their values; the result stands in the place of its factor."""
    factors = factors_of(allocation)
    found = []
    for line in lines:
        told = iter(line.values)
        values = tuple(line.result if one.result else _number(next(told, None)) for one in factors)
        found.append(Recipient(line.body.name, values))
    return found


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def floor_of(cycle: Cycle) -> Floor | None:
    """Return the least weight of results that the cycle's rules demand, with its clause; None where they say nothing."""
    rule = rule_in(cycle, "allocation_result_weight_min")
    if rule is None:
        return None
    principle = rule_in(cycle, "allocation_result_weight_in_principle")
    return Floor(Decimal(str(rule.value)), str(rule.clause), bool(principle and principle.value))


def way_of(cycle: Cycle) -> str:
    """Return how a body without a result counts: `average` or `zero`."""
    rule = rule_in(cycle, "allocation_without_result")
    return str(rule.value) if rule is not None else "average"


def allocation_facts(allocation: Allocation) -> dict[str, Any]:
    """Gather what the workflow's conditions ask."""
    return {
        "policy": rules_at(allocation.cycle),
        "result_weight": result_weight(factors_of(allocation)),
        "exception_reason": allocation.exception_reason,
    }


def results_of(place_id: int, year: int, bodies: Iterable[int]) -> dict[int, tuple[Decimal, str]]:
    """Return the result of each body in a year, and what it rests on: scores weighted by the money they are about.

    Every project of the body (a department: of its units too) counts once, with its confirmed evaluation or else
    its self-evaluation as rechecked and accepted. Bodies without any are left out.
    """
    wanted = list(bodies)
    tree = tree_on(place_id)
    under: dict[int, list[int]] = {}
    for body in wanted:
        for one in tree.below(body):
            under.setdefault(one, []).append(body)
    scored: dict[int, tuple[int, Decimal, int, str]] = {}
    own = SelfEvaluation.objects.filter(
        place_id=place_id, subject_year__budget_year=year, subject_year__unit__in=list(under), state__in=ACCEPTED
    )
    for self_done in own.select_related("subject_year").order_by("pk"):
        total = self_done.total if self_done.recheck_total is None else self_done.recheck_total
        if total is not None:
            unit = self_done.subject_year.unit_id
            scored[self_done.subject_year_id] = (unit, total, self_done.budget_fen, "单位自评")
    evaluated = Evaluation.objects.filter(
        place_id=place_id, subject_year__budget_year=year, subject_year__unit__in=list(under), state="confirmed"
    )
    for done in evaluated.exclude(kind="in_process").select_related("subject_year").order_by("pk"):
        if done.total is not None:
            scored[done.subject_year_id] = (done.subject_year.unit_id, done.total, done.amount_fen, EVALUATED)
    sums: dict[int, list[tuple[Decimal, int, str]]] = {}
    for unit, total, money, kind in scored.values():
        for body in under[unit]:
            sums.setdefault(body, []).append((total, money, kind))
    return {body: _mean(rows) for body, rows in sums.items()}


def _mean(rows: list[tuple[Decimal, int, str]]) -> tuple[Decimal, str]:
    weights = [max(money, 0) for _, money, _ in rows]
    if not sum(weights):
        weights = [1] * len(rows)
    points = [Fraction(total) * weight for (total, _, _), weight in zip(rows, weights, strict=True)]
    evaluated = sum(kind == EVALUATED for _, _, kind in rows)
    note = f"{len(rows)} 个项目按资金加权：绩效评价 {evaluated} 个，单位自评 {len(rows) - evaluated} 个"
    return round_half_up(sum(points, Fraction(0)) / sum(weights)), note
