"""Figures of what is reported upward."""

from django.utils import timezone

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Appointment, Place
from jiheng.foundation.accounts.person import person_of
from jiheng.registers.cycles.queries import cycle_of
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.reporting.queries import lines_of


@measure
def reported_upward(place: Place, year: int, matter: str, role: str = "performance_office") -> str:
    """How far the reports of a matter are, recipient by recipient, as somebody of the bureau sees them."""
    holder = Appointment.objects.select_related("organisation__place", "user").get(organisation__place=place, role=role)
    lines = lines_of(cycle_of(place.code, year), person_of(holder))
    return "；".join(f"{one.recipient}，{one.state[0]}" for one in lines if one.matter == matter)


@measure
def published_report(place: Place, year: int, code: str, kind: str = "evaluation") -> str:
    """The parts of the report that the public reads with the result of an evaluation (or self-evaluation), by their titles."""
    uuid = SubjectYear.objects.get(place=place, budget_year=year, subject__code=code).subject.uuid
    standing = Publication.objects.filter(place=place, kind=kind, subject_uuid=uuid, withdrawn_at__isnull=True)
    return "；".join(part["title"] for one in standing for part in one.content.get("report", []))


@measure
def published_assessments(place: Place, year: int) -> str:
    """The departments whose assessment is public, in the order of publishing, each in time or late."""
    standing = Publication.objects.filter(place=place, kind="assessment", budget_year=year, withdrawn_at__isnull=True)
    told = [(one.organisation, one.due, timezone.localdate(one.published_at)) for one in standing.order_by("pk")]
    return "；".join(f"{name}，{'逾期' if due and day > due else '按期'}" for name, due, day in told)
