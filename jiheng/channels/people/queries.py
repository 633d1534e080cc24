"""Reading people: choices of the forms, offices of a person, whether signing in is paused, what was done."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jiheng.channels.people.access import visible_appointments
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, User
from jiheng.foundation.accounts.person import Person, valid_on
from jiheng.foundation.accounts.queries import has_ended
from jiheng.foundation.accounts.roles import BODIES, ROLES
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.audit.words import ACTION_WORDS
from jiheng.foundation.web.record import Told
from jiheng.rules.workflow.steps import Tone

TIMES = (("current", "现任"), ("past", "已结束"), ("future", "未到任"))
ACCOUNTS = (("on", "启用"), ("off", "停用"), ("first", "未改初始密码"))


def bodies(person: Person) -> QuerySet[Organisation]:
    """Return the bodies of the place that stand today or will, to appoint somebody in."""
    today = clock.today()
    standing = Organisation.objects.filter(place_id=person.place_id)
    return standing.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today)).order_by("code")


def roles_for() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return all roles grouped by the kinds of bodies that have them, for a choice."""
    kinds = dict(Organisation.KINDS)
    grouped: dict[str, list[tuple[str, str]]] = {}
    for role in ROLES.values():
        names = "、".join(label for kind, label in kinds.items() if kind in BODIES[role.side])
        grouped.setdefault(names, []).append((role.key, role.label))
    return list(grouped.items())


def bodies_with_people(person: Person) -> list[tuple[str, str]]:
    """Return the bodies that have or had somebody, for a facet."""
    found = visible_appointments(person).order_by("organisation__code").values_list(
        "organisation_id", "organisation__name"
    )  # fmt: skip
    return [(str(pk), name) for pk, name in dict(found).items()]


def by_time(rows: QuerySet[Appointment], value: str) -> QuerySet[Appointment]:
    """Narrow to appointments of today, of the past or to come."""
    today = clock.today()
    if value == "current":
        return rows.filter(valid_on(today))
    return rows.filter(valid_to__lt=today) if value == "past" else rows.filter(valid_from__gt=today)


def by_account(rows: QuerySet[Appointment], value: str) -> QuerySet[Appointment]:
    """Narrow by the state of the account."""
    if value == "first":
        return rows.filter(user__must_change_password=True)
    return rows.filter(user__is_active=value == "on")


def time_of(appointment: Appointment) -> str:
    """Say whether an appointment is of today, of the past or to come."""
    if has_ended(appointment):
        return "已结束"
    return "未到任" if appointment.valid_from > clock.today() else "现任"


def time_tone(appointment: Appointment) -> Tone:
    """Return the tone of `time_of`."""
    return {"现任": "green", "未到任": "blue"}.get(time_of(appointment), "grey")  # type: ignore[return-value]


@dataclass(frozen=True)
class Held:
    """An appointment on its holder's page, and whether the reader may end it."""

    appointment: Appointment
    time: str
    tone: Tone
    may_end: bool


def alone_in(appointment: Appointment) -> bool:
    """Whether nobody else holds the same role in the same body today."""
    others = Appointment.objects.filter(
        valid_on(clock.today()),
        organisation=appointment.organisation,
        role=appointment.role,
        user__is_active=True,
    )
    return not others.exclude(user=appointment.user).exists()


def told_of(user: User, held: Iterable[Appointment], person: Person) -> list[Told]:
    """Return what was done about a person and the appointments held in this place, newest first."""
    keys = {subject_key(one): one for one in held}
    rows = Entry.objects.filter(place_id=person.place_id, subject__in=[subject_key(user), *keys])
    return [_told(row, keys.get(row.subject)) for row in rows.order_by("-number")]


def _told(row: Entry, about: Appointment | None) -> Told:
    text = ACTION_WORDS[row.action]
    if about is not None:
        office = f"{about.organisation.name} {about.get_role_display()}"
        if row.action == "appointment.end":
            text = f"结束任职：{office}，最后一天 {row.detail['day']}"
        else:
            until = f" 至 {row.detail['until']}" if row.detail.get("until") else ""
            text = f"登记任职：{office}，自 {row.detail.get('since', about.valid_from)} 起{until}"
    return Told(row.at, row.actor, text, str(row.detail.get("reason") or ""), row.clause)
