"""What came of indicators in past years, as whoever sets a new value wants to know: counted, and the rows behind."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.functions import Coalesce

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.kept import kept
from jiheng.registers.indicators.access import indicators_of
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.subjects.access import within
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.reachability import Outcome
from jiheng.stages.evaluation.models import SelfLine
from jiheng.stages.goals.models import Goal

RATES = ("%", "％", "‰")
"""Units in which projects of any size can be compared; a number of courses or kilometres cannot."""
YEAR = "evaluation__subject_year__budget_year"
_KEPT = (
    Q(indicator__operator=">=", actual__gte=F("indicator__value"))
    | Q(indicator__operator=">", actual__gt=F("indicator__value"))
    | Q(indicator__operator="=", actual=F("indicator__value"))
    | Q(indicator__operator="<=", actual__lte=F("indicator__value"))
    | Q(indicator__operator="<", actual__lt=F("indicator__value"))
    | Q(indicator__operator="range", actual__gte=F("indicator__value"), actual__lte=F("indicator__high"))
)
Past = Mapping[int | str, tuple[list[Outcome], list[Outcome]]]


def past_outcomes(year: SubjectYear, libraries: Collection[int], names: Collection[str]) -> Past:
    """Return what came of indicators before a subject's year: in the whole place, and in the subject's own unit.

    By the library's key, and for what was typed freely by its name, which only the own unit's rows are looked up by.
    In the whole place figures come with rates alone. One grouped question each for the place and for the unit.
    """
    place: Mapping[Any, list[Outcome]] = {}
    if libraries:
        wanted = sorted(set(libraries))
        key = f"past:{year.budget_year}:{','.join(map(str, wanted))}"
        rows = lines_before(year).filter(_of(wanted, ()))
        place = kept(year.place_id, key, lambda: _grouped(rows, only_rates=True)).value
    own: Mapping[Any, list[Outcome]] = {}
    if libraries or names:
        own = _grouped(lines_before(year).filter(_own(year), _of(libraries, names)), only_rates=False)
    return {
        one: (list(place.get(one, own.get(one, ()))), list(own.get(one, ()))) for one in {*place, *own}
    }


def lines_before(year: SubjectYear) -> QuerySet[SelfLine]:
    """Return the lines with a figure that left their unit before a subject's year, in its place.

    Those that the re-check took points from are left out: their figure was not believed.
    """
    lines = SelfLine.objects.filter(
        evaluation__subject_year__place_id=year.place_id,
        evaluation__subject_year__budget_year__lt=year.budget_year,
        actual__isnull=False,
    )
    return lines.exclude(evaluation__state="draft").exclude(recheck_points__lt=F("points"))


def lines_of(year: SubjectYear, key: int | str) -> QuerySet[SelfLine]:
    """Return the lines behind the figures of one indicator: of the place, for a name those of the own unit."""
    if isinstance(key, int):
        return lines_before(year).filter(_of([key], ()))
    return lines_before(year).filter(_own(year), _of((), [key]))


def asked_for(goal: Goal, key: int | UUID) -> tuple[str, int | str] | None:
    """Return the name and the key by which lines are found, of what an address names; None when the goal has it not.

    `key` is that of an indicator that the goal may choose or has chosen, or the lineage of one of its rows.
    """
    if isinstance(key, int):
        used = goal.indicators.filter(library=key).values("library")
        offered = indicators_of(goal.place_id) | LibraryIndicator.objects.filter(pk__in=used)
        found = offered.defer("pieces").filter(pk=key).first()
        return (found.name, found.merged_into_id or found.pk) if found else None
    row = goal.indicators.select_related("library").filter(lineage=key).first()
    if row is None or row.library is None:
        return (row.name, row.name.strip()) if row else None
    return row.name, row.library.merged_into_id or row.library.pk


def seen_by(person: Person, lines: QuerySet[SelfLine]) -> QuerySet[SelfLine]:
    """Return the lines whose subjects the person may see; of the others only numbers are told."""
    return lines.filter(within(person, "evaluation__subject_year__"))


def _own(year: SubjectYear) -> Q:
    return Q(evaluation__subject_year__unit_id=year.unit_id) | Q(evaluation__subject_year__subject_id=year.subject_id)


def _of(libraries: Collection[int], names: Collection[str]) -> Q:
    found = Q(indicator__library__in=libraries) | Q(indicator__library__merged_into__in=libraries)
    return (found if libraries else Q(pk__in=[])) | Q(indicator__library__isnull=True, indicator__name__in=names)


def _grouped(lines: QuerySet[SelfLine], *, only_rates: bool) -> dict[int | str, list[Outcome]]:
    figure: Any = Case(When(indicator__unit__in=RATES, then=F("actual")), default=None) if only_rates else F("actual")
    rows: Iterable[Any] = (
        lines.order_by()
        .annotate(one=Coalesce("indicator__library__merged_into", "indicator__library"), figure=figure)
        .values_list("one", "indicator__name", YEAR, "indicator__unit", "figure")
        .annotate(number=Count("pk"), kept=Count("pk", filter=_KEPT))
    )
    found: dict[int | str, list[Outcome]] = defaultdict(list)
    for one, name, year, unit, actual, number, reached in rows:
        found[name if one is None else one].append(Outcome(year, unit, actual, number, reached))
    return dict(found)
