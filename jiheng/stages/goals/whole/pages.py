"""The page of a whole department and its projects: the tree of goals, what is worked out from it, binding and releasing."""

import uuid
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, whole
from jiheng.rules.adding_up_goals import METHODS
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.whole.access import may_bind, may_see_tree
from jiheng.stages.goals.whole.queries import Bound, Branch, bound_keys, bound_of, differing, tree_of
from jiheng.stages.goals.whole.services import Source, bind, release


@page(may=may_see_tree, record=visible_goals, methods=("GET", "POST"))
def goal_tree(request: PageRequest, goal: Goal) -> HttpResponse:
    """The department's goal over its projects' goals; its officers bind rows to projects' rows and release them."""
    refused: list[Refusal] = []
    if request.method == "POST":
        try:
            messages.success(request, _write(request, goal))
        except Refused as error:
            refused = error.refusals
        else:
            return go(request, "goals:tree", goal.pk)
    found = bound_of(goal)
    may = bool(may_bind(request.person, goal))
    branches = tree_of(goal, found)
    context = {
        "goal": goal,
        "name": "部门与项目的绩效目标",
        "may": may,
        "readonly": True,
        "refusals": refused,
        "found": found,
        "differing": differing(found),
        "branches": branches,
        "seen_goals": seen_goals(request.person, branches, found),
        "with_goal": sum(one.goal is not None for one in branches),
        "fen": sum(one.fen for one in branches),
        "free": free_rows(goal) if may else [],
        "methods": METHODS.items(),
    }
    return (invalid if refused else render)(request, "goals/tree.html", context)


def seen_goals(person: Person, branches: list[Branch], found: list[Bound]) -> set[int]:
    """Return which of the goals on the page the person may open."""
    shown = {one.goal.pk for one in branches if one.goal} | {one.goal.pk for row in found for one in row.behind if one.goal}
    return set(visible_goals(person).filter(pk__in=shown).values_list("pk", flat=True))


def free_rows(goal: Goal) -> list[tuple[str, str]]:
    """Return what is still typed in a goal, as a choice: tasks first, then indicators."""
    held = bound_keys(goal)
    rows = [(("task", one.name), f"任务：{one.name}") for one in goal.tasks.all()]
    rows += [(("indicator", str(one.lineage)), f"指标：{one.name}（{one.unit or '没有单位'}）") for one in goal.indicators.all()]
    return [(f"{part}:{key}", label) for (part, key), label in rows if (part, key) not in held]


def _write(request: PageRequest, goal: Goal) -> str:
    data = request.POST
    if data.get("do") == "release":
        release(
            goal=goal, binding=whole(data.get("binding", "")) or 0, reason=data.get("reason", ""), person=request.person,
            version=whole(data.get("version", "")),
        )  # fmt: skip
        return "已解除，这一行此后由填报人填写。"
    part, _, key = data.get("row", "").partition(":")
    method = "money" if part == "task" else data.get("method", "")
    sources: list[Source] = [_source(one) for one in data.getlist("money" if part == "task" else "source")]
    version = whole(data.get("version", ""))
    bind(
        goal=goal, part=part, key=key, method=method, sources=sources, person=request.person, line=_line(data.get("line", "")),
        version=version,
    )  # fmt: skip
    return "已由项目目标汇总。"


def _source(text: str) -> Source:
    """Read a choice: the number of a project's year, and the lineage of one of its rows after a colon."""
    number, _, lineage = text.partition(":")
    try:
        return whole(number) or 0, uuid.UUID(lineage) if lineage else None
    except ValueError as error:
        raise mistaken("选择的指标看不懂", remedy="请刷新页面后重选", where="sources") from error


def _line(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        found = Decimal(text.strip())
    except InvalidOperation as error:
        raise mistaken(f"界限“{text}”不是数", where="line") from error
    if not found.is_finite() or abs(found) >= 10**18:
        raise mistaken(f"界限“{text}”不是可用的数", where="line")
    return found
