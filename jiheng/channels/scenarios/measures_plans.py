"""Figures of the year's plan of evaluations."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.stages.evaluation.models import Evaluation, EvaluationPlan
from jiheng.stages.evaluation.plans.shares import demands_of
from jiheng.stages.evaluation.services.evaluations import card_of


@measure
def plan_standing(place: Place, year: int, body: str) -> str:
    """How far a plan is from what the rules demand, in the words of its page."""
    plan = EvaluationPlan.objects.get(place=place, cycle__budget_year=year, body__code=body)
    return "；".join(one.words for one in demands_of(plan))


@measure
def scored_on(place: Place, year: int, code: str) -> str:
    """On which card a subject was evaluated, with the points."""
    one = Evaluation.objects.get(place=place, evaluated_year=year, subject_year__subject__code=code)
    return f"{card_of(one).label} {one.total}"


@measure
def plan_state(place: Place, year: int, body: str) -> str:
    """How a plan stands."""
    return EvaluationPlan.objects.get(place=place, cycle__budget_year=year, body__code=body).state
