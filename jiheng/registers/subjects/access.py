"""Who sees which subjects: one rule for every stage that hangs on a subject and year."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause


def within(person: Person, path: str = "") -> Q:
    """Return the condition "the person may see records of this subject and year".

    `path` leads to the subject and year, as `subject_year__`. A unit sees its own, a department those
    of its units, the bureau and overseers those of their place; outside evaluators and administrators
    see none this way.
    """
    place = Q(**{f"{path}place_id": person.place_id})
    if person.sees_whole_place:
        return place
    if person.is_unit:
        return place & Q(**{f"{path}unit_id__in": person.own})
    if person.role == "department_reviewer":
        below = Q(**{f"{path}unit_id__in": person.subtree})
        return place & (below | Q(**{f"{path}department_id__in": person.own}))
    return Q(pk__in=[])


def visible_subject_years(person: Person) -> QuerySet[SubjectYear]:
    """Return the subjects and years that the person may see."""
    found = SubjectYear.objects.filter(within(person))
    related = found.select_related("subject", "unit", "department", "cycle__snapshot", "cycle__place")
    return related.defer("cycle__snapshot__content")


def may_see_subjects(person: Person) -> Verdict:
    """Everybody on the business side sees a project list, each their own part of it."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不接触项目数据", national_clause("duty_access"))


def may_register(person: Person) -> Verdict:
    """Units propose their projects; the bureau's performance office and divisions load lists."""
    if person.role in {"unit_project", "unit_finance", "performance_office", "division"}:
        return allow()
    return deny("项目由单位经办或财政局业务股室、绩效管理股登记", national_clause("duty_offices"))


@while_open
def may_change_content(person: Person, year: SubjectYear) -> Verdict:
    """Whoever may register a project changes its content: a unit its own, the bureau those of its place."""
    verdict = may_register(person)
    if not verdict:
        return verdict
    if person.place_id != year.place_id:
        return deny("只能修改本地区的项目", clause_in(year.cycle, "duty_place"))
    if person.is_unit and year.unit_id not in person.own:
        return deny("只能修改本单位的项目", clause_in(year.cycle, "duty_unit"))
    return allow()
