"""What scripted people do about giving results back: with analysis and advice, signed for."""

from jiheng.channels.scenarios.acts import act
from jiheng.channels.scenarios.world import World
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.results.feedback.services import give_feedback, receive_feedback
from jiheng.stages.results.models import Feedback


@act
def give_back(
    world: World, year: int, codes: list[str], analysis: str = "产出达到目标，效益佐证不足",
    advice: str = "补齐佐证，下年度按核实数申报", role: str = "performance_office",
) -> None:  # fmt: skip
    """Somebody of the bureau gives fixed results of fiscal evaluations back."""
    for code in codes:
        found = Evaluation.objects.get(place=world.place, evaluated_year=year, subject_year__subject__code=code, kind="fiscal")
        give_feedback(evaluation=found, analysis=analysis, advice=advice, person=world.bureau(role))


@act
def sign_for(world: World, year: int, codes: list[str], reply: str = "没有意见", body: str = "") -> None:
    """The units, or the body named, sign for what was given back."""
    for code in codes:
        found = Feedback.objects.get(
            place=world.place, evaluation__evaluated_year=year, evaluation__subject_year__subject__code=code
        )
        unit = body or found.evaluation.subject_year.unit.code
        receive_feedback(feedback=found, reply=reply, person=world.person(unit, "unit_head"))
