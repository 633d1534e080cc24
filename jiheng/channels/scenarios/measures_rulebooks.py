"""How departments stand with their own rules and full-time people, by the names that demands use."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import person_for
from jiheng.registers.cycles.queries import cycle_of
from jiheng.registers.rulebooks.queries import BodyLine, standing


def _line(place: Place, year: int, body: str) -> BodyLine:
    name = place.organisations.get(code=body).name
    lines = standing(person_for("bureau.performance_office"), cycle_of(place.code, year))
    return next(one for one in lines if one.name == name)


@measure
def rules_left_out(place: Place, year: int, body: str) -> str:
    """What a department's own rules leave out."""
    return _line(place, year, body).missing or "齐全"


@measure
def has_specialist(place: Place, year: int, body: str) -> str:
    """Whether a department has somebody full-time."""
    return "没有" if _line(place, year, body).lacks_specialist else "有"
