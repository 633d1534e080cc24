"""Commands for those who run the machine: the first place and people, new passwords, locked sign-ins."""

import argparse
from typing import Any

from django.db import transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.passwords import first_password
from jiheng.foundation.accounts.person import held_today, valid_on
from jiheng.foundation.accounts.places import under
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.accounts.services import (
    appoint,
    create_organisation,
    create_place,
    end_appointment,
    give_password,
    lift_pause,
    register_person,
    switch_account,
)
from jiheng.foundation.sign_in.services import reset_factor
from jiheng.rules.policy import load_policy
from jiheng.site.pure_commands import say


class Wrong(Exception):
    """What was asked for cannot be done; the text says what to do."""


def place_add(given: argparse.Namespace) -> int:
    """Register a place that has a pack, and its finance bureau; or put a place below another one (under)."""
    if given.action == "under":
        return _place_under(given)
    load_policy(given.place)
    missing = [f"--{key}" for key in ("name", "bureau", "code") if not getattr(given, key)]
    if missing:
        raise Wrong(f"请写明 {'、'.join(missing)}")
    above = _place(given.parent) if given.parent else None
    if Place.objects.filter(code=given.place).exists():
        raise Wrong(f"{given.place} 已经登记过")
    with transaction.atomic():
        place = create_place(code=given.place, name=given.name, region_code=given.region, parent=above)
        create_organisation(
            place=place, code=given.code, name=given.bureau, kind="bureau", valid_from=clock.today()
        )
    say(f"已登记 {place.name} 和 {given.bureau}（代码 {given.code}）" + (f"，上级 {above.name}" if above else ""))
    say("下一步：用 jiheng person add 登记系统管理员、安全管理员和绩效管理股人员")
    return 0


def _place(code: str) -> Place:
    place = Place.objects.filter(code=code).first()
    if place is None:
        raise Wrong(f"没有登记地区 {code}，请先用 jiheng place add")
    return place


def _place_under(given: argparse.Namespace) -> int:
    """Put a place that stands below another one that stands."""
    place = _place(given.place)
    if not given.parent:
        raise Wrong("请用 --parent 写明上级地区的制度包代码")
    above = _place(given.parent)
    try:
        under(place, above)
    except ValueError as wrong:
        raise Wrong(str(wrong)) from None
    say(f"{place.name}的上级是{above.name}：{above.name}财政局可以查看其结果，不能办理")
    return 0


def person(given: argparse.Namespace) -> int:
    """Appoint, end, reset a password, unlock, switch off or on, or list who holds what today."""
    place = _place(given.place)
    if given.action != "list" and not given.user:
        raise Wrong("请用 --user 写明登录名")
    answer = {
        "add": _add, "end": _end, "password": _password, "unlock": _unlock,
        "disable": _switch, "enable": _switch, "factor": _factor, "list": _list,
    }  # fmt: skip
    return answer[given.action](place, given)


def _add(place: Place, given: argparse.Namespace) -> int:
    day = given.day or clock.today()
    if given.role not in ROLES:
        raise Wrong(f"没有岗位“{given.role or ''}”，可以是：{'、'.join(f'{k}（{r.label}）' for k, r in ROLES.items())}")
    body = _body(place, given)
    told: dict[str, Any] = {
        "organisation": body, "role": given.role, "valid_from": day, "valid_to": given.until, "reason": given.reason,
    }  # fmt: skip
    user = User.objects.filter(username=given.user).first()
    password = None
    if user is None:
        if not given.name:
            raise Wrong("新人员请用 --name 写明姓名")
        made, password = register_person(username=given.user, name=given.name, **told)
        user = made.user
    elif given.name and given.name != user.name:
        raise Wrong(f"登录名 {given.user} 是{user.name}的，请换一个登录名")
    else:
        appoint(user=user, **told)
    say(f"已登记：{user.name}（{user.username}），{body.name} {ROLES[given.role].label}，自 {day} 起")
    if password:
        say(f"初始密码：{password}（首次登录须修改，只显示这一次）")
    return 0


def _body(place: Place, given: argparse.Namespace) -> Organisation:
    found = Organisation.objects.filter(valid_on(clock.today()), place=place, code=given.organisation or "").first()
    if found is None:
        raise Wrong(f"{place.name}没有代码为“{given.organisation or ''}”的单位，请用 --organisation 写明")
    return found


def _end(place: Place, given: argparse.Namespace) -> int:
    held = held_today().filter(user__username=given.user, organisation__place=place)
    if given.role:
        held = held.filter(role=given.role)
    if given.organisation:
        held = held.filter(organisation__code=given.organisation)
    found: list[Appointment] = list(held)
    if len(found) != 1:
        raise Wrong(
            f"{given.user} 在{place.name}有 {len(found)} 个现任岗位，请用 --role 和 --organisation 指明一个"
        )
    day = given.day or clock.today()
    end_appointment(appointment=found[0], day=day, reason=given.reason)
    say(f"已结束任职：{found[0]}，最后一天 {day}")
    return 0


def _password(place: Place, given: argparse.Namespace) -> int:
    user, password = _user(place, given), first_password()
    give_password(user=user, new=password, place=place, reason=given.reason)
    say(f"{user.name}（{user.username}）的新密码：{password}（登录后须修改，只显示这一次）")
    return 0


def _unlock(place: Place, given: argparse.Namespace) -> int:
    user = _user(place, given)
    count = lift_pause(user=user, place=place, reason=given.reason)
    say(f"{user.name}（{user.username}）：已清除 {count} 条登录失败记录")
    return 0


def _factor(place: Place, given: argparse.Namespace) -> int:
    user = _user(place, given)
    reset_factor(user=user, place=place, reason=given.reason)
    say(f"{user.name}（{user.username}）的第二因素已解除")
    return 0


def _switch(place: Place, given: argparse.Namespace) -> int:
    user, on = _user(place, given), given.action == "enable"
    switch_account(user=user, place=place, on=on, reason=given.reason)
    say(f"{user.name}（{user.username}）的账号已{'启用' if on else '停用'}")
    return 0


def _user(place: Place, given: argparse.Namespace) -> User:
    found = User.objects.filter(username=given.user, appointments__organisation__place=place).distinct().first()
    if found is None:
        raise Wrong(f"{place.name}没有登录名为“{given.user}”的人员")
    return found


def _list(place: Place, _: argparse.Namespace) -> int:
    for one in held_today().filter(organisation__place=place).order_by("organisation__code", "role", "pk"):
        say(f"{one.user.username}\t{one.user.name}\t{one.organisation}\t{ROLES[one.role].label}\t{one.valid_from} 起")
    return 0
