"""Who reads and who keeps people and appointments: 三员分立."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.erasing import ERASURE, erasing_refusals, is_erased
from jiheng.foundation.accounts.models import Appointment, Place, User
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.accounts.queries import has_ended
from jiheng.foundation.sign_in.queries import has_factor
from jiheng.rules.policy.clauses import national_clause

KEEPER = "security_admin"
READERS = frozenset({KEEPER, "audit_admin"})


def visible_appointments(person: Person) -> QuerySet[Appointment]:
    """Return the appointments of the person's place, past ones included, for those who may read them."""
    if person.role not in READERS:
        return Appointment.objects.none()
    found = Appointment.objects.filter(organisation__place_id=person.place_id)
    return found.select_related("user", "organisation__place")


def visible_people(person: Person) -> QuerySet[User]:
    """Return everybody who holds or held an appointment in the person's place."""
    return User.objects.filter(pk__in=visible_appointments(person).order_by().values("user_id"))


def may_see_people(person: Person, _: User | None = None) -> Verdict:
    """The security administrator keeps, the audit administrator looks on."""
    if person.role in READERS:
        return allow()
    return deny("人员与任职由安全管理员管理，审计管理员可以查看", national_clause("duty_access"))


def may_register(person: Person) -> Verdict:
    """Only the security administrator writes."""
    if person.role == KEEPER:
        return allow()
    return deny("人员和任职由安全管理员登记", national_clause("duty_access"))


def may_keep(person: Person, user: User) -> Verdict:
    """Keep the account and appointments of others; one's own are for another security administrator."""
    if person.user_id == user.pk:
        return deny(
            "安全管理员不能登记自己的任职和账号，请由另一位安全管理员办理", national_clause("duty_separation")
        )
    if is_erased(user):
        return deny("个人信息已经清除，账号不再使用", ERASURE)
    return may_register(person)


def may_end(person: Person, appointment: Appointment) -> Verdict:
    """End an appointment of somebody else that has not ended yet."""
    if has_ended(appointment):
        return deny(f"该任职已于 {appointment.valid_to} 结束", national_clause("duty_access"))
    return may_keep(person, appointment.user)


def may_switch_off(person: Person, user: User) -> Verdict:
    """Switch off an account that is on."""
    return may_keep(person, user) if user.is_active else deny("账号已经停用", national_clause("duty_access"))


def may_switch_on(person: Person, user: User) -> Verdict:
    """Switch on an account that is off."""
    return deny("账号已经启用", national_clause("duty_access")) if user.is_active else may_keep(person, user)


def may_erase(person: Person, user: User) -> Verdict:
    """Take the personal data of somebody away who serves no longer."""
    against = erasing_refusals(user, Place(pk=person.place_id))
    return deny(against[0].message, against[0].clause) if against else may_keep(person, user)


def may_reset_factor(person: Person, user: User) -> Verdict:
    """Take away the second factor of somebody else who has one."""
    if not has_factor(user):
        return deny(f"{user.name}没有绑定第二因素", national_clause("duty_access"))
    return may_keep(person, user)
