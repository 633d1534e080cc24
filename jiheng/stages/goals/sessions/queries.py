"""Reading sessions: slots and queue, what a goal's table offers in the room, what was changed, what a session said."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.money import told_wan
from jiheng.rules.workflow.steps import Step
from jiheng.stages.goals.access import steps_for, visible_goals, workflow_of
from jiheng.stages.goals.content import MONEY
from jiheng.stages.goals.models import Goal, ReviewSession, SessionItem
from jiheng.stages.goals.queries import told
from jiheng.stages.goals.sessions.access import AMEND, ENDED, visible_items

MOST_WAITING = 200


@dataclass(frozen=True)
class Slot:
    """One place on the agenda: its number (none when it was taken off), from when to when, the item."""

    item: SessionItem
    number: int | None
    begins: time | None
    ends: time | None

    @property
    def when(self) -> str:
        """The time in words; "" where the session has no hour."""
        return f"{self.begins:%H:%M}—{self.ends:%H:%M}" if self.begins and self.ends else ""


def slots_of(session: ReviewSession, person: Person | None = None) -> list[Slot]:
    """Return the agenda with its times; a person who sees only own goals gets these, with their true numbers."""
    seen = None if person is None else set(visible_items(person).filter(session=session).values_list("pk", flat=True))
    related = (
        "goal__subject_year__unit", "goal__subject_year__department", "goal__subject_year__subject",
        "goal__cycle__snapshot", "goal__cycle__place", "goal__place",
    )  # fmt: skip
    items = session.items.select_related(*related).defer("goal__cycle__snapshot__content").order_by("position", "pk")
    found, number = [], 0
    at = datetime.combine(session.held_on, session.begins_at) if session.begins_at else None
    for item in items:
        item.session = session
        if item.outcome == "dropped":
            slot = Slot(item, None, None, None)
        else:
            number += 1
            end = at + timedelta(minutes=item.minutes) if at else None
            slot = Slot(item, number, at.time() if at else None, end.time() if end else None)
            at = end
        if seen is None or item.pk in seen:
            found.append(slot)
    return found


def waiting_for_session(person: Person, cycle: Cycle) -> QuerySet[Goal]:
    """Return the goals under review that stand on no agenda without a decision, those that wait for a session first."""
    workflow = policy_for(cycle).workflows["goals"]
    writing = {step.from_state for step in workflow.steps if step.action == "submit"}
    under_review = [state for state in workflow.states if state not in writing and state not in workflow.final]
    on_agenda = SessionItem.objects.filter(decided_at=None).order_by().values("goal")
    rows = visible_goals(person).filter(cycle=cycle, state__in=under_review).exclude(pk__in=on_agenda)
    return rows.order_by("subject_year__department__code", "subject_year__unit__code", "pk")


def counts_of(session: ReviewSession) -> dict[str, int]:
    """Return how many items the agenda has, by outcome; `left` have none yet, `all` leaves out those taken off."""
    told_by = dict(session.items.order_by().values_list("outcome").annotate(Count("pk")))
    counted = {key: int(told_by.get(key, 0)) for key, _ in SessionItem.OUTCOMES}
    left = int(told_by.get("", 0))
    return counted | {"left": left, "all": sum(counted.values()) - counted["dropped"] + left}


def items_of(goal: Goal, person: Person) -> list[SessionItem]:
    """Return the sessions at which a goal was or will be reviewed, newest first."""
    return list(visible_items(person).filter(goal=goal).exclude(outcome="dropped").order_by("-pk"))


def forward_step(person: Person, goal: Goal) -> Step | None:
    """Return the step by which the person passes the goal on, as its table stands; None without one."""
    steps = steps_for(person, goal)
    return next((one for one in steps if not one.comment and not one.own and one.action != AMEND), None)


def back_step(person: Person, goal: Goal) -> Step | None:
    """Return the step by which the person sends the goal back to its unit; None without one."""
    return next((one for one in steps_for(person, goal) if one.action == "return"), None)


def snapshot_of(goal: Goal) -> dict[str, Any]:
    """Return what can be changed in the room, as people read it: texts, money, rows by their lineage."""
    return {
        "objective": goal.objective,
        "money_note": goal.money_note,
        "money": {key: getattr(goal, key) for key in MONEY},
        "rows": {str(row.lineage): [row.name, told(row)] for row in goal.indicators.all()},
    }


def changes_from(before: dict[str, Any], goal: Goal) -> list[dict[str, str]]:
    """Return what differs now from what stood when the goal was opened in the room, each with both readings."""
    now = snapshot_of(goal)
    texts = [key for key in ("objective", "money_note") if before[key] != now[key]]
    sums = [key for key in MONEY if before["money"][key] != now["money"][key]]
    found = [_change(_label(key), before[key], now[key]) for key in texts]
    found += [_change(_label(key), told_wan(before["money"][key]), told_wan(now["money"][key])) for key in sums]
    for lineage, (name, words) in now["rows"].items():
        old = before["rows"].get(lineage)
        if old is None:
            found.append(_change(name, "（新增）", words))
        elif old != [name, words]:
            found.append(_change(name if old[0] == name else f"{old[0]} → {name}", old[1], words))
    gone = [told for lineage, told in before["rows"].items() if lineage not in now["rows"]]
    return found + [_change(name, words, "（删除）") for name, words in gone]


def _change(what: str, before: str, after: str) -> dict[str, str]:
    return {"what": what, "before": before, "after": after}


def _label(key: str) -> str:
    return str(Goal._meta.get_field(key).verbose_name)  # type: ignore[union-attr]


def amendable(goal: Goal) -> bool:
    """Whether the table of the goal has a step that opens it for changes in the room, from where it stands."""
    return any(one.action == AMEND and one.from_state == goal.state for one in workflow_of(goal).steps)


def open_items(person: Person) -> QuerySet[SessionItem]:
    """Return the person's items without a decision in sessions that are still held."""
    return visible_items(person).filter(decided_at=None).exclude(session__state__in=ENDED)


def undecided(session: ReviewSession) -> list[str]:
    """Return the names of what has no decision yet."""
    rows = session.items.filter(Q(decided_at=None)).order_by("position", "pk")
    return list(rows.values_list("goal__subject_year__name", flat=True))
