"""Figures of goals that have not followed the content of their projects."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.following import lagging_of


@measure
def goal_lags(place: Place, year: int, code: str) -> str:
    """Which changed parts of a project's content its approved goal has not followed; 没有 when there are none."""
    found = lagging_of(SubjectYear.objects.get(place=place, budget_year=year, subject__code=code))
    return found.what if found is not None else "没有"
