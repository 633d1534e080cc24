"""Taking personal data away: names leave the account and the chain's surroundings, the chain itself stays whole."""

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Place, User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import has_ended
from jiheng.foundation.audit.asides import take_away
from jiheng.foundation.audit.models import GONE
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.refused import Denied, Refused
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal

ERASURE = "《中华人民共和国个人信息保护法》第四十七条"
BEGINNING = "erased-"


def is_erased(user: User) -> bool:
    """Whether the personal data of a user were taken away."""
    return user.username.startswith(BEGINNING)


def erasing_refusals(user: User, place: Place) -> list[Refusal]:
    """Return what stands against taking a person's data away: an account or an office that still serves."""
    found = []
    if is_erased(user):
        found.append(Refusal("个人信息已经清除", ERASURE))
    if user.is_active:
        found.append(Refusal("账号还在启用，不能清除个人信息", ERASURE, "请先停用账号"))
    held = list(Appointment.objects.filter(user=user).select_related("organisation"))
    if not all(has_ended(one) for one in held):
        found.append(Refusal("还有没有结束的任职，不能清除个人信息", ERASURE, "请先结束各项任职"))
    if any(one.organisation.place_id != place.pk for one in held):
        found.append(Refusal("在别的地区也有任职，一地不能单独清除", ERASURE, "请与上级财政部门商定后办理"))
    return found


def erase_person(*, user: User, place: Place, person: Person, reason: str = "") -> None:
    """Take a person's name and sign-in name away from the account and from beside the chain; an entry says so.

    个人信息清除: signatures and files that were given stay as documents. Denied unless it is the security
    administrator's and not his own; Refused while the account or an appointment serves, or without a reason.
    """
    if person.role != "security_admin" or person.place_id != place.pk:
        raise Denied("个人信息由本地区的安全管理员清除", national_clause("duty_access"))
    if person.user_id == user.pk:
        raise Denied("不能清除自己的个人信息，请由另一位安全管理员办理", national_clause("duty_separation"))
    with act(person, place=place):
        held = User.objects.select_for_update().get(pk=user.pk)
        refusals = erasing_refusals(held, place)
        if not reason.strip():
            refusals.append(Refusal("请写明清除的理由", national_clause("duty_reasons"), "如本人申请、保存期已满", "reason"))
        if refusals:
            raise Refused(refusals)
        about = [subject_key(held)]
        held.name, held.username = GONE, f"{BEGINNING}{held.pk}"
        held.set_unusable_password()
        held.save(update_fields=["name", "username", "password"])
        digests = take_away(place.pk, about, clock.now())
        record("audit.erase", held, {"reason": reason.strip(), "asides": digests}, clause=ERASURE)
