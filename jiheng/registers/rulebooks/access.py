"""Who sees departments' rules and specialists; a department writes its own."""

from django.db.models import Q, QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny, valid_on
from jiheng.registers.rulebooks.models import DepartmentRule, Specialist
from jiheng.registers.subjects.access import may_see_subjects
from jiheng.rules.policy.clauses import national_clause


def departments_in_sight(person: Person) -> QuerySet[Organisation]:
    """Return the departments of today that the person may see: all of the place, the own one, the one above the unit."""
    rows = Organisation.objects.filter(valid_on(clock.today()), place_id=person.place_id, kind="department")
    if person.sees_whole_place:
        return rows.order_by("name", "pk")
    if person.is_unit:
        return rows.filter(Q(children__in=person.own) | Q(pk__in=person.own)).distinct().order_by("name", "pk")
    if person.role == "department_reviewer":
        return rows.filter(pk__in=person.own).order_by("name", "pk")
    return rows.none()


def visible_rules(person: Person) -> QuerySet[DepartmentRule]:
    """Return the rules of the departments in sight."""
    bodies = departments_in_sight(person).order_by().values("pk")
    return DepartmentRule.objects.filter(organisation__in=bodies).select_related("organisation")


def visible_specialists(person: Person) -> QuerySet[Specialist]:
    """Return the marks of the departments in sight."""
    bodies = departments_in_sight(person).order_by().values("pk")
    found = Specialist.objects.filter(appointment__organisation__in=bodies)
    return found.select_related("appointment__organisation", "appointment__user")


def may_see_rules(person: Person, *_: object) -> Verdict:
    """Whoever sees projects sees by which rules their department goes."""
    return may_see_subjects(person)


def may_write_rules(person: Person) -> Verdict:
    """A department registers what it made itself."""
    if person.role == "department_reviewer":
        return allow()
    return deny("部门的制度办法和专职人员由主管部门登记", national_clause("duty_unit"))


def _own(person: Person, organisation_id: int) -> Verdict:
    if not (verdict := may_write_rules(person)):
        return verdict
    if organisation_id in person.own:
        return allow()
    return deny("只能登记本部门的制度办法和专职人员", national_clause("duty_unit"))


def may_keep_rule(person: Person, rule: DepartmentRule) -> Verdict:
    """Attach the text, end: while the rule is in force, by its department."""
    if rule.valid_to is not None:
        return deny("该制度办法已停止执行", national_clause("duty_unit"))
    return _own(person, rule.organisation_id)


def may_end_specialist(person: Person, mark: Specialist) -> Verdict:
    """Take a mark off that stands."""
    if mark.ended_on is not None:
        return deny("已经撤销", national_clause("duty_unit"))
    return _own(person, mark.appointment.organisation_id)
