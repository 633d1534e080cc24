"""A write is done once: its answer is kept in the write's own transaction, and the same key gets it again."""

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from jiheng.channels.api.models import Answer, Token
from jiheng.channels.api.problem import Stop
from jiheng.foundation import clock
from jiheng.rules.refusal import mistake

SOUND_KEY = re.compile(r"[A-Za-z0-9._-]{8,80}")
KEPT = timedelta(days=30)
"""How long an answer is given again."""


class Replayed(Exception):
    """This was done before; the answer is the one that was given then."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.key)


def request_digest(request: HttpRequest) -> str:
    """Return the digest of what is asked: method, address with its query, body."""
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return sha256(head + request.body).hexdigest()


def asked_before(request: HttpRequest, token: Token, key: str) -> Answer | None:
    """Return the answer that this key was given; 422 when it was used for something else."""
    answer = Answer.objects.filter(token=token, key=key).first()
    if answer is not None and answer.request != request_digest(request):
        words = "这个 Idempotency-Key 已用于另一件事"
        raise Stop(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            words,
            [mistake(words, "每件事用一个新的键；重发同一件事时内容须完全相同", "Idempotency-Key")],
        )
    return answer


def replay(answer: Answer) -> HttpResponse:
    """Give the kept answer again, and say that it is one."""
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    response["Idempotency-Replayed"] = "true"
    response["Cache-Control"] = "no-store"
    if answer.etag:
        response["ETag"] = answer.etag
    return response


def once(
    request: HttpRequest, token: Token, key: str, write: Callable[[], tuple[str, str, int]]
) -> HttpResponse:
    """Do a write and keep its answer, in one transaction: both are there, or neither.

    `write` returns body, version mark and status. Two at once with one key: the second waits, then gets the
    first one's answer. A refusal keeps nothing, so the same key may try again.
    """
    try:
        with transaction.atomic():
            kept = _claimed(request, token, key)
            kept.body, kept.etag, kept.status = write()
            kept.save(update_fields=["body", "etag", "status"])
    except Taken:
        before = asked_before(request, token, key)
        if before is None:
            raise Stop(
                HTTPStatus.CONFLICT, "同一个 Idempotency-Key 的请求正在办理，请稍后用同一个键重发"
            ) from None
        return replay(before)
    response = replay(kept)
    del response["Idempotency-Replayed"]
    return response


class Taken(Exception):
    """Somebody with the same key was faster."""


def _claimed(request: HttpRequest, token: Token, key: str) -> Answer:
    moment = clock.now()
    try:
        with transaction.atomic():
            made = Answer.objects.create(token=token, key=key, request=request_digest(request), at=moment)
    except IntegrityError:
        raise Taken from None
    Answer.objects.filter(token=token, at__lt=moment - KEPT).delete()
    return made
