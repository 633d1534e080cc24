"""Figures of an evaluation's work: steps done, material asked of the unit, questionnaires."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.rules.scoring.method import plain
from jiheng.stages.evaluation.fieldwork.queries import done_steps, satisfaction, standing
from jiheng.stages.evaluation.models import Evaluation, MaterialRequest


def _evaluation(place: Place, year: int, code: str) -> Evaluation:
    return Evaluation.objects.get(place=place, evaluated_year=year, subject_year__subject__code=code, kind="fiscal")


@measure
def work_done(place: Place, year: int, code: str) -> str:
    """The steps of an evaluation's work that are done."""
    return "；".join(done_steps(_evaluation(place, year, code)))


@measure
def survey_satisfaction(place: Place, year: int, code: str) -> str:
    """How satisfied the answers of each questionnaire were, per cent."""
    rows = _evaluation(place, year, code).field_records.filter(kind="survey", struck_at=None).order_by("pk")
    return "；".join(plain(share) for one in rows if (share := satisfaction(one)) is not None)


@measure
def material_standing(place: Place, year: int, code: str, number: int) -> str:
    """How material that was asked of the unit stands."""
    return standing(MaterialRequest.objects.get(evaluation=_evaluation(place, year, code), number=number)).words
