"""Tokens: made by the person for one appointment, shown once, checked on every call, revoked at any time."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, timedelta

from django.db.models import Q

from jiheng.channels.api.access import KEEPER
from jiheng.channels.api.areas import AREAS
from jiheng.channels.api.models import Token
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import ACTOR_LENGTH, Person, held_today, person_of
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import Refused, refuse
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal

PREFIX = "jh"
LONGEST = 366
"""Days that a token lasts at most: identities are renewed every year."""
MOST = 10
"""Tokens that one appointment may hold at a time."""


@dataclass(frozen=True)
class TokenPerson(Person):
    """The person of an appointment, acting through a program: chain and signatures name the token."""

    token_id: int = 0
    token_name: str = ""

    def __str__(self) -> str:
        by = f"，经接口令牌“{self.token_name}”（{self.token_id} 号）"
        text = super().__str__()
        room = ACTOR_LENGTH - len(by)
        return (text if len(text) <= room else f"{text[: room - 1]}…") + by


def digest_of(secret: str) -> str:
    """Return what is kept of a secret. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(
    *,
    person: Person,
    name: str,
    expires_on: date,
    read_only: bool = True,
    areas: Collection[str] = (),
) -> tuple[Token, str]:
    """本人为自己的一项任职建立接口令牌：写明用途、有效期、是否只读、可用范围；令牌只显示一次，任职结束即失效。

    Returns the token and its text, which is kept nowhere. Refused with every reason.
    """
    clause, name, today = national_clause("duty_access"), name.strip(), clock.today()
    own = Token.objects.filter(appointment_id=person.appointment_id, revoked_at__isnull=True)
    standing = own.filter(expires_on__gte=today)
    found = []
    if not name or len(name) > 40:
        found.append(Refusal("请用 1 至 40 个字写明令牌的用途", clause, "如“预算一体化系统对接”", "name"))
    if own.filter(name=name).exists():
        found.append(Refusal(f"已有名为“{name}”的令牌", clause, "请换一个名称，或先吊销原令牌", "name"))
    if not today <= expires_on <= today + timedelta(days=LONGEST):
        found.append(
            Refusal("有效期须从今天起，最长一年", clause, "到期后另建新令牌，旧令牌随之失效", "expires_on")
        )
    if unknown := sorted(set(areas) - set(AREAS)):
        found.append(Refusal(f"没有“{'、'.join(unknown)}”这个范围", clause, "请从列出的范围中选择", "areas"))
    if standing.count() >= MOST:
        found.append(Refusal(f"一项任职最多同时有 {MOST} 个令牌", clause, "请先吊销不用的令牌", "name"))
    if isinstance(person, TokenPerson):
        found.append(Refusal("令牌不能建立令牌", clause, "请本人登录后建立"))
    if found:
        raise Refused(found)
    mark, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with act(person):
        made = Token.objects.create(
            place_id=person.place_id,
            appointment_id=person.appointment_id,
            name=name,
            mark=mark,
            digest=digest_of(secret),
            read_only=read_only,
            areas=[key for key in AREAS if key in set(areas)],
            created_at=clock.now(),
            expires_on=expires_on,
        )
        detail = {"name": name, "mark": mark, "until": expires_on, "read_only": read_only}
        record("token.create", made, detail | {"areas": made.areas}, clause=clause)
    return made, f"{PREFIX}_{mark}_{secret}"


def revoke_token(*, token: Token, person: Person, reason: str = "") -> None:
    """本人或安全管理员吊销令牌，立即失效，不能恢复；安全管理员须写明理由。"""
    clause = national_clause("duty_access")
    own = token.appointment.user_id == person.user_id
    if not own and (person.role != KEEPER or person.place_id != token.place_id):
        raise refuse("令牌由本人或安全管理员吊销", clause)
    if not own and not reason.strip():
        raise refuse("吊销他人的令牌须写明理由", clause, "如人员调离、怀疑泄露", "reason")
    with act(person):
        moved = Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(
            revoked_at=clock.now(), revoked_by=str(person)
        )
        if moved:
            record(
                "token.revoke",
                token,
                {"name": token.name, "mark": token.mark, "reason": reason.strip()[:200]},
                clause=clause,
            )


def holder_of(text: str) -> tuple[Token, TokenPerson] | None:
    """Return the token of this text and the person it stands for; None when it opens nothing today.

    Unknown, revoked, expired, appointment ended, account off, first password not yet changed: all the same.
    """
    head, _, rest = text.partition("_")
    mark, _, secret = rest.partition("_")
    if head != PREFIX or not mark or not secret or len(text) > 100 or "\0" in text:
        return None
    live = Q(revoked_at__isnull=True, expires_on__gte=clock.today())
    token = Token.objects.filter(live, mark=mark).first()
    if token is None or not secrets.compare_digest(token.digest, digest_of(secret)):
        return None
    appointment = held_today().filter(pk=token.appointment_id).first()
    if appointment is None or appointment.user.must_change_password:
        return None
    person = person_of(appointment)
    told = {one.name: getattr(person, one.name) for one in fields(Person)}
    if token.used_on != clock.today():
        Token.objects.filter(pk=token.pk).update(used_on=clock.today())
    return token, TokenPerson(**told, token_id=token.pk, token_name=token.name)
