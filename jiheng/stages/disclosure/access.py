"""Who publishes, who sees what is due; the publications themselves are open to everybody."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.subjects.access import within
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.disclosure.models import Publication


def visible_publications(person: Person) -> QuerySet[Publication]:
    """Return the publications of the person's place: public, hence the same for everybody."""
    return Publication.objects.filter(place_id=person.place_id)


def may_see_publications(_person: Person, _: Publication | None = None) -> Verdict:
    """Everybody may read what is public."""
    return allow()


@dataclass(frozen=True)
class Narrowed:
    """Which of what waits to be public is looked at: records of subjects, results of departments."""

    subjects: Q = field(default_factory=Q)
    departments: Q = field(default_factory=Q)

    def of(self, kind: str) -> Q:
        """Return the condition for the records of one kind."""
        return self.departments if kind == "assessment" else self.subjects


def waiting_for(person: Person, words: str = "") -> Narrowed:
    """Return what a person sees of what is not public yet; every word stands in the names or codes.

    A department sees its own confirmed result, as it does in the assessment; units and outsiders see none.
    """
    subjects, departments = within(person, "subject_year__"), Q(place_id=person.place_id)
    if not person.sees_whole_place:
        departments &= Q(department_id__in=person.own) if person.role == "department_reviewer" else Q(pk__in=[])
    for word in words.split():
        subjects &= (
            Q(subject_year__name__icontains=word)
            | Q(subject_year__unit__name__icontains=word)
            | Q(subject_year__subject__code__icontains=word)
        )
        departments &= Q(department__name__icontains=word) | Q(department__code__icontains=word)
    return Narrowed(subjects, departments)


@while_open
def may_publish(person: Person, _: Publication | None = None) -> Verdict:
    """The performance office publishes for the place."""
    if person.role == "performance_office":
        return allow()
    return deny("公开由财政局绩效管理股统一办理", national_clause("publication_days"))
