"""How often signing in may fail: by name and address, by name alone, by address alone."""

from datetime import timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Q, Sum
from django.http import HttpRequest

KNOWN_FOR = timedelta(days=90)


class Limits(AxesDatabaseHandler):  # type: ignore[misc]  # axes ships no types
    """Counts wrong passwords in three ways; reaching any limit pauses signing in until the tries are old.

    One name at one address: JIHENG_LOGIN_TRIES. One name from all addresses together (guessing from many
    machines): JIHENG_LOGIN_TRIES_NAME; an address from which that name signed in lately is spared, so that
    strangers cannot lock somebody out of his own office. One address with all names together (one password
    tried on many names): JIHENG_LOGIN_TRIES_ADDRESS, generous, since a whole building may share an address.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the failures of name and address; at least the limit when one of the others is reached."""
        own: int = super().get_failures(request, credentials)
        limit: int = settings.AXES_FAILURE_LIMIT
        name, address = get_client_username(request, credentials), request.axes_ip_address  # type: ignore[attr-defined]
        recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        counted = recent.aggregate(
            name=Sum("failures_since_start", filter=Q(username=name)),
            address=Sum("failures_since_start", filter=Q(ip_address=address)),
        )
        reached = (counted["address"] or 0) >= settings.LOGIN_TRIES_ADDRESS or (
            (counted["name"] or 0) >= settings.LOGIN_TRIES_NAME and not _known(request, name, address)
        )
        return max(own, limit) if reached else own


def _known(request: HttpRequest, name: str | None, address: str) -> bool:
    """Whether the name signed in from the address lately."""
    since = request.axes_attempt_time - KNOWN_FOR  # type: ignore[attr-defined]
    return bool(
        AccessLog.objects.filter(username=name, ip_address=address, attempt_time__gte=since).exists()
    )
