"""The write: which duty, and which main work of it, each row of a whole department's goal answers for."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.duties.models import Duty, MainWork
from jiheng.registers.duties.queries import duties_to_serve
from jiheng.stages.goals.duties.access import may_link
from jiheng.stages.goals.duties.queries import links_of
from jiheng.stages.goals.models import Goal, GoalDuty

Row = tuple[str, str]
"""A row of a goal: ("indicator", its lineage) or ("task", its name)."""


@dataclass(frozen=True)
class Answers:
    """What a row answers for: a duty, or a main work and with it that work's duty."""

    duty: int | None = None
    work: int | None = None


def rows_of(goal: Goal) -> dict[Row, str]:
    """Return the rows of a goal that may be linked, each with its name: tasks first, then indicators."""
    found: dict[Row, str] = {("task", one.name): one.name for one in goal.tasks.all()}
    return found | {("indicator", str(one.lineage)): one.name for one in goal.indicators.all()}


def links_seen(goal: Goal) -> str:
    """Return the links of a goal's rows as a page showed them, as a digest."""
    held = GoalDuty.objects.filter(subject_year_id=goal.subject_year_id).order_by("part", "key")
    told = "|".join(f"{part}:{key}:{duty}:{work}" for part, key, duty, work in held.values_list("part", "key", "duty", "work"))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def link_rows(
    *, goal: Goal, links: Mapping[Row, Answers | None], person: Person, seen: str | None = None
) -> int:
    """Say for rows of a goal which duty or main work they answer for, None for nothing; return how many changed.

    What stood before stays in the chain. Raises Refused for rows that are not the goal's and duties that are not
    the department's in that year, Overtaken when somebody else was faster than what the page showed (`seen`).
    """
    require(may_link(person, goal))
    if seen is not None and seen != links_seen(goal):
        raise Overtaken
    year, names = goal.subject_year, rows_of(goal)
    duties = {one.pk: one for one in duties_to_serve([year.unit, year.department], year.budget_year)}
    works = {one.pk: one for one in MainWork.objects.filter(cycle=goal.cycle, duty__in=duties).select_related("duty")}
    if set(links) - set(names):
        raise mistaken("有的行已不在这份目标中", remedy="请刷新页面后重选")
    chosen = {row: _chosen(told, duties, works) for row, told in links.items()}
    held = links_of(goal)
    changed = 0
    with act(person):
        for row, (duty, work) in chosen.items():
            old = held.get(row)
            if (old.duty_id if old else None, old.work_id if old else None) == (duty and duty.pk, work and work.pk):
                continue
            changed += 1
            before = old.duty.code if old else ""
            if duty is None and old is not None:
                old.delete()
            elif duty is not None:
                GoalDuty.objects.update_or_create(
                    subject_year=year, part=row[0], key=row[1], defaults={"duty": duty, "work": work}
                )
            told = {"row": names[row], "duty": duty.code if duty else "", "work": work.code if work else "", "before": before}
            record("goals.duty", goal, told)
            written_along([year])
    return changed


def _chosen(
    told: Answers | None, duties: Mapping[int, Duty], works: Mapping[int, MainWork]
) -> tuple[Duty | None, MainWork | None]:
    if told is None:
        return None, None
    work = works.get(told.work) if told.work is not None else None
    duty = work.duty if work is not None else duties.get(told.duty or 0)
    if duty is None or (told.work is not None and work is None):
        raise mistaken("选择的职责或重点工作不是该部门本年度的", remedy="请刷新页面后重选")
    return duty, work
