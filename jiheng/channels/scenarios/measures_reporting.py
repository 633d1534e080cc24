"""Figures of what is reported upward."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Appointment, Place
from jiheng.foundation.accounts.person import person_of
from jiheng.registers.cycles.queries import cycle_of
from jiheng.stages.disclosure.reporting.queries import lines_of


@measure
def reported_upward(place: Place, year: int, matter: str, role: str = "performance_office") -> str:
    """How far the reports of a matter are, recipient by recipient, as somebody of the bureau sees them."""
    holder = Appointment.objects.select_related("organisation__place", "user").get(organisation__place=place, role=role)
    lines = lines_of(cycle_of(place.code, year), person_of(holder))
    return "；".join(f"{one.recipient}，{one.state[0]}" for one in lines if one.matter == matter)
