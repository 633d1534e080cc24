"""How the items of the review table fare, by kind of subject."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, page
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.checklist_statistics import ENOUGH, ItemUse, use_by_kind
from jiheng.stages.goals.access import may_see_goals, visible_reviews


@page(may=may_see_goals)
def goal_checklist(request: PageRequest) -> HttpResponse:
    """Each item of the year's review table: how often it took points away; those that never did, for pruning."""
    cycle = current_cycle(request)
    context: dict[str, Any] = {"name": "审核要点统计", "cycle": cycle, "enough": ENOUGH, "rows": [], "views": []}
    if cycle is not None:
        card, kinds = policy_for(cycle).scorecards["goal_review"], policy_for(cycle).subject_kinds
        told = visible_reviews(request.person).filter(goal__cycle=cycle)
        used = use_by_kind(
            told.values_list("goal__subject_year__kind", "lines"), {one.key: one.points for one in card.items}
        )
        kind = request.GET.get("kind", "")
        kind = kind if kind in used else ""
        items = used.get(kind, {})
        rows = [(row, items.get(row.item.key, ItemUse())) for row in card.rows]
        context |= {
            "rows": [(row, use, _percent(use, row.item.points)) for row, use in rows],
            "pruned": [row.item.label for row, use in rows if use.never_fails],
            "views": [(key, kinds.get(key, key) if key else "全部") for key in sorted(used)],
            "kind": kind,
            "clause": str(policy_for(cycle).clause_of(card)),
            "number": max((use.reviews for use in items.values()), default=0),
        }
    return render(request, "goals/checklist.html", context)


def _percent(use: ItemUse, points: Any) -> str:
    rate = use.rate(points)
    return "" if rate is None else f"{100 * rate:.1f}%"
