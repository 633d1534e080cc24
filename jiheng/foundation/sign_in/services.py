"""The second factor: bind, check a code, new recovery codes, take away."""

from datetime import timedelta
from typing import Literal

from django.conf import settings
from django.db import transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Place, User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import home_of
from jiheng.foundation.accounts.services import IDENTITY
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import Denied, Refused, mistaken, refuse
from jiheng.foundation.sign_in import codes
from jiheng.foundation.sign_in.models import RecoveryCode, SecondFactor
from jiheng.rules.refusal import Refusal
from jiheng.rules.separation import INTERNAL_CONTROL

PAUSE = timedelta(minutes=15)
SINGLE = "第二因素由本人绑定，安全管理员只能解除别人的"
Answer = Literal["passed", "recovery", "wrong", "paused", "unreadable"]


def _noted(action: str, user: User, person: Person | None, **detail: object) -> None:
    """Write what happened to the person's chain; somebody who never had an appointment belongs to none."""
    place = home_of(user) if person is None else None
    if person is not None or place is not None:
        with act(person, place=place):
            record(action, user, detail, clause=IDENTITY)


def bind(*, user: User, secret: str, code: str, person: Person | None) -> list[str]:
    """Bind a second factor whose first code is right; return the recovery codes, which are kept nowhere.

    绑定即生效。 Refused when the code is not the present one, or when one is bound already.
    """
    step = codes.taken_step(secret, code, after=0)
    if step is None:
        raise mistaken("验证码不对", remedy="核对手机时间是否自动校准，等出现下一个验证码再输入")
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        if SecondFactor.objects.filter(user=held).exists():
            raise mistaken("已经绑定了第二因素", remedy="换手机的，请先解除原来的绑定")
        factor = SecondFactor.objects.create(
            user=held, secret=codes.closed(secret), enrolled_at=clock.now(), last_step=step
        )
        made = _fresh_codes(factor)
        _noted("user.factor_bound", held, person)
    return made


def _fresh_codes(factor: SecondFactor) -> list[str]:
    RecoveryCode.objects.filter(factor=factor).delete()
    made = codes.new_recovery_codes()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=codes.digest_of(one)) for one in made)
    return made


def check_code(*, user: User, code: str, person: Person | None) -> Answer:
    """Take a code of the telephone or a recovery code; each counts once.

    After JIHENG_LOGIN_TRIES wrong ones there is a pause of 15 minutes, in which nothing is taken. Wrong tries
    are kept whatever the answer, so nothing is raised here.
    """
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().get(user=user)
        now = clock.now()
        recent = factor.failed_at is not None and now - factor.failed_at < PAUSE
        if recent and factor.failures >= settings.AXES_FAILURE_LIMIT:
            return "paused"
        try:
            answer = _taken(factor, code, person)
        except codes.Unreadable:
            return "unreadable"
        if answer != "wrong":
            factor.failures, factor.failed_at = 0, None
        else:
            factor.failures, factor.failed_at = (factor.failures + 1 if recent else 1), now
            if factor.failures >= settings.AXES_FAILURE_LIMIT:
                _noted("user.factor_paused", user, person, tries=factor.failures)
        factor.save(update_fields=["failures", "failed_at", "last_step"])
    return answer


def _taken(factor: SecondFactor, code: str, person: Person | None) -> Answer:
    step = codes.taken_step(codes.opened(factor.secret), code, after=factor.last_step)
    if step is not None:
        factor.last_step = step
        return "passed"
    unused = factor.recovery_codes.filter(used_at__isnull=True)
    if unused.filter(digest=codes.digest_of(code)).update(used_at=clock.now()):
        _noted("user.factor_recovery", factor.user, person, left=unused.count())
        return "recovery"
    return "wrong"


def renew_codes(*, user: User, person: Person | None) -> list[str]:
    """Replace the recovery codes; whoever calls has checked a code. The old ones no longer count."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().get(user=user)
        made = _fresh_codes(factor)
        _noted("user.factor_codes", user, person)
    return made


def unbind(*, user: User, person: Person | None) -> None:
    """Take one's own second factor away, to bind another; whoever calls has checked a code."""
    with transaction.atomic():
        SecondFactor.objects.filter(user=user).delete()
        _noted("user.factor_unbound", user, person)


def reset_factor(*, user: User, place: Place, person: Person | None = None, reason: str = "") -> None:
    """Take somebody's second factor away who lost telephone and recovery codes: 安全管理员核实本人后解除。

    PermissionDenied unless it is the security administrator's of the place and not his own; Refused without
    a reason, when there is none, and for people who serve in another place, too. Without a person it is the
    installation's (the command line).
    """
    if person is not None and (person.role != "security_admin" or person.place_id != place.pk):
        raise Denied("第二因素由本地区的安全管理员解除", IDENTITY)
    if person is not None and person.user_id == user.pk:
        raise Denied(SINGLE, INTERNAL_CONTROL)
    held = Appointment.objects.filter(user=user)
    if not held.filter(organisation__place=place).exists():
        raise Denied(f"{user.name}在{place.name}没有任职，不能处理其账号", IDENTITY)
    if person is not None and not reason.strip():
        raise refuse("没有填写理由", IDENTITY, remedy="写明如何核实是本人，它会写入审计链")
    elsewhere = held.exclude(organisation__place=place).exclude(valid_to__lt=clock.today())
    if person is not None and elsewhere.exists():
        message = f"{user.name}在另一地区也有任职，一地的安全管理员不能单独解除其第二因素"
        raise Refused([Refusal(message, IDENTITY, "请两地商定后，由运行维护人员在服务器上用 jiheng person 命令办理")])
    with act(person, place=place):
        if not SecondFactor.objects.filter(user=user).delete()[0]:
            raise mistaken(f"{user.name}没有绑定第二因素", remedy="请刷新页面，看现在的情况")
        record("user.factor_reset", user, {"reason": reason.strip()}, clause=IDENTITY)

