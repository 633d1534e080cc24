"""Taking back what was moved in bulk: once, soon, and only where nothing was built upon it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import mistaken, refuse
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.foundation.workflow.undo import take_back
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import rule_in
from jiheng.stages.goals.access import may_undo, workflow_of
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.models import BulkMove, Goal
from jiheng.stages.goals.services.notices import tell_next

PARAMETER = "goal_bulk_undo_minutes"
TO_UNDO = frozenset({"approve_department", "pass"})
"""Steps of the review. An approval freezes the goal and lets money go: it is changed by an adjustment only."""


def keep_bulk(*, goals: Iterable[tuple[Goal, str]], action: str, person: Person) -> None:
    """Keep which goals were moved together and the state that each left; call inside the transaction of the moves."""
    by_cycle: dict[int, list[dict[str, Any]]] = {}
    for goal, left in goals:
        by_cycle.setdefault(goal.cycle_id, []).append({"goal": goal.pk, "left": left, "version": goal.version})
    for cycle, moved in by_cycle.items():
        bulk = BulkMove.objects.create(
            cycle_id=cycle, action=action, user_id=person.user_id, moved_by=str(person), moved_at=clock.now(), moved=moved
        )
        written_along([bulk])


def to_undo(person: Person, cycle_id: int) -> BulkMove | None:
    """Return the person's last bulk act of the year that can still be taken back, or None."""
    last = BulkMove.objects.filter(cycle_id=cycle_id, user_id=person.user_id).order_by("-pk").first()
    return last if last is not None and may_undo(person, last) and _in_time(last) else None


def _in_time(bulk: BulkMove) -> bool:
    limit = rule_in(bulk.cycle, PARAMETER)
    open_until = bulk.moved_at + timedelta(minutes=limit.value) if limit else bulk.moved_at
    return bulk.undone_at is None and bulk.action in TO_UNDO and clock.now() <= open_until


@dataclass
class Undone:
    """What became of goals that were taken back together: those left have been acted upon since."""

    done: list[Goal] = field(default_factory=list)
    left: list[Goal] = field(default_factory=list)


def undo_bulk(*, bulk: BulkMove, person: Person) -> Undone:
    """成批办理的，本人可在规定时间内一次撤销；后一环节已经办理的不动。撤销记为相反的一步，不删除已办的记录。

    Raises Refused when it is too late, was undone already, or is an approval.
    """
    require(may_undo(person, bulk))
    clause = clause_in(bulk.cycle, PARAMETER)
    if bulk.action not in TO_UNDO:
        raise refuse("批复后目标冻结，不能撤销", clause, remedy="确需变更的，请办理目标调整")
    if bulk.undone_at is not None:
        raise mistaken("这一批已经撤销过")
    if not _in_time(bulk):
        raise refuse("已超过可以撤销的时间", clause, remedy="请逐项退回")
    outcome = Undone()
    kept: dict[int, Mapping[str, Any]] = {one["goal"]: one for one in bulk.moved}
    with act(person):
        if BulkMove.objects.filter(pk=bulk.pk, undone_at__isnull=True).update(undone_at=clock.now()) != 1:
            raise Overtaken
        for goal in Goal.objects.filter(pk__in=kept).select_related("subject_year__subject", "cycle").order_by("pk"):
            one = kept[goal.pk]
            if goal.version != one["version"]:
                outcome.left.append(goal)
                continue
            take_back(
                goal, workflow=workflow_of(goal), to_state=one["left"], version=one["version"], person=person,
                clause=clause, content_hash=hash_of(goal),
            )  # fmt: skip
            tell_next(goal, f"“{goal.subject_year.name}”绩效目标的成批办理已撤销")
            outcome.done.append(goal)
        told = {"action": bulk.action, "goals": len(outcome.done), "left": len(outcome.left)}
        record("goals.undo_bulk", bulk, told, clause)
    return outcome
