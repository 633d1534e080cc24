"""Pages of the stage."""

from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.web.pages import PageRequest, page
from jiheng.foundation.web.record import TitleLine
from jiheng.stages.goals.access import may_see_goals, visible_goals
from jiheng.stages.goals.models import Goal


@page(may=may_see_goals, record=visible_goals)
def goal_detail(request: PageRequest, goal: Goal) -> HttpResponse:
    """One goal, whole."""
    return render(request, "goals/detail.html", {"goal": goal, "title": TitleLine(goal.subject_year.name)})
