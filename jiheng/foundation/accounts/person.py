"""Who acts: one appointment of one user, and the answer to "may I"."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, ROLES, UNIT_ROLES
from jiheng.foundation.accounts.tree import carried_on_by, tree_on
from jiheng.foundation.refused import refuse

ACTOR_LENGTH = 200


@dataclass(frozen=True)
class Verdict:
    """May the person do it, and if not, why not (in the person's words) and by which clause."""

    allowed: bool
    reason: str = ""
    clause: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def allow() -> Verdict:
    """Say yes."""
    return Verdict(True)


def deny(reason: str, clause: str) -> Verdict:
    """Say no, with the reason that the person sees and the clause that it rests on."""
    return Verdict(False, reason, clause)


def require(verdict: Verdict) -> None:
    """Raise Refused with the reason and the clause when the verdict is no: the first line of every write."""
    if not verdict:
        raise refuse(verdict.reason, verdict.clause)


@dataclass(frozen=True)
class Person:
    """A user acting under one appointment; built once a request.

    `subtree` is the body and, for those who answer for others, everything below it; `former` are the ended
    bodies that it carries on (更名、合并、分立前的单位). `reading` marks somebody of an upper place who looks
    at this one: for such a person nothing can be written.
    """

    user_id: int
    name: str
    role: str
    appointment_id: int
    organisation_id: int
    organisation_name: str
    organisation_kind: str
    place_id: int
    place_code: str
    place_name: str
    subtree: frozenset[int]
    former: frozenset[int] = frozenset()
    reading: bool = False

    @property
    def own(self) -> frozenset[int]:
        """The body and the ended ones whose duties it carries on: what is theirs is this person's."""
        return self.former | {self.organisation_id}

    def acting_for(self, organisation_id: int) -> int:
        """Return as which body the person acts towards a record of this one: as that one when it is their own."""
        return organisation_id if organisation_id in self.own else self.organisation_id

    @property
    def role_label(self) -> str:
        """The role in Chinese."""
        return ROLES[self.role].label

    @property
    def is_unit(self) -> bool:
        """Whether the person works in a unit."""
        return self.role in UNIT_ROLES

    @property
    def is_bureau(self) -> bool:
        """Whether the person works in the finance bureau."""
        return self.role in BUREAU_ROLES

    @property
    def is_overseer(self) -> bool:
        """Whether the person supervises (congress, audit, discipline) and only reads."""
        return self.role in OVERSEER_ROLES

    @property
    def sees_whole_place(self) -> bool:
        """Whether business records of the whole place are visible."""
        return self.is_bureau or self.is_overseer

    def __str__(self) -> str:
        # Records and the chain keep this text; their columns hold 200 characters.
        text = f"{self.name}（{self.organisation_name} {self.role_label}）"
        return text if len(text) <= ACTOR_LENGTH else f"{text[: ACTOR_LENGTH - 1]}…"


def valid_on(day: date, path: str = "") -> Q:
    """Return the condition "in force on `day`" for organisations and appointments; `path` leads to them."""
    begun = Q(**{f"{path}valid_from__lte": day})
    return begun & (Q(**{f"{path}valid_to__isnull": True}) | Q(**{f"{path}valid_to__gte": day}))


def subtree_of(organisation: Organisation, day: date | None = None) -> frozenset[int]:
    """Return the ids of the organisation and everything below it as the tree stands, in one query.

    The tree is that of `day` (today unless given): a body that has ended, and whatever hangs on it alone,
    is no longer below anybody, unless another one carries it on.
    """
    return tree_on(organisation.place_id, day).below(organisation.pk)


def held_today() -> QuerySet[Appointment]:
    """Return the appointments in force today: person active, appointment and body neither ended nor to come.

    `carries` says whether the body carries on ended ones, so that `person_of` asks for them only then.
    """
    day = clock.today()
    ended = Organisation.objects.filter(successor=OuterRef("organisation_id"), valid_to__lt=day)
    held = Appointment.objects.filter(valid_on(day), valid_on(day, "organisation__"), user__is_active=True)
    return held.annotate(carries=Exists(ended)).select_related("user", "organisation__place").order_by("pk")


def appointments_of(user_id: int) -> QuerySet[Appointment]:
    """Return the appointments that the user holds today."""
    return held_today().filter(user_id=user_id)


def person_of(appointment: Appointment) -> Person:
    """Return the person who acts under this appointment.

    Only those who answer for bodies below them need the tree; the others are spared reading it.
    """
    organisation = appointment.organisation
    if appointment.role == "department_reviewer":
        tree = tree_on(organisation.place_id)
        former, subtree = tree.former(organisation.pk), tree.below(organisation.pk)
    else:
        former = carried_on_by(organisation.pk) if getattr(appointment, "carries", True) else frozenset[int]()
        subtree = former | {organisation.pk}
    return Person(
        user_id=appointment.user_id,
        name=appointment.user.name,
        role=appointment.role,
        appointment_id=appointment.pk,
        organisation_id=organisation.pk,
        organisation_name=organisation.name,
        organisation_kind=organisation.kind,
        place_id=organisation.place_id,
        place_code=organisation.place.code,
        place_name=organisation.place.name,
        subtree=subtree,
        former=former,
    )


def person_for(username: str, role: str | None = None) -> Person:
    """Return the person with this sign-in name, in this role or the first one held."""
    held = held_today().filter(user__username=username)
    if role is not None:
        held = held.filter(role=role)
    return person_of(held[:1].get())
