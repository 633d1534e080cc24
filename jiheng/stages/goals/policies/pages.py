"""Pages: the policies of a year with their gaps, what one policy's projects carry, which policy a project belongs to."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.refused import Refused
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, whole
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.access import may_see_goals, visible_goals
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.policies.access import may_link, may_see_link, may_see_projects
from jiheng.stages.goals.policies.queries import (
    PolicyGap,
    gaps_of,
    goal_shown,
    link_of,
    links_seen,
    policies_in_sight,
    policies_of,
)
from jiheng.stages.goals.policies.services import link_policy
from jiheng.stages.goals.queries import value_words


@page(may=may_see_goals)
def policy_list(request: PageRequest) -> HttpResponse:
    """The policies of the year in sight: money, projects, what nobody carries."""
    cycle = current_cycle(request)
    rows = policies_in_sight(request.person, cycle) if cycle else []
    context = {
        "cycle": cycle, "rows": rows, "fen": sum(one.fen for one in rows), "carried_fen": sum(one.carried_fen for one in rows),
        "gaps": sum(one.uncarried + one.short for one in rows),
    }  # fmt: skip
    return render(request, "goals/policies.html", context)


@page(may=may_see_projects, record=visible_goals)
def policy_projects(request: PageRequest, goal: Goal) -> HttpResponse:
    """A policy's goal row by row with the projects that carry it, and its projects with what they leave out."""
    (found,) = gaps_of([goal.subject_year])
    return render(request, "goals/policy_projects.html", {"goal": goal, "found": found, "mine": _mine(request, found)})


def _mine(request: PageRequest, found: PolicyGap) -> set[int]:
    """Which of the projects' goals the person may open."""
    shown = [one.goal.pk for one in found.projects if one.goal is not None]
    return set(visible_goals(request.person).filter(pk__in=shown).values_list("pk", flat=True))


@page(may=may_see_link, record=visible_goals, methods=("GET", "POST"))
def policy_link(request: PageRequest, goal: Goal) -> HttpResponse:
    """Say which policy a project belongs to, then which of its rows carry which of the policy's."""
    year, held = goal.subject_year, link_of(goal.subject_year)
    policies = list(policies_of(goal.cycle))
    refused: list[Refusal] = []
    asked = request.POST.get("policy") if request.method == "POST" else request.GET.get("policy")
    chosen = _policy(policies, asked) if asked is not None else held.policy if held else None
    theirs = goal_shown(request.person, chosen) if chosen is not None else None
    promised = list(theirs.indicators.all()) if theirs is not None else []
    rows = list(goal.indicators.all())
    same = held is not None and chosen is not None and held.policy_id == chosen.pk
    told = {one.lineage: one.policy_lineage for one in held.rows.all()} if held is not None and same else {}
    if request.method == "POST":
        told = _typed(request, [row.lineage for row in rows], [row.lineage for row in promised])
        try:
            changed = link_policy(goal=goal, policy=chosen, rows=told, person=request.person, seen=request.POST.get("seen"))
        except Refused as error:
            refused = error.refusals
        else:
            messages.success(request, "已保存对应关系。" if changed else "没有变化。")
            return go(request, "goals:policy_link", goal.pk)
    numbers = {row.lineage: str(at) for at, row in enumerate(promised)}
    may = may_link(request.person, goal)
    context = {
        "goal": goal, "year": year, "name": "对应政策", "policies": policies, "chosen": chosen, "theirs": theirs,
        "may": may, "readonly": not may, "refusals": refused, "seen": request.POST.get("seen", links_seen(year)),
        "options": [(str(at), f"{row.name} {value_words(row)}") for at, row in enumerate(promised)],
        "lines": [
            (at, row.name, value_words(row), numbers.get(told[row.lineage], "") if row.lineage in told else "")
            for at, row in enumerate(rows)
        ],
    }  # fmt: skip
    return (invalid if refused else render)(request, "goals/policy_link.html", context)


def _policy(policies: list[SubjectYear], text: str | None) -> SubjectYear | None:
    return next((one for one in policies if str(one.pk) == text), None)


def _typed(request: PageRequest, own: list[UUID], theirs: list[UUID]) -> dict[UUID, UUID]:
    found: dict[UUID, UUID] = {}
    for at, lineage in enumerate(own):
        number: Any = whole(request.POST.get(f"row-{at}", ""))
        if number is not None and 0 <= number < len(theirs):
            found[lineage] = theirs[number]
    return found
