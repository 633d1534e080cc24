"""Places below one another: a province, its cities, their counties; who of an upper one reads a lower one."""

from dataclasses import replace

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import Denied
from jiheng.rules.policy.clauses import national_clause


def places_below(place_id: int) -> list[Place]:
    """Return every place below this one, each after the one above it, by code; one query."""
    rows = list(Place.objects.exclude(parent=None).order_by("code"))
    found: list[Place] = []
    waiting = [place_id]
    while waiting:
        at = waiting.pop(0)
        below = [one for one in rows if one.parent_id == at]
        found += below
        waiting += [one.pk for one in below]
    return found


def may_read_below(person: Person, place: Place | None = None) -> Verdict:
    """The bureau of an upper place reads the results of the places below it; nobody reads sideways or upwards."""
    if not person.is_bureau or person.reading:
        return deny("下级地区的结果由上级财政部门查看", national_clause("duty_place"))
    if place is not None and place.pk not in {one.pk for one in places_below(person.place_id)}:
        return deny("只能查看本级以下的地区", national_clause("duty_place"))
    return allow()


def reading(person: Person, place: Place) -> Person:
    """Return the person as one who looks at a place below: sees that whole place, and can write nothing anywhere.

    The chain refuses whatever such a person would do. PermissionDenied for a place that is not below.
    """
    verdict = may_read_below(person, place)
    if not verdict:
        raise Denied(verdict.reason, verdict.clause)
    return replace(
        person,
        place_id=place.pk,
        place_code=place.code,
        place_name=place.name,
        organisation_id=0,
        subtree=frozenset(),
        former=frozenset(),
        reading=True,
    )


def under(place: Place, above: Place) -> None:
    """Put a place below another one; done by the installation, noted in its chain. ValueError when it would stand below itself."""
    if above.pk == place.pk or above.pk in {one.pk for one in places_below(place.pk)}:
        raise ValueError(f"{above.name}在{place.name}之下，不能作其上级")
    with act(None, place=place):
        place.parent = above
        place.save(update_fields=["parent"])
        record("place.under", place, {"above": above.name})
