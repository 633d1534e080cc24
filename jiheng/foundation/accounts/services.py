"""The writes on people and bodies: create, appoint, end."""

from datetime import date

from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record


def create_place(*, code: str, name: str, region_code: str = "", parent: Place | None = None) -> Place:
    """Create a place; done once at installation, before anybody can act in it."""
    return Place.objects.create(code=code, name=name, region_code=region_code, parent=parent)


def create_organisation(
    *,
    place: Place,
    code: str,
    name: str,
    kind: str,
    parent: Organisation | None = None,
    valid_from: date,
    person: Person | None = None,
) -> Organisation:
    """Add a body to the tree from a day on; without a person it belongs to the installation."""
    with act(person, place=place):
        made = Organisation.objects.create(
            place=place, code=code, name=name, kind=kind, parent=parent, valid_from=valid_from
        )
        record("organisation.create", made, {"code": code, "name": name, "kind": kind})
    return made


def create_user(*, username: str, name: str, password: str | None, must_change: bool = False) -> User:
    """Create a user who can sign in; what the user may do comes from appointments.

    Without a password nobody can sign in under this name: for people who act in a script only.
    """
    user = User(username=username, name=name, must_change_password=must_change)
    user.set_password(password)
    user.save()
    return user


def appoint(
    *, user: User, organisation: Organisation, role: str, valid_from: date, person: Person | None = None
) -> Appointment:
    """Give a role to a user in an organisation from a day on."""
    with act(person, place=organisation.place):
        made = Appointment.objects.create(
            user=user, organisation=organisation, role=role, valid_from=valid_from
        )
        record("appointment.create", made, {"user": user.username, "role": role})
    return made


def end_appointment(*, appointment: Appointment, day: date, person: Person) -> None:
    """End an appointment on a day; what was done under it stays as it is."""
    with act(person):
        appointment.valid_to = day
        appointment.save(update_fields=["valid_to"])
        record("appointment.end", appointment, {"day": day.isoformat()})
