"""How much easier adjustments made goals: of one goal in words, of a year in sums."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Avg, Count, F, Max, OuterRef, Q, QuerySet, Subquery

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.access import within
from jiheng.rules.softness import VERDICTS, Moved, Softness
from jiheng.stages.goals.models import Goal, SubmittedVersion
from jiheng.stages.goals.versions import differences, snapshot, softness_between

TONES = {
    "easier": "red",
    "removed": "red",
    "harder": "green",
    "unclear": "amber",
    "added": "blue",
    "same": "grey",
}


def change_words(moved: Moved) -> str:
    """Say by how much a row's value moved: in its unit and in per cent, or in days; "" where there is no figure."""
    if moved.days is not None:
        return f"{'推迟' if moved.days > 0 else '提前'} {abs(moved.days)} 天" if moved.days else ""
    if moved.change is None or not moved.change or moved.new is None:
        return ""
    return f"{moved.change.normalize():+f}{moved.new.unit}" + (
        "" if moved.ratio is None else f"（{share(moved.ratio, sign=True)}）"
    )


def share(value: Fraction, *, sign: bool = False) -> str:
    """Return a share in per cent with one decimal."""
    return f"{float(value) * 100:{'+' if sign else ''}.1f}%"


def softened(before: Goal, goal: Goal) -> dict[str, Any]:
    """Return how much easier a revision is than the one before, for the page of the goal."""
    soft = softness_between(snapshot(before), snapshot(goal), goal.subject_year.budget_year)
    return softness_words(soft, goal.cycle)


def adjusted(goal: Goal) -> dict[str, Any] | None:
    """Return how a goal differs from the one first approved, for whoever judges it; None when it was never adjusted."""
    first = Goal.objects.filter(subject_year_id=goal.subject_year_id, revision=1).first()
    if goal.revision == 1 or first is None:
        return None
    late = late_from(goal.cycle)
    found = differences(snapshot(first), snapshot(goal), goal.subject_year.budget_year)
    return {
        "goal": goal,
        "soft": softness_words(found.softness, goal.cycle),
        "rows": [
            (one, change_words(one.moved), TONES[one.moved.verdict], VERDICTS[one.moved.verdict])
            for one in found.rows
        ],
        "late": late is not None and goal.approved_on is not None and goal.approved_on >= late,
    }


def softness_words(soft: Softness, cycle: Cycle) -> dict[str, Any]:
    """Return the measure of softness for a page, and whether it is notable by the rules of the year."""
    line = rule_in(cycle, "goal_softening_notable")
    return {
        "eased": share(soft.eased),
        "hardened": share(soft.hardened),
        "net": share(soft.net),
        "unclear": share(soft.unclear) if soft.unclear else "",
        "moved": soft.moved,
        "softer": soft.net > 0,
        "notable": line is not None and soft.net * 100 > Fraction(line.value),
        "line": line.value if line else None,
        "clause": str(line.clause) if line else "",
    }


def adjustments(person: Person, cycle: Cycle | None) -> QuerySet[Any]:
    """Return the last submission of every adjustment that the person sees, with how much easier it made the goal."""
    last = SubmittedVersion.objects.filter(
        subject_year=OuterRef("subject_year"), revision=OuterRef("revision")
    )
    goal = Goal.objects.filter(subject_year=OuterRef("subject_year"), revision=OuterRef("revision"))
    rows = SubmittedVersion.objects.filter(
        within(person, "subject_year__"), revision__gt=1, eased__isnull=False
    )
    rows = rows.filter(pk=Subquery(last.order_by("-round").values("pk")[:1]))
    rows = rows.filter(subject_year__cycle=cycle) if cycle is not None else rows.none()
    found = rows.annotate(
        net=F("eased") - F("hardened"),
        goal_id=Subquery(goal.values("pk")[:1]),
        approved_on=Subquery(goal.values("approved_on")[:1]),
    )
    return found.defer("content").select_related(
        "subject_year__unit", "subject_year__subject", "subject_year__department"
    )


def late_from(cycle: Cycle) -> date | None:
    """Return the first day from which an adjustment counts as one near the end of the year; None without such a rule."""
    days = rule_in(cycle, "goal_late_softening_days")
    return date(cycle.budget_year, 12, 31) - timedelta(days=days.value) + timedelta(days=1) if days else None


def by_unit(rows: QuerySet[Any], late: date | None) -> QuerySet[Any]:
    """Return the units that made goals easier, the softest first: how many adjustments, easier ones, late ones."""
    of_unit = rows.order_by().values("subject_year__unit_id", "subject_year__unit__name")
    counted = of_unit.annotate(
        number=Count("pk"),
        softer=Count("pk", filter=Q(net__gt=0)),
        late=Count("pk", filter=Q(net__gt=0, submitted_on__gte=late) if late else Q(pk=None)),
        mean=Avg("net"),
        last=Max("submitted_on"),
    )
    found: QuerySet[Any] = counted.filter(softer__gt=0).order_by("-mean", "subject_year__unit__name")
    return found


def as_a_whole(rows: QuerySet[Any]) -> dict[str, Any]:
    """Return how many adjustments there are, how many made their goal easier, and by how much on average."""
    return rows.order_by().aggregate(
        number=Count("pk"), softer=Count("pk", filter=Q(net__gt=0)), mean=Avg("net")
    )
