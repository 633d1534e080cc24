"""Who sees duties, and who writes them: a body's own people, its department for the bodies below."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.duties.models import Duty, DutyShare, MainWork
from jiheng.registers.subjects.access import may_see_subjects, visible_subject_years
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause

WRITERS = frozenset({"unit_project", "department_reviewer"})


def _within(person: Person) -> Q:
    if person.sees_whole_place:
        return Q(organisation__place_id=person.place_id)
    if person.role == "department_reviewer":
        return Q(organisation_id__in=person.subtree | person.own)
    if person.is_unit:
        return Q(organisation_id__in=person.own)
    return Q(pk__in=[])


def visible_duties(person: Person) -> QuerySet[Duty]:
    """Return the duties that the person may see: own, of the bodies below, or of the whole place."""
    return Duty.objects.filter(_within(person)).select_related("organisation")


def visible_works(person: Person) -> QuerySet[MainWork]:
    """Return the main works that the person may see, as duties are seen."""
    return MainWork.objects.filter(_within(person)).select_related("organisation", "duty")


def visible_shares(person: Person) -> QuerySet[DutyShare]:
    """Return the shares of the projects that the person may see."""
    years = visible_subject_years(person).order_by().values("pk")
    return DutyShare.objects.filter(subject_year__in=years).select_related("duty")


def may_see_duties(person: Person, *_: object) -> Verdict:
    """Whoever sees projects sees the duties that they serve."""
    return may_see_subjects(person)


def may_write(person: Person) -> Verdict:
    """Duties and main works are written by the body's own project officer or its department's reviewer."""
    if person.role in WRITERS:
        return allow()
    return deny("职责和重点工作由单位的项目经办或主管部门登记", national_clause("duty_unit"))


def may_write_for(person: Person, organisation_id: int) -> Verdict:
    """Write for one body: the own one, or for a department also those below."""
    if not (verdict := may_write(person)):
        return verdict
    reach = person.own | (person.subtree if person.role == "department_reviewer" else frozenset())
    if organisation_id in reach:
        return allow()
    return deny("只能登记本单位及所属单位的职责和重点工作", national_clause("duty_unit"))


def may_end(person: Person, duty: Duty) -> Verdict:
    """End a duty that stands."""
    if duty.valid_to is not None:
        return deny("该职责已经终止", national_clause("duty_unit"))
    return may_write_for(person, duty.organisation_id)


@while_open
def may_own_work(person: Person, work: MainWork) -> Verdict:
    """Say which duty a main work serves."""
    return may_write_for(person, work.organisation_id)


@while_open
def may_share(person: Person, year: SubjectYear) -> Verdict:
    """Say which duties the money of a project serves: the unit that spends it, or its department."""
    if not (verdict := may_write(person)):
        return verdict
    below = person.role == "department_reviewer" and (
        year.unit_id in person.subtree or year.department_id in person.own
    )
    if year.unit_id in person.own or below:
        return allow()
    return deny("只能登记本单位及所属单位的项目", national_clause("duty_unit"))
