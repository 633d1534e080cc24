"""What results did to budgets, and how rectification stands."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.evaluation.models import Evaluation, Finding
from jiheng.stages.results.models import Decision, Rectification


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
    late = found.exclude(state="closed").filter(due__lt=clock.today()).count()
    return RectificationStatistics(found.count(), closed, late)
