"""Drawing out of the register: who is in it, who is left out and why, the seed; for whatever is drawn from it."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q, QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, User
from jiheng.foundation.accounts.person import held_today, valid_on
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.experts.models import Evaluator

LONGEST_SEED, LONGEST_REASON = 80, 300
Entry = dict[str, str]


def in_register(place_id: int, field: str = "", kind: str = "") -> QuerySet[Evaluator]:
    """Return who is in the register today, in a field and of a kind where they are named."""
    today = clock.today()
    found = Evaluator.objects.filter(place_id=place_id, entered_on__lte=today)
    found = found.filter(Q(left_on__isnull=True) | Q(left_on__gt=today))
    if kind:
        found = found.filter(kind=kind)
    if field.strip():
        found = found.filter(fields__contains=field.strip())
    return found.select_related("organisation").order_by("pk")


def seed_of(typed: str, clause: str) -> str:
    """Return the seed as it is kept; refused when it is empty or too long."""
    seed = " ".join(typed.split())
    if not seed or len(seed) > LONGEST_SEED:
        raise refuse(f"请填写随机种子，最多 {LONGEST_SEED} 字", clause, "建议用当天公开且无法预知的数字", "seed")
    return seed


def as_it_stood(library: Iterable[Evaluator]) -> list[Entry]:
    """Return the register as it is kept with a draw."""
    return [
        {"key": str(one.pk), "name": one.name, "body": one.organisation.name, "fields": one.fields} for one in library
    ]


def left_out(
    library: Sequence[Evaluator], known: Mapping[int, str], told: Mapping[int, str], clause: str
) -> list[Entry]:
    """Return who does not take part and why: `known` by the rules, `told` by themselves. Refused without a reason."""
    entries, reasons = {one.pk: one for one in library}, dict(known)
    for key, reason in told.items():
        if key not in entries:
            raise mistaken("回避的不在库中", remedy="请刷新页面后再抽取")
        if not reason.strip():
            raise refuse(f"“{entries[key].name}”回避须写明原因", clause, "填写回避原因", f"reason-{key}")
        reasons[key] = reason.strip()[:LONGEST_REASON]
    return [
        {"key": str(pk), "name": entries[pk].name, "reason": reasons[pk]} for pk in sorted(reasons) if pk in entries
    ]


def account_of(expert: Evaluator) -> User | None:
    """Return the account with which an expert of the register signs in today; None where there is none."""
    held = held_today().filter(organisation_id=expert.organisation_id, role="expert")
    known = {"user_id": expert.user_id} if expert.user_id is not None else {"user__name": expert.name}
    found = list(held.filter(**known)[:2])
    return found[0].user if len(found) == 1 else None


def bodies_of(users: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return the bodies in which these users hold office today, by user: to whom an expert is tied."""
    held = Appointment.objects.filter(valid_on(clock.today()), user_id__in=list(users))
    found: dict[int, set[int]] = {}
    for user, body in held.values_list("user_id", "organisation_id"):
        found.setdefault(user, set()).add(body)
    return {user: frozenset(bodies) for user, bodies in found.items()}
