"""Passwords: the first one, and the change of one's own."""

import secrets

from django.db import transaction

from jiheng.foundation.accounts.models import User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that is taken for another one: first passwords are read out over the telephone."""


def first_password() -> str:
    """Return a new random password of three groups of four (59 bits), to be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def change_password(*, user: User, new: str, person: Person | None) -> None:
    """Set a new password that has passed the validators, and note that it was changed, never what to.

    Somebody without an appointment belongs to no place's chain; then only the password is written.
    """
    user.set_password(new)
    user.must_change_password = False
    if person is None:
        with transaction.atomic():
            user.save(update_fields=["password", "must_change_password"])
        return
    with act(person):
        user.save(update_fields=["password", "must_change_password"])
        record("user.password", user)
