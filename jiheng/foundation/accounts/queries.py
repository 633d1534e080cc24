"""Reading accounts: has an appointment ended, how many wrong passwords stand against a sign-in name."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, User


def has_ended(appointment: Appointment) -> bool:
    """Whether the last day of the appointment has passed."""
    return appointment.valid_to is not None and appointment.valid_to < clock.today()


def wrong_passwords(user: User) -> int:
    """Return how many wrong passwords stand against the name; they count while a pause would last."""
    since = clock.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    found = AccessAttempt.objects.filter(username=user.username, attempt_time__gte=since)
    return int(found.aggregate(all=Sum("failures_since_start"))["all"] or 0)
