"""Freezing a pack for a cycle, and confirming what it assumes."""

from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.policies.models import Confirmation, Snapshot
from jiheng.registers.policies.queries import assumed_entries, current_policy, may_confirm, open_assumptions
from jiheng.rules.policy import Policy
from jiheng.rules.policy.clauses import national_clause

GROUND_LENGTH = 300


def take_snapshot(*, place: Place, person: Person) -> Snapshot:
    """Resolve the rules of a place as they stand and keep the result, to compute a score again years later."""
    return keep_snapshot(place=place, policy=current_policy(place), person=person)


def keep_snapshot(*, place: Place, policy: Policy, person: Person) -> Snapshot:
    """Keep rules as a snapshot; the same rules are kept once."""
    with act(person):
        snapshot, made = Snapshot.objects.get_or_create(
            place=place,
            digest=policy.digest,
            defaults={"content": policy.dump(), "taken_at": clock.now(), "taken_by": str(person)},
        )
        if made:
            record("policy.freeze", snapshot, {"digest": policy.digest})
    return snapshot


def confirm_assumed(*, policy: Policy, place: Place, entry: str, ground: str, person: Person) -> Confirmation:
    """Confirm one assumed value of the pack, with the ground on which the bureau takes it."""
    verdict = may_confirm(person)
    if not verdict or person.place_id != place.pk:
        raise refuse(
            verdict.reason or "只能确认本地区的暂定值", verdict.clause or national_clause("duty_place")
        )
    content = assumed_entries(policy).get(entry)
    if content is None:
        raise mistaken(f"“{entry}”不是待确认的暂定值", where="entry")
    if not ground.strip():
        raise refuse(
            "请写明确认的依据",
            national_clause("duty_confirmed"),
            remedy="可填会议纪要、文件或惯例",
            where="ground",
        )
    if len(ground.strip()) > GROUND_LENGTH:
        raise mistaken(f"依据不超过 {GROUND_LENGTH} 字", where="ground")
    with act(person):
        made, _ = Confirmation.objects.get_or_create(
            place=place,
            entry=entry,
            value_digest=content_hash(content),
            defaults={
                "ground": ground.strip(),
                "confirmed_at": clock.now(),
                "confirmed_by": str(person),
            },
        )
        record("policy.confirm", made, {"entry": entry, "ground": made.ground})
    return made


def confirm_all(*, policy: Policy, place: Place, ground: str, person: Person) -> int:
    """Confirm every assumed value that is still open, on one ground; return how many."""
    entries: dict[str, Any] = open_assumptions(policy, place)
    with act(person):
        for entry in entries:
            confirm_assumed(policy=policy, place=place, entry=entry, ground=ground, person=person)
    return len(entries)
