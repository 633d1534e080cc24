"""Every address: each register, stage and channel brings its own `urls`, under its own name."""

import logging
from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from jiheng.foundation.web.pages import page

log = logging.getLogger("jiheng.health")
PREFIX = {"desk": "", "portal": "public/", "sign_in": "sign-in/"}


@page(public=True)
def health(_: HttpRequest) -> HttpResponse:
    """Answer whether process and database work: 200, or 503 in plain words without any detail."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("the database does not answer")
        response = HttpResponse("数据库没有应答，请查看服务日志", status=HTTPStatus.SERVICE_UNAVAILABLE)
    else:
        response = HttpResponse("ok")
    response["Content-Type"] = "text/plain; charset=utf-8"
    response["Cache-Control"] = "no-store"
    return response


def addresses() -> list[URLPattern | URLResolver]:
    """Collect the addresses of all modules that have pages."""
    found: list[URLPattern | URLResolver] = []
    for group, names in (
        ("foundation", ["accounts", "sign_in", "files", "notices", "audit"]),
        ("registers", settings.JIHENG_REGISTERS),
        ("stages", settings.JIHENG_STAGES),
        ("channels", settings.JIHENG_CHANNELS),
    ):
        for name in names:
            module = f"jiheng.{group}.{name}.urls"
            if group == "foundation" and name == "accounts":
                module = "jiheng.foundation.web.account_urls"
            if find_spec(module):
                found.append(path(PREFIX.get(name, f"{name}/"), include(import_module(module))))
    return found


urlpatterns = [path("healthz", health, name="healthz"), *addresses()]
handler400 = "jiheng.foundation.web.errors.bad_request"
handler403 = "jiheng.foundation.web.errors.forbidden"
handler404 = "jiheng.foundation.web.errors.not_found"
handler500 = "jiheng.foundation.web.errors.server_error"
