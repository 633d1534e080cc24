"""Gives every request an id that the answer, the log and the audit entries can share."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jiheng.foundation.audit.request import request_id as audit_request_id

HEADER = "X-Request-ID"
_SOUND = re.compile(r"[A-Za-z0-9-]{8,40}")  # the chain keeps no longer ones


class RequestIdMiddleware:
    """Sets `request.request_id`: the one that a proxy sent when it is sound, else a new one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get(HEADER, "")
        request_id = sent if _SOUND.fullmatch(sent) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        token = audit_request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            audit_request_id.reset(token)
        response[HEADER] = request_id
        return response
