"""Goals and the budget go step by step together: a step of a department's budget waits for the same step of its goals.

`settings.JIHENG_EVENT_GATES` names `event_refusals`; why it stands there: docs/decisions/0034.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.audit.models import Entry
from jiheng.registers.cycles.clocks import events_of
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in, window
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import Refusal
from jiheng.rules.synchrony import LEVELS, waiting_for
from jiheng.stages.goals.books import above_threshold
from jiheng.stages.goals.models import Goal, KeyReview
from jiheng.stages.goals.policy_form import KIND as POLICY

EVENTS = {
    "assigned": "budget_assigned",
    "declared": "department_declared",
    "reviewed": "department_reviewed",
    "approved": "department_approved",
    "published": "department_budget_published",
}
"""The step of the budget that each step of the goals goes with, by the key of its event."""
PUBLIC = {"department_budget_published": "department_budget", "budget_published": "government_budget"}
"""Which goals are public with what, by the key of the budget's event: the rows of `publication_of_key_goals`."""


@dataclass(frozen=True)
class SyncStep:
    """One step that goals and budget take together, as the place names it."""

    key: str
    label: str
    event: str
    event_label: str
    clause: str


@dataclass(frozen=True)
class Behind:
    """A subject whose goal has not come as far as the step asks."""

    year_id: int
    name: str
    department_id: int
    level: int


def steps_of(cycle: Cycle) -> list[SyncStep]:
    """Return the steps that the rules of the year name, in their order; empty where there is no such rule."""
    rule, events = rule_in(cycle, "goal_synchrony"), events_of(cycle)
    rows = rule.value if rule is not None else []
    return [
        SyncStep(
            row["key"], row["label"], EVENTS[row["key"]], events[EVENTS[row["key"]]]["label"],
            str(rule.clause) if rule is not None else "",
        )
        for row in rows
        if EVENTS.get(row["key"]) in events
    ]  # fmt: skip


def levels_of(cycle: Cycle, departments: Iterable[int] | None = None, only: Q | None = None) -> list[Behind]:
    """Return how far the goal of every subject is that must have one, without those that were kept out of the library.

    `only` narrows the subjects.
    """
    wanted = SubjectYear.objects.filter(above_threshold(cycle), only or Q(), cycle=cycle).exclude(library_state="refused")
    if departments is not None:
        wanted = wanted.filter(department_id__in=list(departments))
    table = policy_for(cycle).workflows["goals"]
    last = {step.from_state for step in table.steps if step.action == "approve"}
    rows = Goal.objects.filter(cycle=cycle).filter(Q(current=True) | Q(revision=1))
    reached: dict[int, int] = {}
    public = _published(cycle)
    for pk, year, state in rows.values_list("pk", "subject_year_id", "state"):
        if state == "approved":
            level = LEVELS["published"] if pk in public else LEVELS["approved"]
        elif state in table.final:
            level = LEVELS["published"]  # refused for good: nothing of it goes into the budget
        elif state in last:
            level = LEVELS["reviewed"]
        else:
            level = LEVELS["assigned"] if state == table.start else LEVELS["declared"]
        reached[year] = max(level, reached.get(year, 0))
    told = wanted.order_by("department_id", "pk").values_list("pk", "name", "department_id")
    return [Behind(pk, name, department, reached.get(pk, 0)) for pk, name, department in told]


def _published(cycle: Cycle) -> frozenset[int]:
    """Return the goals that were made public: read from the chain, since disclosure is a later stage."""
    own = set(Goal.objects.filter(cycle=cycle, state="approved").values_list("pk", flat=True))
    told = Entry.objects.filter(place_id=cycle.place_id, action="disclosure.publish", subject__startswith="goals.goal:")
    found = {int(subject.rpartition(":")[2]) for subject in told.values_list("subject", flat=True)}
    return frozenset(own & found)


def event_refusals(cycle: Cycle, key: str, organisation: Organisation | None) -> list[Refusal]:
    """部门预算的一步须等绩效目标的同一步：目标还没有申报、审核、批复、公开的，部门预算的这一步不能登记。

    Events that no step of the goals goes with pass.
    """
    step = next((one for one in steps_of(cycle) if one.event == key), None)
    if step is None:
        return _public_with(cycle, key, organisation)
    if step.key == "assigned":
        return _assigned(cycle, step)
    bodies = None if organisation is None else [organisation.pk]
    late = [one.name for one in levels_of(cycle, bodies) if one.level < LEVELS[step.key]]
    return waiting_for(step.key, step.label, step.event_label, late, step.clause)


def _public_with(cycle: Cycle, key: str, organisation: Organisation | None) -> list[Refusal]:
    """绩效目标随部门预算公开，重大政策和重点审核项目的随本级预算公开：还没有公开的，预算的公开不能登记。"""
    rule, events = rule_in(cycle, "publication_of_key_goals"), events_of(cycle)
    row = next((one for one in rule.value if one["key"] == PUBLIC.get(key)), None) if rule is not None and rule.value else None
    if rule is None or row is None:
        return []
    listed = KeyReview.objects.filter(cycle=cycle, struck_on=None).values("subject_year")
    whole = Q(kind=POLICY, is_major=True) | Q(pk__in=listed)
    found = levels_of(cycle, None, whole) if organisation is None else levels_of(cycle, [organisation.pk])
    late = [one.name for one in found if one.level < LEVELS["published"]]
    return waiting_for("published", row["label"], events[key]["label"], late, str(rule.clause))


def _assigned(cycle: Cycle, step: SyncStep) -> list[Refusal]:
    """Goals are assigned by the calendar of the year: there must be time left to file them."""
    found = window(cycle, "goals_submit")
    if found is not None and found.due >= clock.today():
        return []
    told = "年度日历没有申报绩效目标的期限" if found is None else f"申报绩效目标的期限 {found.due} 已过"
    words = f"“{step.label}”：{told}，绩效目标不能与预算一同布置"
    return [Refusal(words, step.clause, "请先在年度日历中安排申报绩效目标的期限", "key")]
