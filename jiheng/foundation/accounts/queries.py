"""Reading accounts: the bureau of a place, has an appointment ended, how many wrong passwords stand against a name."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet, Sum

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.person import Person, valid_on


def place_of(person: Person) -> Place:
    """Return the place in which the person acts."""
    return Place.objects.get(pk=person.place_id)


def bureaus_of(place_id: int) -> QuerySet[Organisation]:
    """Return the finance bureau of a place as it stands today, not what it was called before; one, as a rule."""
    return Organisation.objects.filter(valid_on(clock.today()), place_id=place_id, kind="bureau").order_by("pk")


def bureau_of(place_id: int) -> Organisation:
    """Return the finance bureau of a place as it stands today. DoesNotExist where there is none."""
    return bureaus_of(place_id)[:1].get()


def has_ended(appointment: Appointment) -> bool:
    """Whether the last day of the appointment has passed."""
    return appointment.valid_to is not None and appointment.valid_to < clock.today()


def home_of(user: User) -> Place | None:
    """Return the place in which somebody serves, or served last; None for who was never appointed.

    What people do to their own account stands in its chain, also when their last appointment has ended.
    """
    held = Appointment.objects.filter(user=user).select_related("organisation__place").order_by("-valid_from", "-pk").first()
    return held.organisation.place if held is not None else None


def wrong_passwords(user: User) -> int:
    """Return how many wrong passwords stand against the name; they count while a pause would last."""
    since = clock.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    found = AccessAttempt.objects.filter(username=user.username, attempt_time__gte=since)
    return int(found.aggregate(all=Sum("failures_since_start"))["all"] or 0)
