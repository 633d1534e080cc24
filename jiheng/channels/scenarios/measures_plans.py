"""Figures of the year's plan of evaluations."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.stages.evaluation.models import EvaluationPlan
from jiheng.stages.evaluation.plans.shares import demands_of


@measure
def plan_standing(place: Place, year: int, body: str) -> str:
    """How far a plan is from what the rules demand, in the words of its page."""
    plan = EvaluationPlan.objects.get(place=place, cycle__budget_year=year, body__code=body)
    return "；".join(one.words for one in demands_of(plan))


@measure
def plan_state(place: Place, year: int, body: str) -> str:
    """How a plan stands."""
    return EvaluationPlan.objects.get(place=place, cycle__budget_year=year, body__code=body).state
