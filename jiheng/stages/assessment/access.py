"""Who sees and who makes the assessment of departments."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.stages.assessment.models import Assessment


def visible_assessments(person: Person) -> QuerySet[Assessment]:
    """The bureau and overseers see all departments, a department itself once the result is confirmed."""
    found = Assessment.objects.filter(place_id=person.place_id)
    if not person.sees_whole_place:
        found = found.filter(department_id=person.organisation_id, confirmed_on__isnull=False)
    return found.select_related("department", "cycle__snapshot", "cycle__place")


def may_see_assessments(person: Person, _: Assessment | None = None) -> Verdict:
    """The bureau, overseers and departments."""
    if person.sees_whole_place or person.role == "department_reviewer":
        return allow()
    return deny("考核结果对财政局、监督机构和被考核部门开放")


def may_assess(person: Person, _: Assessment | None = None) -> Verdict:
    """The performance office computes; a leader confirms."""
    if person.role == "performance_office":
        return allow()
    return deny("考核由绩效管理股组织")


def may_confirm(person: Person, assessment: Assessment) -> Verdict:
    """A leader of the bureau confirms, once."""
    if person.role != "bureau_leader":
        return deny("考核结果由局领导确认")
    if assessment.confirmed_on is not None:
        return deny("考核结果已经确认")
    return allow()
