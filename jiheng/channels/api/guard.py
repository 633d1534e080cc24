"""Who may come in: the token, how often, into which part, to which record; asked before anything is read."""

from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from jiheng.channels.api.areas import AREAS
from jiheng.channels.api.endpoint import Endpoint
from jiheng.channels.api.models import Token
from jiheng.channels.api.once import SOUND_KEY, Replayed, asked_before
from jiheng.channels.api.problem import Stop
from jiheng.channels.api.tokens import TokenPerson, holder_of
from jiheng.foundation import clock
from jiheng.foundation.refused import Denied
from jiheng.foundation.web.pages import whole
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal, mistake

MINUTE = 60
NOT_FOUND = "没有这条记录，或者它不在您可以查看的范围内。"
UNKNOWN = "令牌无效：写错、已过期、已吊销、任职已结束，或本人的初始密码还没有修改"


@dataclass(frozen=True)
class Entered:
    """Who came in with what."""

    token: Token
    person: TokenPerson
    row: Any = None


class Guard:
    """Lets a call of one endpoint in, or stops it with the reason; what it found stands on `request.entered`."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_name = "Bearer"
    openapi_description = "接口令牌：本人登录后在“接口令牌”页建立，只显示一次"

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def __call__(self, request: HttpRequest) -> Entered:
        token, person = self._known(request)
        self._in_scope(token)
        if self.endpoint.writes:
            self._repeated(request, token)
        self._known_query(request)
        row = self.row_for(request, person)
        if self.endpoint.body is not None and request.content_type != "application/json":
            words = "请求的内容须为 JSON（Content-Type: application/json）"
            raise Stop(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, words, [mistake(words, where="Content-Type")])
        if self.endpoint.matched and not request.headers.get("If-Match", "").strip(' "*'):
            words = "办理时须用 If-Match 写明所看到的版本"
            raise Stop(
                HTTPStatus.PRECONDITION_REQUIRED,
                words,
                [mistake(words, "先读取记录，把应答的 ETag 照原样写入 If-Match", "If-Match")],
            )
        entered = Entered(token, person, row)
        request.entered = entered  # type: ignore[attr-defined]
        return entered

    def _known(self, request: HttpRequest) -> tuple[Token, TokenPerson]:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        address = str(request.META.get("REMOTE_ADDR", ""))
        wrong = f"api-wrong-{sha256(address.encode()).hexdigest()}"
        if cache.get(_slot(wrong), 0) >= settings.API_WRONG_TOKENS:
            raise _too_many("这个地址连续使用了无效的令牌")
        held = holder_of(text.strip()) if scheme.lower() == "bearer" else None
        if held is None:
            if text:
                _count(wrong)
            words = UNKNOWN if text else "没有令牌：请求须带 Authorization: Bearer 令牌"
            raise Stop(HTTPStatus.UNAUTHORIZED, words, headers={"WWW-Authenticate": "Bearer"})
        token, person = held
        if _count(f"api-calls-{token.pk}") > settings.API_RATE:
            raise _too_many(f"每个令牌每分钟最多 {settings.API_RATE} 次")
        return token, person

    def _in_scope(self, token: Token) -> None:
        clause = national_clause("duty_access")
        if token.read_only and self.endpoint.writes:
            raise Denied("这个令牌只能读取", clause)
        if token.areas and self.endpoint.area not in token.areas:
            raise Denied(f"这个令牌不能用于“{AREAS[self.endpoint.area]}”", clause)

    def _repeated(self, request: HttpRequest, token: Token) -> None:
        key = request.headers.get("Idempotency-Key", "")
        if not SOUND_KEY.fullmatch(key):
            words = "写请求须带 Idempotency-Key：8 至 80 个字母、数字、点、横线或下划线，每件事一个"
            raise Stop(HTTPStatus.BAD_REQUEST, words, [mistake(words, where="Idempotency-Key")])
        before = asked_before(request, token, key)
        if before is not None:
            raise Replayed(before)

    def _known_query(self, request: HttpRequest) -> None:
        known = set(self.endpoint.query.model_fields) if self.endpoint.query else set()
        if unknown := sorted(set(request.GET) - known):
            words = f"没有“{unknown[0][:40]}”这个参数"
            remedy = f"可用：{'、'.join(sorted(known)) or '无'}"
            raise Stop(422, words, [mistake(words, remedy, unknown[0][:80])])
        doubled = [name for name in known if len(request.GET.getlist(name)) > 1]
        if doubled:
            words = f"“{doubled[0]}”写了不止一次"
            raise Stop(422, words, [mistake(words, where=doubled[0])])

    def row_for(self, request: HttpRequest, person: TokenPerson) -> Any:
        """Return the record of the address as this person sees it; 404 when not, 403 when it is not theirs to do."""
        rule, row = self.endpoint, None
        if rule.record is not None:
            match = request.resolver_match
            key = whole(str(match.kwargs["pk"])) if match else None
            row = rule.record(person).filter(pk=key).first() if key is not None else None
            if row is None:
                raise Stop(HTTPStatus.NOT_FOUND, NOT_FOUND)
        if rule.may is not None:
            verdict = rule.may(person, row) if rule.record is not None else rule.may(person)
            if not verdict:
                raise Denied(verdict.reason, verdict.clause)
        return row


def denied(stop: Denied) -> Refusal:
    """Return a denial as the one reason that it is."""
    return Refusal(str(stop), stop.clause)


def _slot(name: str) -> str:
    return f"{name}-{int(clock.now().timestamp()) // MINUTE}"


def _count(name: str) -> int:
    """Count one more in this minute; each process of the service counts its own."""
    slot = _slot(name)
    cache.add(slot, 0, 2 * MINUTE)
    return int(cache.incr(slot))


def _too_many(words: str) -> Stop:
    wait = MINUTE - int(clock.now().timestamp()) % MINUTE
    return Stop(
        HTTPStatus.TOO_MANY_REQUESTS, words, [mistake(words, f"请在 {wait} 秒后再试")], {"Retry-After": str(wait)}
    )
