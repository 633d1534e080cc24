"""Figures of repeated, finished and expired policies."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Appointment, Place
from jiheng.foundation.accounts.person import person_of
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.results.grounds.queries import run_out


@measure
def run_out_codes(place: Place, year: int) -> str:
    """The policies and projects that stand on the list of a year as having reached their end, by code."""
    office = person_of(Appointment.objects.filter(organisation__place=place, role="performance_office")[0])
    rows = run_out(office, Cycle.objects.get(place=place, budget_year=year))
    return "；".join(rows.order_by("subject__code").values_list("subject__code", flat=True))
