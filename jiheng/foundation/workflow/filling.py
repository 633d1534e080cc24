"""How long forms take: counted from what an open page sends while it is filled."""

from datetime import datetime, timedelta

from django.db.models import F

from jiheng.foundation import clock
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.models import Case, FillingTime
from jiheng.rules.burden import sitting

OPENED = "opened"
"""The hidden field of a form that says when its page was opened."""
OFTEN = timedelta(seconds=10)
"""A page that sends more often is written down only so often: the time in between is added by the next one."""


def opened_at(text: str) -> datetime | None:
    """Read when a page was opened; None for what no page of ours writes."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def filled(case: Case, role: str, opened: datetime, *, done: bool) -> None:
    """Add the time since a half of a form was last seen at work; `done` says that it was saved and not only looked at."""
    now, key = clock.now(), subject_key(case)
    held = FillingTime.objects.filter(subject=key, role=role).first()
    if held is not None and not done and now - held.last_at < OFTEN:
        return
    told = sitting(held.last_at if held is not None else None, opened, now)
    if held is None:
        made = FillingTime(place_id=case.place_id, subject=key, role=role, last_at=now)
        made.seconds, made.sittings = round(told.worked.total_seconds()), 1
        FillingTime.objects.bulk_create([made], ignore_conflicts=True)
        return
    # Two windows at once: the second to come finds another time there and adds nothing.
    FillingTime.objects.filter(pk=held.pk, last_at=held.last_at).update(
        seconds=F("seconds") + round(told.worked.total_seconds()), sittings=F("sittings") + int(told.anew), last_at=now
    )
