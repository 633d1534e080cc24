"""Figures of leading bodies."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import person_for
from jiheng.registers.bodies.leads import leads_of


@measure
def departments_without_lead(place: Place) -> str:
    """The departments that have registered no leading body."""
    rows = leads_of(person_for("bureau.performance_office"))
    return "、".join(one.body.name for one in rows if one.now is None and one.body.place_id == place.pk)
