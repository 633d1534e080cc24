"""The years of lower places added up: one line a place, each with everything below it, by a handful of grouped queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, Sum

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.places import places_below
from jiheng.foundation.accounts.tree import rolled_up
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.evaluation.queries import LEFT_THE_UNIT
from jiheng.stages.goals.models import Goal


class Year(NamedTuple):
    """A budget year of a place in numbers; money in fen. The definitions are those of the place's own overview."""

    subjects: int = 0
    requested: int = 0
    budget: int = 0
    paid: int = 0
    goals: int = 0
    budgeted: int = 0
    self_evaluated: int = 0
    evaluated: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Share of the budget that was spent."""
        return Decimal(self.paid) / self.budget if self.budget > 0 else None


@dataclass(frozen=True)
class PlaceLine:
    """One place: its own numbers, those with everything below it, and how many places these are."""

    place: Place
    below: int
    own: Year
    whole: Year
    opened: bool


@dataclass(frozen=True)
class PlaceLevel:
    """The places directly below one, that one's own numbers, and the sum."""

    at: Place
    way: tuple[Place, ...]
    own: Year
    own_opened: bool
    lines: tuple[PlaceLine, ...]
    total: Year


def _counted(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    return dict(rows)


def years_of_places(places: Sequence[int], budget_year: int) -> dict[int, Year]:
    """Return the numbers of some places in a budget year by place; five queries, however many places."""
    wanted = SubjectYear.objects.filter(place_id__in=places, budget_year=budget_year).exclude(library_state="refused")
    project = Q(kind="project", library_state="budgeted")
    subjects = {
        place: (count, asked or 0, budgeted)
        for place, count, asked, budgeted in wanted.order_by()
        .values_list("place_id")
        .annotate(n=Count("pk"), asked=Sum("requested_fen"), b=Count("pk", filter=project))
    }
    money: dict[int, dict[str, int]] = {}
    entries = LedgerEntry.objects.filter(place_id__in=places, budget_year=budget_year).order_by()
    entries = entries.exclude(subject_year__library_state="refused")
    for place, kind, fen in entries.values_list("place_id", "kind").annotate(fen=Sum("amount_fen")):
        money.setdefault(place, {})[kind] = fen
    here = Q(place_id__in=places, subject_year__budget_year=budget_year)
    due = here & Q(subject_year__kind="project", subject_year__library_state="budgeted")
    approved = Goal.objects.filter(here, state="approved", current=True)
    approved = approved.exclude(subject_year__library_state="refused")
    told = SelfEvaluation.objects.filter(due, state__in=LEFT_THE_UNIT)
    judged = Evaluation.objects.filter(due, state="confirmed")
    numbers = [
        _counted(
            rows.order_by().values_list("place_id").annotate(n=Count("subject_year", distinct=True))
        )
        for rows in (approved, told, judged)
    ]
    found = {}
    for place in places:
        count, asked, budgeted = subjects.get(place, (0, 0, 0))
        sums = money.get(place, {})
        budget = sum(sums.get(kind, 0) for kind in LedgerEntry.BUDGET_KINDS)
        goals, own, evaluated = (one.get(place, 0) for one in numbers)
        found[place] = Year(count, asked, budget, sums.get("payment", 0), goals, budgeted, own, evaluated)
    return found


def _rolled(parents: dict[int, int | None], own: dict[int, Year]) -> dict[int, Year]:
    sums = [rolled_up(parents, {pk: year[at] for pk, year in own.items()}) for at in range(len(Year._fields))]
    return {pk: Year(*(one[pk] for one in sums)) for pk in parents}


def place_level(top: Place, budget_year: int, at: int | None = None) -> PlaceLevel:
    """Return the places below one of those below `top` (or `top` itself), each with everything below it.

    LookupError when `at` is not below `top`.
    """
    places = {one.pk: one for one in (top, *places_below(top.pk))}
    if at is not None and at not in places:
        raise LookupError("没有这个下级地区")
    parents = {pk: one.parent_id if pk != top.pk else None for pk, one in places.items()}
    own = years_of_places(list(places), budget_year)
    whole = _rolled(parents, own)
    counted = rolled_up(parents, dict.fromkeys(places, 1))
    opened = set(
        Cycle.objects.filter(place__in=places, budget_year=budget_year).values_list("place_id", flat=True)
    )
    here = places[at] if at is not None else top
    way = []
    above = parents[here.pk]
    while above is not None:
        way.append(places[above])
        above = parents[above]
    lines = tuple(
        PlaceLine(one, counted[pk] - 1, own[pk], whole[pk], pk in opened)
        for pk, one in places.items()
        if parents[pk] == here.pk
    )
    return PlaceLevel(here, tuple(reversed(way)), own[here.pk], here.pk in opened, lines, whole[here.pk])


def own_place(person: Person) -> Place:
    """Return the place in which the person acts."""
    return Place.objects.get(pk=person.place_id)


def years_below(top: Place) -> list[int]:
    """Return the budget years that any place below has opened, newest first."""
    places = [one.pk for one in (top, *places_below(top.pk))]
    found = Cycle.objects.filter(place__in=places).order_by("-budget_year")
    return list(dict.fromkeys(found.values_list("budget_year", flat=True)))
