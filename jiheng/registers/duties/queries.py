"""Reading duties: those in force in a year, those that something may be hung on, and what hangs on one."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, valid_on
from jiheng.foundation.web.lists import MANY_CHOICES
from jiheng.registers.duties.access import visible_duties
from jiheng.registers.duties.models import Duty


def in_force_in(year: int) -> Q:
    """Return the condition "stands on at least one day of the budget year"."""
    begun = Q(valid_from__lte=date(year, 12, 31))
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=date(year, 1, 1)))


def duties_of_year(person: Person, year: int) -> QuerySet[Duty]:
    """Return the duties in force in a budget year that the person may see."""
    return visible_duties(person).filter(in_force_in(year))


def duties_to_serve(bodies: Iterable[Organisation], year: int) -> QuerySet[Duty]:
    """Return the duties on which what belongs to the bodies may be hung: their own and those of who stands above."""
    keys = {key for one in bodies for key in (one.pk, one.parent_id) if key is not None}
    found = Duty.objects.filter(in_force_in(year), organisation__in=keys).select_related("organisation")
    return found.order_by("organisation__kind", "organisation__code", "pk")


def bodies_to_write_for(person: Person) -> QuerySet[Organisation]:
    """Return the bodies for which the person writes: the own one, for a department also those below."""
    reach = person.own | (person.subtree if person.role == "department_reviewer" else frozenset())
    found = Organisation.objects.filter(valid_on(clock.today()), pk__in=reach, kind__in=("department", "unit"))
    return found.order_by("kind", "code")


def bodies_with_duties(person: Person) -> list[tuple[str, str]]:
    """Return the bodies whose duties the person can see: the choices of a facet, one beyond `MANY_CHOICES` at most."""
    seen = visible_duties(person).filter(organisation_id=OuterRef("pk"))
    found = Organisation.objects.filter(Exists(seen), place_id=person.place_id).order_by("code")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")[: MANY_CHOICES + 1]]
