"""The writes on people and bodies: create, appoint, end, give a new password."""

from datetime import date

from django.core.exceptions import PermissionDenied

from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import ROLES
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
    """Add a body to the tree from a day on; without a person it belongs to the installation.

    PermissionDenied for a person of another place. Which roles may, says the way in (lists, command line).
    """
    if person is not None and person.place_id != place.pk:
        raise PermissionDenied("只能登记本地区的单位")
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
    """Give a role to a user in an organisation from a day on.

    Without a person it belongs to the installation; else it is the security administrator's, who gives
    nothing to himself (安全管理员管任职，不给自己任职), else PermissionDenied.
    """
    if role not in ROLES:
        raise LookupError(f"没有“{role}”这个岗位")
    if person is not None:
        _by_security(person, organisation.place_id, user.pk)
    with act(person, place=organisation.place):
        made = Appointment.objects.create(
            user=user, organisation=organisation, role=role, valid_from=valid_from
        )
        record("appointment.create", made, {"user": user.username, "role": role})
    return made


def end_appointment(
    *, appointment: Appointment, day: date, person: Person | None = None, reason: str = ""
) -> None:
    """End an appointment: `day` is its last day; what was done under it stays as it is.

    PermissionDenied when it is not the person's to end; ValueError when it would end before it began.
    """
    place = appointment.organisation.place
    if person is not None:
        _by_security(person, place.pk, appointment.user_id)
    if day < appointment.valid_from:
        raise ValueError("任职止日不能早于任职起日")
    with act(person, place=place):
        appointment.valid_to = day
        appointment.save(update_fields=["valid_to"])
        record("appointment.end", appointment, {"day": day.isoformat(), "reason": reason})


def _by_security(person: Person, place_id: int, user_id: int) -> None:
    if person.role != "security_admin" or person.place_id != place_id:
        raise PermissionDenied("任职由本地区的安全管理员登记")
    if person.user_id == user_id:
        raise PermissionDenied("安全管理员不能登记自己的任职，请由另一位安全管理员办理")


def give_password(*, user: User, new: str, place: Place, person: Person | None = None) -> None:
    """Give a user of the place a new password for the first sign-in, where it must be changed.

    Without a person it is the installation's (the command line); else the security administrator's.
    """
    if person is not None:
        _by_security(person, place.pk, user.pk)
    if not Appointment.objects.filter(user=user, organisation__place=place).exists():
        raise PermissionDenied(f"{user.name}在{place.name}没有任职，不能重置其密码")
    with act(person, place=place):
        user.set_password(new)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        record("user.new_password", user)
