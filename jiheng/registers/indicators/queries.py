"""Searching the library in Chinese, and how often an indicator is used."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.registers.indicators.access import indicators_of, places_of, visible_indicators
from jiheng.registers.indicators.models import IndicatorReference, LibraryIndicator, Proposal
from jiheng.registers.indicators.search import asking, asking_loosely, by_name_first, nearest
from jiheng.registers.policies.queries import current_policy
from jiheng.rules.indicator_sheet import COMMON_SECTOR, Reference, Sheet
from jiheng.rules.reference_values import Limits, Spread, is_stale, last_good_year, spread_of
from jiheng.rules.reference_values import Place as ValuePlace
from jiheng.rules.reference_values import place_of as value_place

LOOKED_AT = 5  # of so many times the rows asked for, the best are chosen
NEAREST = 400  # indicators of a class, and as many again by words, among which the best are chosen
CORE_FIRST = Case(When(rank="core", then=0), default=1)
_SHEET = tuple(one.name for one in fields(Sheet) if one.name != "references")


def search_library(
    person: Person,
    *,
    words: str = "",
    sector: str = "",
    level1: str = "",
    category: str = "",
    limit: int = 60,
) -> Sequence[LibraryIndicator]:
    """Return indicators in use that fit, the best first.

    Every word must occur somewhere in an indicator, as written, by the initials of its pinyin or by a synonym; words
    without a hit are taken apart into pairs of characters, since Chinese is written without spaces. What fits by name
    stands before what fits elsewhere, a core indicator before others, what is used more often before what is used less.
    """
    rows = visible_indicators(person).filter(retired_on=None).defer("pieces")
    for key, wanted in (("sector", sector), ("level1", level1), ("category", category)):
        if wanted:
            rows = rows.filter(**{key: wanted})
    asked = words.split()
    if not asked:
        return list(rows.annotate(uses=Count("used_in")).order_by(CORE_FIRST, "-uses", "code")[:limit])
    found = list(by_name_first(asking(rows, words), words)[: limit * LOOKED_AT])
    if not found:
        asked = _pairs(words)
        found = list(asking_loosely(rows, words)[: limit * LOOKED_AT])
    used = _tell_uses(found)
    return sorted(found, key=lambda one: (-_fit(one, asked), not one.core, -used.get(one.pk, 0), one.code))[:limit]


def suggested_for(
    person: Person, *, name: str, sector: str, category: str, limit: int = 12
) -> Sequence[LibraryIndicator]:
    """Return indicators that suit a subject: of its category and sector first, then by words of its name.

    Of those that suit alike the core ones stand first.
    """
    rows = visible_indicators(person).filter(retired_on=None).defer("pieces")
    categories = [one for one in categories_of(person) if category and category in one]
    sectors = [one for one in sectors_of(person) if sector and sector in one]
    pairs = _pairs(name)
    found = {one.pk: one for one in rows.filter(pk__in=nearest(places_of(person.place_id), name, NEAREST))}
    for close in _classes(categories, sectors):
        for one in rows.filter(close).order_by(CORE_FIRST, "code")[:NEAREST]:
            found[one.pk] = one

    def nearness(one: LibraryIndicator) -> int:
        near = 6 * (bool(category) and category in one.category) + 3 * (bool(sector) and sector in one.sector)
        return near + sum(pair in one.category + one.name for pair in pairs)

    best = sorted(found.values(), key=lambda one: (-nearness(one), not one.core, one.code))[:limit]
    _tell_uses(best)
    return best


def _classes(categories: Sequence[str], sectors: Sequence[str]) -> list[Q]:
    """Return what is asked of the class of an indicator: the closest first."""
    both = [Q(category__in=categories, sector__in=sectors)] if categories and sectors else []
    return both + ([Q(category__in=categories)] if categories else []) + ([Q(sector__in=sectors)] if sectors else [])


def held_in(place_id: int, categories: Collection[str]) -> dict[str, tuple[int, int]]:
    """Return by category how many core ones and how many common ones (共性, of the common sector) can be picked."""
    wanted = {one for one in categories if one}
    if not wanted:
        return {}
    rows = indicators_of(place_id).filter(retired_on=None, category__in=wanted).order_by()
    counted = rows.values_list("category").annotate(
        cores=Count("pk", filter=Q(rank="core")), commons=Count("pk", filter=Q(sector=COMMON_SECTOR))
    )
    return {category: (cores, commons) for category, cores, commons in counted}


def sectors_of(person: Person) -> list[str]:
    """Return the sectors of the library, the common one first."""
    rows = visible_indicators(person).filter(retired_on=None).order_by("sector")
    return sorted(
        rows.values_list("sector", flat=True).distinct(), key=lambda one: (one != COMMON_SECTOR, one)
    )


def categories_of(person: Person) -> list[str]:
    """Return the categories of the library."""
    rows = visible_indicators(person).filter(retired_on=None).order_by("category")
    return list(rows.values_list("category", flat=True).distinct())


def sheet_of(indicator: LibraryIndicator) -> Sheet:
    """Return an indicator of the library as its sheet, reference values included."""
    references = tuple(
        Reference(one.kind, one.value, one.year, one.region, one.source) for one in indicator.references.all()
    )
    return Sheet(**{key: getattr(indicator, key) for key in _SHEET}, references=references)


def sheet_from(content: Mapping[str, Any]) -> Sheet:
    """Return a sheet from the plain values that a version or a proposal keeps."""
    references = tuple(Reference(**one) for one in content.get("references", ()))
    return Sheet(**{key: value for key, value in content.items() if key != "references"}, references=references)


@dataclass(frozen=True)
class Use:
    """Where an indicator and what was merged into it is picked: rows of current goals, of all, and units that do."""

    rows: int
    current: int
    units: int


def use_of(indicator: LibraryIndicator) -> Use:
    """Count where an indicator is picked, under its former names too; numbers only, not whose."""
    picked = LibraryIndicator.objects.filter(Q(pk=indicator.pk) | Q(merged_into=indicator))
    counted = picked.aggregate(
        rows=Count("used_in"),
        current=Count("used_in", filter=Q(used_in__goal__current=True)),
        units=Count("used_in__goal__subject_year__unit", distinct=True),
    )
    return Use(**counted)


@dataclass(frozen=True)
class Credit:
    """What a body and those below it did for the library in a year: proposals made, and those that were adopted.

    `used` is how often an adopted new or revised indicator is picked in current goals.
    """

    made: int
    adopted: list[tuple[Proposal, int]]


def credit_of(place_id: int, bodies: Collection[int], year: int) -> Credit:
    """Return the credit of bodies for proposals that they made in a calendar year and somebody else published."""
    rows = Proposal.objects.filter(place_id=place_id, organisation__in=bodies, created_at__year=year)
    # Only what left its author counts as made: drafts and what was taken back do not.
    made = rows.exclude(state__in=("drafted", "withdrawn")).count()
    adopted = list(rows.filter(state="published").defer("content").select_related("organisation").order_by("created_at", "pk"))
    used = dict(
        LibraryIndicator.objects.filter(pk__in=[one.indicator_id for one in adopted], used_in__goal__current=True)
        .order_by()
        .values_list("pk")
        .annotate(number=Count("used_in"))
    )
    return Credit(made, [(one, used.get(one.indicator_id or 0, 0)) for one in adopted])


@dataclass(frozen=True)
class Compared:
    """A reference value with its place among what goals promise, and until which budget year it holds."""

    reference: IndicatorReference
    place: ValuePlace | None
    until: int
    stale: bool


def limits_of(place: Place) -> Limits:
    """Return how a place compares reference values, by its rules of today."""
    policy, day = current_policy(place), clock.today()
    return Limits(policy.value("reference_enough", day=day).value, policy.value("reference_good_years", day=day).value)


def compared(
    indicator: LibraryIndicator, person: Person, budget_year: int, limits: Limits
) -> tuple[list[Compared], Spread | None]:
    """Return the reference values of an indicator beside what the place's approved goals promise: numbers alone.

    Only values in the indicator's own unit are compared, those of what was merged into it included.
    """
    picked = LibraryIndicator.objects.filter(Q(pk=indicator.pk) | Q(merged_into=indicator))
    rows = picked.filter(
        used_in__goal__current=True,
        used_in__goal__state="approved",
        used_in__goal__subject_year__place_id=person.place_id,
        used_in__unit=indicator.unit,
        used_in__value__isnull=False,
    )
    promised = sorted(one for one in rows.values_list("used_in__value", flat=True) if one is not None)
    found = [
        Compared(
            one,
            value_place(one.value, indicator.unit, promised, indicator.direction, limits),
            last_good_year(one.kind, one.year, limits),
            is_stale(one.kind, one.year, budget_year, limits),
        )
        for one in indicator.references.all()
    ]
    return found, spread_of(promised)


def library_rows(person: Person) -> QuerySet[LibraryIndicator]:
    """Return the library with the number of uses, for the list.

    The uses are counted row by row, for the page that is drawn alone: a join would read every use of the library to
    count its indicators.
    """
    one = LibraryIndicator.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
    uses = Subquery(one.annotate(number=Count("used_in")).values("number"), output_field=IntegerField())
    return visible_indicators(person).defer("pieces").annotate(uses=Coalesce(uses, 0))


def _pairs(text: str) -> list[str]:
    characters = [sign for sign in text if "一" <= sign <= "鿿" or sign.isalnum()]
    joined = "".join(characters)
    return sorted({joined[at : at + 2] for at in range(len(joined) - 1)})


def _tell_uses(found: Iterable[LibraryIndicator]) -> dict[int, int]:
    """Set on each indicator how often it is picked, as an annotation would; return the numbers above nought by key."""
    rows = list(found)
    counted = LibraryIndicator.objects.filter(pk__in=[one.pk for one in rows], used_in__isnull=False)
    used = dict(counted.values_list("pk").annotate(number=Count("used_in")))
    for one in rows:
        vars(one)["uses"] = used.get(one.pk, 0)
    return used


def _fit(one: LibraryIndicator, words: list[str]) -> int:
    return sum(
        4 * (word in one.name) + 2 * (word in one.category) + (word in one.definition) for word in words
    )
