"""What results did to budgets, how rectification stands, and what waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.files.models import Evidence
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.rules.results import Proposal
from jiheng.rules.scoring.grades import Band
from jiheng.stages.evaluation.models import Evaluation, Finding
from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.results.access import (
    findings_to_order,
    results_to_propose,
    visible_decisions,
    visible_rectifications,
)
from jiheng.stages.results.facts import proposal_for
from jiheng.stages.results.models import Decision, Rectification

# --- statistics


@dataclass(frozen=True)
class CutStatistics:
    """Decided cuts for one budget year: items, bodies, base and cut in fen."""

    items: int
    bodies: int
    base_fen: int
    cut_fen: int

    @property
    def rate(self) -> Decimal | None:
        """Return the cut in per cent of the base, two decimals; None when nothing was cut."""
        if not self.base_fen:
            return None
        return (Decimal(self.cut_fen) * 100 / self.base_fen).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def cuts(place: Place, for_budget_year: int) -> QuerySet[Decision]:
    """Return the decided cuts for a budget year."""
    found = Decision.objects.filter(
        place=place, for_budget_year=for_budget_year, state="decided", amount_fen__gt=0
    )
    return found.select_related("evaluation__subject_year__department", "evaluation__subject_year__unit")


def cut_statistics(place: Place, for_budget_year: int) -> CutStatistics:
    """Count the decided cuts for a budget year, from the ledger where the budget is already in it."""
    sums = cuts(place, for_budget_year).aggregate(
        items=Count("pk"),
        bodies=Count("evaluation__subject_year__department", distinct=True),
        base=Sum("base_fen"),
        cut=Sum("amount_fen"),
    )
    return CutStatistics(sums["items"], sums["bodies"], sums["base"] or 0, sums["cut"] or 0)


@dataclass(frozen=True)
class ActionTotal:
    """Decided results with one consequence: how many, their base and the cut in fen."""

    action: str
    label: str
    items: int
    base_fen: int
    cut_fen: int


def totals_by_action(rows: QuerySet[Decision]) -> list[ActionTotal]:
    """Sum decided results by consequence, in the order of `Decision.ACTIONS`; one query."""
    grouped = rows.filter(state="decided").order_by().values("action")
    sums = {
        one["action"]: one
        for one in grouped.annotate(items=Count("pk"), base=Sum("base_fen"), cut=Sum("amount_fen"))
    }
    return [
        ActionTotal(key, label, sums[key]["items"], sums[key]["base"] or 0, sums[key]["cut"] or 0)
        for key, label in Decision.ACTIONS
        if key in sums
    ]


@dataclass(frozen=True)
class DepartmentTotal:
    """Decided results of one department: how many, how many of them cut, base and cut in fen."""

    department: str
    items: int
    cut_items: int
    base_fen: int
    cut_fen: int


def sums_by_department(rows: QuerySet[Decision]) -> list[DepartmentTotal]:
    """Sum decided results by department, in the order of their codes; one query."""
    path = "evaluation__subject_year__department__"
    grouped = rows.filter(state="decided").order_by().values(f"{path}code", f"{path}name")
    sums = grouped.annotate(
        items=Count("pk"), cuts=Count("pk", filter=Q(amount_fen__gt=0)), base=Sum("base_fen"), cut=Sum("amount_fen")
    )
    return [
        DepartmentTotal(one[f"{path}name"], one["items"], one["cuts"], one["base"] or 0, one["cut"] or 0)
        for one in sums.order_by(f"{path}code")
    ]


@dataclass(frozen=True)
class RectificationStatistics:
    """How rectification stands: ordered, closed, open, overdue."""

    issued: int
    closed: int
    overdue: int

    @property
    def open(self) -> int:
        """Those not yet closed."""
        return self.issued - self.closed


def rectification_statistics(cycle: Cycle) -> RectificationStatistics:
    """Count the rectifications of a cycle."""
    found = Rectification.objects.filter(cycle=cycle)
    closed = found.filter(state="closed").count()
    return RectificationStatistics(found.count(), closed, overdue(found).count())


def overdue(rows: QuerySet[Rectification]) -> QuerySet[Rectification]:
    """Return those that are not closed though their day has passed."""
    return rows.exclude(state="closed").filter(due__lt=clock.today())


# --- what waits


def undecided(cycle: Cycle) -> QuerySet[Evaluation]:
    """Return confirmed evaluations for which nothing has been proposed."""
    found = Evaluation.objects.filter(cycle=cycle, state="confirmed", decision__isnull=True)
    return found.select_related("subject_year__unit", "subject_year__department")


def unissued_findings(cycle: Cycle) -> QuerySet[Finding]:
    """Return findings of confirmed evaluations that nobody has ordered to be put right."""
    found = Finding.objects.filter(
        evaluation__cycle=cycle, evaluation__state="confirmed", rectification__isnull=True
    )
    return found.select_related("evaluation__subject_year__unit")


def waiting_results(person: Person, cycle: Cycle | None) -> QuerySet[Evaluation]:
    """Return the results without a proposal, each with `base_fen`: the evaluated year's budget, in fen."""
    budget = LedgerEntry.objects.filter(
        subject_year=OuterRef("subject_year"), kind__in=LedgerEntry.BUDGET_KINDS
    )
    summed = budget.order_by().values("subject_year").annotate(fen=Sum("amount_fen")).values("fen")
    base = Coalesce(NullIf(Subquery(summed, output_field=BigIntegerField()), Value(0)), F("amount_fen"))
    found = results_to_propose(person)
    found = found.filter(cycle=cycle) if cycle is not None else found.none()
    return found.annotate(base_fen=base)


def waiting_findings(person: Person, cycle: Cycle | None) -> QuerySet[Finding]:
    """Return the findings without an order in a cycle."""
    found = findings_to_order(person)
    return found.filter(evaluation__cycle=cycle) if cycle is not None else found.none()


def decisions_in(person: Person, cycle: Cycle | None) -> QuerySet[Decision]:
    """Return the decisions of a cycle that the person may see."""
    found = visible_decisions(person)
    return found.filter(cycle=cycle) if cycle is not None else found.none()


def decisions_between(person: Person, *, for_budget_year: int) -> QuerySet[Decision]:
    """Return the decisions for one budget year that the person may see."""
    return visible_decisions(person).filter(for_budget_year=for_budget_year)


def rectifications_in(person: Person, cycle: Cycle | None) -> QuerySet[Any]:
    """Return the ledger of rectification of a cycle, each row with the number of its files (`files`)."""
    key = Concat(Value("results.rectification:"), Cast(OuterRef("pk"), CharField()))
    files = Evidence.objects.filter(subject=key, withdrawn=False).order_by().values("subject")
    counted = Subquery(files.annotate(n=Count("pk")).values("n"))
    found = visible_rectifications(person)
    found = found.filter(cycle=cycle) if cycle is not None else found.none()
    return found.annotate(files=Coalesce(counted, 0))


def unposted_cuts(person: Person) -> list[tuple[Decision, SubjectYear]]:
    """Return decided cuts that are not in the ledger though the later budget is above the decided ceiling.

    Each comes with the year of that budget.
    """
    waiting = list(
        visible_decisions(person).filter(state="decided", amount_fen__gt=0, budget_entry__isnull=True)
    )
    later = later_years(waiting)
    money = balances([year.pk for year in later.values()])
    found = [(one, later[one.pk]) for one in waiting if one.pk in later]
    return [(one, year) for one, year in found if money[year.pk].budget > ceiling_of(one)]


def ceiling_of(decision: Decision) -> int:
    """Return what the later budget may be at most, in fen: base minus cut."""
    return decision.base_fen - (decision.amount_fen or 0)


def later_years(decisions: Sequence[Decision]) -> dict[int, SubjectYear]:
    """Return, by decision, the subject's year that the decision bites on, where its budget is in the ledger."""
    subjects = {one.evaluation.subject_year.subject_id for one in decisions}
    years = SubjectYear.objects.filter(
        subject_id__in=subjects,
        budget_year__in={one.for_budget_year for one in decisions},
        ledger__kind="initial",
    ).distinct()
    found = {(year.subject_id, year.budget_year): year for year in years}
    keys = {one.pk: (one.evaluation.subject_year.subject_id, one.for_budget_year) for one in decisions}
    return {pk: found[key] for pk, key in keys.items() if key in found}


# --- one record


def ruled(evaluation: Any) -> Proposal | None:
    """Return what the rule proposes for a result with `base_fen`; None when the rules say nothing."""
    try:
        return proposal_for(evaluation, evaluation.base_fen)
    except LookupError:
        return None


def bands_of(evaluation: Evaluation) -> tuple[Band, ...]:
    """Return the grades by which an evaluation was graded, best first."""
    return policy_for(evaluation.cycle).grades[card_of(evaluation).grades].falling


def grade_label(evaluation: Evaluation) -> str:
    """Return the grade in Chinese."""
    return next((one.label for one in bands_of(evaluation) if one.key == evaluation.grade), evaluation.grade)


def standing_of(decision: Decision) -> Standing | None:
    """Return what the decision left to the later budget year."""
    return Standing.objects.filter(cause=subject_key(decision)).first()


def departments_in(rows: QuerySet[Any], path: str) -> list[tuple[str, str]]:
    """Return the departments that occur in rows: the choices of a facet."""
    found = Organisation.objects.filter(pk__in=rows.order_by().values(path)).order_by("code")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")]
