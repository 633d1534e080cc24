"""Figures of repeated, finished and expired policies."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Appointment, Place
from jiheng.foundation.accounts.person import person_of
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.results.grounds.queries import run_out


@measure
def run_out_codes(place: Place, year: int, first: str = "") -> str:
    """The policies and projects on the list of a year as having reached their end, by code; those that begin so."""
    office = person_of(Appointment.objects.filter(organisation__place=place, role="performance_office")[0])
    rows = run_out(office, Cycle.objects.get(place=place, budget_year=year))
    return "；".join(rows.filter(subject__code__startswith=first).order_by("subject__code").values_list("subject__code", flat=True))
