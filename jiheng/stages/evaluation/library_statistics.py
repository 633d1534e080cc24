"""How the indicators of the library fare: picked, returned, reached, telling good from bad; the rows behind each."""

from collections.abc import Collection
from typing import Any

from django.db.models import Case, Count, F, FloatField, Q, QuerySet, Sum, When
from django.db.models.functions import Cast, Coalesce, NullIf

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.audit.kept import Kept, kept
from jiheng.foundation.refused import mistaken, refuse
from jiheng.registers.indicators.access import own_indicators
from jiheng.registers.indicators.models import LibraryIndicator, Proposal
from jiheng.registers.indicators.proposing import propose, workflow_of
from jiheng.registers.subjects.access import within
from jiheng.rules.indicator_statistics import Counts
from jiheng.stages.evaluation.access import may_propose_retiring
from jiheng.stages.goals.models import GoalIndicator, RowReturn

AT_ONCE = 100
_JUDGED = Case(
    When(
        ~Q(self_lines__evaluation__state="draft"),
        then=Coalesce("self_lines__recheck_points", "self_lines__points"),
    ),
    default=None,
)
"""The points of a row in a self-evaluation that has left the unit, those of the re-check first."""


def statistics_of(person: Person) -> Kept[dict[int, Counts]]:
    """Return the counts of each indicator picked in the current goals that the person sees, by its key.

    What was merged counts for the one that it led to. One grouped question over the rows and one over the returns.
    """

    def work() -> dict[int, Counts]:
        return _counts(rows_of(person), returns_of(person))

    return kept(person.place_id, f"library:{person.appointment_id}:{person.role}", work)


def place_counts(place_id: int) -> dict[int, Counts]:
    """Return the counts of each indicator picked in the current goals of a place, by its key."""
    rows = GoalIndicator.objects.filter(goal__subject_year__place_id=place_id, library__isnull=False, goal__current=True)
    returns = RowReturn.objects.filter(subject_year__place_id=place_id, library__isnull=False)
    return _counts(rows.annotate(judged_points=_JUDGED), returns)


def _counts(rows: QuerySet[Any], returned: QuerySet[RowReturn]) -> dict[int, Counts]:
    ratio = Cast("judged_points", FloatField()) / NullIf(Cast("weight", FloatField()), 0.0)
    grouped = (
        rows.order_by()
        .annotate(one=Coalesce("library__merged_into", "library"), ratio=ratio)
        .values("one")
        .annotate(
            picks=Count("pk"),
            judged=Count("judged_points"),
            met=Count("pk", filter=Q(judged_points__gte=F("weight"))),
            ratios=Sum("ratio"),
            squares=Sum(F("ratio") * F("ratio")),
        )
    )
    sent_back = returned.order_by().annotate(one=Coalesce("library__merged_into", "library"))
    returns = dict(sent_back.values_list("one").annotate(number=Count("pk")))
    found = {
        row["one"]: Counts(
            row["picks"],
            returns.pop(row["one"], 0),
            row["judged"],
            row["met"],
            row["ratios"] or 0.0,
            row["squares"] or 0.0,
        )
        for row in grouped
    }
    return found | {one: Counts(returns=number) for one, number in returns.items()}


def rows_of(person: Person) -> QuerySet[Any]:
    """Return the rows of current goals that were picked from the library, with the points judged, if any."""
    seen = GoalIndicator.objects.filter(
        within(person, "goal__subject_year__"), library__isnull=False, goal__current=True
    )
    return seen.annotate(judged_points=_JUDGED)


def returns_of(person: Person) -> QuerySet[RowReturn]:
    """Return the rows picked from the library that reviewers sent back, mended or not."""
    return RowReturn.objects.filter(within(person, "subject_year__"), library__isnull=False)


def reached(place_id: int, keys: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return of indicators how many rows of a place's current goals were judged, and how many in full.

    Numbers alone, whose rows they are nobody is told.
    """
    rows = GoalIndicator.objects.filter(
        library__in=keys, goal__current=True, goal__subject_year__place_id=place_id
    ).annotate(judged_points=_JUDGED)
    counted = (
        rows.order_by()
        .values("library")
        .annotate(judged=Count("judged_points"), met=Count("pk", filter=Q(judged_points__gte=F("weight"))))
        .filter(judged__gt=0)
    )
    return {row["library"]: (row["judged"], row["met"]) for row in counted}


def of_indicator(indicator: LibraryIndicator) -> Q:
    """Return the condition "of this indicator or of one merged into it"."""
    return Q(library=indicator) | Q(library__merged_into=indicator)


def to_retire(person: Person) -> list[tuple[LibraryIndicator, Counts]]:
    """Return the place's own indicators in use that everybody always met and nobody has proposed to retire yet."""
    met = {pk: one for pk, one in statistics_of(person).value.items() if one.always_met}
    final = workflow_of(place_of(person)).final
    waiting = Proposal.objects.filter(place_id=person.place_id, kind="retire").exclude(state__in=final)
    rows = own_indicators(person).filter(retired_on=None).exclude(pk__in=waiting.values("indicator"))
    found = rows.defer("pieces").in_bulk(list(met))
    return sorted(((found[pk], one) for pk, one in met.items() if pk in found), key=lambda pair: -pair[1].judged)


def propose_retiring(*, person: Person) -> int:
    """Propose the retirement of what everybody always met, each by itself; return how many.

    Refused when there is none. At most a hundred at once, those judged most often first.
    """
    verdict = may_propose_retiring(person)
    if not verdict:
        raise refuse(verdict.reason, verdict.clause)
    chosen = to_retire(person)[:AT_ONCE]
    if not chosen:
        raise mistaken("没有可建议停用的指标")
    for indicator, one in chosen:
        ground = f"自评过的 {one.judged} 行全部得满分，不能区分好坏"
        propose(kind="retire", ground=ground, person=person, indicator=indicator)
    return len(chosen)
