"""What the public may read: publications, and statutory clocks that ran out, and nothing else."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from jiheng.registers.cycles.clocks import Clock, clocks_of
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.queries import altered


def standing(place: str = "") -> QuerySet[Publication]:
    """Return what stands published, newest first; replaced ones are reached from their successors."""
    found = Publication.objects.filter(replaced_by__isnull=True).select_related("place")
    if place:
        found = found.filter(place__code=place)
    return found


def places() -> list[tuple[str, str]]:
    """Return the places that have published something."""
    rows = Publication.objects.values_list("place__code", "place__name").distinct().order_by("place__code")
    return [(code, name) for code, name in rows]


def filtered(place: str, year: str, kind: str, text: str) -> QuerySet[Publication]:
    """Return the publications that fit what the reader asked for."""
    found = standing(place)
    if year.isascii() and year.isdecimal():
        found = found.filter(budget_year=int(year[:9]))
    if kind in dict(Publication.KINDS):
        found = found.filter(kind=kind)
    for word in text.split()[:5]:
        found = found.filter(Q(title__icontains=word) | Q(organisation__icontains=word))
    return found


def numbered() -> QuerySet[Publication]:
    """Return every publication, also replaced and withdrawn ones: a number once given stays readable."""
    return Publication.objects.select_related("place", "replaces")


def successor(publication: Publication) -> Publication | None:
    """Return the publication that replaced this one, if any."""
    return Publication.objects.filter(replaces=publication).first()


def story(publication: Publication) -> list[Publication]:
    """Return everything that was published of the same subject, oldest first."""
    found = Publication.objects.filter(subject_uuid=publication.subject_uuid, place_id=publication.place_id)
    return list(found.order_by("published_at", "pk"))


def open_rows(publications: Iterable[Publication]) -> Iterable[dict[str, Any]]:
    """Return publications as rows of open data; a withdrawn one keeps its number and reason only.

    One that is not as it was published says so in `altered` and gives no content.
    """
    asked = list(publications)
    changed = altered(asked)
    for one in asked:
        gone = one.withdrawn_at is not None
        yield {
            "number": one.number,
            "kind": one.kind,
            "budget_year": one.budget_year,
            "title": one.title,
            "organisation": one.organisation,
            "published_at": one.published_at.isoformat(),
            "basis": one.basis,
            "digest": one.digest,
            "withdrawn": one.withdrawn_reason if gone else "",
            "altered": changed.get(one.pk, ""),
            "content": None if gone or one.pk in changed else one.content,
        }


def overdue_clocks() -> list[tuple[Cycle, Clock]]:
    """Return the statutory clocks that the rules make public and whose day has passed, of every open year."""
    cycles = Cycle.objects.filter(state="open").select_related("snapshot", "place").defer("snapshot__content")
    return [(cycle, one) for cycle in cycles for one in clocks_of(cycle) if one.public and one.overdue]
