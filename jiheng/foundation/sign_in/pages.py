"""Pages of the second factor: bind it, give its code, get new recovery codes, take it away."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse

from jiheng.foundation.accounts.models import User
from jiheng.foundation.refused import Refused
from jiheng.foundation.sign_in.codes import drawn, new_secret, spaced
from jiheng.foundation.sign_in.forms import CodeForm
from jiheng.foundation.sign_in.models import SecondFactor
from jiheng.foundation.sign_in.queries import PASSED, acting, codes_left, factor_of, is_required
from jiheng.foundation.sign_in.services import bind, check_code, renew_codes, unbind
from jiheng.foundation.web.pages import PageRequest, anyone, go, next_url, page

PENDING = "second_factor_secret"
WORDS = {
    "wrong": "验证码不对，或者已经用过。请等出现下一个验证码再输入。",
    "paused": "输错次数过多，暂停 15 分钟。请稍后再试，或请安全管理员核实本人后解除绑定。",
    "unreadable": "绑定信息已不能读取（系统密钥更换过），请本地区的安全管理员核实本人后解除绑定，再重新绑定。",
}
STATUS = {"wrong": HTTPStatus.UNPROCESSABLE_ENTITY, "paused": HTTPStatus.TOO_MANY_REQUESTS}


def _home(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(next_url(request) or resolve_url(settings.LOGIN_REDIRECT_URL))


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _once(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@page(public=True, methods=("GET", "POST"))
def code(request: HttpRequest) -> HttpResponse:
    """Ask a signed-in session for the code of its second factor, then go where the person wanted to go."""
    user = _user(request)
    if user is None:
        return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
    factor = factor_of(user)
    if factor is None or request.session.get(PASSED) == factor.pk:
        return _home(request)
    form, told, status = CodeForm(request.POST or None), "", HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        answer = check_code(user=user, code=form.cleaned_data["code"], person=acting(request, user))
        if answer in {"passed", "recovery"}:
            return _let_in(request, factor, recovered=answer == "recovery")
        told, status = WORDS[answer], STATUS.get(answer, HTTPStatus.CONFLICT)
    wanted = request.POST.get("next", request.GET.get("next", ""))
    context = {"form": CodeForm(), "told": told, "next": wanted, "user": user}
    return _once(render(request, "sign_in/code.html", context, status=status))


def _let_in(request: HttpRequest, factor: SecondFactor, *, recovered: bool) -> HttpResponse:
    request.session.cycle_key()
    request.session[PASSED] = factor.pk
    if recovered:
        left = codes_left(factor)
        messages.warning(request, f"已用恢复码登录，还剩 {left} 个。手机丢了的，请解除绑定后用新手机重新绑定。")
    return _home(request)


@page(public=True, methods=("GET", "POST"))
def bind_factor(request: HttpRequest) -> HttpResponse:
    """Bind a second factor: QR code drawn here, first code, then the recovery codes, shown once."""
    user = _user(request)
    if user is None:
        return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
    if factor_of(user) is not None:
        return HttpResponseRedirect(reverse("sign_in:factor"))
    refusals: list[Any] = []
    secret = request.session.setdefault(PENDING, new_secret())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = bind(user=user, secret=secret, code=form.cleaned_data["code"], person=acting(request, user))
        except Refused as refused:
            refusals = refused.refusals
        else:
            return _bound(request, user, made)
    context = {
        "form": CodeForm(), "refusals": refusals, "drawing": drawn(secret, user.username), "secret": spaced(secret),
        "next": request.POST.get("next", request.GET.get("next", "")), "required": is_required(user),
    }  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return _once(render(request, "sign_in/bind.html", context, status=status))


def _bound(request: HttpRequest, user: User, made: list[str]) -> HttpResponse:
    user.refresh_from_db()
    factor = factor_of(user)
    request.session.pop(PENDING, None)
    request.session.cycle_key()
    request.session[PASSED] = factor.pk if factor else None
    wanted = next_url(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
    return _once(render(request, "sign_in/codes.html", {"codes": made, "next": wanted, "user": user}))


@page(may=anyone, methods=("GET", "POST"))
def factor(request: PageRequest) -> HttpResponse:
    """One's own second factor: since when, how many recovery codes are left, new ones, take it away."""
    user = _user(request)
    held = factor_of(user) if user else None
    if user is None or held is None:
        return render(request, "sign_in/factor.html", {"factor": None, "required": user and is_required(user)})
    form, told, status = CodeForm(request.POST or None), "", HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        answer = check_code(user=user, code=form.cleaned_data["code"], person=request.person)
        if answer in {"passed", "recovery"}:
            return _changed(request, user, request.POST.get("action", ""))
        told, status = WORDS[answer], STATUS.get(answer, HTTPStatus.CONFLICT)
    context = {
        "form": CodeForm(), "factor": held, "left": codes_left(held), "told": told, "required": is_required(user)
    }  # fmt: skip
    return _once(render(request, "sign_in/factor.html", context, status=status))


def _changed(request: PageRequest, user: User, action: str) -> HttpResponse:
    if action == "codes":
        made = renew_codes(user=user, person=request.person)
        context = {"codes": made, "next": reverse("sign_in:factor"), "user": user, "renewed": True}
        return _once(render(request, "sign_in/codes.html", context))
    if action == "unbind":
        unbind(user=user, person=request.person)
        request.session.pop(PASSED, None)
        messages.success(request, "已解除绑定。")
        return go(request, "sign_in:bind" if is_required(user) else "sign_in:factor")
    return go(request, "sign_in:factor")
