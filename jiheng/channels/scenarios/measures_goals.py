"""Figures of goals: by whose hands one went."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.models import Signature
from jiheng.stages.goals.models import Goal


@measure
def goal_went_through(place: Place, year: int, code: str) -> str:
    """By which posts a goal went after the unit, in their order."""
    goal = Goal.objects.filter(place=place, subject_year__budget_year=year, subject_year__subject__code=code).latest("pk")
    rows = Signature.objects.filter(subject=subject_key(goal)).exclude(action="submit").order_by("pk")
    return "；".join(ROLES[role].label for role in rows.values_list("role", flat=True))
