"""Why single rows go back to their unit: the standard reasons of the rules, and how often each was given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.access import within
from jiheng.stages.goals.models import Goal, RowReturn

PARAMETER = "goal_return_reasons"
NONE = "none"
"""Stands for returns without a standard reason, in addresses."""


@dataclass(frozen=True)
class ReturnReason:
    """A standard reason: its words, and the clause of the rule that it rests on."""

    key: str
    label: str
    clause: str


def return_reasons(cycle: Cycle) -> list[ReturnReason]:
    """Return the standard reasons of a year in their order; empty when its rules list none."""
    rule = rule_in(cycle, PARAMETER)
    return [ReturnReason(one["key"], one["label"], clause_in(cycle, one["rule"])) for one in rule.value] if rule else []


def return_reason(goal: Goal, key: str) -> ReturnReason:
    """Return a standard reason by its key. Raises Refused for one that the rules do not list."""
    found = next((one for one in return_reasons(goal.cycle) if one.key == key), None)
    if found is None:
        raise mistaken("没有这一条标准理由", remedy="请刷新页面后重选", where="kind")
    return found


def visible_returns(person: Person, cycle: Cycle | None = None) -> QuerySet[RowReturn]:
    """Return the rows sent back that the person may see."""
    rows = RowReturn.objects.filter(within(person, "subject_year__"))
    if cycle is not None:
        rows = rows.filter(subject_year__cycle=cycle)
    return rows.select_related("subject_year__unit", "subject_year__department", "subject_year__subject")


@dataclass(frozen=True)
class Counted:
    """How often something was sent back: by which key it is chosen, its words, in how many goals."""

    key: str
    label: str
    number: int
    goals: int
    clause: str = ""


def by_reason(rows: QuerySet[RowReturn], reasons: Sequence[ReturnReason]) -> list[Counted]:
    """Return the reasons that were given, most often first; those of other years under their key."""
    known = {one.key: one for one in reasons}
    found = []
    for kind, number, goals in _counted(rows, "kind"):
        one = known.get(kind or "")
        label = one.label if one else (kind or "没有选标准理由")
        found.append(Counted(kind or NONE, label, number, goals, one.clause if one else ""))
    return found


def by_department(rows: QuerySet[RowReturn]) -> list[Counted]:
    """Return the departments whose rows were sent back, most often first."""
    names = ("subject_year__department_id", "subject_year__department__name")
    return [Counted(str(pk), name, number, goals) for pk, name, number, goals in _counted(rows, *names)]


def by_indicator(rows: QuerySet[RowReturn]) -> list[Counted]:
    """Return the indicators, by name, that were sent back most often."""
    return [Counted(name, name, number, goals) for name, number, goals in _counted(rows, "name")]


def _counted(rows: QuerySet[RowReturn], *by: str) -> Iterable[Any]:
    grouped = rows.order_by().values_list(*by).annotate(number=Count("pk"), goals=Count("subject_year_id", distinct=True))
    return cast(Iterable[Any], grouped.order_by("-number", by[-1]))
