"""How far a plan is from the shares that the rules demand; money from the ledger, else as requested."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf

from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.evaluation_plan import Count, Demand, Portion
from jiheng.stages.evaluation.models import EvaluationPlan, PlanLine

FORMERLY = ("project", "policy", "special_fund", "transfer")
"""Kinds that counted as projects in years whose rules were frozen before they named them."""


def project_kinds(plan: EvaluationPlan) -> list[str]:
    """Return the kinds of subjects that count as projects in a department's share."""
    rule = rule_in(plan.cycle, "evaluation_project_kinds")
    return list(FORMERLY) if rule is None else [str(one) for one in rule.value]


def _named(plan: EvaluationPlan) -> tuple[list[dict[str, Any]], str]:
    """Return the kinds of subjects that the rules want evaluated by whoever makes this plan, and the clause."""
    rule = rule_in(plan.cycle, "evaluation_scope")
    if rule is None:
        return [], ""
    return [one for one in rule.value if one.get("who") == plan.kind], str(rule.clause)


def choices_of(plan: EvaluationPlan) -> QuerySet[Any]:
    """Return what may stand in a plan, each with `money_fen`, most money first."""
    found = SubjectYear.objects.filter(cycle=plan.cycle).exclude(library_state="refused")
    if plan.kind == "department":
        found = found.filter(department=plan.body, kind__in=_choosable(plan))
    return with_money(found).select_related("subject", "unit", "department").order_by("-money_fen", "pk")


def _choosable(plan: EvaluationPlan) -> list[str]:
    return [*project_kinds(plan), *(kind for one in _named(plan)[0] for kind in one["kinds"])]


def with_money(rows: QuerySet[SubjectYear]) -> QuerySet[Any]:
    """Note on each subject and year its budget in the ledger, or what was requested while it has none."""
    budget = LedgerEntry.objects.filter(subject_year=OuterRef("pk"), kind__in=LedgerEntry.BUDGET_KINDS)
    summed = budget.order_by().values("subject_year").annotate(fen=Sum("amount_fen")).values("fen")
    told: QuerySet[Any] = rows.annotate(
        money_fen=Coalesce(NullIf(Subquery(summed, output_field=BigIntegerField()), Value(0)), "requested_fen")
    )
    return told


def demands_of(plan: EvaluationPlan) -> list[Demand | Count]:
    """Return what the rules of the plan's year demand of it, and where it stands; empty where they say nothing."""
    planned = set(PlanLine.objects.filter(plan=plan).values_list("subject_year_id", flat=True))
    rows = list(choices_of(plan).values("pk", "kind", "category", "money_fen").order_by("pk"))
    found = _department(plan, rows, planned) if plan.kind == "department" else _fiscal(plan, rows, planned)
    return found + _of_kinds(plan, rows, planned)


def _of_kinds(plan: EvaluationPlan, rows: Sequence[Any], planned: set[int]) -> list[Demand | Count]:
    """Return how many of each kind that the rules name must be planned; nothing where none is registered."""
    found: list[Demand | Count] = []
    entries, clause = _named(plan)
    for one in entries:
        there = [row["pk"] for row in rows if row["kind"] in one["kinds"]]
        needed = len(there) if one.get("every") else min(int(one.get("least", 0)), len(there))
        if needed:
            found.append(Count(str(one["label"]), needed, len(planned & set(there)), clause))
    return found


def _portion(label: str, rows: Sequence[Any], planned: Iterable[int], *, money: bool) -> Portion:
    chosen = [row for row in rows if row["pk"] in planned]
    if money:
        return Portion(label, sum(row["money_fen"] for row in chosen), sum(row["money_fen"] for row in rows), money=True)
    return Portion(label, len(chosen), len(rows), money=False)


def _department(plan: EvaluationPlan, rows: Sequence[Any], planned: set[int]) -> list[Demand | Count]:
    share = rule_in(plan.cycle, "department_evaluation_share")
    if share is None:
        return []
    kinds = project_kinds(plan)
    rows = [row for row in rows if row["kind"] in kinds]
    portions = (
        _portion("项目数", rows, planned, money=False),
        _portion("资金", rows, planned, money=True),
    )
    return [Demand("部门评价", Decimal(str(share.value)), portions, str(share.clause))]


def _fiscal(plan: EvaluationPlan, rows: Sequence[Any], planned: set[int]) -> list[Demand | Count]:
    found: list[Demand | Count] = []
    share, funds = rule_in(plan.cycle, "fiscal_evaluation_share"), rule_in(plan.cycle, "key_special_funds")
    if share is not None and funds is not None:
        key = [row for row in rows if is_key(row["kind"], row["category"], funds.value)]
        portion = _portion("重点专项资金", key, planned, money=True)
        found.append(Demand("财政评价", Decimal(str(share.value)), (portion,), str(share.clause)))
    pilots = rule_in(plan.cycle, "whole_department_pilot_count")
    if pilots is not None:
        departments = sum(row["kind"] == "department" and row["pk"] in planned for row in rows)
        found.append(Count("部门整体支出财政评价试点", int(pilots.value), departments, str(pilots.clause)))
    return found


def is_key(kind: str, category: str, funds: Any) -> bool:
    """Whether a subject counts as 重点专项资金 by the pack's own list of kinds and categories."""
    return kind in funds.get("kinds", ()) or category in funds.get("categories", ())


def criteria_of(plan: EvaluationPlan) -> tuple[list[str], str]:
    """Return the reasons for which the rules choose, in their words, and the clause to be named."""
    rule = rule_in(plan.cycle, "key_evaluation_criteria") if plan.kind == "fiscal" else None
    if rule is None:
        return [], clause_in(plan.cycle, "workflows.evaluation_plan")
    return [str(one) for one in rule.value], str(rule.clause)


def without_reason(plan: EvaluationPlan) -> list[str]:
    """Return the names of planned subjects whose choice is not reasoned; whole departments are the pilot itself."""
    bare = PlanLine.objects.filter(Q(reason=""), plan=plan, criteria=[]).exclude(subject_year__kind="department")
    return list(bare.values_list("subject_year__name", flat=True))
