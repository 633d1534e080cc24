"""Figures of the finance bureaus below: their results, what is missing, what each of them sees."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Appointment, Place
from jiheng.foundation.accounts.person import person_of
from jiheng.registers.cycles.queries import cycle_of
from jiheng.stages.assessment.access import visible_assessments
from jiheng.stages.assessment.lower import lower_lines
from jiheng.stages.assessment.queries import grade_label, ranked_below
from jiheng.stages.assessment.recognition import visible_recognitions


def _office(place: Place) -> Appointment:
    return Appointment.objects.select_related("organisation__place", "user").get(
        organisation__place=place, role="performance_office"
    )


@measure
def lower_results(place: Place, year: int) -> str:
    """The bureaus below in their order: rank, total, grade."""
    rows = ranked_below(person_of(_office(place)), cycle_of(place.code, year)).order_by("rank", "pk")
    return "；".join(f"{one.rank} {one.department} {one.total} {grade_label(one)}" for one in rows)


@measure
def lower_waiting(place: Place, year: int) -> str:
    """The bureaus below that have no result, and what nobody has entered for them."""
    lines = lower_lines(cycle_of(place.code, year))
    return "；".join(f"{one.body}，缺{'、'.join(one.missing)}" for one in lines)


@measure
def lower_sees(place: Place, year: int, body: str) -> str:
    """What the office of one bureau below sees of the assessments, and what was decided upon them."""
    person = person_of(_office(Place.objects.get(code=f"{place.code}-{body}")))
    seen = [f"{one.department} {one.total}" for one in visible_assessments(person).filter(cycle__budget_year=year)]
    return "；".join(seen + [str(one) for one in visible_recognitions(person)])
