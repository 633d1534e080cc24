"""The writes on people and bodies: register, appoint, end, switch off and on, give a new password."""

import re
from datetime import date

from axes.utils import reset
from django.db.models import Q

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.passwords import first_password
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BODIES, ROLES
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import Denied, Refused, mistaken, refuse
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal
from jiheng.rules.separation import INTERNAL_CONTROL, Office, clashes

PROTECTION = "《信息安全技术 网络安全等级保护基本要求》（GB/T 22239—2019）"
IDENTITY, ACCESS, LEAVING = f"{PROTECTION}8.1.4.1", f"{PROTECTION}8.1.4.2", f"{PROTECTION}8.1.8.2"
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


def create_place(*, code: str, name: str, region_code: str = "", parent: Place | None = None) -> Place:
    """Create a place; done once at installation, before anybody can act in it."""
    return Place.objects.create(code=code, name=name, region_code=region_code, parent=parent)


def create_organisation(
    *,
    place: Place,
    code: str,
    name: str,
    kind: str,
    parent: Organisation | None = None,
    valid_from: date,
    person: Person | None = None,
) -> Organisation:
    """Add a body to the tree from a day on; without a person it belongs to the installation.

    PermissionDenied for a person of another place. Which roles may, says the way in (lists, command line).
    """
    if person is not None and person.place_id != place.pk:
        raise Denied("只能登记本地区的单位", national_clause("duty_place"))
    with act(person, place=place):
        made = Organisation.objects.create(
            place=place, code=code, name=name, kind=kind, parent=parent, valid_from=valid_from
        )
        record("organisation.create", made, {"code": code, "name": name, "kind": kind})
    return made


def create_user(*, username: str, name: str, password: str | None, must_change: bool = False) -> User:
    """Create a user who can sign in; what the user may do comes from appointments.

    Without a password nobody can sign in under this name: for people who act in a script only.
    """
    user = User(username=username, name=name, must_change_password=must_change)
    user.set_password(password)
    user.save()
    return user


def register_person(
    *,
    username: str,
    name: str,
    organisation: Organisation,
    role: str,
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
    person: Person | None = None,
) -> tuple[Appointment, str]:
    """Register somebody new with a first appointment; return it and the first password, kept nowhere.

    人员随第一项任职一起登记，初始密码首次登录须修改. Refused for a sign-in name that is taken or cannot
    be typed everywhere, and for everything that `appoint` refuses; then nothing is written.
    """
    if person is not None:
        _by_security(person, organisation.place_id)
    _sound(username, name)
    password = first_password()
    with act(person, place=organisation.place):
        user, new = User.objects.get_or_create(
            username=username, defaults={"name": name, "must_change_password": True}
        )
        if not new:
            raise refuse(
                f"登录名“{username}”已有人使用", IDENTITY, remedy="请换一个登录名，如在后面加单位简称或数字"
            )
        user.set_password(password)
        user.save(update_fields=["password"])
        record(
            "user.create", user, {"user": username, "name": name, "reason": reason.strip()}, clause=IDENTITY,
            personal={"user": user, "name": user},
        )  # fmt: skip
        made = appoint(
            user=user,
            organisation=organisation,
            role=role,
            valid_from=valid_from,
            valid_to=valid_to,
            reason=reason,
            person=person,
        )
    return made, password


def _sound(username: str, name: str) -> None:
    refusals = []
    if not USERNAME.fullmatch(username):
        remedy = "用 2 至 60 个小写字母、数字、点、横线或下划线，以字母或数字开头，如 zhangyimin"
        refusals.append(Refusal(f"登录名“{username}”不合要求", IDENTITY, remedy))
    if not name.strip():
        refusals.append(Refusal("没有填写姓名", IDENTITY, "请写真实姓名，它会出现在签署和审计链里"))
    if refusals:
        raise Refused(refusals)


def appoint(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
    person: Person | None = None,
) -> Appointment:
    """Give a role to a user in an organisation from a first to a last day.

    Without a person it belongs to the installation; else it is the security administrator's, who gives
    nothing to himself (安全管理员管任职，不给自己任职), else PermissionDenied. Refused with every reason
    when the body or the dates do not fit or the offices need two persons (不相容岗位相互分离).
    """
    if role not in ROLES:
        raise LookupError(f"没有“{role}”这个岗位")
    if person is not None:
        _by_security(person, organisation.place_id, user.pk)
    with act(person, place=organisation.place):
        user = User.objects.select_for_update().get(pk=user.pk)  # two who appoint at once see each other
        refusals = _against(user, organisation, role, valid_from, valid_to)
        if person is not None:
            refusals += _unexplained(reason, "任职依据") + _foreign(user, person)
        if refusals:
            raise Refused(refusals)
        made = Appointment.objects.create(
            user=user, organisation=organisation, role=role, valid_from=valid_from, valid_to=valid_to
        )
        detail = {"user": user.username, "role": role, "body": organisation.name, "since": valid_from}
        detail |= {"until": valid_to} if valid_to else {}
        record(
            "appointment.create", made, detail | {"reason": reason.strip()}, clause=ACCESS, personal={"user": user}
        )
        written_along([user])
    return made


def _against(user: User, body: Organisation, role: str, since: date, until: date | None) -> list[Refusal]:
    """Return why this appointment cannot be: the account, the body, the days, the offices held."""
    told, found = f"{body.name} {ROLES[role].label}", []
    if not user.is_active:
        found.append(Refusal(f"{user.name}的账号已停用", ACCESS, "请先启用账号"))
    if body.kind not in BODIES[ROLES[role].side]:
        message = f"“{ROLES[role].label}”不是{body.get_kind_display()}的岗位"
        found.append(Refusal(message, INTERNAL_CONTROL, f"请为{body.name}另选岗位，或改选单位"))
    if until is not None and until < since:
        found.append(Refusal(f"任职止日 {until} 早于任职起日 {since}", ACCESS, remedy="请改正日期"))
    if since < body.valid_from:
        found.append(
            Refusal(f"{body.name} {body.valid_from} 才设立", ACCESS, remedy="任职起日不能早于这一天")
        )
    if body.valid_to is not None and since > body.valid_to:
        found.append(Refusal(f"{body.name}已于 {body.valid_to} 撤销", ACCESS, remedy="请改选现有的单位"))
    held = Appointment.objects.filter(user=user).select_related("organisation")
    offices = [
        Office(
            one.role, one.organisation_id, one.valid_from, one.valid_to, f"{one.organisation.name} {label}"
        )
        for one in held
        for label in (ROLES[one.role].label,)
    ]
    return found + clashes(Office(role, body.pk, since, until, told), offices)


def _unexplained(reason: str, what: str = "理由") -> list[Refusal]:
    remedy = "写明文件名称和文号、申请单或者缘由，它会写入审计链"
    return [] if reason.strip() else [Refusal(f"没有填写{what}", ACCESS, remedy)]


def _foreign(user: User, person: Person) -> list[Refusal]:
    """Return why a person of this place cannot decide alone on a user who belongs to another one."""
    elsewhere = Appointment.objects.filter(user=user).exclude(organisation__place_id=person.place_id)
    if not elsewhere.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today())).exists():
        return []
    message = f"{user.name}在另一地区也有任职，一地的安全管理员不能单独处理其账号和任职"
    return [Refusal(message, ACCESS, "请两地商定后，由运行维护人员在服务器上用 jiheng person 命令办理")]


def end_appointment(
    *, appointment: Appointment, day: date, person: Person | None = None, reason: str = ""
) -> None:
    """End an appointment: `day` is its last day; what was done under it stays as it is.

    PermissionDenied when it is not the person's to end; Refused when it would end before it began, has ended
    already or would be made longer (再任另行登记), and without a reason.
    """
    place = appointment.organisation.place
    if person is not None:
        _by_security(person, place.pk, appointment.user_id)
    with act(person, place=place):
        held = Appointment.objects.select_for_update().get(pk=appointment.pk)
        refusals = [] if person is None else _unexplained(reason)
        if day < held.valid_from:
            refusals.append(Refusal(f"任职止日不能早于任职起日 {held.valid_from}", LEAVING, "请改正日期"))
        if held.valid_to is not None and held.valid_to < clock.today():
            refusals.append(Refusal(f"该任职已于 {held.valid_to} 结束", LEAVING, "已经结束的任职不再改动"))
        elif person is not None and held.valid_to == day:
            refusals.append(Refusal(f"该任职已登记到 {day} 为止", LEAVING, "不须再登记一次"))
        elif held.valid_to is not None and day > held.valid_to:
            refusals.append(
                Refusal(f"该任职到 {held.valid_to} 为止，不能往后延", LEAVING, "续任请在其后另行登记任职")
            )
        if refusals:
            raise Refused(refusals)
        appointment.valid_to = day
        appointment.save(update_fields=["valid_to"])
        record(
            "appointment.end", appointment, {"day": day.isoformat(), "reason": reason.strip()}, clause=LEAVING
        )


def _by_security(person: Person, place_id: int, user_id: int | None = None) -> None:
    if person.role != "security_admin" or person.place_id != place_id:
        raise Denied("人员和任职由本地区的安全管理员登记", ACCESS)
    if person.user_id == user_id:
        raise Denied("安全管理员不能登记自己的任职和账号，请由另一位安全管理员办理", INTERNAL_CONTROL)


def _on_account(user: User, place: Place, person: Person | None, reason: str) -> User:
    """Check that the account is this place's to handle, lock its row and return it; within an act."""
    if not Appointment.objects.filter(user=user, organisation__place=place).exists():
        raise Denied(f"{user.name}在{place.name}没有任职，不能处理其账号", ACCESS)
    refusals = [] if person is None else _unexplained(reason) + _foreign(user, person)
    if refusals:
        raise Refused(refusals)
    return User.objects.select_for_update().get(pk=user.pk)


def give_password(
    *, user: User, new: str, place: Place, person: Person | None = None, reason: str = ""
) -> None:
    """Give a user of the place a new password for the first sign-in, where it must be changed.

    Whoever was signed in under the old one is out. Without a person it is the installation's (the command
    line); else the security administrator's, with a reason.
    """
    if person is not None:
        _by_security(person, place.pk, user.pk)
    with act(person, place=place):
        held = _on_account(user, place, person, reason)
        held.set_password(new)
        held.must_change_password = True
        held.save(update_fields=["password", "must_change_password"])
        record("user.new_password", held, {"reason": reason.strip()}, clause=IDENTITY)


def switch_account(
    *, user: User, place: Place, on: bool, person: Person | None = None, reason: str = ""
) -> None:
    """Switch an account off (停用: out at once, nothing held counts) or on again; appointments stay as they are.

    PermissionDenied unless it is the security administrator's and not his own; Refused without a reason, and
    when it is so already.
    """
    if person is not None:
        _by_security(person, place.pk, user.pk)
    with act(person, place=place):
        held = _on_account(user, place, person, reason)
        if held.is_active is on:
            raise mistaken(
                f"{held.name}的账号已经{'启用' if on else '停用'}", remedy="请刷新页面，看现在的情况"
            )
        held.is_active = on
        held.save(update_fields=["is_active"])
        record("user.enable" if on else "user.disable", held, {"reason": reason.strip()}, clause=ACCESS)


def lift_pause(*, user: User, place: Place, person: Person | None = None, reason: str = "") -> int:
    """Forget the wrong passwords of a user, so that signing in is no longer paused; return how many there were.

    PermissionDenied unless it is the security administrator's and not his own; Refused without a reason.
    """
    if person is not None:
        _by_security(person, place.pk, user.pk)
    with act(person, place=place):
        held = _on_account(user, place, person, reason)
        count = int(reset(username=held.username))
        if person is not None and not count:
            raise mistaken("这个登录名没有密码输错的记录", remedy="不须解除；仍不能登录的，请核实密码和任职")
        record("user.resume", held, {"reason": reason.strip()}, clause=IDENTITY)
    return count
