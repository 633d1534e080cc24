"""Reading subjects: lists with their money, one subject's whole life, and what earlier years left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.lists import MANY_CHOICES
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.subjects.access import visible_subject_years, within
from jiheng.registers.subjects.models import ContentChange, Standing, SubjectYear
from jiheng.rules.content_change import FIELDS
from jiheng.rules.sunset import AHEAD, TERM, Ending, Running, Term, expiries


def standing_for(year: SubjectYear) -> list[Standing]:
    """Return what earlier results left to this budget year, newest last."""
    found = Standing.objects.filter(subject_id=year.subject_id, for_budget_year=year.budget_year)
    return list(found.order_by("pk"))


def previous_year(year: SubjectYear) -> SubjectYear | None:
    """Return the same subject in the latest earlier budget year."""
    found = SubjectYear.objects.filter(subject_id=year.subject_id, budget_year__lt=year.budget_year)
    return found.order_by("-budget_year").first()


def previous_years(years: Iterable[SubjectYear]) -> dict[int, SubjectYear]:
    """Return by key, for those that have one, the same subject in the latest year earlier than each of one budget year."""
    by_subject = {year.subject_id: year for year in years}
    if not by_subject:
        return {}
    earliest = min(year.budget_year for year in by_subject.values())
    found = SubjectYear.objects.filter(subject__in=by_subject, budget_year__lt=earliest).order_by("budget_year")
    return {by_subject[one.subject_id].pk: one for one in found}


def _ledger() -> Any:
    # The ledger knows the subjects, not the reverse: it is reached along its relation.
    return SubjectYear._meta.get_field("ledger").related_model


def _ledger_sum(kinds: Iterable[str]) -> Coalesce:
    entries = _ledger()._default_manager.filter(subject_year=OuterRef("pk"), kind__in=tuple(kinds))
    summed = entries.order_by().values("subject_year").annotate(fen=Sum("amount_fen")).values("fen")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)


def library(person: Person, cycle: Cycle | None) -> QuerySet[SubjectYear]:
    """Return the project library of a cycle as the person sees it, each with its budget and payments in fen.

    `budget_fen` is initial, adjustments, cuts and recaptures; `paid_fen` the payments; `rate` only sorts.
    """
    found = visible_subject_years(person)
    budget, paid = _ledger_sum(_ledger().BUDGET_KINDS), _ledger_sum(["payment"])
    rate = Case(
        When(budget_fen__gt=0, then=Cast(F("paid_fen"), FloatField()) / Cast(F("budget_fen"), FloatField())),
        default=Value(None),
        output_field=FloatField(),
    )
    found = found.filter(cycle=cycle) if cycle is not None else found.none()
    return found.annotate(budget_fen=budget, paid_fen=paid).annotate(rate=rate)


def term_kinds(cycle: Cycle | None) -> frozenset[str]:
    """Return the kinds of subject whose term the rules of a year watch: expired, they need to be evaluated anew."""
    rule = rule_in(cycle, TERM) if cycle is not None else None
    return frozenset(rule.value["kinds"]) if rule is not None and rule.value else frozenset()


def expiring(person: Person, cycle: Cycle | None) -> QuerySet[Any]:
    """Return what ends in this budget year and the next two, as `sunset.ends` says, as the person sees it.

    `yearly_fen` is the budget of the year, or what is asked for where there is none yet: the money at stake in each
    year after the end.
    """
    yearly = Case(When(budget_fen__gt=0, then=F("budget_fen")), default=F("requested_fen"), output_field=BigIntegerField())
    rows = library(person, cycle).annotate(yearly_fen=yearly)
    if cycle is None:
        return rows.none()
    several = Q(first_year__lt=F("last_year")) | Q(kind__in=term_kinds(cycle))
    return rows.filter(several, last_year__gte=cycle.budget_year, last_year__lt=cycle.budget_year + AHEAD)


_ENDING = ("pk", "kind", "first_year", "last_year", "budget_year", "yearly_fen", "department_id")


def endings(person: Person, cycle: Cycle) -> list[Ending]:
    """Return what ends in each of the next years and the money at stake; the rows are those of `expiring`."""
    picked = expiring(person, cycle).order_by("pk").values(*_ENDING)
    rows = [
        Running(
            one["pk"], one["kind"], Term(one["first_year"], one["last_year"], one["budget_year"]), one["yearly_fen"], one["department_id"]
        )
        for one in picked
    ]
    return expiries(rows, cycle.budget_year, kinds=term_kinds(cycle))


def kind_labels(cycle: Cycle | None) -> Mapping[str, str]:
    """Return the kinds of subject that the pack of a cycle names, with their labels."""
    return policy_for(cycle).subject_kinds if cycle is not None else {}


def years_of(year: SubjectYear, person: Person) -> list[SubjectYear]:
    """Return the same subject in all years that the person may see, oldest first."""
    found = visible_subject_years(person)
    return list(found.filter(subject_id=year.subject_id).order_by("budget_year"))


def organisations_in_sight(person: Person, kind: str) -> list[tuple[str, str]]:
    """Return the departments or units whose subjects the person can see: the choices of a facet.

    Not more than a list can use: one beyond `MANY_CHOICES` says that there are too many to choose from.
    """
    field = "department_id" if kind == "department" else "unit_id"
    seen = SubjectYear.objects.filter(within(person), **{field: OuterRef("pk")})
    found = Organisation.objects.filter(Exists(seen), place_id=person.place_id).order_by("code")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")[: MANY_CHOICES + 1]]


@dataclass(frozen=True)
class MoneyLine:
    """The sum of one kind of ledger entry, in fen."""

    kind: str
    label: str
    fen: int


@dataclass(frozen=True)
class Money:
    """The money of one subject and year by kind; `budget_fen` and `paid_fen` follow from the ledger alone."""

    lines: tuple[MoneyLine, ...]
    budget_fen: int
    paid_fen: int


def money_of(year: SubjectYear) -> Money:
    """Return the ledger's sums of one subject and year, kind by kind, by one query."""
    entry = _ledger()
    summed = dict(
        entry._default_manager.filter(subject_year=year)
        .order_by()
        .values_list("kind")
        .annotate(fen=Sum("amount_fen"))
    )
    lines = tuple(MoneyLine(key, label, summed.get(key, 0)) for key, label in entry.KINDS if key in summed)
    budget = sum(summed.get(kind, 0) for kind in entry.BUDGET_KINDS)
    return Money(lines, budget, summed.get("payment", 0))


def department_of(unit: Organisation) -> Organisation:
    """Return the department above a unit: its nearest ancestor of that kind, else the unit itself.

    What hung on a body that has ended hangs on whoever carries it on.
    """
    above: Organisation | None = unit
    while above is not None:
        if above.valid_to is not None and above.successor is not None and above.valid_to < clock.today():
            above = above.successor
        elif above.kind == "department":
            return above
        else:
            above = above.parent
    return unit


def entries_of(year: SubjectYear) -> list[Any]:
    """Return the ledger entries of one subject and year in the order of their days."""
    return list(_ledger()._default_manager.filter(subject_year=year).order_by("day", "pk"))


def own_organisation(person: Person) -> Organisation:
    """Return the body in which the person acts, with what stands above it."""
    return Organisation.objects.select_related("parent__parent").get(pk=person.organisation_id)


def content_of(year: SubjectYear) -> dict[str, Any]:
    """Return the content of a registered project as it stands, by the keys of `content_change.FIELDS`."""
    return {key: getattr(year, key) for key in FIELDS}


def content_changes(year: SubjectYear) -> list[ContentChange]:
    """Return the changes of a project's content, newest first."""
    return list(year.content_changes.order_by("-number"))


def last_change(year: SubjectYear) -> int:
    """Return the number of the last change of a project's content; 0 where it stands as it was registered."""
    return year.content_changes.order_by("-number").values_list("number", flat=True).first() or 0


def unanswered(years: Iterable[int]) -> dict[int, list[ContentChange]]:
    """Return by key of the subject and year the changes of content of which nobody said what the goal does."""
    found: dict[int, list[ContentChange]] = {}
    for one in ContentChange.objects.filter(subject_year__in=list(years), answer="").order_by("number"):
        found.setdefault(one.subject_year_id, []).append(one)
    return found
