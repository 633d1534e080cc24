"""Passwords: the first one, and the change of one's own."""

import secrets

from jiheng.foundation.accounts.models import User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import home_of
from jiheng.foundation.audit.services import act, record

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that is taken for another one: first passwords are read out over the telephone."""


def first_password() -> str:
    """Return a new random password of three groups of four (59 bits), to be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def change_password(*, user: User, new: str, person: Person | None) -> None:
    """Set a new password that has passed the validators, and note that it was changed, never what to.

    Somebody who never had an appointment belongs to no place's chain; then only the password is written.
    """
    user.must_change_password = False
    _write(user, new, "user.password", person)


def strengthen(*, user: User, password: str) -> None:
    """Keep the same password as newer versions do, more work to guess; noted, since the chain holds what is kept."""
    _write(user, password, "user.strengthen", None)


def _write(user: User, password: str, action: str, person: Person | None) -> None:
    user.set_password(password)
    place = home_of(user) if person is None else None
    if person is None and place is None:
        user.save(update_fields=["password", "must_change_password"])
        return
    with act(person, place=place):
        user.save(update_fields=["password", "must_change_password"])
        record(action, user)
