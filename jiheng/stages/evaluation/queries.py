"""Lists, counts and covers of evaluation; the same numbers on pages, dashboards and scenarios."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from jiheng.foundation.accounts.models import Place
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.evaluation.models import Draw, Evaluation, SelfEvaluation


@dataclass(frozen=True)
class EvaluationStatistics:
    """Confirmed evaluations of one kind in one year of work: how many, how much money (fen), which grades."""

    count: int
    amount_fen: int
    by_grade: dict[str, int] = field(default_factory=dict)

    def share(self, grade: str) -> Decimal:
        """Return the share of a grade in per cent, two decimals."""
        if not self.count:
            return Decimal(0)
        return (Decimal(self.by_grade.get(grade, 0)) * 100 / self.count).quantize(Decimal("0.01"))


def evaluation_statistics(
    place: Place, work_year: int, kind: str, subject_kind: str | None = None
) -> EvaluationStatistics:
    """Count confirmed evaluations of a kind in a year of work, perhaps only of one kind of subject."""
    found = Evaluation.objects.filter(place=place, work_year=work_year, kind=kind, state="confirmed")
    if subject_kind is not None:
        found = found.filter(subject_year__kind=subject_kind)
    sums = found.aggregate(count=Count("pk"), amount=Sum("amount_fen"))
    grades = Counter(found.values_list("grade", flat=True))
    return EvaluationStatistics(sums["count"], sums["amount"] or 0, dict(grades))


@dataclass(frozen=True)
class Cover:
    """How much of what must be done is done: numbers and money (fen)."""

    due: int
    done: int
    due_fen: int = 0
    done_fen: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Share by number in per cent, two decimals; None when nothing is due."""
        if not self.due:
            return None
        return (Decimal(self.done) * 100 / self.due).quantize(Decimal("0.01"))


def self_evaluation_cover(cycle: Cycle) -> Cover:
    """Return how many budgeted projects of the cycle have a self-evaluation that left the unit."""
    due = SubjectYear.objects.filter(cycle=cycle, kind="project", library_state="budgeted")
    done = due.filter(self_evaluation__state__in=("submitted", "rechecked", "accepted"))
    return Cover(due.count(), done.count())


def without_self_evaluation(cycle: Cycle) -> QuerySet[SubjectYear]:
    """Return the budgeted projects whose self-evaluation has not left the unit."""
    due = SubjectYear.objects.filter(cycle=cycle, kind="project", library_state="budgeted")
    return due.exclude(self_evaluation__state__in=("submitted", "rechecked", "accepted"))


def drawn_ids(cycle: Cycle) -> set[int]:
    """Return the self-evaluations drawn for re-check in the cycle."""
    draws = Draw.objects.filter(cycle=cycle, purpose="recheck").values_list("chosen", flat=True)
    return {int(key) for chosen in draws for key in chosen}


def waiting_rechecks(cycle: Cycle) -> QuerySet[SelfEvaluation]:
    """Return what was drawn and is still to be re-checked."""
    return SelfEvaluation.objects.filter(pk__in=drawn_ids(cycle), state="submitted")
