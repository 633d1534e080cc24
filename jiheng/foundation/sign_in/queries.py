"""Reading signing in: must somebody have a second factor, has the session passed it."""

from django.conf import settings
from django.http import HttpRequest

from jiheng.foundation.accounts.models import User
from jiheng.foundation.accounts.person import Person, appointments_of, person_of
from jiheng.foundation.sign_in.models import SecondFactor

PASSED = "second_factor"
"""Where the session keeps which second factor it has passed; one bound anew must be passed anew."""


def factor_of(user: User) -> SecondFactor | None:
    """Return the second factor of a user, without a query when the backend brought it along."""
    try:
        return user.second_factor
    except SecondFactor.DoesNotExist:
        return None


def has_factor(user: User) -> bool:
    """Whether the user has bound a second factor."""
    return SecondFactor.objects.filter(user_id=user.pk).exists()


def is_required(user: User) -> bool:
    """Whether one of the roles that the user holds today must have a second factor (JIHENG_SECOND_FACTOR)."""
    roles = settings.SECOND_FACTOR_ROLES
    return bool(roles) and appointments_of(user.pk).filter(role__in=roles).exists()


def codes_left(factor: SecondFactor) -> int:
    """Return how many recovery codes have not been used."""
    return factor.recovery_codes.filter(used_at__isnull=True).count()


def waits_for(request: HttpRequest) -> str:
    """Return what a signed-in session still lacks: "code", "binding", or "" when nothing."""
    user = request.user
    if not isinstance(user, User):
        return ""
    factor = factor_of(user)
    if factor is not None:
        return "" if request.session.get(PASSED) == factor.pk else "code"
    return "binding" if is_required(user) else ""


def acting(request: HttpRequest, user: User) -> Person | None:
    """Return who stands behind a session that has not passed yet: the first appointment, for the chain."""
    person: Person | None = getattr(request, "person", None)
    if person is not None:
        return person
    held = appointments_of(user.pk).first()
    return person_of(held) if held else None
