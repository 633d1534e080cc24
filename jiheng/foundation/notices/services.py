"""Telling a role that something happened, and who has read it."""

from django.db import models
from django.db.models.functions import Coalesce

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.notices.models import Notice, Reading

TEXT_LENGTH = 300


def notify(
    *,
    organisation: Organisation,
    role: str,
    text: str,
    link: str = "",
    about: models.Model | None = None,
    key: str = "",
) -> None:
    """Tell the holders of a role in an organisation; the same `key` is told once."""
    values = {
        "place_id": organisation.place_id,
        "text": text if len(text) <= TEXT_LENGTH else f"{text[: TEXT_LENGTH - 1]}…",
        "link": link,
        "about": subject_key(about) if about is not None else "",
        "at": clock.now(),
    }
    if key:
        Notice.objects.get_or_create(organisation=organisation, role=role, key=key, defaults=values)
    else:
        Notice.objects.create(organisation=organisation, role=role, **values)


def notices_for(person: Person) -> models.QuerySet[Notice]:
    """Return the notices that stand for this person, newest first."""
    return Notice.objects.filter(organisation_id__in=person.own, role=person.role)


def unread_count(person: Person) -> int:
    """Return how many notices the person has not seen; one query."""
    last = Reading.objects.filter(appointment_id=person.appointment_id).order_by().values("last")
    return notices_for(person).filter(pk__gt=Coalesce(models.Subquery(last), 0)).count()


def mark_read(person: Person) -> None:
    """Remember that the person has seen all present notices; another appointment has its own."""
    newest = notices_for(person).values_list("pk", flat=True).first() or 0
    Reading.objects.update_or_create(appointment_id=person.appointment_id, defaults={"last": newest})
