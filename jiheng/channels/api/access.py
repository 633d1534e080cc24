"""Who sees and revokes tokens: one's own, and the security administrator those of the place."""

from django.db.models import Q, QuerySet

from jiheng.channels.api.models import Token
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.rules.policy.clauses import national_clause

KEEPER = "security_admin"
READERS = frozenset({KEEPER, "audit_admin"})


def visible_tokens(person: Person) -> QuerySet[Token]:
    """Return one's own tokens; for those who keep or watch over access, all of the place."""
    seen = Q(appointment__user_id=person.user_id)
    if person.role in READERS:
        seen |= Q(place_id=person.place_id)
    found = Token.objects.filter(seen, place_id=person.place_id)
    return found.select_related("appointment__user", "appointment__organisation__place")


def own_tokens(person: Person) -> QuerySet[Token]:
    """Return the tokens of the appointment under which the person acts."""
    return visible_tokens(person).filter(appointment_id=person.appointment_id)


def may_see_all(person: Person, _: Token | None = None) -> Verdict:
    """All tokens of the place are seen by the security and the audit administrator."""
    if person.role in READERS:
        return allow()
    return deny("本地区的接口令牌由安全管理员管理，审计管理员可以查看", national_clause("duty_access"))


def may_revoke(person: Person, token: Token) -> Verdict:
    """One's own tokens, and for the security administrator every one of the place."""
    if token.revoked_at is not None:
        return deny("令牌已经吊销", national_clause("duty_access"))
    if token.appointment.user_id == person.user_id or person.role == KEEPER:
        return allow()
    return deny("令牌由本人或安全管理员吊销", national_clause("duty_access"))
