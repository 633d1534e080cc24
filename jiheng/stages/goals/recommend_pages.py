"""The panel that proposes indicators while a goal is written."""

from django.http import HttpResponse

from jiheng.foundation.web.pages import PageRequest, page, part
from jiheng.stages.goals.access import may_edit_content, visible_goals
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.recommending import advice_for


@page(may=may_edit_content, record=visible_goals)
def goal_recommended(request: PageRequest, goal: Goal) -> HttpResponse:
    """The part of the edit page that proposes indicators, each with its reasons; picking one adds a row."""
    return part(request, "goals/_recommended.html", {"goal": goal, "advice": advice_for(request.person, goal)})
