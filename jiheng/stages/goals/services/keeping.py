"""Keeping what was submitted, so that versions can be compared however often a goal is written anew."""

from decimal import Decimal
from fractions import Fraction

from jiheng.foundation import clock
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.models import Signature
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.models import Goal, SubmittedVersion
from jiheng.stages.goals.versions import measured_against, snapshot, softness_between

BACK = {"return": "", "withdraw": "单位撤回修改"}


def keep_version(goal: Goal) -> SubmittedVersion:
    """Keep what a goal says as it is submitted; call inside the transaction of the step, after it was taken."""
    content, against = snapshot(goal), measured_against(goal)
    soft = softness_between(against, content, goal.subject_year.budget_year) if against is not None else None
    signed = list(Signature.objects.filter(subject=subject_key(goal)).order_by("pk"))
    back = next((one for one in reversed(signed) if one.action in BACK), None)
    signers = [one.name for one in signed if one.action == "submit" and (back is None or one.pk > back.pk)]
    earlier = SubmittedVersion.objects.filter(
        subject_year_id=goal.subject_year_id, revision=goal.revision
    ).count()
    reason = (BACK[back.action] or back.comment.strip()) if back is not None else goal.change_reason
    return SubmittedVersion.objects.create(
        subject_year_id=goal.subject_year_id,
        revision=goal.revision,
        round=earlier + 1,
        submitted_on=clock.today(),
        submitted_by="、".join(dict.fromkeys(signers))[:400],
        reason=reason[:300],
        content_hash=hash_of(goal),
        content=content,
        eased=None if soft is None else _exact(soft.eased),
        hardened=None if soft is None else _exact(soft.hardened),
        moved=None if soft is None else soft.moved,
    )


def _exact(share: Fraction) -> Decimal:
    return round(Decimal(share.numerator) / Decimal(share.denominator), 6)
