"""Signing in and out, the password, which appointment one acts under, which budget year one looks at."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from jiheng.foundation.accounts.middleware import SESSION_KEY
from jiheng.foundation.accounts.models import User
from jiheng.foundation.accounts.passwords import change_password
from jiheng.foundation.audit.queries import HistoryLine, history
from jiheng.foundation.web.navigation import CYCLE_SESSION_KEY, address
from jiheng.foundation.web.pages import PageRequest, anyone, back_url, invalid, next_url, page


class SignInForm(AuthenticationForm):
    """Name and password; the refusal does not say which of the two was wrong."""

    error_messages = {
        "invalid_login": "登录名或密码不对，请核对后重新输入。",
        "inactive": "此账号已停用，请联系本单位的安全管理员。",
    }

    def __init__(self, request: HttpRequest | None = None, data: object = None) -> None:
        super().__init__(request, data)
        self.fields["username"].label = "登录名"
        self.fields["password"].label = "密码"


@page(public=True, methods=("GET", "POST"))
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, then go where the person wanted to go."""
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return HttpResponseRedirect(next_url(request) or resolve_url(settings.LOGIN_REDIRECT_URL))
    wanted = request.POST.get("next", request.GET.get("next", ""))
    draw = invalid if form.is_bound else render
    return draw(request, "web/login.html", {"form": form, "next": wanted, **_platform(wanted)})


def _platform(wanted: str) -> dict[str, object]:
    """Return how the sign-in page offers the platform, where one is set."""
    platform = address("sign_in:platform") if settings.OIDC_ISSUER else ""
    if platform and wanted:
        platform = f"{platform}?{urlencode({'next': wanted})}"
    return {"platform": platform, "platform_label": settings.OIDC_LABEL, "passwords": settings.PASSWORDS}


@page(public=True, methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    response = HttpResponseRedirect(resolve_url(settings.LOGOUT_REDIRECT_URL or settings.LOGIN_URL))
    # Going back in the browser of a shared computer shows nothing of the person who left.
    response["Clear-Site-Data"] = '"cache"'
    return response


@page(public=True, methods=("GET", "POST"))
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; open to all who are signed in, with or without an appointment."""
    user = request.user
    if not isinstance(user, User):
        return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_password(
            user=user, new=form.cleaned_data["new_password1"], person=getattr(request, "person", None)
        )
        update_session_auth_hash(request, user)
        messages.success(request, "密码已修改，下次登录请使用新密码。")
        return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))
    draw = invalid if form.is_bound else render
    return draw(request, "web/password.html", {"form": form, "forced": user.must_change_password, "reset": reset_of(user)})


def reset_of(user: User) -> HistoryLine | None:
    """Return who gave the password that must be changed, and when, so that its owner sees a reset not asked for."""
    if not user.must_change_password:
        return None
    return next((one for one in history(user) if one.action == "user.new_password"), None)


@page(may=anyone, methods=("POST",))
def act_as(request: PageRequest) -> HttpResponse:
    """Act under another of one's own appointments; one that is not held any more changes nothing."""
    held = {str(one.pk): one.pk for one in getattr(request, "appointments", [])}
    chosen = held.get(request.POST.get("appointment", ""))
    if chosen is not None:
        request.session[SESSION_KEY] = chosen
        request.session.pop(CYCLE_SESSION_KEY, None)
    return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))


@page(may=anyone, methods=("POST",))
def choose_cycle(request: PageRequest) -> HttpResponse:
    """Look at another budget year; what does not exist falls back when the menu is read."""
    request.session[CYCLE_SESSION_KEY] = request.POST.get("cycle", "")[:40]
    return HttpResponseRedirect(back_url(request))
