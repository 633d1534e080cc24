"""Figures of periodic reports."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import person_for
from jiheng.registers.cycles.queries import cycle_of
from jiheng.stages.monitoring.progress.owed import owed_in


@measure
def progress_state(place: Place, year: int, key: str, body: str) -> str:
    """How the report of one department stands."""
    rows = owed_in(cycle_of(place.code, year), person_for("bureau.performance_office"))
    return next(one.words for one in rows if one.duty.key == key and one.body.code == body)
