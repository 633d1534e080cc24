"""Figures of reported situations."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.stages.monitoring.models import SituationReport
from jiheng.stages.monitoring.situations.pages import state_of


@measure
def situation_state(place: Place, year: int, code: str) -> str:
    """How the last situation of a project stands."""
    rows = SituationReport.objects.filter(place=place, cycle__budget_year=year, subject_year__subject__code=code)
    return state_of(rows.latest("pk"))[0]
