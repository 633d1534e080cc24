"""What scripted people do about the year's plan of evaluations."""

from jiheng.channels.scenarios.acts import act, years
from jiheng.channels.scenarios.world import World
from jiheng.foundation.accounts.person import Person
from jiheng.stages.evaluation.models import EvaluationPlan
from jiheng.stages.evaluation.plans.services import add_lines, begin_plan, move_plan


def _planner(world: World, body: str) -> Person:
    return world.bureau("evaluation_centre") if body == "bureau" else world.person(body, "department_reviewer")


@act
def plan_evaluations(
    world: World, year: int, body: str, codes: list[str], criteria: list[str] | None = None, reason: str = ""
) -> None:
    """A department, or the bureau, puts subjects into its plan with the reasons."""
    person = _planner(world, body)
    plan = begin_plan(cycle=world.cycle(year), person=person)
    subjects = [one.pk for one in years(world, year, codes)]
    add_lines(plan=plan, subjects=subjects, criteria=criteria or [], reason=reason, person=person)


def plan_of(world: World, year: int, body: str) -> EvaluationPlan:
    """Return the plan of a body."""
    return EvaluationPlan.objects.get(cycle=world.cycle(year), body__code=body)


@act
def submit_plan(world: World, year: int, body: str) -> None:
    """The plan is handed in; the shares are held against the rules."""
    move_plan(plan=plan_of(world, year, body), action="submit", person=_planner(world, body))


@act
def adopt_plan(world: World, year: int, body: str) -> None:
    """The bureau adopts a plan."""
    role = "bureau_leader" if body == "bureau" else "performance_office"
    move_plan(plan=plan_of(world, year, body), action="adopt", person=world.bureau(role))


@act
def return_plan(world: World, year: int, body: str, comment: str) -> None:
    """The bureau gives a plan back."""
    role = "bureau_leader" if body == "bureau" else "performance_office"
    move_plan(plan=plan_of(world, year, body), action="return", person=world.bureau(role), comment=comment)
