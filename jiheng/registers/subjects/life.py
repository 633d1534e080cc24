"""The line of a project's life, as every record's page shows it."""

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.kept import exactly
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.web.stage import Milestone, Note
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.gates import Gate, in_order


def life_of(year: SubjectYear, person: Person) -> list[Milestone]:
    """Return the points of all stages in the order of the year, as far as the person sees them; kept until a write."""

    def points() -> list[Milestone]:
        return [point for stage in stages() for point in stage.milestones(year, person)]

    return exactly(person, f"life:{year.pk}", points)


def notes_of(year: SubjectYear, person: Person) -> list[Note]:
    """Return what the stages warn of on the page of a subject and year."""
    return [note for stage in stages() for note in stage.notes(year, person)]


def gates_of(year: SubjectYear, person: Person) -> list[Gate]:
    """Return how a subject and year stands at every gate of its life, in their order; kept until a write."""

    def gates() -> list[Gate]:
        return in_order(one for stage in stages() for one in stage.gates(year, person))

    return exactly(person, f"gates:{year.pk}", gates)
