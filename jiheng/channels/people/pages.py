"""Pages of people: who serves where, one person, register, appoint, end, account and password."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.channels.people.access import (
    may_end,
    may_erase,
    may_keep,
    may_register,
    may_reset_factor,
    may_see_people,
    may_switch_off,
    may_switch_on,
    visible_appointments,
    visible_people,
)
from jiheng.channels.people.forms import AppointForm, EndForm, ReasonForm, RegisterForm
from jiheng.channels.people.queries import (
    ACCOUNTS,
    TIMES,
    Held,
    alone_in,
    bodies_with_people,
    by_account,
    by_time,
    time_of,
    time_tone,
    told_of,
)
from jiheng.foundation.accounts.erasing import erase_person
from jiheng.foundation.accounts.models import Appointment, User
from jiheng.foundation.accounts.passwords import first_password
from jiheng.foundation.accounts.queries import place_of, wrong_passwords
from jiheng.foundation.accounts.roles import CHOICES
from jiheng.foundation.accounts.services import (
    appoint,
    end_appointment,
    give_password,
    lift_pause,
    register_person,
    switch_account,
)
from jiheng.foundation.refused import Refused
from jiheng.foundation.sign_in.queries import has_factor
from jiheng.foundation.sign_in.services import reset_factor
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine


def _account(appointment: Appointment) -> str:
    if not appointment.user.is_active:
        return "停用"
    return "未改初始密码" if appointment.user.must_change_password else "启用"


APPOINTMENTS = Table(
    key="people",
    title="人员与任职",
    unit="项任职",
    order="body",
    columns=(
        Column(
            "name", "姓名", "user.name", sort="user__name", card=True,
            link=lambda a: reverse("people:detail", args=[a.user_id]),
        ),
        Column("username", "登录名", "user.username", sort="user__username"),
        Column("body", "单位", "organisation.name", sort="organisation__code", card=True),
        Column("role", "岗位", "get_role_display", sort="role", card=True),
        Column("since", "任职起日", "valid_from", kind="day", sort="valid_from"),
        Column("until", "任职止日", "valid_to", kind="day", sort="valid_to"),
        Column("time", "任职", time_of, kind="state", tone=time_tone, card=True),
        Column(
            "account", "账号", _account, kind="state", tone=lambda a: "grey" if a.user.is_active else "amber"
        ),
        Column("code", "单位代码", "organisation.code", sort="organisation__code", shown=False),
    ),
    facets=(
        Facet("time", "任职", TIMES, apply=by_time, default="current"),
        Facet("role", "岗位", CHOICES),
        Facet("body", "单位", bodies_with_people, field="organisation_id"),
        Facet("account", "账号", ACCOUNTS, apply=by_account),
    ),
    search=("user__name", "user__username", "organisation__name", "organisation__code"),
    search_label="姓名、登录名、单位",
    empty=Empty("还没有人员", "由安全管理员逐人登记：登录名、姓名、单位和岗位。", "/people/new/", "登记人员"),
)  # fmt: skip


@page(may=may_see_people)
def appointment_list(request: PageRequest) -> HttpResponse:
    """Everybody of the place with what they hold and held."""
    context = {"may_register": bool(may_register(request.person))}
    rows = visible_appointments(request.person)
    return list_page(request, APPOINTMENTS, rows, template="people/list.html", context=context)


@page(may=may_see_people, record=visible_people)
def person_detail(request: PageRequest, user: User) -> HttpResponse:
    """One person: account, appointments, what was done about them."""
    held = list(visible_appointments(request.person).filter(user=user).order_by("-valid_from", "-pk"))
    state, tone = ("启用", "green") if user.is_active else ("停用", "amber")
    context = {
        "user": user,
        "title": TitleLine(user.name, unit=f"登录名 {user.username}", state=state, tone=tone),  # type: ignore[arg-type]
        "held": [Held(one, time_of(one), time_tone(one), bool(may_end(request.person, one))) for one in held],
        "may": may_keep(request.person, user),
        "may_erase": may_erase(request.person, user),
        "wrong": wrong_passwords(user),
        "factor": has_factor(user),
        "history": told_of(user, held, request.person),
    }
    return render(request, "people/detail.html", context)


def _ask(
    request: PageRequest, form: Form, act: Callable[..., HttpResponse], template: str, context: dict[str, Any]
) -> HttpResponse:
    """Show a form, give what was written to `act`, and show it again with every reason when that is refused."""
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            return act(**form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
    draw = invalid if form.is_bound else render
    return draw(request, template, {"form": form, "refusals": refusals, **context})


def _shown(request: PageRequest, user: User, password: str, what: str) -> HttpResponse:
    """Show a new password once: it is in this answer and nowhere else."""
    context = {"user": user, "password": password, "what": what}
    response = render(request, "people/password.html", context)
    response["Cache-Control"] = "no-store"
    return response


@page(may=may_register, methods=("GET", "POST"))
def person_new(request: PageRequest) -> HttpResponse:
    """Register somebody with a first appointment; the first password is shown once."""

    def act(**told: Any) -> HttpResponse:
        made, password = register_person(person=request.person, **told)
        return _shown(request, made.user, password, "已登记")

    form = RegisterForm(request.POST or None, person=request.person)
    return _ask(request, form, act, "people/appoint.html", {"name": "登记人员", "verb": "登记并生成初始密码"})


@page(may=may_keep, record=visible_people, methods=("GET", "POST"))
def person_appoint(request: PageRequest, user: User) -> HttpResponse:
    """Give a person another appointment."""

    def act(**told: Any) -> HttpResponse:
        made = appoint(user=user, person=request.person, **told)
        messages.success(
            request, f"已登记{user.name}任职：{made.organisation.name} {made.get_role_display()}。"
        )
        return go(request, "people:detail", user.pk)

    form = AppointForm(request.POST or None, person=request.person)
    context = {"name": f"登记任职：{user.name}", "verb": "登记任职", "user": user}
    return _ask(request, form, act, "people/appoint.html", context)


@page(may=may_end, record=visible_appointments, methods=("GET", "POST"))
def appointment_end(request: PageRequest, appointment: Appointment) -> HttpResponse:
    """End an appointment from a day on, with the reason."""
    user = appointment.user

    def act(**told: Any) -> HttpResponse:
        end_appointment(appointment=appointment, person=request.person, **told)
        messages.success(
            request,
            f"已登记：{appointment.organisation.name} {appointment.get_role_display()}到 {told['day']} 为止。",
        )
        return go(request, "people:detail", user.pk)

    context = {
        "name": f"结束任职：{user.name}",
        "user": user,
        "appointment": appointment,
        "alone": alone_in(appointment),
    }
    return _ask(request, EndForm(request.POST or None), act, "people/end.html", context)


@page(may=may_keep, record=visible_people, methods=("GET", "POST"))
def person_password(request: PageRequest, user: User) -> HttpResponse:
    """Give a new password, shown once."""

    def act(*, reason: str) -> HttpResponse:
        password = first_password()
        give_password(
            user=user, new=password, place=place_of(request.person), person=request.person, reason=reason
        )
        return _shown(request, user, password, "已重置密码")

    context = {
        "name": f"重置密码：{user.name}", "user": user, "verb": "重置密码",
        "note": "原密码随即失效，已登录的随即退出。请先核实确是本人申请；新密码当面或电话告知，不要通过聊天软件发送。",
    }  # fmt: skip
    return _ask(request, ReasonForm(request.POST or None), act, "people/reason.html", context)


def _on_account(
    request: PageRequest, user: User, verb: str, note: str, act: Callable[..., Any], done: str, *, final: bool = False
) -> HttpResponse:
    """Ask for the reason of an act on an account, do it, and go back to the person; `final` asks once more."""

    def acted(*, reason: str) -> HttpResponse:
        act(user=user, place=place_of(request.person), person=request.person, reason=reason)
        messages.success(request, done)
        return go(request, "people:detail", user.pk)

    context = {"name": f"{verb}：{user.name}", "user": user, "verb": verb, "note": note, "final": final}
    return _ask(request, ReasonForm(request.POST or None), acted, "people/reason.html", context)


@page(may=may_switch_off, record=visible_people, methods=("GET", "POST"))
def person_disable(request: PageRequest, user: User) -> HttpResponse:
    """Switch an account off."""
    note = "停用后立即退出、不能登录，各项任职保留但不起作用；办过的事不变。可以随时启用。"
    off = partial(switch_account, on=False)
    return _on_account(request, user, "停用账号", note, off, f"已停用{user.name}的账号。")


@page(may=may_switch_on, record=visible_people, methods=("GET", "POST"))
def person_enable(request: PageRequest, user: User) -> HttpResponse:
    """Switch an account on again."""
    note = "启用后可以用原密码登录，未结束的任职恢复作用。忘记密码的，另办重置密码。"
    on = partial(switch_account, on=True)
    return _on_account(request, user, "启用账号", note, on, f"已启用{user.name}的账号。")


@page(may=may_keep, record=visible_people, methods=("GET", "POST"))
def person_resume(request: PageRequest, user: User) -> HttpResponse:
    """Let somebody try again before the pause after wrong passwords is over."""
    note = "清除这个登录名的密码输错记录，可以马上再登录。请先核实是本人输错；不是本人的，不要解除，改为重置密码。"
    return _on_account(request, user, "解除登录暂停", note, lift_pause, f"{user.name}可以再次登录。")


@page(may=may_reset_factor, record=visible_people, methods=("GET", "POST"))
def person_factor(request: PageRequest, user: User) -> HttpResponse:
    """Take the second factor away from somebody who lost telephone and recovery codes."""
    note = "解除后凭密码登录；岗位要求第二因素的，下次登录时重新绑定。请先当面或电话核实确是本人。"
    return _on_account(request, user, "解除第二因素", note, reset_factor, f"已解除{user.name}的第二因素。")


@page(may=may_erase, record=visible_people, methods=("GET", "POST"))
def person_erase(request: PageRequest, user: User) -> HttpResponse:
    """Take the personal data of somebody away who serves no longer; it cannot be undone."""
    note = (
        "姓名和登录名从账号和审计链旁清除，不能恢复；链上各条仍在，只显示“已清除”，核验照常通过。"
        "已签署的表单、报告和附件属于公文档案，不在其内。"
    )
    return _on_account(request, user, "清除个人信息", note, erase_person, "已清除个人信息。", final=True)
