"""Pages of the interface: one's own tokens, all tokens of the place, the description for those who write programs."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.channels.api.access import may_revoke, may_see_all, own_tokens, visible_tokens
from jiheng.channels.api.areas import AREAS
from jiheng.channels.api.forms import RevokeForm, TokenForm
from jiheng.channels.api.models import Token
from jiheng.channels.api.problem import TITLES, answered, problem
from jiheng.channels.api.reference import parts
from jiheng.channels.api.tokens import create_token, revoke_token
from jiheng.channels.api.wiring import openapi
from jiheng.foundation import clock
from jiheng.foundation.refused import Refused
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.pages import PageRequest, anyone, go, invalid, page
from jiheng.rules.workflow.steps import Tone


def state_of(token: Token) -> tuple[str, Tone]:
    """Return how a token stands, in words and colour."""
    if token.revoked_at is not None:
        return "已吊销", "grey"
    if token.expires_on < clock.today():
        return "已到期", "grey"
    ended = token.appointment.valid_to is not None and token.appointment.valid_to < clock.today()
    return ("任职已结束", "grey") if ended else ("有效", "green")


def reach_of(token: Token) -> str:
    """Return what a token may be used for, in words."""
    areas = "、".join(AREAS.get(one, one) for one in token.areas) or "全部"
    return f"{'只读' if token.read_only else '读写'}：{areas}"


def _standing(rows: Any, value: str) -> Any:
    live = {"revoked_at__isnull": True, "expires_on__gte": clock.today()}
    return rows.filter(**live) if value == "live" else rows.exclude(**live)


TOKENS = Table(
    key="tokens",
    title="接口令牌",
    unit="个",
    columns=(
        Column("name", "用途", "name", sort="name", card=True, link=lambda t: reverse("api:revoke", args=[t.pk])),
        Column("mark", "标识", "mark", sort="mark"),
        Column("person", "本人", "appointment.user.name", sort="appointment__user__name", card=True),
        Column("body", "单位", "appointment.organisation.name", sort="appointment__organisation__code"),
        Column("role", "岗位", lambda t: t.appointment.get_role_display(), sort="appointment__role"),
        Column("reach", "范围", reach_of),
        Column("since", "建立", "created_at", kind="day", sort="created_at", shown=False),
        Column("until", "有效期至", "expires_on", kind="day", sort="expires_on"),
        Column("used", "最近使用", "used_on", kind="day", sort="used_on"),
        Column("state", "状态", lambda t: state_of(t)[0], kind="state", tone=lambda t: state_of(t)[1], card=True),
    ),
    facets=(Facet("state", "状态", (("live", "有效"), ("over", "已失效")), apply=_standing, default="live"),),
    search=("name", "mark", "appointment__user__name", "appointment__organisation__name"),
    search_label="用途、标识、姓名、单位",
    order="-used",
    empty=Empty("还没有接口令牌", "由本人在“接口令牌”页建立，用于自己办理业务的程序。"),
)


@page(may=anyone)
def own(request: PageRequest) -> HttpResponse:
    """One's own tokens for the present appointment."""
    rows = [(one, state_of(one), reach_of(one)) for one in own_tokens(request.person)]
    return render(request, "api/own.html", {"rows": rows, "may_all": bool(may_see_all(request.person))})


@page(may=anyone, methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponse:
    """Make a token; it is shown once, in this answer and nowhere else."""
    form = TokenForm(request.POST or None)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            token, text = create_token(person=request.person, **form.told())
        except Refused as refused:
            refusals = refused.refusals
        else:
            return _once(request, token, text)
    draw = invalid if form.is_bound else render
    return draw(request, "api/new.html", {"form": form, "refusals": refusals, "name": "建立接口令牌"})


def _once(request: PageRequest, token: Token, text: str) -> HttpResponse:
    response = render(request, "api/shown.html", {"token": token, "text": text, "reach": reach_of(token)})
    response["Cache-Control"] = "no-store"
    return response


@page(may=may_see_all)
def all_tokens(request: PageRequest) -> HttpResponse:
    """Every token of the place, for those who keep and watch over access."""
    return list_page(request, TOKENS, visible_tokens(request.person), template="api/all.html")


@page(may=may_revoke, record=visible_tokens, methods=("GET", "POST"))
def revoke(request: PageRequest, token: Token) -> HttpResponse:
    """Revoke a token, at once and for good."""
    own_one = token.appointment.user_id == request.person.user_id
    form = RevokeForm(request.POST or None, own=own_one)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            revoke_token(token=token, person=request.person, reason=form.cleaned_data["reason"])
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已吊销“{token.name}”，使用它的程序随即不能再办理。")
            return go(request, "api:tokens" if own_one else "api:all")
    context = {"form": form, "refusals": refusals, "token": token, "reach": reach_of(token), "name": "吊销接口令牌"}
    return (invalid if form.is_bound else render)(request, "api/revoke.html", context)


@page(public=True)
def description(_: HttpRequest) -> HttpResponse:
    """The description of the interface for programs, OpenAPI 3.1."""
    response = answered(openapi())
    response["Cache-Control"] = "public, max-age=300"
    return response


@page(public=True)
def reference(request: HttpRequest) -> HttpResponse:
    """The description of the interface for people, without any script."""
    return render(request, "api/reference.html", {"parts": parts(), "problems": TITLES.items()})


@page(public=True, methods=("GET", "POST", "PUT", "PATCH", "DELETE"))
def nothing(_: HttpRequest) -> HttpResponse:
    """Answer every other address below v1 in the interface's own words."""
    return problem(HTTPStatus.NOT_FOUND, "没有这个地址；可用的见 /api/v1/docs/")


@page(public=True)
def root(_: HttpRequest) -> HttpResponse:
    """Say where the description is."""
    return answered({"description": reverse("api:openapi"), "documentation": reverse("api:docs")})
