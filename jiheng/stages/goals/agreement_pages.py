"""The page on how far the sides that score goals agree: department and bureau, division and performance office."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import render

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.audit.kept import kept
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, page
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.disagreement import ENOUGH, Disagreement, Pair, Scored, measured
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.goals.access import visible_reviews
from jiheng.stages.goals.models import GoalReview

BETWEEN: Mapping[str, tuple[str, frozenset[str], str, frozenset[str]]] = {
    "bureau": ("主管部门", frozenset({"department"}), "财政局", frozenset({"division", "performance", "centre"})),
    "inside": ("业务股室", frozenset({"division"}), "绩效管理股", frozenset({"performance"})),
}
FARTHEST = 20


def may_see_agreement(person: Person) -> Verdict:
    """Who leads the reviews and who oversees them: the figures name people."""
    if person.role in {"performance_office", "evaluation_centre", "bureau_leader"}:
        return allow()
    return deny("审核评分的一致程度由绩效管理股和局领导查看", national_clause("duty_offices"))


def pairs_of(person: Person, cycle: Cycle, between: str) -> list[Pair]:
    """Return the goals of the year that both sides scored on the same content; of each side its last score counts."""
    _, first, _, second = BETWEEN[between]
    rows = visible_reviews(person).filter(goal__cycle=cycle, side__in=first | second).order_by("pk")
    said: dict[tuple[int, str], dict[bool, Scored]] = {}
    values = rows.values_list("goal_id", "content_hash", "side", "reviewer", "total", "grade", "lines")
    for goal, content, side, reviewer, total, grade, lines in values.iterator():
        said.setdefault((goal, content), {})[side in first] = Scored(reviewer, total, grade, points_of(lines))
    return [
        Pair(goal, one[True], one[False]) for (goal, _), one in said.items() if len(one) == len({True, False})
    ]


def points_of(lines: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the points that a review gave to each item."""
    return {
        key: GoalReview.total.field.to_python(line["points"])
        for key, line in lines.items()
        if line.get("points")
    }


@page(may=may_see_agreement)
def agreement(request: PageRequest) -> HttpResponse:
    """How far two sides agree in the chosen year: items, grades, people, and the goals farthest apart."""
    person, cycle = request.person, cast(Cycle | None, current_cycle(request))
    between = request.GET.get("between", "bureau")
    if between not in BETWEEN:
        raise Http404("没有这种对照。")
    first, _, second, _ = BETWEEN[between]
    told = (
        kept(
            person.place_id,
            f"goals.agreement:{between}:{cycle.pk}",
            lambda: _measured(person, cycle, between),
        )
        if cycle
        else None
    )
    found, apart = told.value if told else (None, [])
    goals = {
        one.goal_id: one.goal
        for one in visible_reviews(person)
        .filter(goal_id__in=[key for key, *_ in apart])
        .select_related("goal__subject_year__subject")
    }
    context = {
        "cycle": cycle,
        "between": between,
        "tabs": [(key, f"{one[0]}与{one[2]}") for key, one in BETWEEN.items()],
        "first": first,
        "second": second,
        "found": found,
        "items": _items(found, cycle) if found and cycle else [],
        "people": [(side, getattr(found, key)) for key, side in (("first", first), ("second", second))]
        if found
        else [],
        "apart": [(goals[key], one, two) for key, one, two in apart if key in goals],
        "enough": ENOUGH,
        "counted_at": told.at if told else None,
    }
    return render(request, "goals/agreement.html", context)


def _measured(
    person: Person, cycle: Cycle, between: str
) -> tuple[Disagreement | None, list[tuple[int, Any, Any]]]:
    pairs = pairs_of(person, cycle, between)
    apart = sorted((one for one in pairs if one.difference), key=lambda one: (-abs(one.difference), one.key))
    return measured(pairs), [(one.key, one.first.total, one.second.total) for one in apart[:FARTHEST]]


def _items(found: Disagreement, cycle: Cycle) -> list[dict[str, Any]]:
    rows = {row.item.key: row for row in policy_for(cycle).scorecards["goal_review"].rows}
    return [
        {
            "gap": one,
            "label": rows[one.key].item.label if one.key in rows else one.key,
            "points": rows[one.key].item.points if one.key in rows else None,
        }
        for one in found.items
    ]
