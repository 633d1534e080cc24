"""Every address: each register, stage and channel brings its own `urls`, under its own name."""

from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path

from jiheng.foundation.web.pages import page
from jiheng.site.health import state

PREFIX = {"desk": "", "portal": "public/", "sign_in": "sign-in/"}


@page(public=True)
def health(_: HttpRequest) -> HttpResponse:
    """Answer how database, chain, worker and disk are, in words alone: 503 when the database is away."""
    found = state()
    status = HTTPStatus.SERVICE_UNAVAILABLE if found["status"] == "down" else HTTPStatus.OK
    return JsonResponse(found, status=status, headers={"Cache-Control": "no-store"})


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
