"""Goals can be found by project, unit, words of the objective; their indicators by name; papers of approval by number."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.lists import worded
from jiheng.foundation.web.searching import Hit, Looked, Searched
from jiheng.stages.goals.access import may_see_approvals, may_see_goals, visible_goals
from jiheng.stages.goals.approval import visible_approvals
from jiheng.stages.goals.models import GoalIndicator
from jiheng.stages.goals.pages import GOALS
from jiheng.stages.goals.queries import goal_rows, value_words


def look(person: Person, cycle: Any, words: Sequence[str], most: int) -> list[Hit]:
    """Return rows of goals of the year whose name has every word."""
    goals = visible_goals(person).filter(cycle=cycle).order_by().values("pk")
    rows = worded(GoalIndicator.objects.filter(goal__in=goals).select_related("goal__subject_year__unit"), words, ("name",))
    return [
        Hit(
            f"{one.name} {value_words(one)}",
            reverse("goals:detail", args=[one.goal_id]),
            detail=f"{one.goal.subject_year.name}（{one.goal.subject_year.unit}）",
        )
        for one in rows.order_by("-pk")[:most]
    ]


def look_at_papers(person: Person, cycle: Any, words: Sequence[str], most: int) -> list[Hit]:
    """Return the papers of approval whose number or department has every word."""
    rows = worded(visible_approvals(person, cycle), words, ("number", "department__name"))
    return [
        Hit(one.number, reverse("goals:approval", args=[one.pk]), detail=f"{one.department} {one.issued_on}")
        for one in rows.order_by("-pk")[:most]
    ]


SEARCHED = [
    Searched(("目标",), GOALS, "goals:list", may_see_goals, goal_rows),
    Looked("goal_indicators", "绩效目标中的指标", ("绩效指标", "三级指标"), "goals:list", may_see_goals, look),
    Looked("goal_approvals", "批复文件", ("批复", "文号"), "goals:approvals", may_see_approvals, look_at_papers),
]
