"""Puts the acting person on the request: the chosen appointment, else the first one held."""

from collections.abc import Callable
from contextlib import nullcontext

from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiheng.foundation.accounts.person import Person, appointments_of, person_of
from jiheng.foundation.audit.kept import reading

SESSION_KEY = "appointment"
PLATFORM = "jiheng.foundation.sign_in.backend.PlatformBackend"
"""Whoever came over the platform has used no password here, so there is none that must be changed."""
NOBODYS = ("/public/", "/healthz", "/api/v1/")
"""Addresses that ask for nobody: they must work without session and database."""


class PersonRequest(HttpRequest):
    """A request that knows who acts."""

    person: Person | None


class PersonMiddleware:
    """Sets `request.person`; sends those whose password must be changed to that page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = None
        # A session that still lacks its second factor is nobody's.
        if request.path.startswith(NOBODYS) or bool(getattr(request, "waits", "")):
            request.person = None  # type: ignore[attr-defined]
            return self.get_response(request)
        user = request.user
        if user.is_authenticated:
            held = list(appointments_of(user.pk)) if user.held is None else user.held
            chosen = request.session.get(SESSION_KEY)
            acting = next((one for one in held if one.pk == chosen), held[0] if held else None)
            person = person_of(acting) if acting else None
            request.appointments = held  # type: ignore[attr-defined]
        request.person = person  # type: ignore[attr-defined]
        if not user.is_authenticated:
            return self.get_response(request)
        by_platform = request.session.get(BACKEND_SESSION_KEY) == PLATFORM
        if getattr(user, "must_change_password", False) and not by_platform and request.path not in {
            reverse("accounts:password"),
            reverse("accounts:logout"),
        }:
            return HttpResponseRedirect(reverse("accounts:password"))
        with reading() if request.method in {"GET", "HEAD"} else nullcontext():
            response = self.get_response(request)
        # What somebody sees is for nobody else, refusals and pages of errors included.
        response.setdefault("Cache-Control", "private, no-cache")
        return response
