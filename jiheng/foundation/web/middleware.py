"""Gives every request an id that the answer, the log and the audit entries can share, and a line in the log."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jiheng.foundation.audit.request import request_id as audit_request_id

HEADER = "X-Request-ID"
SLOW_MS = 3000
log = logging.getLogger("jiheng.request")
_SOUND = re.compile(r"[A-Za-z0-9-]{8,40}")  # the chain keeps no longer ones


class RequestIdMiddleware:
    """Sets `request.request_id`: the one that a proxy sent when it is sound, else a new one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get(HEADER, "")
        request_id = sent if _SOUND.fullmatch(sent) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        token, began = audit_request_id.set(request_id), time.monotonic()
        try:
            response = self.get_response(request)
            _note(request, response.status_code, round((time.monotonic() - began) * 1000))
        finally:
            audit_request_id.reset(token)
        response[HEADER] = request_id
        return response


def _note(request: HttpRequest, status: int, taken: int) -> None:
    """One line a request, a warning where it was slow; never what was asked or typed, which may tell of people."""
    level = logging.WARNING if taken >= SLOW_MS else logging.INFO
    told = {"method": request.method, "path": request.path, "status": status, "ms": taken}
    log.log(level, "%s %s %s %s ms", request.method, request.path, status, taken, extra={"told": told})
