"""How results were given back, by the names that demands use."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.stages.results.feedback.pages import state_of
from jiheng.stages.results.models import Feedback


@measure
def feedback_state(place: Place, year: int, code: str) -> str:
    """Whether a result was given back and signed for, and whether it was late."""
    found = Feedback.objects.filter(
        place=place, evaluation__evaluated_year=year, evaluation__subject_year__subject__code=code
    ).first()
    return state_of(found) if found is not None else "没有反馈"
