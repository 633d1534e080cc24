"""Goals that have to follow a change of their project's content, until they do or somebody says why not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.web.stage import Note, Todo
from jiheng.foundation.workflow.models import Signature
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import ContentChange, SubjectYear
from jiheng.registers.subjects.queries import unanswered
from jiheng.rules.content_change import covered, differences, row_that_follows
from jiheng.stages.goals.access import may_adjust, visible_goals
from jiheng.stages.goals.models import Goal

RULE = "goal_adjustment_reasons"
WATCHERS = frozenset({"department_reviewer", "division", "performance_office"})
SHOWN = 5


@dataclass(frozen=True)
class Lagging:
    """An approved goal, the changes of content that it has not followed, and the clause that asks for it."""

    goal: Goal
    changes: tuple[ContentChange, ...]
    clause: str

    @property
    def text(self) -> str:
        """What was changed and what is to be done, in words."""
        return (
            f"项目内容已修改（{self.what}），绩效目标仍是修改前批复的第 {self.goal.revision} 版："
            "涉及绩效目标的须同步调整，不涉及的由单位写明理由"
        )

    @property
    def what(self) -> str:
        """Which parts of the content were changed."""
        labels = [one.label for change in self.changes for one in differences(change.before, change.after)]
        return "、".join(dict.fromkeys(labels))


def asks_to_follow(cycle: Cycle) -> str:
    """Return the clause by which goals must follow the content of their projects; "" where the rules do not ask."""
    rule = rule_in(cycle, RULE)
    if rule is None or row_that_follows(rule.value) is None:
        return ""
    return str(rule.clause)


def lagging(goals: Iterable[Goal]) -> dict[int, Lagging]:
    """Return, by subject and year, those of the current approved goals that have not followed the content."""
    current = {one.subject_year_id: one for one in goals if one.current and one.state == "approved"}
    changes = unanswered(current)
    clauses: dict[int, str] = {}
    found = {}
    for pk, some in changes.items():
        goal = current[pk]
        if goal.cycle_id not in clauses:
            clauses[goal.cycle_id] = asks_to_follow(goal.cycle)
        if clauses[goal.cycle_id]:
            found[pk] = Lagging(goal, tuple(some), clauses[goal.cycle_id])
    return found


def lagging_of(year: SubjectYear) -> Lagging | None:
    """Return the goal of a subject and year that has not followed its content, if it is so."""
    goals = Goal.objects.filter(subject_year=year, current=True, state="approved").select_related(
        "subject_year", "cycle__snapshot", "cycle__place"
    )
    return lagging(goals.defer("cycle__snapshot__content")).get(year.pk)


def handed_in_since(goal: Goal) -> list[ContentChange]:
    """Return the unanswered changes of content that a goal covers: it was handed in after them."""
    signed = Signature.objects.filter(subject=subject_key(goal), action="submit", used=True)
    at = signed.order_by("-at").values_list("at", flat=True).first()
    return [one for one in unanswered([goal.subject_year_id]).get(goal.subject_year_id, ()) if covered(one.made_at, at)]


def notes(year: SubjectYear, _: Person) -> list[Note]:
    """The warning on the page of the project."""
    found = lagging_of(year)
    if found is None:
        return []
    return [Note(f"{found.text}。", found.clause, "到绩效目标办理", reverse("goals:detail", args=[found.goal.pk]))]


def _in_sight(person: Person) -> Mapping[int, Lagging]:
    years = ContentChange.objects.filter(subject_year__place_id=person.place_id, answer="").values("subject_year")
    rows = visible_goals(person).filter(cycle__state="open", state="approved", current=True, subject_year__in=years)
    return lagging(rows)


def todos(person: Person) -> list[Todo]:
    """What the unit has to adjust, or to say why not."""
    return [
        Todo(
            one.goal.subject_year.name, "调整目标或写明不涉及", reverse("goals:detail", args=[one.goal.pk]),
            reason=f"项目内容已修改：{one.what}（{one.clause}）",
        )
        for one in _in_sight(person).values()
        if may_adjust(person, one.goal)
    ]  # fmt: skip


def watching(person: Person) -> list[Todo]:
    """What departments and the bureau wait for; many in one line."""
    if person.role not in WATCHERS:
        return []
    found = list(_in_sight(person).values())
    if len(found) > SHOWN:
        clause = found[0].clause
        return [Todo(f"{len(found)} 个项目改了内容，绩效目标没有跟上", "查看", reverse("goals:list"), detail=clause)]
    return [
        Todo(one.goal.subject_year.name, "查看", reverse("goals:detail", args=[one.goal.pk]),
             detail=f"项目内容已修改（{one.what}），绩效目标没有调整，也没有写明不涉及")
        for one in found
    ]  # fmt: skip


def context(person: Person, goal: Goal, *, changed: bool = True) -> dict[str, Any]:
    """What the page of a goal shows of it; where nothing was `changed` there is nothing to ask."""
    found = lagging([goal]).get(goal.subject_year_id) if changed else None
    return {"lagging": found, "may_say_unaffected": found is not None and bool(may_adjust(person, goal))}
