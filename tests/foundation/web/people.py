"""Plain builders of the people whom the tests of pages need."""

from datetime import date

from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User

START = date(2020, 1, 1)


def make_place() -> Place:
    """One place."""
    return Place.objects.get_or_create(code="test-county", defaults={"name": "试验县"})[0]


def make_organisation(
    code: str = "101", name: str = "试验县水务局", kind: str = "department"
) -> Organisation:
    """One body of the place."""
    return Organisation.objects.create(place=make_place(), code=code, name=name, kind=kind, valid_from=START)


def make_user(
    username: str = "zhang", role: str | None = "unit_finance", password: str = "correct-horse-9"
) -> User:
    """A user who can sign in, appointed to `role` when one is given."""
    user = User(username=username, name="张一民")
    user.set_password(password)
    user.save()
    if role is not None:
        body = Organisation.objects.filter(code="101").first() or make_organisation()
        Appointment.objects.create(user=user, organisation=body, role=role, valid_from=START)
    return user
