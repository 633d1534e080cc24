"""Figures of goals: by whose hands one went."""

from jiheng.channels.scenarios.measures import hands_of, measure
from jiheng.foundation.accounts.models import Place
from jiheng.stages.goals.models import Goal


@measure
def goal_went_through(place: Place, year: int, code: str) -> str:
    """By which posts a goal went after the unit, in their order."""
    goal = Goal.objects.filter(place=place, subject_year__budget_year=year, subject_year__subject__code=code).latest("pk")
    return hands_of(goal)
