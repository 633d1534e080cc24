"""Taking up newer rules in a year that is under way: one asks, another approves, what was decided stays decided."""

from django.db import IntegrityError
from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, Verdict, deny, require
from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record, subject_key, written_along
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.foundation.workflow.models import Signature
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.policies.models import Adoption, AdoptionVerdict
from jiheng.registers.policies.queries import (
    current_policy,
    may_amend,
    may_judge,
    may_see_amendments,
    open_assumptions,
)
from jiheng.registers.policies.services import take_snapshot
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.policy.midyear import not_in_midyear
from jiheng.rules.refusal import Refusal

REASON_LENGTH = 300


def may_ask_adoption(person: Person, cycle: Cycle | None = None) -> Verdict:
    """The performance office asks, for an open year of its own place."""
    if cycle is not None and cycle.place_id != person.place_id:
        return deny("只能办理本地区的年度", national_clause("duty_place"))
    if cycle is not None and cycle.state != "open":
        return deny(f"{cycle}已关闭，不能改用新版制度", national_clause("duty_year"))
    return may_amend(person)


def visible_adoptions(person: Person) -> QuerySet[Adoption]:
    """Return the adoptions of the person's place, newest first."""
    found = Adoption.objects.filter(place_id=person.place_id).select_related("verdict", "before", "after", "place")
    found = found.defer("before__content", "after__content")
    return found if may_see_amendments(person) else found.none()


def waiting_adoptions(person: Person) -> list[Adoption]:
    """Return the adoptions that wait for this person's word."""
    if not may_judge(person):
        return []
    return list(visible_adoptions(person).filter(verdict__isnull=True).exclude(asked_by_id=person.user_id))


def cycle_for(adoption: Adoption) -> Cycle:
    """Return the year that an adoption is about."""
    found = Cycle.objects.select_related("snapshot", "place").defer("snapshot__content")
    return found.get(place_id=adoption.place_id, budget_year=adoption.budget_year)


def against_adoption(cycle: Cycle) -> list[Refusal]:
    """Return every reason why the year cannot go on under the rules as they stand now."""
    policy, clause = current_policy(cycle.place), clause_in(cycle, "duty_year")
    found = [
        Refusal(f"年度中途不能这样改：{one}", clause, "请自下一年度起采用，或先改回这一条")
        for one in not_in_midyear(policy_for(cycle), policy, cycle.budget_year)
    ]
    waiting = len(open_assumptions(policy, cycle.place))
    if waiting:
        words = f"新版制度还有 {waiting} 项暂定值未经确认"
        found.append(Refusal(words, clause_in(cycle, "duty_confirmed"), "请在“制度”页的“暂定值”里确认"))
    return found


def ask_adoption(*, cycle: Cycle, reason: str, person: Person) -> Adoption:
    """Ask that an open year goes on under the rules as they stand now; signed by who asks.

    年度中途采用新版制度，须写明理由，由另一人批准。 Raises Refused with every reason.
    """
    require(may_ask_adoption(person, cycle))
    if not reason.strip():
        raise refuse("须写明理由", clause_in(cycle, "duty_reasons"), where="reason")
    if len(reason.strip()) > REASON_LENGTH:
        raise mistaken(f"理由不超过 {REASON_LENGTH} 字", where="reason")
    if Adoption.objects.filter(place=cycle.place, budget_year=cycle.budget_year, verdict__isnull=True).exists():
        raise mistaken("已有一项待批准", remedy="请等待批准，或由批准人退回")
    if current_policy(cycle.place).digest == cycle.snapshot.digest:
        raise mistaken("本年度采用的就是现行制度，没有新版可以采用")
    if against := against_adoption(cycle):
        raise Refused(against)
    with act(person):
        after = take_snapshot(place=cycle.place, person=person)
        made = Adoption.objects.create(
            place=cycle.place,
            budget_year=cycle.budget_year,
            before=cycle.snapshot,
            after=after,
            reason=reason.strip(),
            asked_at=clock.now(),
            asked_by_id=person.user_id,
            asker=str(person),
        )
        _sign(made, "ask", made.reason, person)
        record("policy.ask_adoption", cycle, _told(made, made.reason), clause_in(cycle, "duty_year"))
        written_along([made])
        for role in ("bureau_leader", "performance_office"):
            _tell(cycle, role, f"{made}待批准：{made.reason}")
    return made


def judge_adoption(*, adoption: Adoption, approved: bool, comment: str, person: Person) -> AdoptionVerdict:
    """Approve that the year goes on under the newer rules, or not; never by the one who asked.

    批准以后，本年度按新版计算；以前作出的决定仍按当时的那一版复算。
    """
    require(may_judge(person, adoption))
    cycle = cycle_for(adoption)
    if not comment.strip():
        raise refuse("审批须写明意见", clause_in(cycle, "duty_reasons"), where="comment")
    if len(comment.strip()) > REASON_LENGTH:
        raise mistaken(f"意见不超过 {REASON_LENGTH} 字", where="comment")
    try:
        with act(person):
            made = AdoptionVerdict.objects.create(
                adoption=adoption,
                approved=approved,
                comment=comment.strip(),
                at=clock.now(),
                by_id=person.user_id,
                judge=str(person),
            )
            _sign(adoption, "approve" if approved else "decline", made.comment, person)
            if approved:
                _switch(cycle, adoption)
            action = "policy.adopt" if approved else "policy.decline"
            record(action, cycle, _told(adoption, made.comment), clause_in(cycle, "duty_separation"))
            written_along([adoption])
            _tell(cycle, "performance_office", f"{adoption}{made}：{made.comment}")
    except IntegrityError:
        raise mistaken("这一项已经办结", remedy="请刷新页面") from None
    return made


def _switch(cycle: Cycle, adoption: Adoption) -> None:
    """From here on everything that asks for the rules of the year gets the newer ones."""
    held = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if held.state != "open":
        raise refuse(f"{cycle}已关闭，不能改用新版制度", clause_in(cycle, "duty_year"))
    if held.snapshot_id != adoption.before_id:
        raise mistaken("本年度的制度在此期间已经改变", remedy="请退回这一项，重新提出")
    held.snapshot = adoption.after
    held.save(update_fields=["snapshot"])


def _told(adoption: Adoption, words: str) -> dict[str, str]:
    return {"before": adoption.before.digest, "after": adoption.after.digest, "reason": words}


def _sign(adoption: Adoption, action: str, comment: str, person: Person) -> None:
    """Put a name under exactly these two versions of the rules and this year."""
    signed = {"year": adoption.budget_year, "before": adoption.before.digest, "after": adoption.after.digest}
    Signature.objects.create(
        place_id=adoption.place_id,
        subject=subject_key(adoption),
        action=action,
        state="asked",
        role=person.role,
        user_id=person.user_id,
        name=str(person),
        at=clock.now(),
        content_hash=content_hash(signed),
        used=True,
        comment=comment,
    )


def _tell(cycle: Cycle, role: str, text: str) -> None:
    for bureau in bureaus_of(cycle.place_id):
        notify(organisation=bureau, role=role, text=text, link=f"/cycles/{cycle.pk}/adopt/", about=cycle)
