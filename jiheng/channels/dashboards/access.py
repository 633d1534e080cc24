"""Who opens the dashboards: business roles, each their own part of the year."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.accounts.places import may_read_below, places_below
from jiheng.registers.subjects.access import may_see_subjects
from jiheng.rules.policy.clauses import national_clause


def may_see_dashboards(person: Person, _: object = None) -> Verdict:
    """Whoever sees projects sees their sums."""
    if may_see_subjects(person):
        return allow()
    return deny(f"“{person.role_label}”不接触业务统计", national_clause("duty_access"))


def may_see_places(person: Person, _: object = None) -> Verdict:
    """The bureau of an upper place reads what the places below it have done."""
    return may_read_below(person)


def visible_lower_places(person: Person) -> QuerySet[Place]:
    """Return the places below the person's own, for the bureau's people only."""
    if not may_read_below(person):
        return Place.objects.none()
    return Place.objects.filter(pk__in=[one.pk for one in places_below(person.place_id)])
