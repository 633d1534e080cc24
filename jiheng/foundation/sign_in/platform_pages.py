"""Going to the platform and coming back from it."""

import logging
from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse

from jiheng.foundation.accounts.middleware import PLATFORM
from jiheng.foundation.sign_in.people import known_as
from jiheng.foundation.sign_in.platform import Started, Untrusted, Unwell, finish, start
from jiheng.foundation.web.pages import next_url, page

log = logging.getLogger("jiheng.sign_in")
STARTED = "platform_started"


def _refused(request: HttpRequest, words: str, status: int) -> HttpResponse:
    response = render(request, "sign_in/platform_refused.html", {"words": words}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("sign_in:back"))


@page(public=True)
def go_to_platform(request: HttpRequest) -> HttpResponse:
    """Send the browser to the platform."""
    if not settings.OIDC_ISSUER:
        raise Http404("这里没有设置统一身份认证平台。")
    try:
        target, begun = start(_back(request), next_url(request))
    except Unwell as error:
        log.warning("platform: %s", error)
        words = "统一身份认证平台没有应答，请稍后再试；一直如此请联系运行维护人员。"
        return _refused(request, words, HTTPStatus.SERVICE_UNAVAILABLE)
    request.session[STARTED] = begun.plain()
    response = HttpResponseRedirect(target)
    response["Cache-Control"] = "no-store"
    return response


@page(public=True)
def back_from_platform(request: HttpRequest) -> HttpResponse:
    """Take what the platform says, check it, and sign in the person whom it names."""
    if not settings.OIDC_ISSUER:
        raise Http404("这里没有设置统一身份认证平台。")
    kept = cast(dict[str, str] | None, request.session.pop(STARTED, None))
    if kept is None:
        words = "这次登录已经完成或者已经过期，请重新登录。"
        return _refused(request, words, HTTPStatus.BAD_REQUEST)
    begun = Started(**kept)
    try:
        name = finish(begun, request.GET.dict(), _back(request))
    except (Untrusted, Unwell) as error:
        log.warning("platform: %s", error)
        words = "统一身份认证平台的答复没有通过核对，没有登录。请重新登录；一直如此请联系运行维护人员。"
        return _refused(request, words, HTTPStatus.FORBIDDEN)
    user = known_as(name)
    if user is None:
        words = "平台认得您，但您在本系统没有启用的账号。请联系本地区的安全管理员登记人员和任职。"
        return _refused(request, words, HTTPStatus.FORBIDDEN)
    login(request, user, backend=PLATFORM)
    return HttpResponseRedirect(begun.next or resolve_url(settings.LOGIN_REDIRECT_URL))
