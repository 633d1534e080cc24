"""A session that has not passed its second factor sees nothing but the page that asks for it."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiheng.foundation.accounts.middleware import NOBODYS
from jiheng.foundation.sign_in.queries import waits_for
from jiheng.foundation.web.pages import is_part

PAGES = {"code": "sign_in:code", "binding": "sign_in:bind"}


class SecondFactorMiddleware:
    """Stands before the one that finds the person: while something is lacking, nobody acts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(NOBODYS):
            return self.get_response(request)
        lacks = waits_for(request)
        request.waits = lacks  # type: ignore[attr-defined]
        if not lacks or request.path == reverse("accounts:logout"):
            return self.get_response(request)
        target = reverse(PAGES[lacks])
        if request.path == target:
            return self.get_response(request)
        if request.method == "GET" and not is_part(request):
            target = f"{target}?{urlencode({'next': request.get_full_path()})}"
        if is_part(request):
            moved = HttpResponse(status=HTTPStatus.NO_CONTENT)
            moved["HX-Redirect"] = target
            return moved
        return HttpResponseRedirect(target)
